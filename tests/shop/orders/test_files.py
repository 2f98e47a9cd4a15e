"""Orders saved as a file, and such a file held against them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from shop.catalog.exports.writing import csv_text
from shop.catalog.models import Product
from shop.orders import files
from shop.orders.models import DeliveryMethod, Order
from shop.orders.states import State
from tests.shop.orders.shopping import order_of, taken_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(coat: Product, delivery: DeliveryMethod) -> list[Order]:
    first = order_of(coat, {"COAT-S": 2, "COAT-M": 1}, delivery)
    Order.objects.filter(pk=first.pk).update(name="=Ada\nLovelace", extra=" back yard ")
    second = taken_to(order_of(coat, {"COAT-S": 1}, delivery), State.SENT)
    return [first, second]


def saved() -> str:
    return "".join(csv_text(files.COLUMNS, files.rows(Order.objects.all())))


def compared(text: str) -> files.Report:
    return files.compare(text.encode(), "orders.csv")


def test_every_line_of_an_order_is_a_row(orders: list[Order]) -> None:
    rows = list(csv.DictReader(io.StringIO(saved(), newline="")))
    first, second = orders
    assert [row["number"] for row in rows] == [first.number, first.number, second.number]
    assert {row["line_sku"]: row["line_quantity"] for row in rows[:2]} == {
        "COAT-S": "2",
        "COAT-M": "1",
    }
    assert rows[0]["name"] == "'=Ada\nLovelace"
    assert rows[2]["state"] == "sent"
    assert float(rows[2]["total"]) * 100 == second.total_cents


def test_what_is_imported_again_changes_nothing(orders: list[Order]) -> None:
    before = list(Order.objects.values())
    assert str(compared(saved())) == "3 rows unchanged, 0 differ; nothing is changed"
    assert list(Order.objects.values()) == before


def test_what_a_file_says_otherwise_is_named(orders: list[Order]) -> None:
    text = saved().replace(",sent,", ",delivered,")
    (differing,) = compared(text).differing
    assert differing.reason == (
        f"The order {orders[1].number} says something else of state, and stays as it is."
    )


def test_a_file_makes_no_orders(orders: list[Order]) -> None:
    (unknown,) = compared(saved().replace(orders[1].number, "ABCD2345")).differing
    assert unknown.reason == ("The shop has no line 1 of an order ABCD2345, and a file makes none.")
    assert not Order.objects.filter(number="ABCD2345").exists()


def test_by_commands_and_in_the_admin(
    orders: list[Order], admin_client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    call_command("export_orders", path)
    call_command("import_orders", path)
    assert "3 rows unchanged" in capsys.readouterr().out
    chosen = {"action": "export", "_selected_action": [str(order.pk) for order in orders]}
    answer = admin_client.post("/admin/orders/order/", chosen)
    assert answer.getvalue() == path.read_bytes()
