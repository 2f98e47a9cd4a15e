"""Sessions, pairs, tastes and their blend, beside plain ways to say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.behaviour.crowd import PAUSE_S, Crowd
from recommender.behaviour.pairs import (
    ACCIDENT,
    BY_SEVERAL,
    FITTING,
    Pairs,
    together,
)
from recommender.behaviour.personal import (
    A_PLACE_FOR_NEW,
    LOOKS,
    NEAREST,
    fading,
    ranked,
    with_looks,
)
from recommender.behaviour.scored import NOTHING, Scored, added, blended
from recommender.behaviour.sessions import FADING, HALF_LIFE_S, HELD, Sessions, split
from recommender.behaviour.tastes import MOST, tastes

PRODUCTS = 12
EVENTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, PRODUCTS - 1)), min_size=1, max_size=60
)


def arrays(events: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups, products and seconds of events that come one a second."""
    groups, items = (np.array(column) for column in zip(*events, strict=True))
    return groups, items, np.arange(len(events))


def grouped(events: list[tuple[int, int]]) -> dict[int, list[int]]:
    """The products of each group, each once, where it came last."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for group, item in events:
        found[group].pop(item, None)
        found[group][item] = None
    return {group: list(items) for group, items in found.items()}


def as_dict(found: Scored) -> dict[int, float]:
    return dict(zip(found.items.tolist(), found.scores.tolist(), strict=True))


@given(EVENTS)
def test_sessions_hold_what_was_looked_at_together(events: list[tuple[int, int]]) -> None:
    made = Sessions.of(*arrays(events), PRODUCTS)
    last = {group: place for place, (group, _) in enumerate(events)}
    plain = {group: items for group, items in grouped(events).items() if len(items) > 1}
    ended = sorted(plain, key=lambda group: last[group])
    held = [
        made.items[start:end].tolist()
        for start, end in zip(made.starts[:-1], made.starts[1:], strict=True)
    ]
    assert held == [plain[group] for group in ended]
    assert made.ended.tolist() == [last[group] for group in ended]
    for item in range(PRODUCTS):
        holders = made.holders[made.first[item] : made.first[item + 1]].tolist()
        assert holders == [n for n, items in reversed(list(enumerate(held))) if item in items]


@given(EVENTS, st.lists(st.integers(0, PRODUCTS - 1), min_size=1, max_size=5, unique=True))
def test_sessions_answer_as_plain_loops_do(
    events: list[tuple[int, int]], current: list[int]
) -> None:
    """While there are fewer than are held and asked, VMIS-kNN is V-SkNN."""
    made = Sessions.of(*arrays(events), PRODUCTS)
    now, weights = len(events), np.linspace(1, 0.5, len(current))
    scores: dict[int, float] = defaultdict(float)
    for number in range(len(made)):
        items = made.items[made.starts[number] : made.starts[number + 1]].tolist()
        shared = [place for place, item in enumerate(current) if item in items]
        if not shared:
            continue
        likeness = sum(weights[place] for place in shared)
        likeness *= 0.5 ** ((now - made.ended[number]) / HALF_LIFE_S)
        for item in items:
            scores[item] += likeness * (1 - FADING * shared[0])
    found = as_dict(made.asked(np.array(current), weights, now))
    assert found == pytest.approx(scores)


def test_of_a_product_only_the_latest_sessions_are_held() -> None:
    count = HELD + 20
    group = np.repeat(np.arange(count), 2)
    item = np.stack([np.zeros(count, int), 1 + np.arange(count) % 3], axis=1).ravel()
    made = Sessions.of(group, item, np.arange(2 * count), 4)
    holders = made.holders[: made.first[1]]
    assert holders.tolist() == list(range(count - 1, 19, -1))


def test_a_session_ends_with_a_pause() -> None:
    at = np.array([0, 10, 10 + PAUSE_S, 11 + 2 * PAUSE_S, 5])
    numbers = split(np.array([7, 7, 7, 7, 8]), at, PAUSE_S)
    assert numbers[0] == numbers[1] == numbers[2]
    assert len(set(numbers.tolist())) == 3


@given(EVENTS)
def test_pairs_are_cosines_with_shrinkage(events: list[tuple[int, int]]) -> None:
    group, item, _ = arrays(events)
    counts = Counter(
        pair for items in grouped(events).values() for pair in combinations(sorted(items), 2)
    )
    often = Counter(item.tolist())
    made = Pairs.of(group, item, PRODUCTS, shrinkage=2.0)
    for one in range(PRODUCTS):
        plain = {
            other: counts[min(one, other), max(one, other)]
            / ((often[one] * often[other]) ** 0.5 + 2)
            for other in range(PRODUCTS)
            if other != one and counts[min(one, other), max(one, other)]
        }
        assert as_dict(made.of_item(one)) == pytest.approx(plain, rel=1e-6)
        scores = made.of_item(one).scores
        assert (np.diff(scores) <= 0).all()


def test_a_pair_that_was_seen_once_does_not_come_first() -> None:
    often = [(group, item) for group in range(40) for item in (0, 1)]
    once = [(100, 0), (100, 2)]
    made = Pairs.of(*arrays(often + once)[:2], 3)
    assert made.of_item(0).items.tolist() == [1, 2]


@given(EVENTS, st.lists(st.integers(0, PRODUCTS - 1), min_size=1, max_size=6, unique=True))
def test_what_goes_with_several_is_as_plain_loops_say(
    events: list[tuple[int, int]], asked: list[int]
) -> None:
    group, item, _ = arrays(events)
    made = Pairs.of(group, item, PRODUCTS, shrinkage=2.0)
    weights = dict(zip(asked, np.linspace(1, 0.5, len(asked)).tolist(), strict=True))
    with_each = {one: as_dict(made.of_item(one)) for one in asked}
    fits = {one: sum(weights[k] * with_each[k].get(one, 0.0) for k in asked) for one in asked}
    most = max(fits.values())
    for one in asked:
        weights[one] *= (ACCIDENT + (fits[one] / most if most else 1.0)) ** FITTING
    found = as_dict(made.asked(np.array(asked), np.linspace(1, 0.5, len(asked))))
    assert found.keys() == {other for each in with_each.values() for other in each}
    for other, score in found.items():
        said = [weights[one] * with_each[one].get(other, 0.0) for one in asked]
        by_two = np.sqrt(2 * sum(a * b for a, b in combinations(said, 2)))
        plain = BY_SEVERAL * by_two + (1 - BY_SEVERAL) * sum(said)
        # A difference of squares is less exact.
        assert score == pytest.approx(plain, rel=1e-4, abs=1e-6)


def test_what_was_looked_at_by_chance_counts_less() -> None:
    # 0, 1 and 2 go together, and 3 with 4 alone.
    groups = [(group, item) for group in range(40) for item in (0, 1, 2)]
    groups += [(100 + group, item) for group in range(40) for item in (3, 4)]
    made = Pairs.of(*arrays(groups)[:2], 5)
    found = as_dict(made.asked(np.array([0, 1, 3]), np.ones(3)))
    assert found[2] > 4 * found[4]


def test_what_everybody_likes_counts_where_people_look_about_at_random() -> None:
    random, products, visitors = np.random.default_rng(0), 60, 120
    popular = 1 / np.arange(1.0, products + 1)
    at = np.arange(visitors * 20)
    visitor = random.permutation(np.repeat(np.arange(visitors), 20))
    anything = random.choice(products, len(at), p=popular / popular.sum())
    by_chance = Crowd.of(visitor, anything, at, products)
    assert by_chance.liked.max() > 0
    # Where each has a corner of the shop for themselves it says nothing.
    corner = random.integers(0, 10, len(at)) + visitor % 6 * 10
    by_taste = Crowd.of(visitor, corner, at, products)
    assert by_taste.liked.max() == 0
    # Of what nobody knows nothing follows, however much is liked.
    unknown = Crowd.of(visitor, anything, at, products + 1)
    asked = unknown.liked_beside(np.array([products]), np.ones(1), now=len(at))
    assert not len(asked.items)


def test_of_so_few_groups_no_pair_is_told() -> None:
    often = [(group, item) for group in range(3) for item in (0, 1)]
    made = Pairs.of(*arrays([*often, (7, 0), (7, 2)])[:2], 3, least=3)
    assert made.of_item(0).items.tolist() == [1]


def test_nothing_comes_of_nothing() -> None:
    none = np.empty(0, np.int64)
    crowd = Crowd.of(none, none, none, 5)
    assert len(crowd.sessions) == 0
    assert not len(crowd.liked_beside(np.array([0, 3]), np.ones(2), now=9).items)
    assert not len(crowd.liked_beside(none, np.empty(0), now=9).items)
    assert not len(together(none, none, 5).items)
    assert blended([(NOTHING, 1.0)]) == NOTHING
    assert ranked({}, {}, 5) == []


def test_scores_are_added_for_each_product() -> None:
    found = added(np.array([3, 1, 3]), np.array([1.0, 2.0, 4.0]))
    assert as_dict(found) == {1: 2.0, 3: 5.0}
    assert found.best(1).tolist() == [3]
    assert as_dict(found.without(np.array([3]))) == {1: 2.0}


def test_tastes_are_told_apart_and_the_newest_comes_first() -> None:
    random = np.random.default_rng(0)
    kinds = np.eye(3, 16, dtype=np.float32)
    of = [2, 0, 0, 2, 1]
    rows = kinds[of] + 0.02 * random.standard_normal((5, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = tastes(rows, fading(5))
    assert [taste.members for taste in found] == [[0, 3], [1, 2], [4]]
    for taste, kind in zip(found, (2, 0, 1), strict=True):
        assert taste.direction @ kinds[kind] > 0.99
        assert np.linalg.norm(taste.direction) == pytest.approx(1)
    assert sum(taste.weight for taste in found) == pytest.approx(fading(5).sum())


def test_there_are_only_a_few_tastes() -> None:
    found = tastes(np.eye(9, dtype=np.float32), np.ones(9))
    assert len(found) == MOST
    assert sorted(place for taste in found for place in taste.members) == list(range(9))


def test_a_ranking_keeps_places_for_what_is_new() -> None:
    people = {item: 1 - item / 100 for item in range(40)}
    looks = {50: 1.0, 100: 0.9, 101: 0.8, 3: 0.7}
    order = ranked(people, looks, 20, known=[0], new={100, 101})
    assert 0 not in order
    assert len(order) == len(set(order)) == 20
    assert order[0] == 1
    assert order[A_PLACE_FOR_NEW - 1] == 100
    assert order[2 * A_PLACE_FOR_NEW - 1] == 101
    assert 50 not in order


def test_what_is_new_is_kept_a_place_for_where_it_is_near() -> None:
    people = {item: 1 - item / 100 for item in range(40)}
    nearer = {100 + item: 1 - item / 100 for item in range(NEAREST)}
    assert 200 not in ranked(people, nearer | {200: 0.5}, 20, new={200})
    nearer.pop(100)
    assert 200 in ranked(people, nearer | {200: 0.5}, 20, new={200})


def test_what_looks_like_it_counts_a_little() -> None:
    items, weights = with_looks(["a", "b"], [1.0, 0.5], {"c": 0.2, "d": 0.6, "a": 1.0})
    assert items == ["a", "b", "d", "c"]
    assert weights[2] == pytest.approx(3 * weights[3])
    assert sum(weights[2:]) == pytest.approx(LOOKS * 1.5)
    assert with_looks(["a"], [1.0], {}) == (["a"], [1.0])


def test_without_people_looks_are_all_there_is() -> None:
    assert ranked({}, {"a": 0.2, "b": 0.9, "c": 0.5}, 2, known=["b"]) == ["c", "a"]
