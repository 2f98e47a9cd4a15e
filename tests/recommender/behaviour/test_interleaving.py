"""Two rankings as one: fair to both, and telling a preference from chance as often as it says."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from recommender.behaviour.interleaving import Team, chance_of_it, needed, team_draft

rankings = st.permutations(range(12)).map(lambda items: items[:8])


@given(rankings, rankings, st.integers(0, 20), st.integers(0, 10**6))
def test_both_give_as_many_and_their_best(
    a: list[int], b: list[int], count: int, seed: int
) -> None:
    given_ = team_draft(a, b, count, Random(seed))
    items = [item for item, _ in given_]
    assert len(items) == len(set(items)) == min(count, len({*a, *b}))
    for end in range(0, len(items) + 1, 2):
        teams = Counter(team for _, team in given_[:end])
        left = [set(a) - set(items[:end]), set(b) - set(items[:end])]
        if all(left):
            assert teams[Team.A] == teams[Team.B] == end // 2
        for team, ranking in ((Team.A, a), (Team.B, b)):
            # Whatever it gave, all that it has above that is shown by then.
            of_team = [item for item, owner in given_[:end] if owner == team]
            if of_team:
                lowest = max(ranking.index(item) for item in of_team)
                assert set(ranking[:lowest]) <= set(items[:end])


@given(rankings, st.integers(0, 10**6))
def test_equal_rankings_are_shown_as_they_are(a: list[int], seed: int) -> None:
    given_ = team_draft(a, a, len(a), Random(seed))
    assert [item for item, _ in given_] == a


def test_each_place_is_each_teams_half_the_time() -> None:
    random = Random(1)
    drafts = [team_draft([1, 2, 3, 4], [3, 5, 1, 6], 4, random) for _ in range(4000)]
    for place in range(4):
        of_a = sum(draft[place][1] == Team.A for draft in drafts)
        assert binomtest(of_a, len(drafts)).pvalue > 0.001


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sign_test_is_the_exact_one(wins: int, losses: int) -> None:
    number = wins + losses
    expected = binomtest(wins, number).pvalue if number else 1.0
    assert chance_of_it(wins, losses) == pytest.approx(expected)


def trial(random: Random, visitors: int, better: float) -> tuple[int, int]:
    """How many visitors prefer A and B who look through what is shown from the top, and click what
    they find good; a good item of A's ranking is `better` times as likely as one of B's."""
    a, b = list(range(10)), list(range(5, 15))
    wins = {Team.A: 0, Team.B: 0}
    for _ in range(visitors):
        points = Counter[Team]()
        for item, team in team_draft(a, b, 8, random):
            if random.random() < (0.1 * better if item in a[:5] else 0.1):
                points[team] += 1
        if points[Team.A] != points[Team.B]:
            wins[max(points, key=lambda team: points[team])] += 1
    return wins[Team.A], wins[Team.B]


def test_where_nothing_is_better_chance_wins_as_seldom_as_is_said() -> None:
    random = Random(2)
    mistaken = sum(chance_of_it(*trial(random, 120, 1.0)) < 0.05 for _ in range(400))
    # Exact for whole numbers, so at most 5 of 100, and not hardly ever.
    assert binomtest(mistaken, 400, 0.05, alternative="greater").pvalue > 0.001
    assert mistaken


def test_what_is_better_wins() -> None:
    random = Random(3)
    found = [trial(random, 300, 3.0) for _ in range(40)]
    assert sum(a > b and chance_of_it(a, b) < 0.05 for a, b in found) > 32


@pytest.mark.parametrize("share", [0.55, 0.6, 0.75])
def test_so_many_are_needed(share: float) -> None:
    number = needed(share)
    random = Random(4)
    told = 0
    for _ in range(400):
        wins = sum(random.random() < share for _ in range(number))
        told += chance_of_it(wins, number - wins) < 0.05
    # Four of five times, a little less where numbers are small and the test is exact.
    assert 0.7 < told / 400 < 0.9
    assert needed(1 - share) == number
    with pytest.raises(ValueError, match="no preference"):
        needed(0.5)
