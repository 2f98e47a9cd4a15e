"""What is said of price, size and newness in what people type."""

from __future__ import annotations

import pytest

from shop.catalog.live.words.bounds import NO_BOUNDS, Bounds, taken_out
from shop.catalog.live.words.sizes import fits


@pytest.mark.parametrize(
    ("text", "language", "rest", "bounds"),
    [
        ("shoes under 50", "en", "shoes", Bounds(None, 5000)),
        ("shoes under €50", "en", "shoes", Bounds(None, 5000)),
        ("under 49.90 euro shoes", "en", "shoes", Bounds(None, 4990)),
        ("Schuhe bis 80 €", "de", "Schuhe", Bounds(None, 8000)),
        ("Schuhe bis zu 80€", "de", "Schuhe", Bounds(None, 8000)),
        ("unter 1.000,50 Euro", "de", "", Bounds(None, 100050)),
        ("unter 1.000 Euro", "de", "", Bounds(None, 100000)),
        ("under 1,000", "en", "", Bounds(None, 100000)),
        ("over 200 coats", "en", "coats", Bounds(20000, None)),
        ("ab 20 € Hemd", "de", "Hemd", Bounds(2000, None)),
        ("between 20 and 50", "en", "", Bounds(2000, 5000)),
        ("zwischen 50 und 20 Euro", "de", "", Bounds(2000, 5000)),
        ("20 to 50 bags", "en", "bags", Bounds(2000, 5000)),
        ("bags 40 - 60 €", "en", "bags", Bounds(4000, 6000)),
        ("Taschen 40\u201360 Euro", "de", "Taschen", Bounds(4000, 6000)),
        ("€40-€60 bags", "en", "bags", Bounds(4000, 6000)),
        ("40 € bis 60 €", "de", "", Bounds(4000, 6000)),
        ("dress €50", "en", "dress", Bounds(None, 5000)),
        ("Kleid 49,90 €", "de", "Kleid", Bounds(None, 4990)),
        ("50 euro shoes", "en", "shoes", Bounds(None, 5000)),
        ("20 € - 50 bags", "en", "bags", Bounds(2000, 5000)),
        ("Kleid 50 € 38", "de", "Kleid 38", Bounds(None, 5000)),
        ("Kleid 50 € 38-40", "de", "Kleid 38-40", Bounds(None, 5000)),
        ("Socken 20 € 3 Paar", "de", "Socken 3 Paar", Bounds(None, 2000)),
        ("30 € 100% Baumwolle", "de", "100% Baumwolle", Bounds(None, 3000)),
        ("dress € 50", "en", "dress", Bounds(None, 5000)),
        ("jeans 501 €50", "en", "jeans 501", Bounds(None, 5000)),
        ("Levi's 501 - 50 €", "en", "Levi's 501 -", Bounds(None, 5000)),
        ("50 € und mehr", "de", "", Bounds(5000, None)),
        ("€50 or more", "en", "", Bounds(5000, None)),
        ("coats €200+", "en", "coats", Bounds(20000, None)),
        ("starting at 50 €", "en", "", Bounds(5000, None)),
        ("no more than 50", "en", "", Bounds(None, 5000)),
        ("nicht mehr als 50 €", "de", "", Bounds(None, 5000)),
        ("Mantel 1 000 €", "de", "Mantel 1 000 €", NO_BOUNDS),
        ("€ 1 000 coat", "en", "€ 1 000 coat", NO_BOUNDS),
        ("shoes EUR 42", "en", "shoes EUR 42", NO_BOUNDS),
        ("501 - 511", "en", "501 - 511", NO_BOUNDS),
        ("dress 50", "en", "dress 50", NO_BOUNDS),
        ("dresses on sale", "en", "dresses", Bounds(is_reduced=True)),
        ("SALE", "de", "", Bounds(is_reduced=True)),
        ("reduzierte Schuhe bis 80 €", "de", "Schuhe", Bounds(None, 8000, is_reduced=True)),
        ("size 42 shoes", "en", "shoes", Bounds(sizes=("42",))),
        ("Schuhe in Größe 42,5", "de", "Schuhe in", Bounds(sizes=("42.5",))),
        ("Schuhgröße 42", "de", "Schuh", Bounds(sizes=("42",))),
        ("shoe size 8.5 under 50", "en", "shoe", Bounds(None, 5000, sizes=("8.5",))),
        ("size M", "en", "", Bounds(sizes=("m",))),
        ("dress size medium", "en", "dress", Bounds(sizes=("m",))),
        ("jumper, size: extra large", "en", "jumper,", Bounds(sizes=("xl",))),
        ("Hemd Gr. XXL", "de", "Hemd", Bounds(sizes=("xxl",))),
        ("Gr.42", "de", "", Bounds(sizes=("42",))),
        ("size uk 8", "en", "", Bounds(sizes=("uk 8",))),
        ("Größe 38 oder 40", "de", "", Bounds(sizes=("38", "40"))),
        ("sizes 36, 38 and 40", "en", "", Bounds(sizes=("36", "38", "40"))),
        ("Größe 38-40", "de", "", Bounds(sizes=("38", "39", "40"))),
        ("size S - XL", "en", "", Bounds(sizes=("s", "m", "l", "xl"))),
        ("Größe 42 bis 80 €", "de", "", Bounds(None, 8000, sizes=("42",))),
        ("new dresses", "en", "dresses", Bounds(is_new=True)),
        ("Neue rote Kleider", "de", "rote Kleider", Bounds(is_new=True)),
        ("new in", "en", "", Bounds(is_new=True)),
    ],
)
def test_are_taken_out(text: str, language: str, rest: str, bounds: Bounds) -> None:
    left, found = taken_out(text, language, lambda _: False)
    assert (" ".join(left.split()), found) == (rest, bounds)


def test_new_in_a_name_is_no_wish() -> None:
    named = [["new", "balance"]]
    assert taken_out("New Balance 574", "en", named.__contains__) == ("New Balance 574", NO_BOUNDS)
    rest, bounds = taken_out("new shoes", "en", named.__contains__)
    assert (rest.split(), bounds) == (["shoes"], Bounds(is_new=True))


@pytest.mark.parametrize(
    ("size", "asked", "does"),
    [
        ("42", "42", True),
        ("M", "m", True),
        ("Medium", "m", True),
        ("S/M", "m", True),
        ("EU 42", "42", True),
        ("36-38", "38", True),
        ("42,5", "42.5", True),
        ("UK 8", "uk 8", True),
        ("42.5", "42", False),
        ("XXL", "xl", False),
        ("75B", "75", False),
        ("One size", "s", False),
    ],
)
def test_a_size_fits_what_was_asked_for(size: str, asked: str, does: bool) -> None:
    assert fits(size, asked) is does


@pytest.mark.parametrize(
    "text",
    [
        "501 jeans",
        "underwear",
        "under the sea",
        "36-38",
        "over",
        "abendkleid",
        "50",
        "wholesale",
        "plus size dress",
        "all sizes",
        "size 1000",
        "size 42cm",
        "not size 42",
        "dresses not on sale",
        "renewed",
        "grün m",
    ],
)
def test_are_not_seen_where_none_are(text: str) -> None:
    assert taken_out(text, "en", lambda _: False) == (text, NO_BOUNDS)
