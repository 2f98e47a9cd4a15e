"""The rule of outfits, on pieces that are written down here."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.beside.harmony import COLOUR, colour_of, harmony, is_neutral
from shop.beside.outfit import (
    GENDERS,
    NONE,
    PIECE,
    both,
    complete,
    dressed_of,
    goods_of,
    rule,
    season_of,
)
from shop.beside.pieces import _things
from shop.catalog.colours import COLOURS, hex_of
from shop.catalog.live.words.vocabulary import vocabulary
from shop.catalog.vocabulary import SEASONS, USES

NUMBERS = count(1)
KINDS = ("Shirt", "Jeans", "Trousers", "Jumper", "Coat", "Dress", "Sneakers", "Heels", "Handbags")


def piece(kind: str, colour: str = "black", **facts: Any) -> np.void:
    """A woman's piece for every day, of a kind and a colour."""
    made = np.zeros((), PIECE)
    made["part"], low, high, made["bare"] = goods_of(_things(kind))
    use = dressed_of(facts.pop("usage", ""))
    made["low"], made["high"], made["middle"] = both(np.array([[low, high]]), np.array([use]))[0]
    made["key"] = f"{next(NUMBERS):012}".encode()
    made["season"] = season_of(facts.pop("season", ""))
    made["gender"] = GENDERS.index(facts.pop("gender", "women"))
    for (name, _), value in zip(COLOUR, colour_of(hex_of(colour)), strict=True):
        made[name] = value
    for name, value in facts.items():
        made[name] = value
    return made[()]


def look(product: np.void, *others: np.void, together: dict[int, float] | None = None) -> list[int]:
    """The places, among the others, of what completes a look."""
    pieces = np.array(list(others), PIECE)
    order = np.argsort(pieces["part"], kind="stable")
    bought = np.array([(together or {}).get(place, 0.0) for place in order])
    return [int(order[row]) for row in complete(product, pieces[order], bought)]


def colours(*names: str) -> np.ndarray:
    return np.array([colour_of(hex_of(name)) for name in names], COLOUR)


# Colours


def test_greys_earths_and_dark_blues_go_with_everything() -> None:
    neutral = colours("black", "white", "charcoal", "camel", "tan", "navy", "denim", "ecru")
    assert is_neutral(neutral).all()
    assert not is_neutral(colours("red", "blue", "lilac", "mustard", "pink", "green")).any()


def test_neighbours_go_better_than_what_clashes_and_neutrals_best() -> None:
    others = colours("white", "burgundy", "orange", "green")
    assert np.argsort(-harmony(colours("red")[0], others)).tolist() == [0, 1, 2, 3]


@given(st.sampled_from(sorted(COLOURS)), st.sampled_from(sorted(COLOURS)))
def test_harmonies_are_shares(one: str, other: str) -> None:
    assert 0 <= harmony(colours(one)[0], colours(other))[0] <= 1


def test_what_nobody_knows_says_little() -> None:
    unknown = np.array([colour_of(None)], COLOUR)
    assert harmony(colours("red")[0], unknown)[0] == harmony(unknown[0], colours("red"))[0] == 0.5


# The file


def test_the_rule_names_what_there_is() -> None:
    parts = set(rule().parts)
    for place in (place for places in rule().around.values() for place in places):
        assert set(place) <= parts
    assert all(vocabulary().thing(name) for name in rule().bare | rule().never)
    for name, (part, low, high) in rule().things.items():
        assert vocabulary().thing(name)
        assert part in parts
        assert 0 <= low <= high <= 3
    assert rule().seasons.keys() == set(SEASONS)
    assert rule().usages.keys() == set(USES) - {"ethnic"}


@pytest.mark.parametrize("kind", ["Running shoes", "Sports Shoes", "Hemden", "Kurtas", "Weste"])
def test_kinds_have_a_part_in_either_language(kind: str) -> None:
    assert goods_of(_things(kind))[0] != NONE


@pytest.mark.parametrize("kind", ["Briefs", "Lounge Pants", "Umbrellas", "", "Zyzzyva"])
def test_what_is_no_part_of_an_outfit_has_no_look(kind: str) -> None:
    assert look(piece(kind), piece("Jeans")) == []


# Looks


