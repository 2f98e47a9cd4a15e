"""Two hundred buyers at once, in four processes of their own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.crowds import at_once, in_shell

BUYERS = 200
PIECES = 50

COUNT = f"""
from shop.stock.counting import count
count("0" * 24, {{"COAT-M": {PIECES}, "SCARF": {PIECES}}})
"""
STATE = """
import json
from collections import Counter
from django.db.models import Sum
from shop.stock.models import Movement, Reservation, Stock
print(json.dumps({
    "on_hand": dict(Stock.objects.values_list("sku", "on_hand")),
    "moved": dict(Movement.objects.order_by().values_list("sku").annotate(Sum("delta"))),
    "sold": list(Reservation.objects.filter(state="sold").values_list("key", flat=True)),
}))
"""


def buy_at_once(environment: dict[str, str], *, processes: int, trouble: int) -> dict[str, str]:
    """What became of each buyer, by the key of their reservation."""
    each = str(BUYERS // processes)
    crowds = [
        ("tests.shop.stock.buyers", f"crowd{number}", each, str(trouble))
        for number in range(processes)
    ]
    outcomes: dict[str, str] = {}
    for said in at_once(environment, crowds, ["go"] * processes):
        outcomes |= json.loads(said)
    return outcomes


@pytest.mark.slow
def test_exactly_what_is_there_is_sold(sql_environment: dict[str, str]) -> None:
    in_shell(sql_environment, COUNT)
    outcomes = buy_at_once(sql_environment, processes=4, trouble=0)
    assert Counter(outcomes.values()) == {"bought": PIECES, "sold out": BUYERS - PIECES}
    state = json.loads(in_shell(sql_environment, STATE))
    assert state["on_hand"] == state["moved"] == {"COAT-M": 0, "SCARF": 0}
    assert set(state["sold"]) == {key for key, said in outcomes.items() if said == "bought"}


@pytest.mark.slow
def test_nothing_is_lost_among_people_who_change_their_minds(
    sql_environment: dict[str, str],
) -> None:
    in_shell(sql_environment, COUNT)
    outcomes = buy_at_once(sql_environment, processes=2, trouble=60)
    assert set(outcomes.values()) <= {"bought", "sold out", "refused"}
    bought = {key for key, said in outcomes.items() if said == "bought"}
    state = json.loads(in_shell(sql_environment, STATE))
    left = PIECES - len(bought)
    assert left >= 0
    assert state["on_hand"] == state["moved"] == {"COAT-M": left, "SCARF": left}
    assert set(state["sold"]) == bought
