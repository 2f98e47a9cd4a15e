"""Files of JSON: the products of django-oscar and Vendure, beyond what exchange/ shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.imports import BadRow, ImportRefused, json_file, open_source
from shop.catalog.imports.formats.listing import Listed, Listing
from tests.shop.catalog.exchange import oscar, pages, vendure
from tests.shop.catalog.foreign_files import listing, refused, rows

KEYS = ("name", "value", "id", "sku", "price", "offers", "option", "breadcrumbs", "group", "url")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=8,
)
WHOLE = ((oscar.write, oscar.HAT), (vendure.write, vendure.SHIRT), (pages.write, pages.HAT))


@given(st.data())
def test_whatever_stands_in_a_field_makes_a_product_or_a_reason(data: st.DataObject) -> None:
    write, row = data.draw(st.sampled_from(WHOLE))
    field = data.draw(st.sampled_from([name for name in row if name not in ("@type", "slug")]))
    told = write({**row, field: data.draw(JSON)}, row)
    found = told if isinstance(told, Listing) else listing(told)
    assert all(isinstance(each, Listed | BadRow) for each in found.products())


def test_a_file_is_told_by_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "products.json"
    path.write_bytes(b"\xef\xbb\xbf" + oscar.write(oscar.HAT))
    with open_source(path) as source:
        assert (source.layout, source.total) == ("django-oscar's products", 1)
    assert listing(vendure.write(vendure.SHIRT)).layout == "Vendure's products"


def test_one_answer_of_vendure_needs_no_list() -> None:
    (answer,) = json.loads(vendure.write(vendure.SHIRT))
    assert rows(json.dumps(answer).encode())[0].sku == "LIDO-NAVY"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "a.json is JSON of no kind that is known."),
        (b'{"data": {"products": 7}}', "a.json is JSON of no kind that is known."),
        (b'[{"id": 1', "a.json cannot be read as JSON"),
        (b"[" * 200_000, "a.json cannot be read as JSON"),
        (b'["\xff"]', "a.json cannot be read as JSON"),
        (b"[" + b" " * json_file.MAX_BYTES + b"]", "a.json is larger than 16 MB."),
    ],
)
def test_what_is_no_catalogue(content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        listing(content)
    assert str(refusal.value).startswith(reason)


def test_what_is_refused_of_oscar() -> None:
    told = {**oscar.HAT, "price": {**oscar.PRICE, "currency": "XTS"}}
    (place, reason), *others = refused(
        oscar.write(
            told,
            {**oscar.HAT, "title": ""},
            {**oscar.HAT, **oscar.PARENT, "children": []},
            {**oscar.HAT, "price": "https://shop.example/api/products/7/price/"},
        )
    )
    assert place == "product 7"
    assert reason.startswith("product 7: The price '29.90 XTS' is not in the shop's currency")
    assert [reason for _place, reason in others] == [
        "The title is empty.",
        "It has no variants.",
        "product 7: The price is empty.",
    ]


def test_what_is_refused_of_vendure() -> None:
    content = vendure.write(
        {**vendure.SHIRT, "name": ""},
        {**vendure.SHIRT, "variants": []},
        {**vendure.SHIRT, "variants": [vendure.variant("A", "S", currencyCode="XTS")]},
        {**vendure.SHIRT, "variants": [vendure.variant("A", "S", priceWithTax=None)]},
    )
    assert [reason.partition(",")[0] for _place, reason in refused(content)] == [
        "The name is empty.",
        "It has no variants.",
        "lido: The priceWithTax '4990 XTS' is not in the shop's currency",
        "lido: The priceWithTax is empty.",
    ]


def test_a_child_that_the_list_holds_as_well_is_one_piece() -> None:
    child = oscar.child(41, "S")
    (hat,) = rows(oscar.write({**oscar.HAT, **oscar.PARENT}, child))
    assert hat.skus == ("HAT-41", "HAT-42")
