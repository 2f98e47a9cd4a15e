"""From the nearest vectors to a panel: which items it shows, and in what order.

A panel is ranked in one place, `_ranked`: by score, which is also what people are shown and what a
panel ends at. Of each group, and of what shows one picture, it has the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from recommender import twins
from recommender.encoder import Calibration
from recommender.encoder.calibration import CLOSE_FROM
from recommender.index import Searchable
from recommender.store import embeddings

Floats = npt.NDArray[np.float32]

Accept = Callable[[list[str]], Mapping[str, str]]
"""Of these items those that may be shown, each with its group: of a group only the first is
shown. What is one of a kind is its own group."""

Knowledge = Callable[[list[str]], Mapping[str, float]]
"""Of these items what the asker knows of them, as log odds that they are alike: 0 says nothing."""

# So many photographs are ranked, however few places there are: the first of ten are then the first
# of three. What of the catalogue is known brings up what lies this far; twice as many gain .003.
FIRST_TAKE = 256
WIDEN = 4
# For the same reason the search widens until so many places could be had.
PLACES = 50
# Up to this many items that pass a filter are compared one by one.
FEW = 2000
# For k places as many times more candidates are looked at, when no two should be alike.
CHOICE = 4
# From this cosine on two photographs are one to the eye: of 200 such pairs among 9,000 products all
# were, of 53 between .995 and .998 five.
SAME = 0.998


class Match(NamedTuple):
    """`photo` is the item's nearest photograph, `similarity` its cosine, at most 1.

    `score`, from 0 to 1, means the same from item to item: how likely both are of one kind, by the
    pictures and by what the asker knows; if the encoder was not calibrated, by the cosine. `twin`
    says that the photograph is the very picture that was asked about, if altered, and the score 1.
    """

    item: str
    photo: str
    similarity: float
    score: float
    twin: bool = False


class Filter(Protocol):
    """What may be found: a query on the catalogue."""

    def few(self, limit: int) -> Sequence[str] | None:
        """The items that pass, where they are at most `limit`; else None."""

    def accept(self, items: list[str]) -> set[str]:
        """Those of these items that pass."""


class Wanted(NamedTuple):
    """`diversity` from 0, the first whatever they are, to 1, as different as can be.

    `chance`, from 0 to 1, is how likely the query shows anything that there may be more of. With a
    `thumbnail` the very picture comes first. With `far` the first are shown even where none is
    close. What is preferred, in log odds, comes forward, while its score and what is close stay the
    same.
    """

    k: int
    accept: Accept | None = None
    filter: Filter | None = None
    diversity: float = 0.0
    calibration: Calibration | None = None
    knowledge: Knowledge | None = None
    preference: Knowledge | None = None
    chance: float = 1.0
    thumbnail: twins.Pixels | None = None
    far: bool = False


def matches_of_item(index: Searchable, item: str, wanted: Wanted) -> list[Match]:
    """What to show beside an item, without the item itself; nothing where it has no vector.

    The query is the mean direction of its photographs, so that every view of it counts.
    """
    ids = index.ids_under(f"{item}|")
    if not ids:
        return []
    try:
        mean = index.vectors_of(ids).mean(axis=0)
    except KeyError:
        # Removed between the two calls.
        return []
    query = mean / max(np.linalg.norm(mean), 1e-12)
    return matches(index, query, wanted, without=item)


def matches(
    index: Searchable, query: np.ndarray, wanted: Wanted, *, without: str | None = None
) -> list[Match]:
    """What to show for a query, float32 (d,) of length 1: at most k matches, by falling score.

    Of each group there is the first, and of what shows one picture to the eye; the search widens
    while there are more. Up to PLACES, and without diversity, the answer for few is the beginning
    of that for many. Without a filter what is not close is left out, and an approximate index may
    miss one. With a filter the nearest are found exactly among all that passes, however much that
    is and however far.
    """
    passing = wanted.filter.few(FEW) if wanted.filter else None
    under = None if passing is None else [f"{item}|" for item in passing]
    judge = _Judge(wanted.filter if passing is None else None, wanted.accept)
    enough = max(PLACES, wanted.k * (CHOICE if wanted.diversity else 1))
    take = FIRST_TAKE
    while True:
        ids, similarities = index.search(
            query[np.newaxis], take, exact=wanted.filter is not None, under=under
        )
        candidates = judge.shown(_nearest_of_items(ids[0], similarities[0], without))
        is_all = len(ids[0]) < take
        # Of each group there is one place at most: what is too few already is not ranked in vain.
        if not is_all and len({group for _, group in candidates}) < enough:
            take *= WIDEN
            continue
        try:
            ranked = _ranked(index, query, candidates, wanted, enough)
        except KeyError:
            # One of them was removed this very moment: look again.
            continue
        if len(ranked) >= enough or is_all:
            return _panel(ranked, wanted)
        take *= WIDEN


class _Candidate(NamedTuple):
    """An item by its nearest photograph; `id` is that one's in the index."""

    id: str
    item: str
    similarity: float

    @property
    def photo(self) -> str:
        return embeddings.parts_of(self.id)[1]

    def match(self, score: float, twin: bool) -> Match:
        return Match(self.item, self.photo, self.similarity, score, twin)


