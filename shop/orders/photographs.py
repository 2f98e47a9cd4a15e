"""Orders keep small pictures of their own, for the products' may be deleted any day."""

from __future__ import annotations

import logging
from typing import Any

from django.core.files.storage import default_storage
from django.db.utils import DatabaseError
from django.forms.models import model_to_dict

from recommender.images import BadImage, TooBusy, open_picture
from shop.catalog import pictures
from shop.catalog.models import Product
from shop.catalog.parts import Photograph, Variant
from shop.orders.models import OrderLine
from shop.web.trouble import Trouble, trouble_of

logger = logging.getLogger(__name__)

# As large as the largest picture of an order's page on a sharp screen.
LONG_SIDE = 320
BATCH = 100


def facts(product: Product, variant: Variant) -> dict[str, Any] | None:
    """The picture of what was bought as an order's line remembers it."""
    cover = product.cover_of(variant)
    return model_to_dict(cover) if cover else None


def keep_waiting() -> None:
    """Copy the pictures of lines that still show their product's; one that is gone is let go.

    What cannot be read now is tried again the next time, and holds up nothing behind it.
    """
    kept = 0
    for pk in list(OrderLine.objects.filter(photo_kept=False).values_list("pk", flat=True)):
        kept += _keep_or_leave(pk)
        if kept == BATCH:
            break


def _keep_or_leave(pk: int) -> bool:
    """Whether the line waits no more. Raises what would befall every other line as well."""
    try:
        _keep(OrderLine.objects.get(pk=pk))
    except Exception as error:
        if isinstance(error, DatabaseError) or trouble_of(error) is Trouble.NO_ROOM:
            raise
        logger.warning("The picture of the order's line %d is not kept yet: %s", pk, error)
        return False
    return True


def _keep(line: OrderLine) -> None:
    copy = _copy(line.photograph) if line.photograph else None
    waiting = OrderLine.objects.filter(pk=line.pk, photo_kept=False)
    if not waiting.update(photo=copy and model_to_dict(copy), photo_kept=True) and copy:
        # Another worker was faster.
        pictures.delete_photographs([copy.name])


def _copy(photograph: Photograph) -> Photograph | None:
    try:
        with default_storage.open(photograph.name) as file:
            picture = open_picture(file.read(), for_side=LONG_SIDE)
    except TooBusy:
        raise
    except (FileNotFoundError, BadImage):
        return None
    return pictures.incoming(picture, photograph.digest, LONG_SIDE).store()
