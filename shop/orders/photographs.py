"""Orders keep small pictures of their own, for the products' may be deleted any day."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.forms.models import model_to_dict

from recommender.images import BadImage, open_picture
from shop.catalog import pictures
from shop.catalog.models import Product
from shop.catalog.parts import Photograph
from shop.orders.models import OrderLine

# As large as the largest picture of an order's page on a sharp screen.
LONG_SIDE = 320
BATCH = 100


def facts(product: Product) -> dict[str, Any] | None:
    """The product's cover as an order's line remembers it."""
    return model_to_dict(product.cover) if product.cover else None


def keep_waiting() -> None:
    """Copy the pictures of lines that still show their product's; one that is gone is let go."""
    for line in OrderLine.objects.filter(photo_kept=False)[:BATCH]:
        copy = _copy(line.photograph) if line.photograph else None
        kept = OrderLine.objects.filter(pk=line.pk, photo_kept=False)
        if not kept.update(photo=copy and model_to_dict(copy), photo_kept=True) and copy:
            # Another worker was faster.
            pictures.delete_photographs([copy.name])


def _copy(photograph: Photograph) -> Photograph | None:
    try:
        with default_storage.open(photograph.name) as file:
            picture = open_picture(file.read(), for_side=LONG_SIDE)
    except (FileNotFoundError, BadImage):
        return None
    return pictures.Incoming(pictures.shrink(picture, LONG_SIDE), photograph.digest).store()
