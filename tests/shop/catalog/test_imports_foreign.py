"""Files of other shops become products, with the photographs that lie beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from shop.catalog.imports import (
    ImportRow,
    Previewed,
    Report,
    import_rows,
    open_source,
    previewing,
)
from shop.catalog.models import Product
from shop.stock.models import Stock
from tests.shop.catalog.catalogues import write_zip
from tests.shop.catalog.exchange import magento
from tests.shop.catalog.foreign_files import OLD, written
from tests.shop.catalog.shelves import jpeg

pytestmark = pytest.mark.django_db

SHIRT = {
    "Handle": "lido",
    "Title": "Lido",
    "Type": "Shirts",
    "Published": "true",
    "Status": "active",
    "Variant Price": "49.90",
    "Image Src": "https://cdn.example.com/s/files/1/lido%20front.jpg?v=1712",
}


def imported(path: Path, mark: str = "") -> Report:
    with open_source(path) as source:
        return import_rows(source, report=Report(notes=source.notes), mark=mark)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of two products, alone in its folder."""
    coat = {**SHIRT, "Handle": "coat", "Title": "Coat", "Variant Inventory Qty": "3"}
    path = tmp_path / "products_export.csv"
    tracked = {"Variant Inventory Tracker": "shopify", "Image Src": ""}
    path.write_bytes(written(OLD, SHIRT, coat | tracked))
    return path


def test_what_has_no_photograph_comes_as_a_draft(export: Path) -> None:
    report = imported(export)
    assert (report.created, report.bad) == (2, [])
    assert {product.status for product in Product.objects.all()} == {"draft"}
    assert report.notes[0] == (
        "2 products have no photograph among the files, and none is fetched: those that are "
        "new come as drafts, the others keep what they have."
    )
    assert Stock.objects.get().on_hand == 3


def test_a_second_import_changes_nothing(export: Path) -> None:
    imported(export)
    report = imported(export)
    assert (report.unchanged, report.updated, report.bad) == (2, 0, [])


def test_a_photograph_beside_the_table_shows_its_product(export: Path) -> None:
    imported(export)
    write_zip(export.parent / "images.zip", {"shop/lido front.jpg": jpeg("red")})
    report = imported(export)
    assert (report.updated, report.unchanged) == (1, 1)
    lido = Product.objects.get(sku="LIDO")
    assert (lido.status, len(lido.photographs)) == ("published", 1)
    (export.parent / "images.zip").unlink()
    with open_source(export) as source:
        seen = previewing.preview(source)[0]
        assert isinstance(seen, Previewed)
        assert (seen.photographs, "photographs" in seen.missing) == (1, False)
    assert imported(export).unchanged == 2
    lido.refresh_from_db()
    assert (lido.status, len(lido.photographs)) == ("published", 1)


def test_what_a_merchant_shows_without_photographs_stays_shown(export: Path) -> None:
    imported(export)
    product = Product.objects.get(sku="COAT")
    product.status = "published"
    product.save()
    assert imported(export).unchanged == 2


def test_an_import_goes_on_where_it_was_broken_off(export: Path) -> None:
    with open_source(export) as source:
        first = next(iter(source))
        report = import_rows([first], mark="m")
        import_rows(source, report=report, mark="m")
    assert (report.created, report.unchanged) == (2, 0)


def test_a_preview_writes_nothing(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_catalog", export, "--preview")
    told = capsys.readouterr().out
    assert "Shopify's CSV, 2 rows. Nothing is written." in told
    assert (
        "line 2: Lido (LIDO): new; draft; in Shirts; 49.90; sizes One size; 0 photographs; "
        "missing: photographs, description, colours, gender, stock"
    ) in told
    assert "none is fetched" in told
    assert not Product.objects.exists()


def test_a_preview_refuses_what_the_import_refuses(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("sku,name,category,price,sizes\nS-1,Shirt,Shirts,9,S\nS-2,Coat,Coats,9,S|S\n")
    with open_source(path) as source:
        seen = previewing.preview(source)
        assert seen == import_rows(source).bad
    assert len(seen) == 2


def test_a_feed_in_xml_says_what_can_be_had(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    item = (
        "<item><id>C-1</id><title>Coat</title><price>99.00</price><availability>{}</availability>"
    )
    feed = "<rss><channel>{}</item></channel></rss>"
    path.write_text(feed.format(item.format("out_of_stock")))
    assert imported(path).created == 1
    assert not Product.objects.get().is_available
    path.write_text(feed.format(item.format("in stock")))
    assert imported(path).updated == 1
    assert Product.objects.get().is_available
    assert imported(path).unchanged == 1


def test_a_draft_is_shown_by_the_import_that_brings_its_photograph(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price,image_link\nC-1,Coat,99.00,https://x.example/c.jpg\n")
    assert imported(path).created == 1
    assert Product.objects.get().status == "draft"
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "c.jpg").write_bytes(jpeg("red"))
    assert imported(path).updated == 1
    assert Product.objects.get().status == "published"


def test_paths_within_another_shop_are_not_fetched(tmp_path: Path, settings: Settings) -> None:
    settings.FETCH = True
    path = tmp_path / "products.csv"
    path.write_bytes(magento.write({**magento.HAT, "base_image": "/h/a/hat.jpg"}))
    with open_source(path) as source:
        (row,) = source
        assert isinstance(row, ImportRow)
        assert (row.addresses, row.photographs) == ((), ())
        assert source.notes[0].startswith("1 product has no photograph among the files")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "hat.jpg").write_bytes(jpeg("red"))
    with open_source(path) as source:
        (row,) = source
        assert isinstance(row, ImportRow)
        assert len(row.photographs) == 1
