"""From the nearest vectors to a panel: one match per item, all allowed, not five times the same."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from recommender import vectors
from recommender.index import Searchable

Accept = Callable[[list[str]], set[str]]

# A product has a few photographs: this many neighbours usually hold k different products.
FIRST_TAKE = 64
WIDEN = 4
# Up to this many items that pass a filter are compared one by one.
FEW = 2000
# For k places as many times more candidates are looked at, when no two should be the same.
CHOICE = 4
# From this cosine on two pictures are one to a shopper.
SAME = 0.995


class Match(NamedTuple):
    """`photo` is the item's best photograph, `similarity` its cosine, at most 1."""

    item: str
    photo: str
    similarity: float


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
    without: str | None = None
    diversity: float = 0.0


def matches(index: Searchable, query: np.ndarray, wanted: Wanted) -> list[Match]:
    """What to show for a query, float32 (d,) of length 1: at most k matches, nearest first.

    Without a filter an approximate index may miss one. With a filter the k nearest are found
    exactly among all that passes, however much or little that is (diversity apart).
    """
    passing = wanted.filter.few(FEW) if wanted.filter else None
    under = None if passing is None else [f"{item}|" for item in passing]
    verdicts: dict[str, bool] = {}
    take = max(FIRST_TAKE, 4 * wanted.k)
    while True:
        ids, similarities = index.search(
            query[np.newaxis], take, exact=wanted.filter is not None, under=under
        )
        best = _best_of_items(ids[0], similarities[0], wanted.without)
        order = _spread_out(index, best, wanted)
        _judge([best[id].item for id in order], wanted, under is None, verdicts)
        accepted = [best[id] for id in order if verdicts[best[id].item]][: wanted.k]
        if len(accepted) == wanted.k or len(ids[0]) < take:
            return sorted(accepted, key=lambda match: -match.similarity)
        take *= WIDEN


def _best_of_items(
    ids: np.ndarray, similarities: np.ndarray, without: str | None
) -> dict[str, Match]:
    """One match per item by the id of its nearest photograph, which comes first."""
    best: dict[str, Match] = {}
    seen = {without}
    for id, similarity in zip(ids, similarities.tolist(), strict=True):
        item, photo = vectors.parts_of(id)
        if item not in seen:
            seen.add(item)
            best[id] = Match(item, photo, min(similarity, 1.0))
    return best


def _judge(items: list[str], wanted: Wanted, filtering: bool, verdicts: dict[str, bool]) -> None:
    """Ask about each item once."""
    unknown = [item for item in items if item not in verdicts]
    shown = set(unknown)
    if wanted.filter and filtering and shown:
        shown = wanted.filter.accept(unknown)
    if wanted.accept and shown:
        shown = wanted.accept([item for item in unknown if item in shown])
    verdicts.update((item, item in shown) for item in unknown)


def _spread_out(index: Searchable, best: dict[str, Match], wanted: Wanted) -> list[str]:
    """The ids in the order in which they should get a place."""
    ids = list(best)
    choice = ids[: CHOICE * wanted.k]
    if not wanted.diversity or len(choice) < 2:
        return ids
    try:
        rows = index.vectors_of(choice)
    except KeyError:
        # One was removed this very moment: the next request does better.
        return ids
    similarities = np.array([best[id].similarity for id in choice], np.float32)
    order = spread_out(similarities, rows, wanted.k, wanted.diversity)
    return [choice[place] for place in order] + ids[len(choice) :]


def spread_out(
    similarities: np.ndarray, rows: np.ndarray, count: int, diversity: float
) -> np.ndarray:
    """An order of candidates whose first `count` are near the query and not near each other.

    Maximal marginal relevance (Carbonell & Goldstein 1998): each next one maximises (1 - diversity)
    x its similarity - diversity x that to the most alike of those before it. What shows the same
    as one of them comes last of all. `similarities` float32 (n,), descending; `rows` float32
    (n, d), of length 1. Returns int (n,).
    """
    alike = rows @ rows.T
    nearest = np.full(len(rows), -1.0, np.float32)
    relevance = (1 - diversity) * similarities
    order = np.empty(0, np.intp)
    for _ in range(min(count, len(rows))):
        worth = relevance - diversity * nearest - 2.0 * (nearest >= SAME)
        worth[order] = -np.inf
        chosen = worth.argmax()
        order = np.append(order, chosen)
        np.maximum(nearest, alike[chosen], out=nearest)
    rest = np.setdiff1d(np.arange(len(rows)), order)
    return np.concatenate((order, rest[np.argsort(nearest[rest] >= SAME, kind="stable")]))
