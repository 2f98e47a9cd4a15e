"""Magento's CSV of products, beyond what exchange/magento.py shows."""

from __future__ import annotations

import pytest

from tests.shop.catalog.exchange.magento import HAT, SHIRT, SIZES, size, write
from tests.shop.catalog.foreign_files import Cells, listed, listing, refused, rows, written


def test_a_file_is_told_by_its_columns() -> None:
    assert listing(write(HAT)).layout == "Magento's CSV"
    few = ("name", "product_type", "price", "attribute_set_code", "sku")
    assert rows(written(few, {name: HAT[name] for name in few}))[0].sku == "HAT-7"


def test_sizes_may_stand_before_their_product_and_apart() -> None:
    hat, shirt = rows(write(SIZES[0], HAT, SHIRT, SIZES[1]))
    assert (hat.sku, shirt.sku, shirt.sizes, shirt.name) == (
        "HAT-7",
        "LIDO-NAVY",
        ("S", "M"),
        "Lido",
    )


def test_each_colour_is_a_product_with_its_own_photographs_and_sale() -> None:
    variations = "sku=A,color=Navy,size=S|sku=B,color=White,size=S"
    shirt = {**SHIRT, "configurable_variations": variations, "base_image": "/shirt.jpg"}
    navy, white = listed(
        write(
            shirt,
            size("A", base_image="/navy.jpg", special_price="39.9000"),
            size("B", base_image="/white.jpg", product_online="2"),
        )
    )
    assert (navy.row.sku, white.row.sku) == ("LIDO-NAVY", "LIDO-WHITE")
    assert (navy.addresses, white.addresses) == (
        ("/navy.jpg", "/shirt.jpg"),
        ("/white.jpg", "/shirt.jpg"),
    )
    assert (navy.row.facts["sale_price_cents"], white.row.facts["sale_price_cents"]) == (3990, None)
    assert (navy.row.stock, white.row.stock, white.row.status) == ((4,), (0,), "published")


def test_what_a_store_view_says_of_a_size_is_not_said_of_its_product() -> None:
    german = {"sku": "LIDO-N-S", "store_view_code": "de", "name": "Lido - marine - S"}
    (shirt,) = rows(write(SHIRT, *SIZES, german))
    assert shirt.texts == {}


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([{**HAT, "sku": ""}], "The sku is empty."),
        ([{**HAT, "name": ""}], "The name is empty."),
        ([{**HAT, "price": ""}], "Line 2: The price is empty."),
        ([{**HAT, "price": "dear"}], "Line 2: The price 'dear' is not a number such as 49.90."),
        ([{**HAT, "product_type": "bundle"}], "It is no product of its own: its type is bundle."),
        ([SHIRT], "It has no variations."),
        ([HAT, HAT], "Its SKU stands in the file 2 times."),
        (
            [{**HAT, "store_view_code": "de"}],
            "The file holds of it only what a store view says.",
        ),
        (
            [{**HAT, "special_price": "9", "special_price_from_date": "31/31/26"}],
            "Line 2: The special_price_from_date '31/31/26' is no day such as 2026-12-24 and no "
            "time.",
        ),
    ],
)
def test_what_is_refused(told: list[Cells], reason: str) -> None:
    assert refused(write(*told)) == [(2, reason)]
