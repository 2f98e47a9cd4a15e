"""What a reduced price may be compared with, at the edges of the law; no database is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.prices.former import Step, former_price, former_prices, steps
from shop.prices.models import PriceRecord

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def costs(days: float, cents: int, sale: int | None = None, **more: Any) -> PriceRecord:
    """What it has cost since so many days from NOON on; `begins` and `ends` are days as well."""
    begins, ends = more.pop("begins", None), more.pop("ends", None)
    return PriceRecord(
        product="p",
        since=NOON + days * DAY,
        price_cents=cents,
        sale_price_cents=sale,
        sale_from=None if begins is None else NOON + begins * DAY,
        sale_until=None if ends is None else NOON + ends * DAY,
        **more,
    )


def former(
    *history: PriceRecord, sku: str = "S", days: float = 0, zone: tzinfo = UTC
) -> int | None:
    return former_prices(history, [sku], NOON + days * DAY, zone).get(sku)


def test_it_is_what_it_cost_before_the_reduction() -> None:
    assert former(costs(-90, 100), costs(0, 100, 80)) == 100


def test_nothing_is_struck_without_a_sale() -> None:
    assert former(costs(-90, 100), costs(0, 80)) is None


def test_what_was_never_dearer_has_none() -> None:
    assert former(costs(0, 100, 80)) is None


def test_it_is_the_lowest_of_the_30_days() -> None:
    history = [costs(-90, 100), costs(-20, 85), costs(-10, 100), costs(0, 100, 80)]
    assert former(*history) == 85


def test_what_it_cost_longer_ago_counts_no_more() -> None:
    history = [costs(-90, 85), costs(-31, 100), costs(0, 100, 80)]
    assert former(*history) == 100


def test_a_price_that_still_held_within_the_30_days_counts() -> None:
    assert former(costs(-90, 85), costs(-29, 100), costs(0, 100, 80)) == 85


def test_a_raise_just_before_the_sale_changes_nothing() -> None:
    raised = [costs(-90, 100), costs(-HOUR / DAY, 150)]
    assert former(*raised, costs(0, 150, 80)) == 100
    assert former(*raised, costs(0, 150, 100)) is None, "it costs what it did"
    assert former(*raised, costs(0, 150, 120)) is None, "it costs more"


def test_further_and_further_reductions_are_compared_with_what_was_before_the_first() -> None:
    history = [costs(-90, 100), costs(0, 100, 90), costs(5, 100, 80), costs(60, 100, 70)]
    assert former(*history[:3], days=5) == 100
    assert former(*history, days=60) == 100


def test_a_usual_price_that_changes_meanwhile_ends_no_reduction() -> None:
    history = [costs(-90, 100), costs(0, 100, 80), costs(5, 120, 80), costs(6, 95, 70)]
    assert former(*history, days=6) == 100


def test_a_gap_begins_anew() -> None:
    history = [costs(-90, 100), costs(0, 100, 80, ends=5), costs(7, 100, 70)]
    assert former(*history, days=7) == 80, "it cost that two days ago"
    history[-1] = costs(7, 100, 80)
    assert former(*history, days=7) is None, "and so this is no reduction"
    history[-1] = costs(36, 100, 80)
    assert former(*history, days=36) == 100, "that was more than 30 days ago"


def test_a_reduction_that_becomes_less_begins_anew() -> None:
    history = [costs(-90, 100), costs(0, 100, 70), costs(5, 100, 80)]
    assert former(*history, days=5) is None
    assert former(*history, costs(50, 100, 60), days=50) == 70, "what it cost before the 80"


def test_a_price_that_falls_without_a_sale_is_a_price_like_others() -> None:
    assert former(costs(-90, 100), costs(-10, 90), costs(0, 90, 80)) == 90


def test_a_sale_that_begins_later_is_known_before() -> None:
    history = [costs(-90, 100), costs(-40, 90), costs(0, 100, 60, begins=20, ends=25)]
    assert former(*history, days=0) == 90
    history[-1] = costs(0, 100, 60, begins=40, ends=45)
    assert former(*history, days=0) == former(*history, days=44) == 100
    assert former(*history, days=45) is None, "it is over"


def test_of_two_sales_the_one_that_is_on_counts() -> None:
    history = [costs(-90, 100), costs(0, 100, 80, begins=0, ends=3), costs(2, 100, 70, begins=10)]
    assert former(*history, days=2) == 80, "the first ended with what replaced it"


def test_what_was_not_for_sale_cost_nobody_anything() -> None:
    draft = costs(-20, 500, offered=False)
    assert former(draft, costs(0, 500, 80)) is None
    assert former(costs(-25, 100), draft, costs(0, 500, 80)) == 100
    assert former(costs(0, 100, 80, offered=False)) is None
    away = [costs(-90, 100), costs(0, 100, 80), costs(2, 100, 80, offered=False)]
    assert former(*away, costs(4, 100, 80), days=4) is None, "it came back at what it cost"


def test_what_is_younger_than_30_days_is_compared_with_what_it_has_cost_since() -> None:
    assert former(costs(-3, 100), costs(-1, 110), costs(0, 110, 80)) == 100


def test_a_size_has_a_history_of_its_own() -> None:
    history = [
        costs(-90, 100, own={"XXL": 120}),
        costs(-10, 100, own={"XXL": 110}),
        costs(0, 100, 80, own={"XXL": 130, "NEW": 90, "S-CHEAP": 70}),
    ]
    skus = ["M", "XXL", "NEW", "S-CHEAP"]
    # A size that had no price of its own cost what the product did.
    assert former_prices(history, skus, NOON, UTC) == {"M": 100, "XXL": 110, "NEW": 100}


def test_days_begin_where_the_shop_is() -> None:
    """At half past midnight in Berlin it is the day before in Greenwich."""
    begins = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    cheap_until = datetime(2026, 7, 1, 23, 0, tzinfo=UTC)
    history = [costs(-400, 85), costs(0, 100), costs(0, 100, 80)]
    history[1].since, history[2].since = cheap_until, begins
    in_berlin = former_prices(history, ["S"], begins, BERLIN)
    in_greenwich = former_prices(history, ["S"], begins, UTC)
    # From 1 August 0:30 there to 2 July 0:00; from 31 July 22:30 here to 1 July 0:00.
    assert (in_berlin, in_greenwich) == ({"S": 85}, {"S": 85})
    history[1].since = datetime(2026, 7, 1, 21, 59, tzinfo=UTC)
    assert former_prices(history, ["S"], begins, BERLIN) == {"S": 100}
    assert former_prices(history, ["S"], begins, UTC) == {"S": 85}


def test_a_month_in_which_the_clocks_change_has_30_days_as_well() -> None:
    """Midnight in Berlin was at 22:00 in Greenwich in October, and is at 23:00 in November."""
    begins = datetime(2026, 11, 10, 12, tzinfo=UTC)
    history = [costs(-400, 85), costs(0, 100), costs(0, 100, 80)]
    history[2].since = begins
    for until, lowest in ((21, 100), (22, 100), (23, 85)):
        history[1].since = datetime(2026, 10, 10, until, tzinfo=UTC)
        assert former_prices(history, ["S"], begins, BERLIN) == {"S": lowest}


def test_records_of_one_moment_count_once() -> None:
    history = [costs(-90, 100), costs(-5, 1), costs(-5, 95), costs(0, 95, 80)]
    assert former(*history) == 95


@st.composite
def histories(draw: st.DrawFn) -> list[PriceRecord]:
    moments = sorted(draw(st.lists(st.integers(-80, 0), min_size=1, max_size=6)))
    return [
        costs(
            day,
            draw(st.integers(5, 9)),
            draw(st.none() | st.integers(1, 9)),
            begins=draw(st.none() | st.integers(-80, 40)),
            ends=draw(st.none() | st.integers(-80, 40)),
            offered=draw(st.booleans()),
        )
        for day in moments
    ]


@given(histories())
def test_steps_follow_one_another_and_tell_every_price(history: list[PriceRecord]) -> None:
    told = list(steps(history, "S"))
    assert told[0].start == history[0].since
    assert told[-1].end is None
    assert all(before.end == after.start for before, after in pairwise(told))
    for step in told:
        counting = [record for record in history if record.since <= step.start][-1]
        price = counting.price_of("S", step.start).cents
        assert step.cents == (price if counting.offered else None)


@given(histories())
def test_nothing_is_claimed_that_was_not_charged(history: list[PriceRecord]) -> None:
    """Whatever happened: it was paid within 30 days and a day before a reduction, and is more."""
    told = list(steps(history, "S"))
    found = former_price(told, NOON, UTC)
    if found is None:
        return
    on = next(step for step in told if step.is_reduced and (step.end is None or step.end > NOON))
    assert found > (on.cents or 0)
    ends = [step.end for step in told if step.cents == found and step.end]
    assert any(end <= on.start for end in ends)


def test_a_history_that_ends_reduced_is_judged_by_hand() -> None:
    told = [
        Step(NOON - 40 * DAY, NOON - 31 * DAY, 60, is_reduced=False),
        Step(NOON - 31 * DAY, NOON - 2 * DAY, 100, is_reduced=False),
        Step(NOON - 2 * DAY, NOON - DAY, 90, is_reduced=True),
        Step(NOON - DAY, None, 50, is_reduced=True),
    ]
    # 30 days before the day before yesterday, which is 32 days ago.
    assert former_price(told, NOON, UTC) == 60


@pytest.mark.parametrize("history", [[], [costs(0, 100)]])
def test_who_never_had_a_sale_has_nothing_to_strike(history: list[PriceRecord]) -> None:
    assert former_prices(history, ["S"], NOON, UTC) == {}
