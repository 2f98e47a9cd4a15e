"""What looks like several items at once: somebody's tastes, each searched for by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np

from recommender.behaviour.tastes import Taste, tastes
from recommender.index import Searchable
from recommender.matching import Accept, Match, Wanted, matches


def matches_of_several(
    index: Searchable, items: Sequence[str], weights: Sequence[float], wanted: Wanted
) -> list[Match]:
    """What looks like some of these items, the latest first, each counting by its weight.

    Items without a vector count for nothing. Of what is found for several tastes the best counts;
    a score is that of its taste's matches times the taste's share of all weights.
    """
    # Before the ranking, which would take what shows the same picture for one place with them.
    wanted = wanted._replace(accept=_others(set(items), wanted.accept))
    found: dict[str, Match] = {}
    for taste in _tastes(index, items, weights):
        for match in matches(index, taste.direction, wanted):
            score = match.score * taste.weight
            if match.item not in found or score > found[match.item].score:
                found[match.item] = match._replace(score=score)
    return sorted(found.values(), key=lambda match: -match.score)[: wanted.k]


def _others(known: Set[str], accept: Accept | None) -> Accept:
    """The same, but none of what is known."""

    def others(items: list[str]) -> Mapping[str, str]:
        unknown = [item for item in items if item not in known]
        return accept(unknown) if accept else {item: item for item in unknown}

    return others


def _tastes(index: Searchable, items: Sequence[str], weights: Sequence[float]) -> list[Taste]:
    """With weights that are shares of all."""
    rows, counts = [], []
    for item, weight in zip(items, weights, strict=True):
        if ids := index.ids_under(f"{item}|"):
            try:
                mean = index.vectors_of(ids).mean(axis=0)
            except KeyError:
                # Removed between the two calls.
                continue
            rows.append(mean / max(float(np.linalg.norm(mean)), 1e-12))
            counts.append(weight)
    if not rows:
        return []
    found = tastes(np.stack(rows), counts)
    return [taste._replace(weight=taste.weight / sum(counts)) for taste in found]
