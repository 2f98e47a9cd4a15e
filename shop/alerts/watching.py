"""What has come true of what people wait for: stock and prices tell, and a sweep looks again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import batched

from django.db import transaction
from django.utils import timezone

from shop.alerts.models import Alert, Due, Kind
from shop.catalog.models import Product
from shop.catalog.parts import Variant
from shop.catalog.remember import DATABASE_ERRORS
from shop.web.trouble import cause_of

logger = logging.getLogger(__name__)

CHUNK = 500


def look_after_commit(products: Iterable[str]) -> None:
    """Look at these products, by their ids, once the transaction is through; the sweep makes up
    for what cannot be looked at then."""
    transaction.on_commit(partial(_look_if_possible, frozenset(products)), robust=True)


def look_again() -> None:
    """Look at every product that is waited for: sales begin, and messages are lost.

    Raises one of DATABASE_ERRORS.
    """
    products = Alert.objects.waiting().order_by().values_list("product", flat=True).distinct()
    for some in batched(products, CHUNK, strict=False):
        look(some)


def look(products: Iterable[str]) -> None:
    """Have told what has come true. Raises one of DATABASE_ERRORS."""
    waiting = list(Alert.objects.waiting().filter(product__in=products))
    if not waiting:
        return
    found = Product.objects.sold().with_ids({alert.product for alert in waiting})
    by_id = {str(product.pk): product for product in found}
    for alert in waiting:
        product = by_id.get(alert.product)
        if product and has_come_true(alert, product):
            still = Alert.objects.waiting().filter(pk=alert.pk)
            still.update(due=Due.TELL, due_at=timezone.now(), claimed_at=None)


def has_come_true(alert: Alert, product: Product) -> bool:
    """Whether what is waited for is so now; what nobody can have is cheaper for nobody."""
    is_back = can_be_had(product, alert.sku)
    return is_back and (alert.kind == Kind.BACK or costs(product, alert.sku) < alert.cents)


def can_be_had(product: Product, sku: str) -> bool:
    """Whether that size, or any ("") is available."""
    return any(offer.available for offer in _offers(product, sku))


def costs(product: Product, sku: str) -> int:
    """The least that this size, or any ("") costs now, in cents; of what can be had if any."""
    offers = _offers(product, sku) or product.offers()
    return product.span(offers).lowest.cents


def _offers(product: Product, sku: str) -> Sequence[Variant]:
    return [offer for offer in product.offers() if sku in ("", offer.sku)]


def _look_if_possible(products: frozenset[str]) -> None:
    try:
        look(products)
    except DATABASE_ERRORS as away:
        logger.warning("Who waits for a product is told later: %s", cause_of(away))
