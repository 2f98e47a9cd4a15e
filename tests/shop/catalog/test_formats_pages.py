"""Saved product pages, beyond what exchange/pages.py shows."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from shop.catalog.imports import BadRow, ImportRefused, ImportRow, open_source
from shop.catalog.imports.formats import page_data
from tests.shop.catalog.exchange.pages import GROUP, HAT, block, of_pages, page, variant, write
from tests.shop.catalog.foreign_files import listed, rows

COAT = {**HAT, "sku": "C-1", "name": "Coat"}
NOTHING = "It tells of no product with a price in schema.org's JSON-LD."


def names(content: bytes) -> list[str]:
    return [row.name for row in rows(of_pages(content))]


@pytest.mark.parametrize(
    "other",
    [
        block(None),
        '<script type="application/ld+json"></script>',
        '<script type="application/ld+json">{"@type": "Product", </script>',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">' + "[" * 900 + "]" * 900 + "</script>",
        "<script>var a = '<!-- ';</script>",
        '<script type="application/json">{"@type": "Product"}</script>',
        f"<!-- {block(COAT)} -->",
        block([1, "text", {"@type": 7}, {"@graph": "none"}]),
        block({"@type": "Product", "name": "Beside", "sku": "B"}),
    ],
)
def test_what_is_no_product_hides_no_other(other: str) -> None:
    assert names(page(other, block(HAT))) == ["Sun Hat"]
    assert names(page(block(HAT), other)) == ["Sun Hat"]


@pytest.mark.parametrize(
    "written",
    [
        block({"@graph": [{"@type": "WebPage"}, HAT]}),
        block([{"@type": "WebPage"}, HAT]),
        block({"@type": "ItemPage", "mainEntity": HAT}),
        block({**HAT, "@type": ["Product", "Thing"]}),
        block({**HAT, "@type": "http://schema.org/Product"}),
        f"<SCRIPT id=x TYPE='application/ld+json; charset=utf-8'>{json.dumps(HAT)}</SCRIPT>",
        f"<script type=application/ld+json>\n//<![CDATA[\n{json.dumps(HAT)}\n//]]>\n</script>",
        block(HAT).replace('"Sun Hat"', '"Sun\n Hat"'),
    ],
)
def test_ways_to_write_a_product(written: str) -> None:
    assert names(page(written)) == ["Sun Hat"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    told = json.dumps({**HAT, "name": "Röck"}, ensure_ascii=False)
    text = f'<html><meta charset="{encoding}"><script type="application/ld+json">{told}</script>'
    assert names(text.encode(encoding)) == ["Röck"]


def test_variants_that_only_name_their_ids_are_looked_up() -> None:
    variants = [variant("A", **{"@id": "#a"}, size="S"), variant("B", **{"@id": "#b"}, size="M")]
    group = {**GROUP, "hasVariant": [{"@id": "#a"}, {"@id": "#b"}]}
    (row,) = rows(of_pages(page(block({"@graph": [*variants, group]}))))
    assert (row.sku, row.skus, row.sizes) == ("LIDO", ("A", "B"), ("S", "M"))


def test_pages_of_one_design_are_brought_together_and_what_stands_twice_counts_once() -> None:
    white = variant("L-W", color="White", size="S")
    again = {**GROUP, "hasVariant": [*GROUP["hasVariant"], white]}
    navy, other = rows(of_pages(page(block(GROUP)), page(block(again)), page(block(again))))
    assert (navy.sku, navy.sizes, other.sku) == ("LIDO-NAVY", ("S", "M"), "LIDO-WHITE")


def test_a_page_without_a_product_is_reported_by_its_name() -> None:
    found = list(of_pages(page(), page(block(HAT))).products())
    assert found[0] == BadRow("1.html", NOTHING)
    assert len(found) == 2


def test_a_price_in_other_money_is_refused() -> None:
    offers = {"price": "9.00", "priceCurrency": "XTS"}
    (bad,) = write({**HAT, "offers": offers}).products()
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason.partition(",")[0]) == (
        "1.html",
        "1.html: The price '9.00 XTS' is not in the shop's currency",
    )


def test_pages_come_in_folders_and_zips_with_the_pictures_that_a_browser_kept(
    tmp_path: Path,
) -> None:
    shown = {**HAT, "image": "https://x.example/files/hat%20front.jpg?v=1"}
    files = {"Sun Hat.html": page(block(shown)), "Sun Hat_files/hat front.jpg": b"picture"}
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
            (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "pages" / name).write_bytes(content)
    for path in (tmp_path / "pages.zip", tmp_path / "pages", tmp_path / "pages/Sun Hat.html"):
        with open_source(path) as source:
            (row,) = source
            assert isinstance(row, ImportRow)
            assert (source.layout, row.line) == ("saved product pages", "Sun Hat.html")
            assert [read() for read in row.photographs] == [b"picture"]
            assert source.notes == []


def test_a_page_among_photographs_in_folders_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(page())
    (tmp_path / "shirts").mkdir()
    (tmp_path / "shirts" / "a.jpg").write_bytes(b"picture")
    with open_source(tmp_path) as source:
        assert source.layout == "folders by class"


def test_a_page_without_a_product_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page())
    with pytest.raises(ImportRefused, match="tells of no product with a price"):
        open_source(tmp_path / "a.html")


def test_a_long_text_does_not_lose_its_product() -> None:
    (product,) = listed(write({**HAT, "description": "x" * 100_000}))
    assert len(product.row.description or "") == 65_536


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", True),
        (b"<!-- saved from url=(0021)https://x.example/ -->\n<html>", True),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', True),
        (b'<?xml version="1.0"?>\n<rss><channel>', False),
        (b"sku,name\n", False),
    ],
)
def test_a_page_is_told_by_how_it_begins(content: bytes, is_one: bool) -> None:
    assert page_data.is_page(content) is is_one


def test_scripts_that_are_never_closed_are_looked_at_once() -> None:
    assert page_data.nodes(b"<script type=application/ld+json>" * 200_000) == []
