"""Facets, filters and orders of the products in memory, against a plain list of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.catalog.live.facts import Facts, searchable
from shop.catalog.live.table import KEY, Table
from shop.catalog.live.view import Layer, Narrowing, View, with_changes
from shop.catalog.live.vocabulary import new_vocabularies
from tests.shop.catalog.live import oracle
from tests.shop.catalog.live.products import KEYS, LANGUAGES, changes, narrowings

ORDERS = ("featured", "newest", "price", "-price", "name:en", "name:de", "")


def followed(
    history: Sequence[Sequence[Facts] | Sequence[bytes]],
) -> tuple[View, dict[bytes, Facts]]:
    """A view that saw all of this happen, and what is there by then."""
    vocabularies = new_vocabularies()
    layers: tuple[Layer, ...] = (Layer.whole(Table.of([], vocabularies, LANGUAGES)),)
    there: dict[bytes, Facts] = {}
    for change in history:
        saved = {one.key: one for one in change if isinstance(one, Facts)}
        gone = [one for one in change if isinstance(one, bytes)]
        there = {key: one for key, one in (there | saved).items() if key not in gone}
        fresh = Table.of(list(saved.values()), vocabularies, LANGUAGES)
        layers = with_changes(layers, fresh, np.array([*saved, *gone], KEY))
    return View(layers, vocabularies), there


some_keys = st.lists(st.sampled_from([key.hex() for key in KEYS]), unique=True)
found_or_not = st.none() | some_keys.filter(len)


@pytest.mark.slow
@settings(max_examples=100)
@given(changes, narrowings(), narrowings(), found_or_not)
def test_what_fits_is_what_a_plain_list_says(
    history: list[list[Facts] | list[bytes]],
    among: Narrowing,
    chosen: Narrowing,
    found: list[str] | None,
) -> None:
    view, there = followed(history)
    fitting = oracle.select(there.values(), among, chosen, found)
    selection = view.select(among, chosen, found)
    ids = [product.key.hex() for product in fitting]
    assert len(view) == len(there)
    assert len(selection) == len(fitting)
    assert sorted(selection.ids()) == sorted(ids)
    assert selection.among([key.hex() for key in KEYS]) == set(ids)
    revisions = {key.hex(): product.revision for key, product in there.items()}
    assert view.revisions([key.hex() for key in KEYS]) == revisions


def told_apart(facts: Facts) -> tuple[bytes, int, int]:
    """A product, and how it was when: nothing else of it changes while these do not."""
    return facts.key, facts.revision, facts.until


@pytest.mark.slow
@settings(max_examples=100)
@given(changes, changes)
def test_its_version_says_what_is_there_however_it_came_about(
    history: list[list[Facts] | list[bytes]], other: list[list[Facts] | list[bytes]]
) -> None:
    view, there = followed(history)
    at_once, _ = followed([list(there.values())] if there else [])
    assert view.version == at_once.version
    different, elsewhere = followed(other)
    is_same = set(map(told_apart, there.values())) == set(map(told_apart, elsewhere.values()))
    assert (view.version == different.version) == is_same


@pytest.mark.slow
@settings(max_examples=100)
@given(changes, narrowings(), found_or_not, st.sampled_from(ORDERS), st.integers(0, 6))
def test_pages_are_in_order_and_what_is_sold_out_comes_last(
    history: list[list[Facts] | list[bytes]],
    chosen: Narrowing,
    found: list[str] | None,
    order: str,
    start: int,
) -> None:
    if found is None and not order:
        order = "featured"
    view, there = followed(history)
    fitting = oracle.select(there.values(), Narrowing(), chosen, found)
    expected = oracle.page(fitting, order, found)
    selection = view.select(Narrowing(), chosen, found)
    assert selection.page(order, 0, 100) == expected
    assert selection.page(order, start, start + 3) == expected[start : start + 3]


@pytest.mark.slow
@settings(max_examples=100)
@given(changes, narrowings(), narrowings(), found_or_not, st.booleans(), some_keys)
def test_facets_count_what_choosing_shows(
    history: list[list[Facts] | list[bytes]],
    among: Narrowing,
    chosen: Narrowing,
    found: list[str] | None,
    designs: bool,
    hidden: list[str],
) -> None:
    view, there = followed(history)
    shown = [product for key, product in there.items() if key.hex() not in hidden]
    expected = oracle.facets(shown, among, chosen, found, designs=designs)
    assert view.facets(among, chosen, found, designs=designs, hidden=hidden) == expected


@pytest.mark.slow
@given(changes, st.sampled_from(("apfel", "str", "Äpf", "", "a z", "ZEBRA apfel")))
def test_text_is_found_word_by_word(history: list[list[Facts] | list[bytes]], words: str) -> None:
    view, there = followed(history)
    expected = {
        product.key.hex()
        for product in there.values()
        if all(searchable(word) in product.text for word in words.split())
    }
    assert view.with_text(words) == expected
