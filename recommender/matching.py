"""From the nearest vectors to a panel: one match per item and group, not five times the same."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import batched
from typing import NamedTuple, Protocol

import numpy as np

from recommender.encoder import Calibration
from recommender.index import Searchable
from recommender.store import embeddings

Accept = Callable[[list[str]], Mapping[str, str]]
"""Of these items those that may be shown, each with its group: of a group only the nearest is
shown. What is one of a kind is its own group."""

# A product has a few photographs: this many neighbours usually hold k different products.
FIRST_TAKE = 32
WIDEN = 4
# Up to this many items that pass a filter are compared one by one.
FEW = 2000
# For k places as many times more candidates are looked at, when no two should be the same.
CHOICE = 4
# From this cosine on two pictures are one to a shopper.
SAME = 0.995


class Match(NamedTuple):
    """`photo` is the item's best photograph, `similarity` its cosine, at most 1.

    `score`, from 0 to 1, means the same from item to item: how likely both show one kind of thing,
    if the encoder was calibrated; else it is the cosine, or 0 for a negative one.
    """

    item: str
    photo: str
    similarity: float
    score: float


class Filter(Protocol):
    """What may be found: a query on the catalogue."""

    def few(self, limit: int) -> Sequence[str] | None:
        """The items that pass, where they are at most `limit`; else None."""

    def accept(self, items: list[str]) -> set[str]:
        """Those of these items that pass."""


class Wanted(NamedTuple):
    """`diversity` from 0, the nearest whatever they are, to 1, as different as can be."""

    k: int
    accept: Accept | None = None
    filter: Filter | None = None
    diversity: float = 0.0
    calibration: Calibration | None = None


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
    """What to show for a query, float32 (d,) of length 1: at most k matches, nearest first.

    Of each group there is its nearest item, and never fewer than k while there are more groups.
    Without a filter an approximate index may miss one. With a filter the k nearest are found
    exactly among all that passes, however much or little that is (diversity apart).
    """
    passing = wanted.filter.few(FEW) if wanted.filter else None
    under = None if passing is None else [f"{item}|" for item in passing]
    judge = _Judge(wanted.filter if passing is None else None, wanted.accept)
    take = max(FIRST_TAKE, 4 * wanted.k)
    while True:
        ids, similarities = index.search(
            query[np.newaxis], take, exact=wanted.filter is not None, under=under
        )
        candidates = _best_of_items(ids[0], similarities[0], without)
        chosen = _nearest_of_groups(candidates, judge, wanted)
        if len(chosen) >= wanted.k or len(ids[0]) < take:
            with suppress(KeyError):
                return _panel(index, query, chosen, wanted)
            # One of them was removed this very moment: look again.
        else:
            take *= WIDEN


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


def _best_of_items(
    ids: np.ndarray, similarities: np.ndarray, without: str | None
) -> dict[str, Match]:
    """One match per item by the id of its nearest photograph, which comes first."""
    best: dict[str, Match] = {}
    seen = {without}
    # Rounding takes the similarity of equals a little beyond 1.
    for id, similarity in zip(ids, np.minimum(similarities, 1.0).tolist(), strict=True):
        item, photo = embeddings.parts_of(id)
        if item not in seen:
            seen.add(item)
            best[id] = Match(item, photo, similarity, max(0.0, similarity))
    return best


def _nearest_of_groups(
    candidates: dict[str, Match], judge: _Judge, wanted: Wanted
) -> dict[str, Match]:
    """The nearest candidate of each group, as many as the places are to be chosen from.

    They are asked about from the nearest on, and no further than is needed.
    """
    passing = judge.passing([match.item for match in candidates.values()])
    left = [(id, match) for id, match in candidates.items() if match.item in passing]
    nearest: dict[str, tuple[str, Match]] = {}
    for some in batched(left, wanted.k * (CHOICE if wanted.diversity else 1), strict=False):
        groups = judge.groups([match.item for _, match in some])
        for id, match in some:
            if (group := groups[match.item]) is not None:
                nearest.setdefault(group, (id, match))
        if len(nearest) >= wanted.k:
            break
    return dict(nearest.values())


def _panel(
    index: Searchable, query: np.ndarray, chosen: dict[str, Match], wanted: Wanted
) -> list[Match]:
    """Those that get a place, nearest first. Raises KeyError where one has been removed."""
    found = list(chosen.values())
    crowded = len(found) > wanted.k and wanted.diversity
    if not crowded:
        found = found[: wanted.k]
    if not found or not (crowded or wanted.calibration):
        return found
    rows = index.vectors_of(list(chosen)[: len(found)])
    if wanted.calibration:
        scores = wanted.calibration.scores(query, rows).tolist()
        found = [match._replace(score=score) for match, score in zip(found, scores, strict=True)]
    if crowded:
        similarities = np.array([match.similarity for match in found], np.float32)
        order = spread_out(similarities, rows, wanted.k, wanted.diversity)
        found = [found[place] for place in sorted(order)]
    return found


def spread_out(
    similarities: np.ndarray, rows: np.ndarray, count: int, diversity: float
) -> np.ndarray:
    """The places of `count` candidates that are near the query and not near each other.

    Maximal marginal relevance (Carbonell & Goldstein 1998): each next one maximises (1 - diversity)
    x its similarity - diversity x that to the most alike of those before it. What shows the same
    as one of them comes after all others. `similarities` float32 (n,), descending; `rows` float32
    (n, d), of length 1. Returns int (min(count, n),), in the order of choice.
    """
    alike = rows @ rows.T
    nearest = np.full(len(rows), -1.0, np.float32)
    relevance = (1 - diversity) * similarities
    order: list[int] = []
    for _ in range(min(count, len(rows))):
        worth = relevance - diversity * nearest - 2.0 * (nearest >= SAME)
        worth[order] = -np.inf
        order.append(int(worth.argmax()))
        np.maximum(nearest, alike[order[-1]], out=nearest)
    return np.array(order, np.intp)
