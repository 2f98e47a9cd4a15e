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
_ids: LRUCache[str, str] = LRUCache(MOST)
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
    _keep(fresh)
    found |= fresh
    return [found[id] for id in ids if id in found and found[id].is_published]


def product_at(view: View, slug: str) -> Product:
    """The product with this slug, whatever its state; not older than the view if it is published.

    Raises Product.DoesNotExist, and what MongoDB raises.
    """
    with _lock:
        id = _ids.get(slug)
    # What was deleted is still among the kept.
    found = products(view, [id]) if id and view.revisions([id]) else []
    if found and found[0].slug == slug:
        return found[0]
    product = Product.objects.get(slug=slug)
    _keep({str(product.pk): product})
    return product


def _keep(found: dict[str, Product]) -> None:
    with _lock:
        _kept.update(found)
        _ids.update((product.slug, id) for id, product in found.items())


def at_hand(ids: Sequence[str]) -> list[Product]:
    """Those of these products that are in memory, as they were lately, without asking MongoDB."""
    with _lock:
        found = [product for id in ids if (product := _kept.get(id)) is not None]
    return [product for product in found if product.is_published]


def _revision(product: Product) -> int:
    return milliseconds(product.revision)
