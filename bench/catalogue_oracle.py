"""How often the catalogue in memory answers otherwise than a plain list of its products.

The products, changes and questions are those of tests/shop/catalog/live/test_view.py.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import django
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from shop.catalog.live.facts import Facts
    from shop.catalog.live.view import Narrowing

MOST_SHOWN = 100

type History = list[list[Facts] | list[bytes]]
type Found = list[str] | None


def main(count: str) -> None:
    django.setup()
    print(json.dumps({"wrong": wrong(int(count))}))


def wrong(count: int) -> int:
    """The differences in filters, orders and facets, over so many drawn catalogues."""
    from tests.shop.catalog.live.products import changes, narrowings
    from tests.shop.catalog.live.test_view import ORDERS, found_or_not

    differences = 0

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(changes, narrowings(), narrowings(), found_or_not, st.sampled_from(ORDERS[:-1]))
    def compare(
        history: History, among: Narrowing, chosen: Narrowing, found: Found, order: str
    ) -> None:
        nonlocal differences
        differences += _differences(history, among, chosen, found, order)

    compare()
    return differences


def _differences(
    history: History, among: Narrowing, chosen: Narrowing, found: Found, order: str
) -> int:
    from tests.shop.catalog.live import oracle
    from tests.shop.catalog.live.test_view import followed

    view, there = followed(history)
    products = list(there.values())
    fitting = oracle.select(products, among, chosen, found)
    shown = view.select(among, chosen, found).page(order, 0, MOST_SHOWN)
    told = int(shown != oracle.page(fitting, order, found))
    for designs in (False, True):
        expected = oracle.facets(products, among, chosen, found, designs=designs)
        told += view.facets(among, chosen, found, designs=designs) != expected
    return told


if __name__ == "__main__":
    main(*sys.argv[1:])
