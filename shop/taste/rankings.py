"""The ways in which the panel of what looks alike is ranked, and two of them shown as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import SystemRandom

from recommender.behaviour.interleaving import team_draft
from shop.catalog.alike import (
    Alike,
    by_looks_alone,
    pinned_beside,
    rest_of,
    similar_products,
)
from shop.catalog.models import Product
from shop.catalog.steering import Steering, of_panel, placed
from shop.taste import choosing
from shop.taste.known import Known
from shop.trials.models import PANELS, Ranking, Trial

type Rank = Callable[[Product, Sequence[Known], int, Steering], list[Alike]]

RANKINGS: Mapping[Ranking, Rank] = {
    Ranking.TASTE: choosing.panel,
    Ranking.FACTS: lambda product, known, count, steering: similar_products(
        product, count, steering=steering
    ),
    Ranking.LOOKS: lambda product, known, count, steering: by_looks_alone(product, count, steering),
}
RANDOM = SystemRandom()


def interleaved(trial: Trial, product: Product, known: Sequence[Known], count: int) -> list[Alike]:
    """Both rankings of a test as one panel; what is opened of it is a point for who gave it.

    What a merchant pinned was given by neither: both rank the rest, and it is nobody's point.
    Raises recommender.search.SearchUnavailable.
    """
    steering = of_panel(product)
    pinned = pinned_beside(product, steering)
    rest = rest_of(steering, pinned)
    first, second = (
        RANKINGS[Ranking(name)](product, known, count, rest) for name in (trial.first, trial.second)
    )
    found = {str(match.product.pk): match for match in (*first, *second)}
    draft = team_draft(_ids(first), _ids(second), count, RANDOM)
    given = [replace(found[id], panel=PANELS[team]) for id, team in draft]
    return placed(given, pinned)[:count]


def _ids(matches: Sequence[Alike]) -> list[str]:
    return [str(match.product.pk) for match in matches]
