"""What the stock hears from the catalogue."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.stock.following import show_again


@receiver(post_save, sender=Product)
def correct_what_was_saved(instance: Product, **kwargs: Any) -> None:
    """A saved form or import says of sizes what it read before somebody bought one."""
    show_again(str(instance.pk))
