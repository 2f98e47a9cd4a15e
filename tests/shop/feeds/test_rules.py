"""A feed that is right keeps the rules, and each rule is broken by one change."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from shop.feeds.channels import ATTRIBUTES, CHANNELS, Item
from shop.feeds.rules import faults

GOOGLE, META = CHANNELS["google"], CHANNELS["meta"]


def item(**changed: str | list[str] | None) -> Item:
    """A coat as Google wants it, but for what is changed; None leaves it out."""
    told: dict[str, str | list[str] | None] = {
        "id": "COAT-M",
        "item_group_id": "COAT",
        "title": "Coat",
        "description": "Soft < warm > long.\nOf wool.",
        "link": "https://shop.example/p/coat/?colour=Dark+blue",
        "image_link": "https://shop.example/pictures/1280/a.jpg",
        "additional_image_link": [f"https://shop.example/{n}.jpg" for n in range(10)],
        "availability": "in_stock",
        "condition": "new",
        "price": "120.00 EUR",
        "sale_price": "99.00 EUR",
        "sale_price_effective_date": "2026-12-01T00:00+01:00/2026-12-24T23:59+01:00",
        "brand": "Ada",
        "gtin": "4006381333931",
        "mpn": "C-1",
        "identifier_exists": "yes",
        "product_type": "Women > Coats",
        "color": "Navy/White",
        "size": "M",
        "size_type": "petite",
        "gender": "female",
        "age_group": "adult",
        "material": "Wool",
        **changed,
    }
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in told.items()
        if value is not None
    }


def broken(*items: Item) -> list[str]:
    return [f"{fault.attribute} {fault.sentence}" for fault in faults(items, GOOGLE)]


def test_a_feed_that_is_right_keeps_them() -> None:
    assert broken(item(), item(id="COAT-L", size="L")) == []
    other = item(availability="in stock", brand=None, gtin=None)
    assert list(faults([other], META)) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("id", "x" * 51, "has 51 characters, and may have 50"),
        ("item_group_id", "x" * 51, "has 51 characters, and may have 50"),
        ("item_group_id", "Lido shirt", "has other signs"),
        ("title", None, "is missing"),
        ("title", "x" * 151, "has 151 characters"),
        ("title", " Coat", "has space around it"),
        ("description", "x" * 5001, "has 5001 characters"),
        ("description", "Soft <b>and</b> warm", "has tags"),
        ("description", "So\x0bft", "has control characters"),
        ("link", "/p/coat/", "is no whole address"),
        ("link", "https://shop.example/p/a coat/", "is no whole address"),
        ("image_link", None, "is missing"),
        ("additional_image_link", ["https://shop.example/a.jpg"] * 11, "is there 11 times"),
        ("availability", "in stock", "may be in_stock, out_of_stock"),
        ("condition", "fine", "may be new"),
        ("price", "120,00 EUR", "not like 49.90 EUR"),
        ("price", "0.00 EUR", "not like 49.90 EUR"),
        ("sale_price", "99.00 USD", "in the same currency"),
        ("sale_price", "120.00 EUR", "is not less than the price"),
        ("sale_price", None, "is there without a sale price"),
        ("sale_price_effective_date", "2026-12-01T00:00/2026-12-24T00:00", "with zones"),
        ("sale_price_effective_date", "2026-12-24T00:00Z/2026-12-01T00:00Z", "in order"),
        ("sale_price_effective_date", "2026-12-24T00:00Z", "not two times"),
        ("gtin", "4006381333932", "which is no GTIN"),
        ("gtin", "40063813339", "which is no GTIN"),
        ("gtin", "2000000000008", "shops give out themselves"),
        ("identifier_exists", "no", "though there are identifiers"),
        ("color", "Navy/White/Red/Blue", "names 4 colours"),
        ("color", "x" * 41, "longer than 40"),
        ("color", "Navy/", "is empty"),
        ("color", ["Navy", "White"], "is there 2 times"),
        ("size_type", "oversize", "may be regular"),
        ("gender", "women", "may be male"),
        ("age_group", "child", "may be newborn"),
        ("shipping", "free", "is no attribute"),
    ],
)
def test_what_breaks_one(name: str, value: str | list[str] | None, sentence: str) -> None:
    (told,) = broken(item(**{name: value}))
    assert sentence in told


def test_items_of_a_feed_are_told_apart() -> None:
    assert broken(item(), item(size="L")) == ["id is there twice"]
    (alike,) = broken(item(), item(id="COAT-2"))
    assert "differs from this one in nothing" in alike
    (brand,) = broken(item(), item(id="COAT-2", size="L", brand="Bea"))
    assert brand.startswith("brand is not that of the others")
    (case,) = broken(item(), item(id="COAT-2", size="L", item_group_id="Coat"))
    assert case.endswith("by case alone")


def test_meta_wants_something_to_know_an_item_by() -> None:
    nameless = item(
        availability="in stock", brand=None, gtin=None, mpn=None, identifier_exists="no"
    )
    (fault,) = faults([nameless], META)
    assert str(fault) == "COAT-M: brand is missing, and so are a GTIN and a manufacturer's number"
    assert broken(item(brand=None, gtin=None, mpn=None, identifier_exists="no")) == []


def test_every_attribute_is_told_in_the_docs() -> None:
    docs = Path(settings.BASE_DIR, "docs", "exchange.md").read_text().partition("\n## Out\n")[2]
    assert [name for name in ATTRIBUTES if f"`{name}`" not in docs] == []
