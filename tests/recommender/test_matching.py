"""From vectors to a panel: exact under any filter, one entry per item, not five times the same."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import matching
from recommender.encoder import Calibration
from recommender.encoder.calibration import CLOSE_FROM
from recommender.index import Index, ann
from recommender.index.live import LiveIndex
from recommender.index.rows import Rows
from recommender.matching import Accept, Match, Wanted, matches, spread_out

ITEMS, D = 300, 12


def unit(random: np.random.Generator, count: int) -> np.ndarray:
    rows = random.standard_normal((count, D)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def content() -> dict[str, np.ndarray]:
    """Three hundred items, every third with two photographs."""
    random = np.random.default_rng(1)
    photos = [f"i{n}|{p}|f" for n in range(ITEMS) for p in range(2 if n % 3 == 0 else 1)]
    return dict(zip(photos, unit(random, len(photos)), strict=True))


@pytest.fixture(scope="module")
def index(content: dict[str, np.ndarray]) -> Index:
    """A coarse graph over most of them, the rest fresh."""
    ids, rows = list(content), np.stack(list(content.values()))
    live = LiveIndex(ann.built(Rows.of(ids[:350], rows[:350]), "HNSW8_SQ8,Refine(Flat)"))
    live.add(ids[350:], rows[350:])
    return live


class Passing:
    """A filter that passes some items; it counts how it is asked."""

    def __init__(self, items: set[str]) -> None:
        self.items = items
        self.judged = 0

    def few(self, limit: int) -> Sequence[str] | None:
        return sorted(self.items) if len(self.items) <= limit else None

    def accept(self, items: list[str]) -> set[str]:
        self.judged += len(items)
        return self.items.intersection(items)


def shown(*names: str) -> Accept:
    """Accepts these items, each in a group of its own."""
    return lambda items: {item: item for item in items if item in names}


def nearest(content: dict[str, np.ndarray], query: np.ndarray, items: set[str]) -> dict[str, float]:
    """The similarity of each item's best photograph, by looking at all of them."""
    best: dict[str, float] = {}
    for id, row in content.items():
        item = id.partition("|")[0]
        if item in items:
            best[item] = max(best.get(item, -1.0), float(row @ query))
    return dict(sorted(best.items(), key=lambda entry: -entry[1]))


@pytest.mark.parametrize("few", [0, 40, 1000])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.05, 1 / ITEMS, 0.0])
def test_a_filter_leaves_the_true_nearest_of_what_passes(
    index: Index, content, share: float, few: int, monkeypatch: pytest.MonkeyPatch
):
    """However much passes, and whether or not the catalogue can name it all."""
    monkeypatch.setattr(matching, "FEW", few)
    random = np.random.default_rng(2)
    chosen = random.permutation(ITEMS)[: round(share * ITEMS)]
    passing = {f"i{n}" for n in chosen}
    for query in unit(random, 5):
        found = matches(index, query, Wanted(10, filter=Passing(passing)))
        expected = list(nearest(content, query, passing).items())[:10]
        assert [match.item for match in found] == [item for item, _ in expected]
        np.testing.assert_allclose(
            [match.similarity for match in found], [score for _, score in expected], atol=1e-5
        )


def test_a_filter_that_names_what_passes_is_not_asked_again(index: Index):
    passing = Passing({"i1", "i2"})
    assert (
        len(matches(index, unit(np.random.default_rng(3), 1)[0], Wanted(10, filter=passing))) == 2
    )
    assert passing.judged == 0


def test_what_passes_the_filter_must_also_be_accepted(index: Index):
    wanted = Wanted(10, accept=shown("i2", "i3"), filter=Passing({"i1", "i2"}))
    found = matches(index, unit(np.random.default_rng(4), 1)[0], wanted)
    assert [match.item for match in found] == ["i2"]


def test_an_item_is_shown_by_its_best_photograph_and_never_itself(index: Index, content):
    everything = Passing({f"i{n}" for n in range(ITEMS)})
    found = matches(index, content["i0|1|f"], Wanted(ITEMS, filter=everything), without="i3")
    assert (found[0].item, found[0].photo) == ("i0", "1")
    assert len(found) == ITEMS - 1


@pytest.mark.slow
@given(data=st.data())
def test_of_each_group_the_nearest_is_shown_and_never_fewer_than_there_are(
    index: Index, content, data: st.DataObject
):
    """Whatever the groups are, whatever is refused, and whether or not a filter narrows it."""
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), "seed"))
    number = data.draw(st.sampled_from((1, 3, 20, ITEMS)), "groups")
    allowed = data.draw(st.sampled_from((0.0, 0.02, 0.5, 1.0)), "share that is accepted")
    k = data.draw(st.integers(1, 40), "k")
    names = [f"i{n}" for n in range(ITEMS)]
    group_of = dict(zip(names, map(str, random.integers(number, size=ITEMS)), strict=True))
    accepted = {name for name in names if random.random() < allowed}
    passing = {name for name in names if random.random() < 0.7}
    query = unit(random, 1)[0]

    def accept(items: list[str]) -> dict[str, str]:
        return {item: group_of[item] for item in items if item in accepted}

    found = matches(index, query, Wanted(k, accept, Passing(passing)))
    expected: dict[str, str] = {}
    for item in nearest(content, query, passing & accepted):
        expected.setdefault(group_of[item], item)
    assert [match.item for match in found] == list(expected.values())[:k]

    spread = matches(index, query, Wanted(k, accept, Passing(passing), diversity=0.3))
    assert len(spread) == len(found)
    assert {match.item for match in spread} <= set(expected.values())


