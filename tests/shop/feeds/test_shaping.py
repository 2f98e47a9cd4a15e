"""Whatever a merchant typed comes out in a shape that keeps the rules."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from shop.feeds import shaping, writing
from shop.feeds.channels import CHANNELS, Item
from shop.feeds.reading import rss_items, tsv_items
from shop.feeds.rules import faults

# Signs that matter, beside all others.
TEXTS = st.text() | st.text(st.sampled_from("<>/!&;\tab \n\"'\x0b,|-"), max_size=60)


def shaped(sku: str, text: str, colours: list[str]) -> Item:
    told = {
        "id": shaping.identity(sku) or "empty",
        "item_group_id": shaping.group(sku) or "empty",
        "title": shaping.line(text, 150) or "empty",
        "description": shaping.paragraphs(text, 5000) or "empty",
        "link": "https://shop.example/p/coat/?colour=a&size=b",
        "image_link": "https://shop.example/a.jpg",
        "availability": "in_stock",
        "condition": "new",
        "price": "1.00 EUR",
        "color": shaping.colours(colours),
    }
    return {name: [value] for name, value in told.items() if value}


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=4))
def test_any_text_keeps_the_rules_and_is_read_back(sku: str, text: str, named: list[str]) -> None:
    made = shaped(sku, text, named)
    xml = "".join(writing.rss([made], title="Ada & Co", link="https://shop.example/"))
    read = list(rss_items(io.BytesIO(xml.encode())))
    # As every reader of XML does it.
    lined = {name: [value.replace("\r", "\n") for value in there] for name, there in made.items()}
    assert read == [lined]
    assert list(faults(read, CHANNELS["google"])) == []
    rows = "".join(writing.tsv([made])).splitlines(keepends=True)
    assert list(faults(tsv_items(rows), CHANNELS["google"])) == []


def test_colours_that_look_like_a_tag_together_are_none() -> None:
    assert shaping.colours(["<", "A>"]) == "(/A)"


def test_long_texts_end_with_a_word() -> None:
    assert shaping.line("word " * 40, 150) == ("word " * 30).strip()
    assert shaping.line("x" * 151, 150) == "x" * 150


def test_long_skus_stay_apart_and_the_same() -> None:
    first, second = (shaping.identity("x" * 60 + end) for end in "ab")
    assert first != second
    assert (len(first), first) == (50, shaping.identity("x" * 60 + "a"))
    assert shaping.identity("COAT-M") == "COAT-M"


def test_a_group_has_letters_that_it_may_have() -> None:
    assert shaping.group("lido-shirt_2") == "lido-shirt_2"
    assert shaping.group("Lido shirt").startswith("Lido-shirt-")
    assert len({shaping.group(name) for name in ("Lido shirt", "Lido-shirt", "Мода", "")}) == 4


def test_colours_are_one_value() -> None:
    assert shaping.colours(["Navy", "White/Red", "Navy", "Sage"]) == "Navy/White/Red"
    assert shaping.colours(["x" * 45, "y" * 45, "z" * 45]) == "/".join(["x" * 40, "y" * 40])
    assert shaping.colours([]) == ""
