"""A small catalogue and a stand-in for the recommender, for the tests of the shop's pages.

Models are imported where they are used: this file is read before Django is set up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from recommender.matching import Accept, Filter
    from recommender.search import Match
    from shop.catalog.models import Category, Product


@pytest.fixture
def no_memory() -> None:
    """Nothing remembered from the test before."""
    from shop.catalog import remember

    remember.forget_all()


@pytest.fixture
def coats(db: None, no_memory: None) -> Category:
    from shop.catalog.models import Category

    return Category.objects.create(name="Coats", slug="coats", description="Long and warm.")


@pytest.fixture
def products(coats: Category, alike_by_order: None) -> list[Product]:
    """Six coats, Piece 0 to Piece 5."""
    from tests.shop.catalog.shelves import make_products

    return make_products(coats, 6)


@pytest.fixture
def alike_by_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recommender that finds every product alike, the oldest most of all."""
    from recommender import search
    from recommender.search import Match, Opinions, PhotoLook, PhotoVector, Shown

    def found(
        k: int, accept: Accept, filter: Filter | None = None, but: str = "", **_: Any
    ) -> list[Match]:
        stored = connections["catalog"].database.catalog_product.find({}, {"_id": 1}).sort("_id")
        items = [str(product["_id"]) for product in stored]
        passing = filter.accept(items) if filter else set(items)
        groups = accept([item for item in items if item in passing and item != but])
        nearest = {group: item for item, group in reversed(groups.items())}
        ranked = [item for item in items if item in nearest.values()][:k]
        scores = [0.95 - place / 10 for place in range(len(ranked))]
        return [Match(item, "", score, score) for item, score in zip(ranked, scores, strict=True)]

    def similar(item: str, **wanted: Any) -> list[Match]:
        return found(but=item, **wanted)

    def like_several(
        items: list[str], weights: list[float], k: int, accept: Accept, **_: Any
    ) -> list[Match]:
        return [match for match in found(k + len(items), accept) if match.item not in items]

    def why(*_: object) -> tuple[Shown, Shown]:
        return Shown("", None, Opinions()), Shown("", None, Opinions())

    monkeypatch.setattr(search, "similar", similar)
    monkeypatch.setattr(search, "why_similar", why)
    monkeypatch.setattr(search, "why_like", why)
    monkeypatch.setattr(search, "serving", lambda: "e" * 16)
    monkeypatch.setattr(search, "like_several", like_several)
    monkeypatch.setattr(search, "by_vector", lambda query, **wanted: found(**wanted))
    query = PhotoVector("e" * 16, np.ones(4))
    monkeypatch.setattr(search, "vector_of", lambda picture: query)
    monkeypatch.setattr(search, "look_at", lambda picture: PhotoLook(picture, query))
    monkeypatch.setattr(search, "is_current", lambda query: True)


@pytest.fixture
def search_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recommender that cannot be reached."""
    from recommender import search
    from recommender.search import SearchUnavailable

    def refuse(*_: object, **__: object) -> list[Match]:
        raise SearchUnavailable("the store is away")

    monkeypatch.setattr(search, "similar", refuse)
    for name in ("vector_of", "look_at", "is_current", "by_vector", "like_several"):
        monkeypatch.setattr(search, name, refuse)


@pytest.fixture
def mongo_queries(db: None) -> Callable[[], CaptureQueriesContext]:
    """Counts what the shop asks of MongoDB: `with mongo_queries() as queries: len(queries)`."""
    return lambda: CaptureQueriesContext(connections["catalog"])
