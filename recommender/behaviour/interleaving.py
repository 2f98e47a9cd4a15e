"""Which of two rankings do people prefer? Both are shown as one, and clicks tell.

Team draft (Radlinski, Kurup and Joachims, CIKM 2008): like two captains who choose their teams, in
each round both rankings give their best item that is not yet shown, in an order of chance. A click
is a point for the team that gave the item. Whoever clicks without looking favours neither.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from enum import StrEnum
from random import Random
from statistics import NormalDist

NORMAL = NormalDist()


class Team(StrEnum):
    """Of two rankings one."""

    A = "a"
    B = "b"


def team_draft[T: Hashable](
    a: Sequence[T], b: Sequence[T], count: int, random: Random
) -> list[tuple[T, Team]]:
    """The first `count` items of both rankings as one, each with the team that gave it.

    After any number of whole rounds both teams have given as many, as long as both have any left;
    an item that both begin with is of either team by chance.
    """
    left = {Team.A: list(a), Team.B: list(b)}
    given: list[tuple[T, Team]] = []
    shown: set[T] = set()
    while len(given) < count and (left[Team.A] or left[Team.B]):
        teams = [Team.A, Team.B]
        random.shuffle(teams)
        for team in teams:
            item = _next(left[team], shown)
            if item is not None and len(given) < count:
                shown.add(item)
                given.append((item, team))
    return given


def _next[T: Hashable](ranking: list[T], shown: set[T]) -> T | None:
    """The best item that is not shown yet, taken off the ranking; None where none is left."""
    while ranking:
        item = ranking.pop(0)
        if item not in shown:
            return item
    return None


def chance_of_it(wins: int, losses: int) -> float:
    """How likely chance alone makes the winner win at least so clearly: the two-sided sign test.

    Visitors with as many points for either count for nothing. 1 where nobody prefers any.
    """
    number, least = wins + losses, min(wins, losses)
    if number == 0:
        return 1.0
    tail = sum(math.comb(number, k) for k in range(least + 1))
    return float(min(1.0, 2 * tail / 2**number))


def needed(share: float, mistaken: float = 0.05, missed: float = 0.2) -> int:
    """How many visitors with a preference it takes to tell that `share` of them prefer one ranking.

    The normal approximation of the sign test: of chance's doing it is taken for a preference
    `mistaken` of the time, and a preference is missed `missed` of the time. Raises ValueError for a
    share of a half, which no number tells from chance.
    """
    if share == 0.5:
        raise ValueError("A half is no preference.")
    z_mistaken, z_missed = NORMAL.inv_cdf(1 - mistaken / 2), NORMAL.inv_cdf(1 - missed)
    spread = z_mistaken / 2 + z_missed * math.sqrt(share * (1 - share))
    return math.ceil((spread / (share - 0.5)) ** 2)
