"""Reserving, selling, letting go, running out and counting in any order, beside a plain model."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from shop.stock import counting, reserving
from shop.stock.models import Movement, Reservation, Stock
from shop.stock.tasks import clear_expired

PRODUCT = "0" * 24
SKUS = ("S", "M")
keys = st.sampled_from(("ada", "bob", "cyd"))
skus = st.sampled_from(SKUS)
wants_of_some = st.dictionaries(skus, st.integers(1, 3), min_size=1)


class Stockroom(RuleBasedStateMachine):
    """`on_hand` by SKU; what each key holds, held once (`late`: its time is over), or bought."""

    def __init__(self) -> None:
        super().__init__()
        for model in (Stock, Reservation, Movement):
            model.objects.all().delete()
        self.on_hand: dict[str, int] = {}
        self.held: dict[str, dict[str, int]] = {}
        self.late: dict[str, dict[str, int]] = {}
        self.sold: dict[str, dict[str, int]] = {}

    def free(self, sku: str, *, but: str = "") -> int:
        held = sum(wants.get(sku, 0) for key, wants in self.held.items() if key != but)
        return max(0, self.on_hand[sku] - held)

    @initialize(pieces=st.tuples(st.integers(0, 5), st.integers(0, 5)))
    def open_the_shop(self, pieces: tuple[int, int]) -> None:
        self.on_hand = dict(zip(SKUS, pieces, strict=True))
        counting.count(PRODUCT, self.on_hand)

    @rule(key=keys, wants=wants_of_some)
    def reserve(self, key: str, wants: dict[str, int]) -> None:
        short = any(self.free(sku, but=key) < quantity for sku, quantity in wants.items())
        if self.held.get(key) == wants or self.sold.get(key) == wants:
            reserving.reserve(key, wants, seconds=600)
        elif key in self.sold:
            with pytest.raises(reserving.AlreadySold):
                reserving.reserve(key, wants, seconds=600)
        elif short:
            with pytest.raises(reserving.SoldOut):
                reserving.reserve(key, wants, seconds=600)
        else:
            reserving.reserve(key, wants, seconds=600)
            self.late.pop(key, None)
            self.held[key] = wants

    @rule(key=keys)
    def commit(self, key: str) -> None:
        wants = self.held.get(key) or self.late.get(key)
        if wants is None:
            if key in self.sold:
                reserving.commit(key)
            else:
                with pytest.raises(reserving.NotReserved):
                    reserving.commit(key)
            return
        there = self.on_hand if key in self.held else {sku: self.free(sku) for sku in SKUS}
        if any(there[sku] < quantity for sku, quantity in wants.items()):
            with pytest.raises(reserving.SoldOut):
                reserving.commit(key)
            return
        reserving.commit(key)
        self.held.pop(key, None)
        self.late.pop(key, None)
        self.sold[key] = wants
        for sku, quantity in wants.items():
            self.on_hand[sku] -= quantity

    @rule(key=keys)
    def release(self, key: str) -> None:
        reserving.release(key)
        self.held.pop(key, None)
        self.late.pop(key, None)

    @rule(key=keys)
    def run_out(self, key: str) -> None:
        Reservation.objects.filter(key=key).update(expires=timezone.now())
        if key in self.held:
            self.late[key] = self.held.pop(key)

    @rule()
    def clear(self) -> None:
        clear_expired()

    @rule(sku=skus, quantity=st.integers(1, 3))
    def restock(self, sku: str, quantity: int) -> None:
        reserving.restock(sku, quantity, Movement.Reason.RETURNED)
        self.on_hand[sku] += quantity

    @rule(sku=skus, pieces=st.integers(0, 5))
    def count(self, sku: str, pieces: int) -> None:
        counting.count(PRODUCT, {sku: pieces})
        self.on_hand[sku] = pieces

    @invariant()
    def nothing_is_below_zero_and_all_is_accounted_for(self) -> None:
        assert dict(Stock.objects.values_list("sku", "on_hand")) == self.on_hand
        assert all(pieces >= 0 for pieces in self.on_hand.values())
        free = {sku: self.free(sku) for sku in self.on_hand}
        assert reserving.available(list(self.on_hand)) == free
        moved = Movement.objects.order_by().values_list("sku").annotate(Sum("delta"))
        assert dict.fromkeys(self.on_hand, 0) | dict(moved) == self.on_hand


@pytest.mark.slow
@pytest.mark.django_db
def test_any_order() -> None:
    run_state_machine_as_test(
        Stockroom, settings=settings(max_examples=60, stateful_step_count=25, deadline=None)
    )
