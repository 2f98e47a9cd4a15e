"""An import that says how many pieces there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shop.catalog.imports import ImportRow, import_rows
from shop.catalog.models import Product
from shop.stock import reserving
from shop.stock.models import Movement, Stock
from tests.drawn import jpeg

pytestmark = pytest.mark.django_db

ROW = ImportRow(
    sku="A1",
    name="Shirt",
    category="Shirts",
    gender="women",
    kind="Shirt",
    colours=["Navy"],
    season="",
    usage="",
    price_cents=4900,
    description="",
    sizes=("S", "M"),
    photographs=(lambda: jpeg("Shirt", "Navy"),),
    line=2,
    stock=(4, 0),
)


def on_hand() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def test_pieces_are_counted() -> None:
    import_rows([ROW])
    assert on_hand() == {"A1-S": 4, "A1-M": 0}
    assert set(Stock.objects.values_list("product", flat=True)) == {
        str(Product.objects.get(sku="A1").pk)
    }
    assert list(Movement.objects.values_list("sku", "delta", "key")) == [("A1-S", 4, "import")]


def test_the_row_is_the_truth_about_what_it_names() -> None:
    import_rows([ROW])
    reserving.reserve("a", {"A1-S": 1}, seconds=60)
    reserving.commit("a")
    assert str(import_rows([replace(ROW, stock=())])) == "1 unchanged"
    assert on_hand() == {"A1-S": 3, "A1-M": 0}
    assert str(import_rows([replace(ROW, stock=(3, 7))])) == "1 unchanged"
    assert on_hand() == {"A1-S": 3, "A1-M": 7}


def test_without_pieces_nothing_is_counted() -> None:
    import_rows([replace(ROW, stock=())])
    assert on_hand() == {}
