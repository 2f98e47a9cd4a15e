"""The words of a catalogue that changes, and what befalls its folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from shop.catalog.live.words import Built, Document, Fresh, Suggestion, View, build, suggest
from tests.shop.catalog.live.words.shelves_of_words import number


def product(at: int, name: str, **facts: object) -> Document:
    return replace(Document(id=number(at), names={"en": name}), **facts)


SHELF = [
    product(1, "Red dress", kind="Dress", colours=("Red",), codes=("D-1",)),
    product(2, "Blue dress", kind="Dress", colours=("Blue",), texts={"en": "With a red ribbon."}),
    product(3, "Navy trousers", kind="Trousers", colours=("Navy",), brand="Müller & Söhne"),
]


@pytest.fixture
def built(tmp_path: Path) -> Built:
    build(tmp_path, SHELF)
    return Built(tmp_path)


def ids(view: View, text: str, language: str = "en") -> list[str]:
    found = view.search(text, language)
    assert found is not None
    return found.ids()


def test_a_ribbon_does_not_make_a_dress_red(built: Built) -> None:
    assert ids(View(built, Fresh()), "red dress") == [number(1)]


def test_spaces_alone_are_no_search(built: Built) -> None:
    assert View(built, Fresh()).search(" \t ", "en") is None


@pytest.mark.parametrize(
    ("text", "language"), [("clothes", "en"), ("something", "en"), ("Kleidung, günstig", "de")]
)
def test_words_that_say_nothing_leave_all_open(built: Built, text: str, language: str) -> None:
    found = View(built, Fresh()).search(text, language)
    assert found is not None
    assert set(found.ids()) == {one.id for one in SHELF}
    assert (found.left_out, found.read_as) == ((), ())


def test_a_name_may_be_made_of_words_that_say_nothing(built: Built) -> None:
    fresh = Fresh()
    fresh.apply([product(4, "Something", kind="Hat")])
    assert ids(View(built, fresh), "something") == [number(4)]


@pytest.mark.parametrize(("language", "meant"), [("en", "blue"), ("de", "blau")])
def test_a_misspelt_word_is_one_of_the_language_of_the_page(
    built: Built, language: str, meant: str
) -> None:
    found = View(built, Fresh()).search("bleu", language)
    assert found is not None
    assert (found.ids()[:1], found.read_as) == ([number(2)], (("bleu", meant),))


def test_a_change_shows_and_what_it_was_does_not(built: Built) -> None:
    fresh = Fresh()
    before = View(built, fresh)
    fresh.apply([product(1, "Green skirt", kind="Skirt", colours=("Green",))])
    after = View(built, fresh)
    assert ids(before, "red dress") == [number(1)]
    assert ids(after, "green skirt") == [number(1)]
    found = after.search("red dress", "en")
    assert found is not None
    assert (found.ids(), found.left_out) == ([number(2)], ("red",))


def test_what_went_is_not_found_and_may_come_back(built: Built) -> None:
    fresh = Fresh()
    fresh.apply([], removed=[number(3), number(9)])
    assert ids(View(built, fresh), "trousers") == []
    fresh.apply([SHELF[2]])
    assert ids(View(built, fresh), "trousers") == [number(3)]


def test_a_change_twice_is_a_change_once(built: Built) -> None:
    fresh = Fresh()
    for _ in range(2):
        fresh.apply([product(4, "Yellow hat", kind="Hat")], removed=[number(3)])
    assert ids(View(built, fresh), "hat") == [number(4)]


def test_what_is_sold_out_comes_last(built: Built) -> None:
    fresh = Fresh()
    fresh.apply([replace(SHELF[0], available=False)])
    assert ids(View(built, fresh), "dresses") == [number(2), number(1)]


def test_a_change_that_cannot_be_taken_in_leaves_all_as_it_was(built: Built) -> None:
    fresh = Fresh()
    fresh.apply([product(4, "Yellow hat", kind="Hat")])
    with pytest.raises(ValueError, match="non-hexadecimal"):
        fresh.apply([product(5, "Green hat", kind="Hat"), replace(SHELF[0], id="x" * 24)])
    assert ids(View(built, fresh), "hat") == [number(4)]
    fresh.apply([product(6, "Blue hat", kind="Hat")])
    assert set(ids(View(built, fresh), "hat")) == {number(4), number(6)}


def test_an_id_that_ends_in_zeros_is_told_whole(built: Built) -> None:
    fresh = Fresh()
    key = "0a" * 10 + "0000"
    fresh.apply([replace(product(4, "Yellow hat", kind="Hat"), id=key)])
    assert ids(View(built, fresh), "hat") == [key]


@pytest.mark.parametrize(
    "text", ["'", "x AND (", "name_en:x", "\0", "é" * 500, "--x", "💃", "1e999"]
)
def test_whatever_is_typed_is_answered(built: Built, text: str) -> None:
    found = View(built, Fresh()).search(text, "en")
    assert found is not None
    assert len(found) == 0


def test_nothing_is_in_an_empty_shop(tmp_path: Path) -> None:
    build(tmp_path, [])
    view = View(Built(tmp_path), Fresh())
    assert ids(view, "dress") == []
    assert suggest(view, "dress", "en").words == ()


def test_a_folder_that_is_damaged_or_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Failed to open"):
        Built(tmp_path / "missing")
    build(tmp_path, SHELF)
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="Data corrupted"):
        Built(tmp_path)


def test_many_threads_ask_while_one_changes(built: Built) -> None:
    fresh = Fresh()

    def ask(at: int) -> list[str]:
        return ids(View(built, fresh), ("red dress", "blue", "trousers", "drss")[at % 4])

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, at) for at in range(40)]
        for at in range(10, 20):
            fresh.apply([product(at, "Yellow hat", kind="Hat")])
        assert all(answer.result() for answer in asked)
    assert len(ids(View(built, fresh), "hat")) == 10


def test_suggestions_go_on_as_the_text_ends(built: Built) -> None:
    view = View(built, Fresh())
    told = suggest(view, "dr", "en")
    assert told.words == (Suggestion("kind", "dresses"),)
    assert set(told.products) == {number(1), number(2)}
    assert suggest(view, "red dr", "en").products == (number(1),)
    assert suggest(view, "mull", "en").words[0] == Suggestion("brand", "Müller & Söhne")
    assert suggest(view, "Kle", "de").words == (Suggestion("kind", "Kleider"),)


def test_a_size_or_an_amount_begins_no_word(built: Built) -> None:
    fresh = Fresh()
    fresh.apply([product(30, "Merino dress", kind="Dress"), product(31, "501 dress", kind="Dress")])
    view = View(built, fresh)
    assert suggest(view, "dress m", "en").words == (Suggestion("word", "dress merino"),)
    told = suggest(view, "red dress size m", "en")
    assert (told.words, told.products) == ((), (number(1),))
    assert suggest(view, "red dress under 5", "en") == told
    assert suggest(view, "rotes Kleid Gr. 4", "de") == told


def test_suggestions_begin_with_the_second_letter(built: Built) -> None:
    view = View(built, Fresh())
    assert suggest(view, "d", "en").words == ()
    assert suggest(view, "", "en").words == ()


def test_nothing_is_suggested_that_finds_nothing(built: Built) -> None:
    view = View(built, Fresh())
    assert suggest(view, "red tr", "en").words == ()
    fresh = Fresh()
    fresh.apply([], removed=[one.id for one in SHELF])
    assert suggest(View(built, fresh), "dr", "en").words == ()
