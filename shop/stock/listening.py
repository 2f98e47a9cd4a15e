"""What the stock hears from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.catalog.models import Product
from shop.catalog.signals import (
    Counted,
    pieces_named,
    pieces_written,
    products_saved,
    skus_changed,
)
from shop.stock.counting import count_news, stop_counting, write_down
from shop.stock.following import follow_sizes, show_again_after_commit
from shop.stock.models import Stock
from shop.stock.moving import count_from_zero, move

# Who counted, in the movements.
IMPORT = "import"


@receiver(products_saved)
def correct_what_was_saved(products: Sequence[Product], are_new: bool, **kwargs: Any) -> None:
    """A saved form or import says of sizes what it read before somebody bought one."""
    sizes = {str(each.pk): {offer.sku for offer in each.offers()} for each in products}
    follow_sizes(sizes)
    if not are_new:
        show_again_after_commit(sizes)


@receiver(pieces_named)
def count_what_was_named(
    pieces: dict[str, dict[str, int]], mark: str, is_shown: bool, **kwargs: Any
) -> dict[str, Counted]:
    return count_news(pieces, key=IMPORT, mark=mark, is_shown=is_shown)


@receiver(pieces_written)
def say_what_is_there(skus: list[str], **kwargs: Any) -> dict[str, int]:
    return write_down(skus)


@receiver(skus_changed)
def take_pieces_along(
    product: Product,
    moved: dict[str, str],
    came: tuple[str, ...],
    went: tuple[str, ...],
    **kwargs: Any,
) -> None:
    move(moved)
    count_from_zero(str(product.pk), came, went)
    show_again_after_commit([str(product.pk)])


@receiver(post_delete, sender=Product)
def forget_what_is_gone(instance: Product, **kwargs: Any) -> None:
    for sku in Stock.objects.filter(product=str(instance.pk)).values_list("sku", flat=True):
        stop_counting(sku)
