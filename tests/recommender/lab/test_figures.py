"""A figure with its interval, and when it reaches its goal."""

import numpy as np
import pytest

from recommender.lab.figures import GOALS, Figure, Goal


def test_a_figure_is_a_mean_with_its_interval():
    figure = Figure.of(np.array([0.0, 1, 1, 1]), Goal(">=", 0.5), "another")
    assert (figure.value, figure.queries, figure.against) == (0.75, 4, "another")
    assert 0 <= figure.low < 0.75 < figure.high <= 1


def test_each_group_counts_alike_however_large_it_is():
    values = np.array([1.0] * 98 + [0.0, 0.5])
    groups = np.array(["many"] * 98 + ["few"] * 2)
    figure = Figure.balanced(values, groups)
    assert figure.value == pytest.approx((1 + 0.25) / 2)
    # Only the few are in doubt: both are the lower, or both the higher.
    assert (figure.low, figure.high, figure.queries) == (0.5, 0.75, 100)


@pytest.mark.parametrize(
    ("goal", "low", "value", "met"),
    [
        (Goal(">=", 0.5), 0.1, 0.5, True),
        (Goal(">=", 0.5), 0.1, 0.49, False),
        (Goal("<=", 0.5), 0.1, 0.5, True),
        (Goal("<=", 0.5), 0.1, 0.51, False),
        (Goal("surely >", 0), 0.01, 0.5, True),
        (Goal("surely >", 0), 0, 0.5, False),
        (None, 0, 0.5, None),
    ],
)
def test_a_goal_is_reached_or_not(goal: Goal | None, low: float, value: float, met: bool | None):
    assert Figure(value, low, 1.0, 10, goal).met is met


def test_a_goal_reads_as_a_sentence():
    assert str(GOALS["nothing-close.false_alarms"]) == "<= 0.050"
    assert str(GOALS["reference.gender.precision_at_5_gain"]) == "surely > 0.000"


def test_a_few_runs_have_student_s_interval():
    figure = Figure.of_runs([0.9, 0.92, 0.94], Goal(">=", 0.9))
    # The standard error is .02 / sqrt(3), and 4.3027 the quantile with two degrees of freedom.
    assert figure.value == pytest.approx(0.92)
    assert figure.high - figure.value == pytest.approx(4.3027 * 0.02 / 3**0.5, rel=1e-4)
    assert figure.value - figure.low == pytest.approx(figure.high - figure.value)
    assert (figure.queries, figure.met) == (3, True)


def test_one_run_leaves_no_interval():
    figure = Figure.of_runs([0.9])
    assert figure.value == 0.9
    assert np.isnan([figure.low, figure.high]).all()
