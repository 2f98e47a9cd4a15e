"""Feeds of products as Google Merchant and Meta take them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from pytest_django import Settings

from shop.catalog.imports import ImportRefused
from shop.catalog.imports.formats import feed_xml
from shop.catalog.imports.formats.listing import Loss
from shop.catalog.imports.rows import ImportRow
from tests.shop.catalog.foreign_files import Cells, listed, listing, refused, rows, written

COLUMNS = (
    *("id", "title", "description", "link", "image_link", "additional_image_link", "price"),
    *("sale_price", "sale_price_effective_date", "availability", "brand", "gtin", "mpn"),
    *("product_type", "google_product_category", "item_group_id", "color", "size", "gender"),
    *("age_group", "material", "pattern", "quantity_to_sell_on_facebook"),
)
COAT = {
    "id": "C-1",
    "title": "Coat",
    "description": "Long &amp; warm",
    "link": "https://shop.example.com/coat",
    "image_link": "https://shop.example.com/coat.jpg?w=800",
    "price": "1299.00 EUR",
    "availability": "in stock",
    "product_type": "Home > Women > Coats",
}
HERE = ZoneInfo(settings.TIME_ZONE)


@pytest.fixture(autouse=True)
def euros(settings: Settings) -> None:
    settings.CURRENCY = "EUR"


def table(*items: Cells, delimiter: str = "\t") -> bytes:
    return written(COLUMNS, *items, delimiter=delimiter)


def one(content: bytes) -> ImportRow:
    (row,) = rows(content)
    return row


def rss(*items: str, declared: str = 'xmlns:g="http://base.google.com/ns/1.0"') -> bytes:
    head = f'<?xml version="1.0"?>\n<rss version="2.0" {declared}><channel><title>Shop</title>'
    return "\n".join((head, *items, "</channel></rss>")).encode()


ITEM = """<item><g:id>C-1</g:id><title>Coat</title><g:price>1299.00 EUR</g:price>
<g:availability>in_stock</g:availability>{more}</item>"""


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_a_table(delimiter: str) -> None:
    (product,) = listed(table(COAT, delimiter=delimiter))
    row = product.row
    assert (row.sku, row.skus, row.name, row.price_cents) == ("C-1", ("C-1",), "Coat", 129900)
    assert (row.category, row.description) == ("Women > Coats", "Long & warm")
    assert (row.sizes, row.available, row.stock) == (("One size",), (True,), ())
    assert product.addresses == ("https://shop.example.com/coat.jpg?w=800",)


def test_googles_headings_may_have_spaces() -> None:
    content = table(COAT).replace(b"image_link", b"image link")
    assert listed(content)[0].addresses == ("https://shop.example.com/coat.jpg?w=800",)


@pytest.mark.parametrize("remark", ['"# Required | One, two",', "# Required | One, two,"])
def test_metas_remarks_above_the_columns_are_passed_over(remark: str) -> None:
    content = f"{remark}\n".encode() + table(COAT, {**COAT, "id": ""}, delimiter=",")
    assert [row.sku for row in rows(content[: content.rindex(b"\r\n,")])] == ["C-1"]
    assert refused(content) == [(4, "Line 4: The id is empty.")]


def test_rss_with_names_of_both_kinds() -> None:
    more = "<g:title>Wool coat</g:title><description>&lt;p&gt;Warm&lt;/p&gt;</description>"
    row = one(rss(ITEM.format(more=more)))
    assert (row.name, row.description, row.price_cents, row.line) == (
        "Wool coat",
        "Warm",
        129900,
        3,
    )


def test_atom_with_a_prefix_of_its_own() -> None:
    content = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:p="http://base.google.com/ns/1.0">
    <title>Shop</title><entry><id>tag:1</id><p:id>C-1</p:id><title>Coat</title>
    <link href="https://shop.example.com/coat"/><summary>Warm</summary>
    <p:price>1299.00 EUR</p:price></entry></feed>"""
    row = one(content)
    assert (row.sku, row.name, row.description) == ("C-1", "Coat", "Warm")


def test_names_of_somebody_elses_are_not_taken() -> None:
    declared = 'xmlns:g="http://base.google.com/ns/1.0" xmlns:m="http://search.yahoo.com/mrss/"'
    assert one(rss(ITEM.format(more="<m:color>Red</m:color>"), declared=declared)).colours is None


def test_a_prefix_that_nobody_declared_is_the_feeds() -> None:
    assert one(rss(ITEM.format(more=""), declared="")).price_cents == 129900


def test_only_direct_children_count() -> None:
    shipping = "<g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping>"
    content = rss(f"<item><g:id>C-1</g:id><title>Coat</title>{shipping}</item>")
    assert refused(content) == [(3, "Line 3: The price is empty.")]


def test_of_several_colours_one_counts_and_of_pictures_all() -> None:
    more = (
        "<g:color>Navy/White</g:color><g:color>Red</g:color>"
        "<g:image_link>https://x.example/1.jpg</g:image_link>"
        "<g:additional_image_link>https://x.example/2,b.jpg</g:additional_image_link>"
        "<g:additional_image_link>https://x.example/3.jpg</g:additional_image_link>"
    )
    (product,) = listed(rss(ITEM.format(more=more)))
    assert product.row.colours == ["Navy", "White"]
    assert product.addresses == tuple(f"https://x.example/{n}.jpg" for n in ("1", "2,b", "3"))


def test_metas_numbered_columns() -> None:
    columns = ("id", "title", "price", "image[0].url", "image[1].url", "availability")
    content = written(
        columns, dict(zip(columns, ("1", "Coat", "9 EUR", "a", "b", ""), strict=True))
    )
    assert listed(content)[0].addresses == ("a,b",)