def test_nobody_is_asked_twice_about_an_item(index: Index):
    asked: list[str] = []

    def accept(items: list[str]) -> dict[str, str]:
        asked.extend(items)
        return dict.fromkeys(items, "all of them")

    (match,) = matches(index, unit(np.random.default_rng(6), 1)[0], Wanted(2, accept))
    assert match.item == asked[0]
    assert len(asked) == len(set(asked)) == ITEMS


def test_no_more_is_asked_about_than_is_ranked(index: Index, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matching, "FIRST_TAKE", 80)
    asked: list[str] = []

    def accept(items: list[str]) -> dict[str, str]:
        asked.extend(items)
        return {item: item for item in items}

    found = matches(index, unit(np.random.default_rng(7), 1)[0], Wanted(5, accept))
    assert [match.item for match in found] == asked[:5]
    assert len(asked) <= 80


def test_what_cannot_fill_the_places_is_not_ranked(index: Index, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matching, "FIRST_TAKE", 2)
    ranked: list[int] = []
    rank = matching._ranked

    def counted(index: Index, query: np.ndarray, shown: Sequence, *rest: object) -> object:
        ranked.append(len(shown))
        return rank(index, query, shown, *rest)

    monkeypatch.setattr(matching, "_ranked", counted)
    query = unit(np.random.default_rng(7), 1)[0]
    found = matches(index, query, Wanted(5, far=True))
    assert len(ranked) == 1
    monkeypatch.undo()
    assert found == matches(index, query, Wanted(5, far=True))


