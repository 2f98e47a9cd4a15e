"""What is said of the price in what people type."""

from __future__ import annotations

import pytest

from shop.catalog.live.words.amounts import NO_BOUNDS, Bounds, taken_out


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
        ("dresses on sale", "en", "dresses", Bounds(is_reduced=True)),
        ("SALE", "de", "", Bounds(is_reduced=True)),
        ("reduzierte Schuhe bis 80 €", "de", "Schuhe", Bounds(None, 8000, is_reduced=True)),
    ],
)
def test_are_taken_out(text: str, language: str, rest: str, bounds: Bounds) -> None:
    left, found = taken_out(text, language)
    assert (" ".join(left.split()), found) == (rest, bounds)


@pytest.mark.parametrize(
    "text",
    [
        "501 jeans",
        "underwear",
        "under the sea",
        "36-38",
        "over",
        "abendkleid",
        "size 38",
        "50",
        "wholesale",
    ],
)
def test_are_not_seen_where_none_are(text: str) -> None:
    assert taken_out(text, "en") == (text, NO_BOUNDS)
