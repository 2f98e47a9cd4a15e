"""What people look for is found, and what they do not mean is not: acceptance.toml says what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from shop.catalog.live.words import Bounds, View
from tests.shop.catalog.live.words.shelves_of_words import (
    Facts,
    Piece,
    demo_pieces,
    fashion_pieces,
    view_of,
)

TABLE = tomllib.loads((Path(__file__).parent / "acceptance.toml").read_text(encoding="utf-8"))

type Shop = tuple[View, list[Piece]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    pieces = list(demo_pieces())
    return view_of([one.document for one in pieces], tmp_path_factory.mktemp("demo")), pieces


@pytest.fixture(scope="module")
def fashion(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    if settings.DATA_DIR is None:
        pytest.skip("VITRINE_DATA_DIR does not point to the real data")
    pieces = list(fashion_pieces(settings.DATA_DIR))
    return view_of([one.document for one in pieces], tmp_path_factory.mktemp("fashion")), pieces


def test_the_table_asks_enough() -> None:
    queries = [row["q"] for rows in TABLE.values() for row in rows]
    assert len(queries) >= 120
    assert sum(row.get("l") == "de" for rows in TABLE.values() for row in rows) >= 40


@pytest.mark.parametrize("row", TABLE["demo"], ids=lambda row: row["q"])
def test_in_the_drawn_catalogue(row: dict[str, Any], demo: Shop) -> None:
    check(row, *demo)


@pytest.mark.parametrize("row", TABLE["fashion"], ids=lambda row: row["q"])
def test_among_real_products(row: dict[str, Any], fashion: Shop) -> None:
    check(row, *fashion)


def check(row: dict[str, Any], view: View, pieces: list[Piece]) -> None:
    found = view.search(row["q"], row.get("l", "en"))
    assert found is not None
    by_id = {piece.document.id: piece for piece in pieces}
    shown = [by_id[key] for key in found.ids()]
    assert len({piece.sku for piece in shown}) == len(shown)
    if row.get("nothing"):
        assert [piece.facts["name"] for piece in shown] == []
        return
    assert shown, f"nothing is found; left out: {found.left_out}"
    low, high = row.get("min"), row.get("max")
    sizes = tuple(row.get("sizes", ()))
    assert found.bounds == Bounds(low, high, sizes=sizes, is_new=row.get("new", False))
    fitting = [p for p in pieces if (low or 0) <= p.price_cents <= (high or p.price_cents)]
    assert list(found.left_out) == row.get("left_out", [])
    skus = {piece.sku for piece in fitting}
    check_pieces(row, [piece for piece in shown if piece.sku in skus], fitting)


def check_pieces(row: dict[str, Any], shown: Sequence[Piece], among: Sequence[Piece]) -> None:
    skus = [piece.sku for piece in shown]
    wanted = row.get("finds", []) + row.get("first", [])
    assert [sku for sku in wanted if sku not in skus] == []
    first = row.get("first", [])
    assert set(skus[: len(first)]) == set(first)
    if "every" in row:
        meant = [piece for piece in among if has(piece.facts, row["every"])]
        assert meant, "the table asks for what the catalogue does not have"
        assert told([piece for piece in meant if piece.sku not in skus]) == []
    if "only" in row:
        fits = [row["only"], *row.get("or", [])]
        strangers = [one for one in shown if not any(has(one.facts, facts) for facts in fits)]
        assert told(strangers) == []


def told(pieces: Sequence[Piece]) -> list[tuple[str, ...]]:
    return [(p.sku, p.facts["name"][0], *p.facts["kind"], *p.facts["colour"]) for p in pieces]


def has(facts: Facts, wanted: dict[str, list[str]]) -> bool:
    return all(
        any(re.search(pattern, value, re.IGNORECASE) for pattern in each for value in facts[name])
        if name == "name"
        else not set(each).isdisjoint(facts[name])
        for name, each in wanted.items()
    )
