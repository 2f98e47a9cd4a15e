"""An import that says how many pieces there are."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps

from shop.catalog.imports import ImportRow, import_rows
from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.stock import counting, reserving
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


def sell(sku: str) -> None:
    reserving.reserve(sku, {sku: 1}, seconds=60)
    reserving.commit(sku)


def test_a_file_that_says_what_it_said_puts_back_nothing() -> None:
    import_rows([ROW])
    sell("A1-S")
    report = import_rows([ROW])
    assert report.remarks == ["The stock of 1 size is unchanged in the file: left as it is."]
    assert on_hand() == {"A1-S": 3, "A1-M": 0}
    assert Movement.objects.filter(key="import").count() == 1


def test_another_number_is_news_and_the_first_number_again_too() -> None:
    import_rows([ROW])
    sell("A1-S")
    assert import_rows([replace(ROW, stock=(9, 0))]).remarks == [
        "The stock of 1 size was set to what the file says."
    ]
    assert on_hand()["A1-S"] == 9
    import_rows([ROW])
    assert on_hand()["A1-S"] == 4


def test_what_is_sold_before_an_import_is_taken_up_again_is_told_as_if_it_had_not_stopped() -> None:
    for _attempt in range(2):
        report = import_rows([ROW], mark="an import")
        assert (report.stock_set, report.stock_left) == (2, 0)
        sell("A1-S")
    assert on_hand() == {"A1-S": 3, "A1-M": 0}
    report = import_rows([ROW], mark="another")
    assert (report.stock_set, report.stock_left) == (0, 1)


def test_what_somebody_counted_since_stays() -> None:
    import_rows([ROW])
    product = Product.objects.get(sku="A1")
    counting.count(str(product.pk), {"A1-M": 5}, key="merchant")
    assert import_rows([ROW]).stock_left == 1
    assert on_hand() == {"A1-S": 4, "A1-M": 5}


def test_a_product_that_was_deleted_is_counted_anew() -> None:
    import_rows([ROW])
    sell("A1-S")
    Product.objects.get(sku="A1").delete()
    import_rows([ROW])
    assert on_hand() == {"A1-S": 4, "A1-M": 0}


def test_what_imports_named_before_it_was_kept_is_told_by_the_movements() -> None:
    import_rows([ROW])
    sell("A1-S")
    product = Product.objects.get(sku="A1")
    counting.count(str(product.pk), {"A1-M": 5}, key="merchant")
    Stock.objects.update(named=None)
    migration = import_module("shop.stock.migrations.0004_named")
    migration.name_what_imports_named(apps, None)
    assert dict(Stock.objects.values_list("sku", "named")) == {"A1-S": 4, "A1-M": None}
    import_rows([ROW])
    assert on_hand() == {"A1-S": 3, "A1-M": 0}


def test_without_pieces_nothing_is_counted() -> None:
    import_rows([replace(ROW, stock=())])
    assert on_hand() == {}


@pytest.mark.parametrize("sizes", [None, ()], ids=["no column", "an empty cell"])
def test_a_product_without_sizes_keeps_its_pieces(sizes: tuple[str, ...] | None) -> None:
    """A size that nobody counts can be sold for ever."""
    category = Category.objects.create(name="Shirts", slug="shirts")
    plain = Product.objects.create(sku="A1", name="Shirt", category=category, price_cents=1)
    counting.count(str(plain.pk), {"A1": 1})
    assert str(import_rows([replace(ROW, sizes=sizes, stock=())])) == "1 updated"
    product = Product.objects.get(sku="A1")
    assert (product.price_cents, product.variants) == (4900, [])
    assert reserving.available(["A1"]) == {"A1": 1}
    assert Stock.objects.get().offered


def test_a_product_of_colours_alone_keeps_its_pieces() -> None:
    category = Category.objects.create(name="Shirts", slug="shirts")
    colours = [Variant(colour=colour, sku=f"A1-{colour.upper()}") for colour in ("Red", "Blue")]
    product = Product.objects.create(
        sku="A1", name="Shirt", category=category, price_cents=1, variants=colours
    )
    counting.count(str(product.pk), {"A1-RED": 1, "A1-BLUE": 1})
    import_rows([replace(ROW, sizes=(), stock=())])
    assert reserving.available(["A1-RED", "A1-BLUE"]) == {"A1-RED": 1, "A1-BLUE": 1}
    assert Product.objects.get(sku="A1").skus() == ["A1", "A1-RED", "A1-BLUE"]


def test_pieces_follow_the_skus_that_a_file_states() -> None:
    import_rows([ROW])
    sell("A1-S")
    assert str(import_rows([replace(ROW, skus=("4006", "4007"))])) == "1 updated"
    assert on_hand() == {"4006": 3, "4007": 0}
    assert str(import_rows([replace(ROW, skus=("4006", "4007"))])) == "1 unchanged"
    assert on_hand() == {"4006": 3, "4007": 0}


def test_a_sku_of_another_product_is_counted_anew() -> None:
    """Whatever was said of it before was about other pieces."""
    import_rows([replace(ROW, skus=("4006", "4007"))])
    product = Product.objects.get()
    product.variants[0].sku = "4009"
    product.save()
    Stock.objects.create(sku="4006", product=str(product.pk), on_hand=1, named=4)
    other = replace(ROW, sku="B1", sizes=("S",), skus=("4006",), stock=(4,))
    assert import_rows([other]).stock_set == 1
    assert on_hand() == {"4009": 4, "4007": 0, "4006": 4}
