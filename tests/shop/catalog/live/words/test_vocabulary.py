"""The words that are known, and that they hold together."""

from __future__ import annotations

import pytest

from shop.catalog.colours import COLOURS, FAMILIES
from shop.catalog.live.words.analysis import TERMS, parts, spellings, stem, tokens
from shop.catalog.live.words.documents import things_of_kind
from shop.catalog.live.words.vocabulary import Meaning, vocabulary
from shop.catalog.vocabulary import KINDS, SEASONS, USES

TERMS_OF = vocabulary().terms


def test_every_colour_and_family_is_known() -> None:
    known = {meaning.name for meaning in TERMS_OF if meaning.sort in ("family", "colour")}
    assert set(COLOURS) | set(FAMILIES) <= known


def test_what_a_term_leans_on_is_there() -> None:
    things = {meaning.name for meaning in TERMS_OF if meaning.sort == "thing"}
    for term in TERMS_OF.values():
        assert set(term.broader) <= things
        assert set(term.things) <= things


def test_every_season_and_use_is_asked_for_by_a_word() -> None:
    seasons = {season for term in TERMS_OF.values() for season in term.seasons}
    usages = {usage for term in TERMS_OF.values() for usage in term.usages}
    assert set(SEASONS) <= seasons
    assert set(USES) - {"home"} <= usages


def test_the_kinds_of_the_shop_are_things() -> None:
    assert [kind for kind in KINDS if not things_of_kind(kind)] == []


def test_parts_are_no_whole_compounds() -> None:
    """One in the list would keep its own parts from being found."""
    words = (TERMS / "parts.txt").read_text(encoding="utf-8").split()
    assert [word for word in words if len(word) > 14] == []
    assert parts("sonnenbrille") == ("sonnen", "brille")


@pytest.mark.parametrize(
    ("word", "made_of"),
    [
        ("lederjacke", ("leder", "jacke")),
        ("hemdblusenkleid", ("hemdblusen", "kleid")),
        ("damenschuhe", ("damen", "schuhe")),
        ("kleid", ()),
        ("waschmaschine", ()),
    ],
)
def test_compounds_come_apart(word: str, made_of: tuple[str, ...]) -> None:
    assert parts(word) == made_of


def test_spellings_of_any_keyboard() -> None:
    assert spellings("hüte") == ("hute", "huete")
    assert stem("gürtel", "de") == stem("guertel", "de") == stem("gurtel", "de")
    assert stem("weiße", "de") == stem("weisse", "de")
    assert stem("béret", "en") == stem("berets", "en")


def test_words_of_a_text() -> None:
    assert [token.lower for token in tokens("Women's T-Shirt, V-neck")] == [
        *("womens", "tshirt", "v", "neck")
    ]


def test_a_word_may_mean_several_things() -> None:
    meanings = vocabulary().meanings((stem("vest", "en"),), "en")
    assert {Meaning("thing", "gilet"), Meaning("thing", "vest")} <= set(meanings)
