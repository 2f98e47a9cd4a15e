"""Products as pages show them: those of lately from memory, the others by `_id` in one query."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from cachetools import LRUCache

from shop.catalog.live.facts import milliseconds
from shop.catalog.live.view import View
from shop.catalog.models import Product
from shop.catalog.remember import on_forget

MOST = 1000

_kept: LRUCache[str, Product] = LRUCache(MOST)
_lock = threading.Lock()
on_forget(_kept.clear)


def products(view: View, ids: Sequence[str]) -> list[Product]:
    """The published products of these ids, in their order; what is no longer there is left out.

    None is older than the view. Raises what MongoDB raises.
    """
    revisions = view.revisions(ids)
    with _lock:
        found = {id: product for id in ids if (product := _kept.get(id)) is not None}
    found = {id: one for id, one in found.items() if _revision(one) >= revisions.get(id, 0)}
    missing = [id for id in ids if id not in found]
    fresh = {str(one.pk): one for one in Product.objects.with_ids(missing)} if missing else {}
    with _lock:
        _kept.update(fresh)
    found |= fresh
    return [found[id] for id in ids if id in found and found[id].is_published]


def at_hand(ids: Sequence[str]) -> list[Product]:
    """Those of these products that are in memory, as they were lately, without asking MongoDB."""
    with _lock:
        found = [product for id in ids if (product := _kept.get(id)) is not None]
    return [product for product in found if product.is_published]


def _revision(product: Product) -> int:
    return milliseconds(product.revision)
