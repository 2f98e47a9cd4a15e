"""What the merchant's page of a product shows of the rules about it."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q

from shop.catalog.models import Product
from shop.merchandising.models import Rule, Where

register = template.Library()

SHOWN = 20


@register.inclusion_tag("admin/merchandising/rule/_of_product.html")
def rules_about(product: Product) -> dict[str, Any]:
    """The rules that are not over and name it, the latest first, and the way to another."""
    id = str(product.pk)
    rules = Rule.objects.not_over() | Rule.objects.filter(is_on=False)
    about = rules.filter(Q(product=id) | Q(beside=id, where=Where.PRODUCT))
    return {"product": product, "rules": about[:SHOWN]}