def test_one_of_each_part_and_none_of_its_own() -> None:
    others = [piece(kind) for kind in ("Shirt", "Jeans", "Trousers", "Sneakers", "Boots")]
    found = look(piece("Shirt"), *others)
    assert [others[place]["part"] for place in found] == sorted(
        {others[1]["part"], others[3]["part"]}, key=[p["part"] for p in others].index
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from(sorted(COLOURS)), st.booleans()),
        min_size=2,
        max_size=25,
    )
)
def test_looks_are_the_same_again_and_never_doubled(facts: list[tuple[str, str, bool]]) -> None:
    first, *others = [piece(kind, colour, patterned=patterned) for kind, colour, patterned in facts]
    found = look(first, *others)
    parts = [int(others[place]["part"]) for place in found]
    assert len({int(first["part"]), *parts}) == 1 + len(parts)
    assert found == look(first, *others)


def test_colours_in_harmony_come_first() -> None:
    assert look(piece("Shirt", "red"), piece("Skirt", "green"), piece("Skirt", "black")) == [1]
    # A place is left empty rather than filled with what spoils it.
    assert look(piece("Shirt", "red", patterned=True), piece("Skirt", "green")) == []


def test_one_pattern_is_enough() -> None:
    shirt = piece("Shirt", "white", patterned=True)
    assert look(shirt, piece("Jeans", "denim", patterned=True), piece("Trousers", "navy")) == [1]


def test_sport_feast_and_every_day_are_apart() -> None:
    suit, runners = piece("Blazer", usage="Formal"), piece("Sports Shoes", usage="Sports")
    assert look(suit, runners, piece("Loafers")) == [1]
    assert look(runners, piece("Jeans"), piece("Track Pants", usage="Sports")) == [1]


def test_it_is_for_the_same_people() -> None:
    hers, his = piece("Jeans"), piece("Jeans", gender="men")
    child = piece("Jeans", gender="girls")
    assert look(piece("Shirt", gender="men"), hers, his, child) == [1]
    assert look(piece("Shirt", gender="girls"), hers, his, child) == [2]
    # What is anybody's is worn by one person.
    anybody = look(piece("Backpacks", gender="unisex"), hers, his, piece("T-shirt", gender="men"))
    assert anybody == [2, 1]


def test_nothing_warm_in_summer_and_nothing_of_summer_in_winter() -> None:
    coat, sandals = piece("Coat", season="Winter"), piece("Sandals", season="Summer")
    assert look(piece("Shirt", season="Summer"), coat, sandals) == [1]
    assert look(piece("Shirt", season="Winter"), coat, sandals) == [0]


def test_bare_legs_are_for_warm_days() -> None:
    shorts = piece("Shorts")
    assert look(piece("T-shirt", season="Summer"), shorts) == [0]
    assert look(piece("T-shirt", season="Autumn"), shorts) == []
    assert look(piece("Jumper"), shorts) == []


def test_a_dress_wants_no_trousers() -> None:
    found = look(piece("Heels"), piece("Skirt"), piece("Dress"), piece("Blouse"))
    assert found == [0, 2]
    assert look(piece("Dress"), piece("Skirt"), piece("Heels")) == [1]


def test_what_is_bought_together_comes_first() -> None:
    jeans = [piece("Jeans", "denim") for _ in range(8)]
    shirt = piece("Shirt", "white")
    assert look(shirt, *jeans, together={5: 1.0}) == [5]


def test_equals_take_turns() -> None:
    jeans = [piece("Jeans", "denim") for _ in range(8)]
    assert len({look(piece("Shirt", "white"), *jeans)[0] for _ in range(40)}) > 3


def test_one_product_in_256_has_a_key_that_ends_in_zero() -> None:
    shirt, jeans, coat = piece("Shirt"), piece("Jeans"), piece("Coat")
    shirt["key"] = b"elevenbytes\0"
    assert sorted(look(shirt, jeans, coat)) == [0, 1]
    jeans["key"] = b"elevenbyteX\0"
    assert sorted(look(shirt, jeans, coat)) == [0, 1]


def test_of_its_own_style_and_what_stands_alone_nothing_comes() -> None:
    swim = piece("Shorts", alone=True)
    assert look(piece("T-shirt", style=3), swim, piece("Jeans", style=3)) == []
