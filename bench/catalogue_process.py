"""A process with the catalogue in memory: `build` makes its snapshot, `ask` says how it answers."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import django
import numpy as np
from bson import ObjectId

if TYPE_CHECKING:
    from shop.catalog.live.facts import Facts
    from shop.catalog.live.view import Narrowing, View

LANGUAGES = ("en", "de")
AT_ONCE = 50_000
ROUNDS = 8
MB = 10**6


def main(step: str, folder: str, count: str) -> None:
    django.setup()
    from django.conf import settings

    settings.VAR_DIR = Path(folder, count)
    if step == "build":
        _build(int(count))
    else:
        print(json.dumps(_ask()))


def _build(count: int) -> None:
    from shop.catalog.live import snapshot
    from shop.catalog.live.table import Table
    from shop.catalog.live.vocabulary import new_vocabularies

    vocabularies = new_vocabularies()
    some = _drawn(count)
    tables = [
        Table.of(list(islice(some, AT_ONCE)), vocabularies, LANGUAGES)
        for _ in range(0, count, AT_ONCE)
    ]
    table = Table.joined([(part, np.ones(len(part), bool)) for part in tables])
    snapshot.publish(table, vocabularies, 0)


def _drawn(count: int) -> Iterator[Facts]:
    from bench.catalogue_rows import documents
    from shop.catalog.live.facts import facts_of

    at = datetime(2026, 11, 1, tzinfo=UTC)
    for number, document in enumerate(documents(count, str)):
        key = ObjectId(number.to_bytes(12))
        yield facts_of(document | {"_id": key, "created": at, "revision": at}, at, LANGUAGES)


def _ask() -> dict[str, float]:
    from shop.catalog.live import snapshot
    from shop.catalog.live.table import Table
    from shop.catalog.live.view import Layer, View
    from shop.catalog.live.vocabulary import new_vocabularies

    Table.of([], new_vocabularies(), LANGUAGES)  # What is imported at the first use.
    own, shared = _memory()
    found = snapshot.open_latest(LANGUAGES)
    assert found is not None
    view = View((Layer.whole(found.table),), found.vocabularies)
    facets = _timed(view, _facets_of_categories)
    filters = _timed(view, _facets_of_filters)
    pages = _timed(view, _pages)
    own_after, shared_after = _memory()
    return {
        "facets_ms": _p95(facets),
        "facets_p50_ms": median(facets),
        "filter_facets_ms": _p95(filters),
        "filter_facets_p50_ms": median(filters),
        "page_ms": _p95(pages),
        "own_mb": own_after - own,
        "shared_mb": shared_after - shared,
    }


def _timed(view: View, questions: Callable[[View], Sequence[Callable[[], object]]]) -> list[float]:
    """Milliseconds of each question, of which nothing was kept from the one before."""
    taken = []
    for number in range(ROUNDS + 1):
        for ask in questions(view):
            view.forget()
            start = time.perf_counter()
            ask()
            if number:
                taken.append((time.perf_counter() - start) * 1000)
    return taken


def _categories(view: View) -> list[Narrowing]:
    from shop.catalog.live.view import Narrowing

    published = {"status": {"published"}}
    names = view.facets(Narrowing.to(published)).counts["category"]
    return [
        Narrowing.to(published),
        *(Narrowing.to(published | {"category": {name}}) for name in sorted(names)),
    ]


def _facets_of_categories(view: View) -> list[Callable[[], object]]:
    return [lambda among=among: view.facets(among) for among in _categories(view)]  # type: ignore[misc]


def _facets_of_filters(view: View) -> list[Callable[[], object]]:
    from shop.catalog.live.view import Narrowing

    chosen = [
        Narrowing.to({"colour": {"blue", "black"}}),
        Narrowing.to({"gender": {"women"}, "size": {"M", "L"}}, lowest=2000),
        Narrowing.to({"sale": {"on"}, "stock": {"in"}}, highest=9000),
    ]
    everything, *categories = _categories(view)
    among = [everything, *categories[:4]]
    return [lambda a=a, c=c: view.facets(a, c) for a in among for c in chosen]  # type: ignore[misc]


def _pages(view: View) -> list[Callable[[], object]]:
    from shop.catalog.live.view import EVERYTHING

    orders = ("featured", "newest", "price", "-price", "name:en", "name:de")
    return [
        lambda a=a, order=order: view.listing(a, EVERYTHING, order, 0, 30)  # type: ignore[misc]
        for a in _categories(view)
        for order in orders
    ]


def _p95(taken: Sequence[float]) -> float:
    return quantiles(taken, n=20)[-1]


def _memory() -> tuple[float, float]:
    """What this process has alone and what it maps of files, resident, in MB."""
    told = Path("/proc/self/smaps_rollup").read_text()
    kb = {name: int(number) for name, number in re.findall(r"(\w+): +(\d+) kB", told)}
    anonymous = kb["Anonymous"]
    return anonymous * 1024 / MB, (kb["Rss"] - anonymous) * 1024 / MB


if __name__ == "__main__":
    main(*sys.argv[1:])
