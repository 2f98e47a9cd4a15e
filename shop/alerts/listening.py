"""What alerts hear: from the stock, from the catalogue, and of people who leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from shop.alerts.models import Alert
from shop.alerts.watching import look_after_commit
from shop.catalog.models import Product
from shop.catalog.signals import products_saved, skus_changed
from shop.stock.signals import came_back


@receiver(came_back)
def hear_of_stock(product: str, **kwargs: Any) -> None:
    look_after_commit([product])


@receiver(products_saved)
def hear_of_a_price(products: Sequence[Product], are_new: bool, **kwargs: Any) -> None:
    """A saved product may cost less; its sizes may have been made available by hand."""
    if not are_new:
        look_after_commit([str(product.pk) for product in products])


@receiver(skus_changed)
def wait_for_the_same_pieces(product: Product, moved: dict[str, str], **kwargs: Any) -> None:
    of_product = Alert.objects.open().filter(product=str(product.pk))
    for before, now in moved.items():
        # Who waits for what has the SKU now as well is told once.
        waiting = of_product.filter(sku=now).values_list("email", flat=True)
        of_product.filter(sku=before).exclude(email__in=list(waiting)).update(sku=now)
    look_after_commit([str(product.pk)])


@receiver(post_delete, sender=Product)
def forget_what_is_gone(instance: Product, **kwargs: Any) -> None:
    Alert.objects.filter(product=str(instance.pk)).delete()


@receiver(pre_delete, sender=get_user_model())
def forget_who_leaves(instance: Any, **kwargs: Any) -> None:
    """While it is known which addresses are theirs."""
    Alert.objects.of(instance).delete()