def test_items_of_a_group_are_a_product_of_each_colour() -> None:
    def item(number: str, colour: str, size: str, **more: str) -> Cells:
        told = {"id": number, "item_group_id": "Lido", "color": colour, "size": size}
        return {**COAT, **told, **more}

    other, navy, white = rows(
        table(
            item("1", "Navy", "S"),
            {**COAT, "id": "Z"},
            item("2", "White", "S"),
            item("3", "Navy", "M", availability="out_of_stock"),
        )
    )
    assert (navy.sku, navy.sizes, navy.skus) == ("LIDO-NAVY", ("S", "M"), ("1", "3"))
    assert navy.available == (True, False)
    assert (white.sku, white.skus) == ("LIDO-WHITE", ("2",))
    assert (navy.style, white.style) == ("Lido", "Lido")
    assert (other.sku, other.style) == ("Z", None)


@pytest.mark.parametrize(
    ("told", "since", "until"),
    [
        (
            "2026-02-24T11:07+0100/2026-02-28T23:07+01:00",
            datetime(2026, 2, 24, 11, 7, tzinfo=ZoneInfo("Europe/Berlin")),
            datetime(2026, 2, 28, 23, 7, tzinfo=ZoneInfo("Europe/Berlin")),
        ),
        (
            "2026-02-24T11:07 / 2026-02-28T23:07",
            datetime(2026, 2, 24, 11, 7, tzinfo=HERE),
            datetime(2026, 2, 28, 23, 7, tzinfo=HERE),
        ),
        (
            "2026-02-24/2026-02-28",
            datetime(2026, 2, 24, tzinfo=HERE),
            datetime(2026, 3, 1, tzinfo=HERE),
        ),
    ],
)
def test_a_sale_and_when_it_holds(told: str, since: datetime, until: datetime) -> None:
    sale = {"sale_price": "999.00 EUR", "sale_price_effective_date": told}
    row = one(table({**COAT, **sale}))
    assert (row.price_cents, row.facts["sale_price_cents"]) == (129900, 99900)
    assert (row.facts["sale_from"], row.facts["sale_until"]) == (since, until)


def test_sales_of_several_times_are_given_up_for_the_usual_price() -> None:
    group = {"item_group_id": "Lido", "sale_price": "999.00 EUR"}
    days = ("2026-01-01/2026-01-02", "2026-02-01/2026-02-02")
    (product,) = listed(
        table(
            *(
                {**COAT, **group, "id": day, "size": day, "sale_price_effective_date": day}
                for day in days
            )
        )
    )
    assert product.row.prices == (129900, 129900)
    assert product.row.facts["sale_price_cents"] is None
    assert Loss.REDUCTION in product.losses


@pytest.mark.parametrize(
    ("price", "cents"),
    [("1299.00 EUR", 129900), ("EUR 12.5", 1250), ("49,90 EUR", 4990), ("7", 700)],
)
def test_prices(price: str, cents: int) -> None:
    assert one(table({**COAT, "price": price})).price_cents == cents


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"price": "10.00 USD"}, "The price '10.00 USD' is not in the shop's currency, EUR."),
        ({"price": "1.299 EUR"}, "The price '1.299' could be thousands or decimals"),
        ({"price": "cheap"}, "The price 'cheap' is not a number such as 49.90."),
        ({"title": ""}, "The title is empty."),
        ({"availability": "maybe"}, "The availability 'maybe' is not known."),
        (
            {"sale_price": "9 EUR", "sale_price_effective_date": "soon"},
            "The sale_price_effective_date 'soon' is no two times with a slash between.",
        ),
    ],
)
def test_what_is_refused(cells: Cells, reason: str) -> None:
    ((line, told),) = refused(table({**COAT, **cells}))
    assert line == 2
    assert told.startswith(f"Line 2: {reason}")


# What is not well formed, or no feed


BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<rss><channel><item><id>&b;</id></item></channel></rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss SYSTEM "file:///etc/passwd">
<rss><channel><item><id>1</id></item></channel></rss>"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "feed.xml declares a document type, which no feed needs: leave it out."),
        (OUTSIDE, "feed.xml declares a document type, which no feed needs: leave it out."),
        (b"<?xml version='1.0'?><svg/>", "feed.xml is no feed: it begins with svg"),
        (b"<rss><channel><item>", "feed.xml cannot be read as XML at line 1: no element found"),
        (b"<rss><channel>\n<item></channel></rss>", "at line 2: mismatched tag"),
        (b"<rss><channel/></rss>", "feed.xml lists no products."),
        (b"<rss>" + b"<a>" * 60, "feed.xml nests too deeply."),
        (b"<rss>&unknown;</rss>", "undefined entity"),
    ],
)
def test_what_is_no_feed(content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        listing(content)
    assert reason in str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    text = rss(ITEM.format(more="<g:color>Röte</g:color>")).decode()
    declared = text.replace('"1.0"?', f'"1.0" encoding="{encoding}"?', 1)
    assert one(declared.encode(encoding)).colours == ["Röte"]


def test_a_long_text_is_named() -> None:
    more = f"<g:description>{'x' * (feed_xml.MAX_CELL + 1)}</g:description>"
    content = rss(ITEM.format(more=more), ITEM.format(more=""))
    assert refused(content) == [(3, "The description is longer than 65,536 characters.")]


def test_items_are_read_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [ITEM.replace("C-1", f"C-{n}").format(more="") for n in range(20)]
    whole = [row.sku for row in rows(rss(*items))]
    monkeypatch.setattr(feed_xml, "_PIECE", 7)
    assert [row.sku for row in rows(rss(*items))] == whole == [f"C-{n}" for n in range(20)]
