"""What rules hear from the catalogue."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.catalog.models import Category, Product
from shop.merchandising.models import Rule


@receiver(post_delete, sender=Product)
@receiver(post_delete, sender=Category)
def forget_what_is_gone(instance: Product | Category, **kwargs: Any) -> None:
    """Rules that can never hold again."""
    Rule.objects.naming(str(instance.pk)).delete()
