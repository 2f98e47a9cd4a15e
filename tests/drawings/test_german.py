"""Every drawn product is told in German as well, and in German alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from drawings.catalogue import DemoProduct, draw_catalogue, largest_count
from drawings.german import COLOURS
from drawings.palette import PALETTE
from drawings.wardrobe import categories

# Words that are in both languages' texts: the same cloths and cuts, and German words that are
# spelled like English ones.
SHARED = {
    *("an", "arm", "band", "gold", "hand", "hat", "horn", "in", "ring", "sand", "so", "warm"),
    *("wind", "set", "t", "v", "uv", "stretch", "cord", "chelsea", "fair", "isle"),
    *("blazer", "camel", "chinos", "denim", "ecru", "gabardine", "indigo", "jeans", "jersey"),
    *("jute", "merino", "nylon", "oxford", "parka", "pumps", "satin", "shirt", "shirts"),
    *("shorts", "sweatshirt", "sweatshirts", "twill"),
}


@pytest.fixture(scope="module")
def everything() -> list[DemoProduct]:
    return list(draw_catalogue(count=largest_count()))


def words(*texts: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", " ".join(texts).lower()))


def english(everything: Iterable[DemoProduct]) -> set[str]:
    told = words(*(f"{shelf.name} {shelf.line}" for shelf in categories()))
    for product in everything:
        told |= words(product.name, product.description, product.kind, product.colour)
    return told


def test_every_product_has_a_german_name_and_description(everything: list[DemoProduct]) -> None:
    assert len({product.german.name for product in everything}) == len(everything)
    for product in everything:
        assert len(product.german.name) <= 160
        assert product.german.text.count(".") >= 2
        assert product.german.text.endswith(".")


def test_every_category_has_a_german_name_and_line() -> None:
    assert len({shelf.german.name for shelf in categories()}) == len(categories())
    assert all(shelf.german.text.endswith(".") for shelf in categories())


def test_no_english_word_slips_in(everything: list[DemoProduct]) -> None:
    told = words(*(f"{shelf.german.name} {shelf.german.text}" for shelf in categories()))
    for product in everything:
        told |= words(product.german.name, product.german.text)
    assert told & english(everything) == SHARED


def test_every_colour_has_a_noun() -> None:
    assert set(COLOURS) == {colour.name.lower() for colour in PALETTE}
    assert all(name[0].isupper() for name in COLOURS.values())


@pytest.mark.parametrize(
    ("sku", "name"),
    [
        ("TSH-BRE-01", "Bretonshirt in Ecru und Marine"),
        ("SHI-GIN-01", "Vichyhemd in"),
        ("BAG-TOT-02", "Einkaufstasche aus Segeltuch in"),
        ("WAT-LWA-01", "Uhr mit Lederband in Tabak, Zifferblatt in Kreideweiß"),
        ("JEW-PEN-01", "Tropfenanhänger in Gold und Petrol"),
        ("DRE-WRA-01", "Wickelkleid in Rostrot mit Blumendruck"),
        ("DRE-SHD-04", "Hemdblusenkleid in Marine mit feinen Punkten in Kreideweiß"),
    ],
)
def test_names_are_composed_as_german_wants_it(
    everything: list[DemoProduct], sku: str, name: str
) -> None:
    assert next(each for each in everything if each.sku == sku).german.name.startswith(name)
