"""H&M's data set."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.catalog.imports import ImportRow, kinds, open_source
from shop.catalog.imports.formats.listing import Loss
from tests.shop.catalog.foreign_files import Cells, listed, refused, written

COLUMNS = (
    *("article_id", "product_code", "prod_name", "product_type_no", "product_type_name"),
    *("product_group_name", "graphical_appearance_name", "colour_group_code"),
    *("colour_group_name", "department_name", "index_name", "index_group_name"),
    *("section_no", "section_name", "garment_group_name", "detail_desc"),
)
JACKET = {
    "article_id": "0123456789",
    "product_code": "0123456",
    "prod_name": "Riva",
    "product_type_name": "Jacket",
    "product_group_name": "Garment Upper body",
    "graphical_appearance_name": "Stripe",
    "colour_group_name": "Dark Blue",
    "index_group_name": "Ladieswear",
    "section_name": "Womens Everyday",
    "detail_desc": "A short jacket, with two pockets.",
}


def test_an_article_is_a_product_of_its_codes_style() -> None:
    (product,) = listed(written(COLUMNS, JACKET))
    row = product.row
    assert (row.sku, row.style, row.name, row.gender) == ("0123456789", "0123456", "Riva", "women")
    assert (row.category, row.colours) == ("Garment Upper body > Jacket", ["Dark Blue"])
    assert (row.description, row.attributes) == (JACKET["detail_desc"], {"Pattern": "Stripe"})
    assert (row.sizes, row.price_cents) == (kinds.LETTERS, kinds.price_for("Jacket", row.sku))
    assert product.losses == {Loss.PRICE}


def test_zeros_that_a_spreadsheet_dropped_come_back() -> None:
    cells = {**JACKET, "article_id": "123456789", "product_code": "123456"}
    (product,) = listed(written(COLUMNS, cells))
    assert (product.row.sku, product.row.style) == ("0123456789", "0123456")
    assert product.addresses == ("0123456789.jpg",)


@pytest.mark.parametrize(
    ("group", "section", "gender"),
    [
        ("Menswear", "Men Suits", "men"),
        ("Divided", "Divided Basics", "women"),
        ("Baby/Children", "Kids Girl", "girls"),
        ("Baby/Children", "Young Boy", "boys"),
        ("Baby/Children", "Baby Essentials", "unisex"),
        ("Baby/Children", "Girls & Boys Shoes", "unisex"),
        ("Sport", "Men Sport", "men"),
        ("Sport", "Ladies Sport", "women"),
        ("Sport", "Sport", "unisex"),
    ],
)
def test_whom_it_is_for(group: str, section: str, gender: str) -> None:
    cells = {**JACKET, "index_group_name": group, "section_name": section}
    assert listed(written(COLUMNS, cells))[0].row.gender == gender


def test_photographs_lie_in_folders_of_three_digits(tmp_path: Path) -> None:
    (tmp_path / "articles.csv").write_bytes(written(COLUMNS, JACKET))
    (tmp_path / "customers.csv").write_text("customer_id,age\n1,30\n")
    picture = tmp_path / "images" / "012" / "0123456789.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    with open_source(tmp_path / "articles.csv") as source:
        (row,) = source
        assert isinstance(row, ImportRow)
        assert [read() for read in row.photographs] == [b"picture"]
        assert source.notes == [
            "1 product has no price in the file: it has one that fits its kind."
        ]


@pytest.mark.parametrize("column", ["article_id", "prod_name"])
def test_what_is_refused(column: str) -> None:
    cells: Cells = {**JACKET, column: ""}
    assert refused(written(COLUMNS, cells)) == [(2, f"The {column} is empty.")]