def copies(count: int) -> Index:
    """The query's nearest are `count` copies of one picture, then come twenty others."""
    random = np.random.default_rng(5)
    query, *others = unit(random, 21)
    near = [query * 0.9 + row * 0.1 for row in others[:1] * count]
    far = [query * 0.6 + row * 0.4 for row in others]
    rows = np.stack([*near, *far])
    live = LiveIndex()
    names = [f"copy{n}|a|f" for n in range(count)] + [f"other{n}|a|f" for n in range(len(far))]
    live.add(names, rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return live


def query() -> np.ndarray:
    return unit(np.random.default_rng(5), 1)[0]


@pytest.mark.parametrize("diversity", [0.0, 0.1])
@pytest.mark.parametrize("count", [8, 24, 400])
def test_copies_of_a_picture_have_one_place_however_many_they_are(count: int, diversity: float):
    found = matches(copies(count), query(), Wanted(5, diversity=diversity))
    assert len(found) == 5
    assert sum(match.item.startswith("copy") for match in found) == 1
    assert falling(found)


def test_a_panel_is_not_filled_up_with_copies():
    names = [*(f"copy{n}" for n in range(8)), "other0", "other1"]
    assert len(matches(copies(8), query(), Wanted(5, accept=shown(*names)))) == 3


def test_what_is_almost_the_same_is_no_copy():
    """Other designs have cosines of .997; they do not stand behind what is far."""
    near = [[1, 0, 0], [0.997, 0.0774, 0], [0.6, 0, 0.8]]
    live = LiveIndex()
    live.add(["shirt|a|f", "other shirt|a|f", "trousers|a|f"], np.array(near, np.float32))
    found = matches(live, np.array([1, 0, 0], np.float32), Wanted(2))
    assert [match.item for match in found] == ["shirt", "other shirt"]


CALIBRATION = Calibration(kinds=(8, D), closeness=1.0, agreement=1.0, offset=-1.0)


def falling(found: Sequence[Match]) -> bool:
    scores = [match.score for match in found]
    return scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("diversity", [0.0, 0.3])
@pytest.mark.parametrize("calibration", [None, CALIBRATION])
def test_one_score_orders_and_is_shown(
    index: Index,
    content: dict[str, np.ndarray],
    diversity: float,
    calibration: Calibration | None,
):
    query = unit(np.random.default_rng(8), 1)[0]
    found = matches(index, query, Wanted(10, diversity=diversity, calibration=calibration))
    assert falling(found)
    rows = np.stack([content[f"{match.item}|{match.photo}|f"] for match in found])
    expected = calibration.scores(query, rows) if calibration else np.maximum(rows @ query, 0)
    np.testing.assert_allclose([match.score for match in found], expected, rtol=1e-4)
    assert len({round(match.score, 6) for match in found}) == len(found)


@pytest.mark.parametrize("calibration", [None, CALIBRATION])
def test_the_first_of_many_are_the_first_of_few(index: Index, calibration: Calibration | None):
    known = {f"i{n}": float(n % 3 - 1) for n in range(ITEMS)}
    for query in unit(np.random.default_rng(9), 20):
        wanted = Wanted(50, calibration=calibration, knowledge=lambda items: known)
        many = matches(index, query, wanted)
        assert falling(many)
        for k in (1, 3, 10, 24):
            assert matches(index, query, wanted._replace(k=k)) == many[:k]


def test_what_is_known_counts_beside_what_is_seen(index: Index):
    query = unit(np.random.default_rng(10), 1)[0]
    first, second, third = matches(index, query, Wanted(3))
    known = {third.item: 3.0, first.item: -3.0}
    found = matches(index, query, Wanted(ITEMS, knowledge=lambda items: known))
    scores = {match.item: match.score for match in found}
    assert found[0].item == third.item
    assert scores[second.item] == pytest.approx(second.score)
    odds = first.score / (1 - first.score) * np.exp(-3)
    assert scores[first.item] == pytest.approx(odds / (1 + odds), rel=1e-4)


@pytest.mark.parametrize("diversity", [0.0, 0.3])
def test_what_is_preferred_comes_first_and_its_score_stays(index: Index, diversity: float):
    query = unit(np.random.default_rng(10), 1)[0]
    wanted = Wanted(10, diversity=diversity)
    plain = matches(index, query, wanted._replace(k=ITEMS))
    first, last = plain[0], plain[-1]
    odds = {last.item: 9.0, first.item: -9.0, "far": 9.0}
    many = matches(index, query, wanted._replace(preference=lambda items: odds))
    assert many[0] == last
    assert first not in many
    # Nothing that is not close comes into a panel by it.
    assert {match.item for match in many} <= {match.item for match in plain}


def test_a_panel_ends_where_nothing_is_close(index: Index):
    query = unit(np.random.default_rng(11), 1)[0]
    everything = Passing({f"i{n}" for n in range(ITEMS)})
    all_of_them = matches(index, query, Wanted(ITEMS, filter=everything))
    assert len(all_of_them) == ITEMS
    close = [match.item for match in all_of_them if match.score >= CLOSE_FROM]
    assert 0 < len(close) < ITEMS
    for far in (False, True):
        found = matches(index, query, Wanted(ITEMS, far=far))
        assert [match.item for match in found] == close


def test_where_nothing_is_close_the_least_far_are_shown_if_that_is_wanted(index: Index):
    query = unit(np.random.default_rng(12), 1)[0]
    nothing = Wanted(3, chance=0.01)
    assert matches(index, query, nothing) == []
    found = matches(index, query, nothing._replace(far=True))
    assert [match.item for match in found] == [
        match.item for match in matches(index, query, Wanted(3))
    ]
    assert all(match.score < CLOSE_FROM for match in found)


def test_what_is_removed_in_the_midst_of_a_search_is_looked_past(content: dict[str, np.ndarray]):
    class Removing(LiveIndex):
        """Loses its nearest vector between the search and the reading of what was found."""

        def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
            if len(self) == len(content):
                self.remove(ids[:1])
            return super().vectors_of(ids)

    live = Removing()
    live.add(list(content), np.stack(list(content.values())))
    found = matches(live, content["i5|0|f"], Wanted(5, diversity=0.1))
    assert "i5" not in {match.item for match in found}
    assert len(found) == 5


@given(
    st.integers(1, 12),
    st.integers(1, 15),
    st.floats(0, 1, allow_subnormal=False),
    st.integers(0, 99),
)
def test_spreading_out_gives_each_candidate_one_place(
    n: int, count: int, diversity: float, seed: int
):
    rows = unit(np.random.default_rng(seed), n)
    scores = np.sort(rows @ rows[0])[::-1]
    order = spread_out(scores, rows, count, diversity)
    assert len(set(order)) == len(order) == min(count, n)
    assert set(order) <= set(range(n))
    if diversity == 0:
        assert list(order) == list(range(min(count, n)))


def test_a_little_diversity_prefers_another_look_to_a_slightly_nearer_one():
    rows = np.array([[1, 0, 0], [0.98, 0.199, 0], [0.6, 0, 0.8]], np.float32)
    scores = np.array([0.9, 0.89, 0.87], np.float32)
    assert list(spread_out(scores, rows, 2, 0.15)) == [0, 2]
    assert list(spread_out(scores, rows, 2, 0.0)) == [0, 1]


def one_by_one(rows: np.ndarray, places: list[int], count: int) -> list[int]:
    """What is not the same to the eye as one before, told in the plainest way."""
    kept: list[int] = []
    for place in places:
        if len(kept) < count and all(rows[place] @ rows[one] < matching.SAME for one in kept):
            kept.append(place)
    return kept


@given(
    seed=st.integers(0, 2**32),
    size=st.integers(0, 40),
    pictures=st.integers(1, 12),
    count=st.integers(1, 15),
)
def test_of_what_shows_one_picture_the_first_is_kept(
    seed: int, size: int, pictures: int, count: int
) -> None:
    random = np.random.default_rng(seed)
    rows = unit(random, pictures)[random.integers(pictures, size=size)]
    places = random.permutation(size).tolist()
    assert matching._different(rows, places, count) == one_by_one(rows, places, count)
