"""Postcodes as their countries write them."""

from __future__ import annotations

import pytest

from shop.addresses.postcodes import example, fits, is_one, written


@pytest.mark.parametrize(
    ("country", "typed", "code"),
    [
        ("GB", " sw1y4jh", "SW1Y 4JH"),
        ("GB", "M2 5bq", "M2 5BQ"),
        ("GB", "bfpo61", "BFPO 61"),
        ("NL", "1012ab", "1012 AB"),
        ("PL", "00 950", "00-950"),
        ("PL", "00\u2013950", "00-950"),
        ("PT", "1100053", "1100-053"),
        ("JP", "\uff11\uff15\uff10\u2010\uff10\uff10\uff10\uff11", "150-0001"),
        ("JP", "1500001", "150-0001"),
        ("BR", "01305000", "01305-000"),
        ("US", "627041234", "62704-1234"),
        ("CA", "h2x1c4", "H2X 1C4"),
        ("IE", "v94t28r", "V94 T28R"),
        ("IN", "560 001", "560001"),
        ("SE", "903 26", "903 26"),
        ("SE", "SE-90326", "90326"),
        ("DE", "D-10115", "10115"),
        ("CH", "CH 8001", "8001"),
        ("LV", "LV-1010", "LV-1010"),
        ("EG", "\u0661\u0661\u0665\u0661\u0661", "11511"),
        ("DE", "1011", "1011"),
        ("HK", "999077", "999077"),
    ],
)
def test_a_postcode_is_written_as_its_country_does(country: str, typed: str, code: str) -> None:
    assert written(country, typed) == code
    assert written(country, code) == code


# The patterns of these four are open at their ends.
@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("GB", "SW1Y 4JHX"),
        ("GB", "GIR 0AAX"),
        ("CR", "101011"),
        ("LI", "94901"),
        ("PE", "LIMA 233"),
    ],
)
def test_nothing_may_follow_a_postcode(country: str, code: str) -> None:
    assert not is_one(country, code)


def test_a_postcode_begins_like_those_of_its_region() -> None:
    assert fits("US", "IL", "62704")
    assert not fits("US", "IL", "10001")
    assert fits("US", "IL", "")


def test_an_example_is_one_of_the_region() -> None:
    assert example("US") == "95014"
    assert example("US", "IL").startswith("60")
    assert example("CA") == "H3Z 2Y7"
    assert example("CA", "BC") == "V8X 3X4"
    assert example("CA", "YT") == ""
    assert example("HK") == ""
