"""A selection saved as a CSV file, and what becomes of the shop where it is imported again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.imports import import_rows, open_source
from shop.catalog.imports.formulas import guarded, unguarded
from shop.catalog.imports.rows import Report
from shop.catalog.models import Category, Product
from shop.catalog.parts import Attribute, Variant
from shop.config.routers import catalogue_connection
from shop.stock import counting, reserving
from shop.stock.models import Stock
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/product/"
# What every saved document changes.
MOVING = ("changed", "revision", "imported")


@pytest.fixture
def shirts(db: None, no_memory: None) -> Category:
    return Category.objects.create(
        name="Shirts &amp; tops",
        slug="shirts",
        parent=Category.objects.create(name="Women", slug="women"),
    )


@pytest.fixture
def odd(shirts: Category) -> list[Product]:
    """Products of every kind that a cell can say wrongly."""
    colours = [("S", "Navy"), ("M", "Navy"), ("S", "Rust")]
    products = [
        make_product(shirts, 0, name="=SUM(A1)", description="-1 <b>&amp;\r\n'+2 </b>"),
        make_product(shirts, 1, variants=[], brand="A &amp; O", material="'=x", style="+S|T"),
        make_product(shirts, 2, variants=[Variant(size=s, colour=c) for s, c in colours]),
        make_product(shirts, 3, variants=[Variant(colour=c) for c in ("Navy", "Rust")]),
        make_product(shirts, 4, variants=[Variant(size="W32, L34", price_cents=123)]),
        make_product(
            shirts,
            5,
            status="link",
            gtin="4006381333931",
            colours=["Navy, light", "Sage"],
            attributes=[Attribute(name="Neckline", value="Crew")],
            sale_price_cents=500,
            sale_from=datetime(2026, 12, 1, 8, tzinfo=UTC),
            sale_until=datetime(2026, 12, 24, 23, 59, 59, 5000, tzinfo=UTC),
        ),
    ]
    for product in products[:5]:
        skus = [offer.sku for offer in product.offers()]
        counting.count(str(product.pk), {sku: 3 + place for place, sku in enumerate(skus)})
    # One size of several is not counted.
    counting.stop_counting(products[0].variants[0].sku)
    return products


def exported(client: Client) -> list[dict[str, str]]:
    keys = [str(product.pk) for product in Product.objects.all()]
    answer = client.post(LIST, {"action": "export", "_selected_action": keys})
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))


def read(rows: list[dict[str, str]], folder: Path) -> Report:
    """What comes of importing these rows, with no photograph beside them."""
    table = folder / "products.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with open_source(table) as source:
        return import_rows(source)


def imported(rows: list[dict[str, str]], folder: Path) -> str:
    report = read(rows, folder)
    assert not report.bad
    return str(report)


def documents() -> dict[str, dict[str, Any]]:
    found = catalogue_connection().get_collection(Product._meta.db_table).find()
    return {
        one["sku"]: {name: value for name, value in one.items() if name not in MOVING}
        for one in found
    }


def pieces() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def test_what_is_saved_and_imported_again_changes_nothing(
    admin_client: Client, odd: list[Product], tmp_path: Path
) -> None:
    before, counted = documents(), pieces()
    assert imported(exported(admin_client), tmp_path) == "6 unchanged"
    assert documents() == before
    assert pieces() == counted
    assert Category.objects.count() == 2


def test_a_price_that_was_changed_in_the_file_is_all_that_changes(
    admin_client: Client, odd: list[Product], tmp_path: Path
) -> None:
    before, counted = documents(), pieces()
    rows = exported(admin_client)
    next(row for row in rows if row["sku"] == "SKU-shirts-2")["price"] = "77.00"
    assert imported(rows, tmp_path) == "1 updated, 5 unchanged"
    before["SKU-shirts-2"]["price_cents"] = 7700
    assert documents() == before
    assert pieces() == counted


def test_pieces_that_were_sold_since_it_was_saved_are_not_put_back(
    admin_client: Client, odd: list[Product], tmp_path: Path
) -> None:
    rows = exported(admin_client)
    row = next(row for row in rows if row["sku"] == "SKU-shirts-2")
    assert row["sizes"] == "S|M|S"
    assert row["stock"] == "3|4|5"
    first, _second, third = row["skus"].split("|")
    reserving.reserve("a", {first: 1, third: 1}, seconds=60)
    reserving.commit("a")
    imported(rows, tmp_path)
    assert (pieces()[first], pieces()[third]) == (2, 4)
    # Only a number that somebody changed is news.
    row["stock"] = "3|4|9"
    imported(rows, tmp_path)
    assert (pieces()[first], pieces()[third]) == (2, 9)


def test_sizes_in_several_colours_are_known_by_their_skus_alone(
    admin_client: Client, odd: list[Product], tmp_path: Path
) -> None:
    rows = [row for row in exported(admin_client) if row["sku"] == "SKU-shirts-2"]
    rows[0]["skus"] = f"NEW{rows[0]['skus']}"
    before = documents()
    assert [row.reason for row in read(rows, tmp_path).bad] == ["The size S is there twice."]
    assert documents() == before


def test_a_new_product_wants_a_photograph(db: None, tmp_path: Path) -> None:
    rows = [{"sku": "NEW", "name": "Shirt", "category": "Shirts", "price": "1"}]
    (refused,) = read(rows, tmp_path).bad
    assert refused.reason.startswith("There is no photograph for NEW in ")
    assert not Category.objects.exists()


@given(st.text())
def test_a_guard_is_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