@dataclass(frozen=True)
class _Ranked:
    """What may have a place, by falling `worth`, (n,): the score, and what is preferred. `rows` are
    the vectors of their photographs, (n, d)."""

    matches: list[Match]
    rows: Floats
    worth: Floats

    def __len__(self) -> int:
        return len(self.matches)

    def at(self, places: Sequence[int]) -> _Ranked:
        matches = [self.matches[place] for place in places]
        return _Ranked(matches, self.rows[places], self.worth[places])


class _Judge:
    """Asks about each item once: whether it may be shown, and of which group it is."""

    def __init__(self, filter: Filter | None, accept: Accept | None) -> None:
        self._filter = filter
        self._accept = accept
        self._passes: dict[str, bool] = {}
        self._groups: dict[str, str | None] = {}

    def passing(self, items: list[str]) -> set[str]:
        """Those that the filter lets through."""
        if self._filter is None:
            return set(items)
        if unknown := [item for item in items if item not in self._passes]:
            passed = self._filter.accept(unknown)
            self._passes.update((item, item in passed) for item in unknown)
        return {item for item in items if self._passes[item]}

    def groups(self, items: list[str]) -> dict[str, str | None]:
        """The group of each; None where it may not be shown."""
        if self._accept is None:
            return {item: item for item in items}
        if unknown := [item for item in items if item not in self._groups]:
            accepted = self._accept(unknown)
            self._groups.update((item, accepted.get(item)) for item in unknown)
        return {item: self._groups[item] for item in items}

    def shown(self, found: Sequence[_Candidate]) -> list[tuple[_Candidate, str]]:
        """Those that may be shown, each with its group."""
        passing = self.passing([one.item for one in found])
        left = [one for one in found if one.item in passing]
        groups = self.groups([one.item for one in left])
        return [(one, group) for one in left if (group := groups[one.item]) is not None]


def _nearest_of_items(
    ids: np.ndarray, similarities: np.ndarray, without: str | None
) -> list[_Candidate]:
    """One per item, by its nearest photograph; nearest first."""
    found: list[_Candidate] = []
    seen = {without}
    # Rounding takes the similarity of equals a little beyond 1.
    for id, similarity in zip(ids.tolist(), np.minimum(similarities, 1.0).tolist(), strict=True):
        item = embeddings.item_of(id)
        if item not in seen:
            seen.add(item)
            found.append(_Candidate(id, item, similarity))
    return found


def _ranked(
    index: Searchable,
    query: np.ndarray,
    shown: Sequence[tuple[_Candidate, str]],
    wanted: Wanted,
    enough: int,
) -> _Ranked:
    """How a panel is ranked: by score and what is preferred; of each group, and of one picture, the
    first.

    Those that may be `shown`, with their groups, come nearest first. Raises KeyError where one has
    been removed.
    """
    if not shown:
        return _Ranked([], np.empty((0, len(query)), np.float32), np.empty(0, np.float32))
    found = [candidate for candidate, _ in shown]
    rows = index.vectors_of([candidate.id for candidate in found])
    scores = _scores(query, rows, found, wanted)
    twin = _twin(found, wanted)
    if twin is not None:
        scores[twin] = 1.0
    worth = _with_odds(scores, found, wanted.preference)
    first: dict[str, int] = {}
    for place in np.argsort(-worth, kind="stable").tolist():
        first.setdefault(shown[place][1], place)
    places = _different(rows, list(first.values()), enough)
    matches = [found[place].match(float(scores[place]), place == twin) for place in places]
    return _Ranked(matches, rows[places], worth[places])


