"""What is held, sold, let go and brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from shop.stock import counting, reserving
from shop.stock.models import Movement, Reservation, Stock
from shop.stock.reserving import AlreadySold, NotReserved, SoldOut, available
from shop.stock.tasks import clear_expired

PRODUCT = "0" * 24

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def coats(db: None) -> None:
    counting.count(PRODUCT, {"M": 3, "L": 1})


def run_out(key: str) -> None:
    """Let the time of a reservation be over."""
    Reservation.objects.filter(key=key).update(expires=timezone.now())


def movements(sku: str) -> list[tuple[int, str, str]]:
    found = Movement.objects.filter(sku=sku).order_by("id")
    return list(found.values_list("delta", "reason", "key"))


def test_held_pieces_cannot_be_had_by_others() -> None:
    reserving.reserve("a", {"M": 2, "L": 1}, seconds=60)
    assert available(["M", "L"]) == {"M": 1, "L": 0}
    assert available(["M", "L"], but="a") == {"M": 3, "L": 1}


def test_all_or_nothing() -> None:
    reserving.reserve("a", {"L": 1}, seconds=60)
    with pytest.raises(SoldOut) as refused:
        reserving.reserve("b", {"M": 1, "L": 1}, seconds=60)
    assert refused.value.available == {"L": 0}
    assert available(["M"]) == {"M": 3}
    assert not Reservation.objects.filter(key="b").exists()


def test_the_same_key_holds_once_and_from_now_on() -> None:
    first = reserving.reserve("a", {"M": 2}, seconds=60)
    again = reserving.reserve("a", {"M": 2}, seconds=600)
    assert again.expires - first.expires > timedelta(seconds=530)
    assert available(["M"]) == {"M": 1}


def test_other_wants_replace_what_is_held() -> None:
    reserving.reserve("a", {"M": 3}, seconds=60)
    reserving.reserve("a", {"M": 1, "L": 1}, seconds=60)
    assert available(["M", "L"]) == {"M": 2, "L": 0}


def test_a_refused_change_leaves_what_is_held() -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    with pytest.raises(SoldOut):
        reserving.reserve("a", {"M": 4}, seconds=60)
    assert available(["M"]) == {"M": 1}


def test_time_alone_frees_what_was_held() -> None:
    reserving.reserve("a", {"M": 3}, seconds=60)
    run_out("a")
    assert available(["M"]) == {"M": 3}
    reserving.reserve("b", {"M": 3}, seconds=60)
    assert available(["M"]) == {"M": 0}


def test_sold_once() -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    reserving.commit("a")
    reserving.commit("a")
    run_out("a")
    assert available(["M"]) == {"M": 1}
    assert movements("M") == [(3, "counted", ""), (-2, "sold", "a")]


@pytest.mark.parametrize("cleared", [False, True])
def test_who_pays_late_gets_what_is_left(cleared: bool) -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    run_out("a")
    if cleared:
        clear_expired()
    reserving.commit("a")
    assert available(["M"]) == {"M": 1}


@pytest.mark.parametrize("cleared", [False, True])
def test_who_pays_late_takes_nothing_from_others(cleared: bool) -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    run_out("a")
    if cleared:
        clear_expired()
    reserving.reserve("b", {"M": 2}, seconds=60)
    with pytest.raises(SoldOut) as refused:
        reserving.commit("a")
    assert refused.value.available == {"M": 1}
    reserving.commit("b")
    assert available(["M"]) == {"M": 1}


def test_who_holds_pieces_gets_them_though_others_were_counted_away() -> None:
    reserving.reserve("a", {"M": 1}, seconds=60)
    reserving.reserve("b", {"M": 2}, seconds=60)
    counting.count(PRODUCT, {"M": 2})
    reserving.commit("b")
    with pytest.raises(SoldOut):
        reserving.commit("a")
    assert available(["M"]) == {"M": 0}


def test_let_go() -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    reserving.release("a")
    reserving.release("a")
    reserving.release("nobody")
    assert available(["M"]) == {"M": 3}
    with pytest.raises(NotReserved):
        reserving.commit("a")
    reserving.reserve("a", {"M": 1}, seconds=60)
    assert available(["M"]) == {"M": 2}


def test_what_is_sold_stays_sold() -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    reserving.commit("a")
    reserving.release("a")
    assert available(["M"]) == {"M": 1}
    assert reserving.reserve("a", {"M": 2}, seconds=60).state == Reservation.State.SOLD
    with pytest.raises(AlreadySold):
        reserving.reserve("a", {"M": 1}, seconds=60)


def test_what_came_back_can_be_had_again() -> None:
    reserving.reserve("a", {"M": 2}, seconds=60)
    reserving.commit("a")
    reserving.restock("M", 1, Movement.Reason.RETURNED, key="a")
    assert available(["M"]) == {"M": 2}
    assert movements("M")[-1] == (1, "returned", "a")


def test_what_nobody_counts_is_never_sold_out() -> None:
    reserving.reserve("a", {"made to measure": 1000, "M": 1}, seconds=60)
    reserving.commit("a")
    reserving.restock("made to measure", 1, Movement.Reason.RETURNED)
    assert available(["made to measure"]) == {"made to measure": reserving.UNCOUNTED}
    assert movements("made to measure") == []


@pytest.mark.parametrize("wants", [{}, {"M": 0}, {"M": 1, "L": -1}])
def test_nobody_reserves_nothing(wants: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="nobody can"):
        reserving.reserve("a", wants, seconds=60)
    with pytest.raises(ValueError, match="nobody can"):
        reserving.restock("M", 0, Movement.Reason.RETURNED)


def test_nothing_to_sell() -> None:
    with pytest.raises(NotReserved):
        reserving.commit("nobody")


def test_counting_writes_down_the_difference() -> None:
    counting.count(PRODUCT, {"M": 5, "L": 1}, key="merchant")
    assert movements("M") == [(3, "counted", ""), (2, "counted", "merchant")]
    assert movements("L") == [(1, "counted", "")]


def test_counting_ends() -> None:
    counting.stop_counting("M", key="merchant")
    assert movements("M")[-1] == (-3, "stopped", "merchant")
    assert available(["M"]) == {"M": reserving.UNCOUNTED}
    assert not Stock.objects.filter(sku="M").exists()
    assert Movement.objects.filter(sku="M").aggregate(Sum("delta")) == {"delta__sum": 0}
    counting.stop_counting("M")
