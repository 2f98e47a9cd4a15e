"""H&M's data set."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.catalog.imports import ImportRow, kinds, open_source
from shop.catalog.imports.formats.listing import Loss
from tests.shop.catalog.exchange.hm import COLUMNS, JACKET
from tests.shop.catalog.foreign_files import Cells, listed, refused, written


def test_an_article_is_a_product_of_its_codes_style() -> None:
    (product,) = listed(written(COLUMNS, JACKET))
    row = product.row
    assert (row.sku, row.style, row.name, row.gender) == ("0123456789", "0123456", "Riva", "women")
    assert (row.category, row.colours) == ("Garment Upper body > Jacket", ["Dark Blue"])
    assert (row.description, row.attributes) == (JACKET["detail_desc"], {"Pattern": "Stripe"})
    assert (row.sizes, row.price_cents) == (kinds.LETTERS, kinds.price_for("Jacket", row.sku))
    assert product.losses == {Loss.PRICE}


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