def _scores(query: np.ndarray, rows: Floats, found: Sequence[_Candidate], wanted: Wanted) -> Floats:
    """How likely each is of one kind with the query, float32 (n,); `rows` are their vectors."""
    if wanted.calibration:
        scores = wanted.calibration.scores(query, rows)
    else:
        scores = np.maximum(_cosines(found), 0)
    return wanted.chance * _with_odds(scores, found, wanted.knowledge)


def _with_odds(scores: Floats, found: Sequence[_Candidate], more: Knowledge | None) -> Floats:
    """The scores once something more is known of them."""
    if more is None:
        return scores
    known = more([one.item for one in found])
    factors = np.exp(np.array([known.get(one.item, 0.0) for one in found], np.float32))
    return np.asarray(scores * factors / (1 - scores + scores * factors), np.float32)


def _twin(found: Sequence[_Candidate], wanted: Wanted) -> int | None:
    """The place of the one that shows the very picture; `found` comes nearest first."""
    if wanted.thumbnail is None:
        return None
    near = found[: twins.AMONG]
    photos = [one.photo for one in near]
    return twins.STORED.place_of_twin(wanted.thumbnail, photos, _cosines(near))


def _cosines(found: Sequence[_Candidate]) -> Floats:
    return np.array([one.similarity for one in found], np.float32)


def _different(rows: Floats, places: Sequence[int], count: int) -> list[int]:
    """The first `count` of the places whose rows are not the same to the eye as one before.

    However many are the same: 24 SKUs with one photograph are one place.
    """
    kept: list[int] = []
    for start in range(0, len(places), count):
        known = [*kept, *places[start : start + count]]
        some = rows[known]
        # One product takes a fraction of what one by one takes.
        differs = some @ some.T < SAME
        different: list[int] = []
        for number, from_each in enumerate(differs):
            if from_each[different].all():
                different.append(number)
        kept = [known[number] for number in different][:count]
        if len(kept) == count:
            break
    return kept


def _panel(ranked: _Ranked, wanted: Wanted) -> list[Match]:
    """Those that get a place, by falling score."""
    if wanted.filter is None:
        ranked = _close(ranked, wanted)
    if wanted.diversity and len(ranked) > wanted.k:
        ranked = ranked.at(range(min(len(ranked), wanted.k * CHOICE)))
        order = spread_out(ranked.worth, ranked.rows, wanted.k, wanted.diversity)
        ranked = ranked.at(sorted(order.tolist()))
    return ranked.matches[: wanted.k]


def _close(ranked: _Ranked, wanted: Wanted) -> _Ranked:
    """A panel ends where nothing is close any more, and is not filled up."""
    close = [place for place, match in enumerate(ranked.matches) if match.score >= CLOSE_FROM]
    return ranked if wanted.far and not close else ranked.at(close)


def spread_out(scores: Floats, rows: Floats, count: int, diversity: float) -> np.ndarray:
    """The places of `count` candidates that are alike to the query and not to each other.

    Maximal marginal relevance (Carbonell & Goldstein 1998): each next one maximises (1 - diversity)
    x its score - diversity x its cosine to the nearest of those before it. `scores` float32 (n,),
    falling; `rows` float32 (n, d), of length 1. Returns int (min(count, n),), in the order of
    choice.
    """
    alike = rows @ rows.T
    nearest = np.full(len(rows), -1.0, np.float32)
    relevance = (1 - diversity) * scores
    order: list[int] = []
    for _ in range(min(count, len(rows))):
        worth = relevance - diversity * nearest
        worth[order] = -np.inf
        order.append(int(worth.argmax()))
        np.maximum(nearest, alike[order[-1]], out=nearest)
    return np.array(order, np.intp)
