"""The merchant's pages of orders and terms."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from shop.catalog.models import Product
from shop.orders import refunds, returning, transitions
from shop.orders.models import DeliveryMethod, Order, TaxRate, Voucher
from shop.orders.refunds import Plan, Wish
from shop.orders.states import ReturnState, State
from shop.stock.reserving import available
from tests.shop.orders.shopping import order_of, taken_to

LIST = "/admin/orders/order/"


@pytest.fixture
def merchant(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("mia"))
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def post(client: Client, address: str, **fields: Any) -> str:
    response = client.post(address, fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def confirm(client: Client, order: Order, **fields: Any) -> str:
    """What is seen after the form of a refund is filled in, and what it comes to confirmed."""
    address = f"{LIST}{order.pk}/refund/"
    fields = {"key": secrets.token_urlsafe()} | fields
    response = client.post(address, fields, follow=True)
    plan = response.context.get("plan")
    if plan is None:
        return response.content.decode()
    return post(client, address, agreed=plan.cents, **fields)


def steps_of(html: str) -> list[str]:
    _, _, form = html.partition("What comes next")
    return re.findall(r'name="to" value="(\w+)"', form.partition("</form>")[0])


def bulk(client: Client, action: str, orders: list[Order]) -> str:
    fields = {"action": action, "_selected_action": [order.pk for order in orders]}
    return post(client, LIST, **fields)


def test_the_list_shows_searches_and_narrows(
    merchant: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    paid = taken_to(order_of(coat, {"COAT-S": 1}, delivery), State.PAID)
    placed = order_of(coat, {"COAT-M": 1}, delivery, email="bob@example.com")
    html = page(merchant, LIST)
    assert all(text in html for text in (paid.number, placed.number, "€103.90", "state--paid"))
    for query, found, hidden in (
        ("?state__exact=paid", paid, placed),
        ("?q=bob@example", placed, paid),
        ("?q=COAT-M", placed, paid),
        (f"?q={paid.number}", paid, placed),
    ):
        html = page(merchant, LIST + query)
        assert found.number in html
        assert f">{hidden.number}<" not in html


def test_what_needs_the_merchant_is_found(
    merchant: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    cancelled = taken_to(order_of(coat, {"COAT-S": 1}, delivery), State.CANCELLED)
    back = taken_to(order_of(coat, {"COAT-M": 1}, delivery), State.DELIVERED)
    returning.ask(back, pieces={back.lines.get().pk: 1})
    html = page(merchant, LIST + "?needs=refund")
    assert f">{cancelled.number}<" in html
    assert "€103.90 to give back" in html
    assert f">{back.number}<" not in html
    html = page(merchant, LIST + "?needs=answer")
    assert f">{back.number}<" in html
    assert f">{cancelled.number}<" not in html


def test_several_orders_are_packed_at_once(
    merchant: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    orders = [order_of(coat, {"COAT-S": 1}, delivery) for _ in range(3)]
    for order in orders[:2]:
        taken_to(order, State.PAID)
    html = bulk(merchant, "mark_packed", orders)
    assert "2 orders are now packed." in html
    assert f"{orders[2]}: An order that is placed cannot become packed." in html
    states = Order.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.PACKED, State.PACKED, State.PLACED]
    assert "1 order is now sent." in bulk(merchant, "mark_sent", orders[:1])


def test_orders_are_neither_added_nor_deleted_by_hand(merchant: Client, order: Order) -> None:
    assert merchant.get(f"{LIST}add/").status_code == 403
    assert merchant.get(f"{LIST}{order.pk}/delete/").status_code == 403
    assert "delete_selected" not in page(merchant, LIST)


@pytest.mark.parametrize("state", State)
def test_the_page_offers_what_may_come_next(merchant: Client, order: Order, state: State) -> None:
    order = taken_to(order, state)
    html = page(merchant, f"{LIST}{order.pk}/change/")
    assert steps_of(html) == list(order.following_states)
    for text in (order.number, "COAT-S", "Analytical Row 1", "History", "ada@example.com"):
        assert text in html


def test_a_step_is_taken_with_a_note(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.PACKED)
    html = post(merchant, f"{LIST}{order.pk}/step/", to="sent", note="By hand.", parcel="XY 1")
    assert "By hand." in html
    order.refresh_from_db()
    assert (order.state, order.parcel) == (State.SENT, "XY 1")
    assert order.events.last().by == "mia"


def test_a_step_that_cannot_be_is_refused_in_words(merchant: Client, order: Order) -> None:
    html = post(merchant, f"{LIST}{order.pk}/step/", to="sent")
    assert "An order that is placed cannot become sent." in html
    post(merchant, f"{LIST}{order.pk}/step/", to="nowhere")
    order.refresh_from_db()
    assert order.state == State.PLACED


def test_money_that_went_back_is_taken_down(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    confirm(merchant, order, amount="3.90")
    confirm(merchant, order, amount="50")
    order.refresh_from_db()
    assert (order.state, order.refunded_cents) == (State.DELIVERED, 5390)
    assert "More cannot be given back" in confirm(merchant, order, amount="50.01")
    assert "greater than or equal to 0.01" in confirm(merchant, order, amount="-1")
    confirm(merchant, order, amount="50.00")
    order.refresh_from_db()
    assert order.state == State.REFUNDED


def test_nothing_goes_back_before_it_is_confirmed(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    line = order.lines.get()
    fields = {f"pieces_{line.pk}": "1", "delivery": "on", "restocks": "on", "reason": "Torn <b>."}
    address = f"{LIST}{order.pk}/refund/"
    html = re.sub(r"\s+", " ", post(merchant, address, key="a key", **fields))
    for text in ("Give €103.90 back?", "€99.00", "€4.90", "COAT-S", "Torn &lt;b&gt;.", "by hand"):
        assert text in html
    # Another sum than was shown shows this one.
    assert "Give €103.90 back?" in post(merchant, address, key="a key", agreed="9", **fields)
    html = post(merchant, address, key="a key", agreed="10390", change="", **fields)
    assert "What goes back?" in html
    assert "selected>1</option>" in html
    assert not order.refunds.exists()
    assert available(["COAT-S"]) == {"COAT-S": 2}


def test_confirmed_twice_it_goes_back_once(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    fields = {f"pieces_{order.lines.get().pk}": "1", "restocks": "on", "reason": "Torn."}
    for _ in range(2):
        html = confirm(merchant, order, key="the same", **fields)
        assert "1 \N{MULTIPLICATION SIGN} Long coat (Navy, S)" in html
    assert order.refunds.get().cents == 9900
    assert available(["COAT-S"]) == {"COAT-S": 3}
    html = page(Client(), order.get_absolute_url())
    assert "Torn." in html
    assert "1 \N{MULTIPLICATION SIGN} Long coat (Navy, S)" in html


def test_a_second_click_while_the_first_is_at_work(
    merchant: Client, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = taken_to(order, State.SENT)
    fields = {f"pieces_{order.lines.get().pk}": "1", "key": "the same"}

    def overtaken(order: Order, wish: Wish) -> Plan:
        monkeypatch.undo()
        refund, _ = refunds.begin(order, wish, key="the same", by="mia")
        transitions.conclude(refund)
        return refunds.comes_to(order, wish)

    monkeypatch.setattr(refunds, "comes_to", overtaken)
    html = post(merchant, f"{LIST}{order.pk}/refund/", agreed=9900, **fields)
    assert "given back already" not in html
    assert "Up to €4.90" in html
    assert order.refunds.get().cents == 9900


def test_a_return_leads_to_its_refund(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    found = returning.ask(order, pieces={order.lines.get().pk: 1})
    returning.decide(found, ReturnState.ACCEPTED, by="mia")
    returning.decide(found, ReturnState.RECEIVED, by="mia")
    address = f"{LIST}{order.pk}/refund/?return={found.pk}"
    assert address.replace("&", "&amp;") in page(merchant, f"{LIST}{order.pk}/change/")
    form = merchant.get(address).context["form"]
    assert form["delivery"].value() is True
    assert form["restocks"].value() is False
    fields = {field.name: field.value() for field in form if field.value()}
    confirm(merchant, order, **fields)
    refund = order.refunds.get()
    assert (refund.cents, refund.request) == (10390, found)
    assert available(["COAT-S"]) == {"COAT-S": 3}
    assert merchant.get(f"{LIST}{order.pk}/refund/?return=x").status_code == 200


def test_a_return_is_accepted_and_received(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    found = returning.ask(order, pieces={order.lines.get().pk: 1}, reason="Too <long>")
    html = page(merchant, f"{LIST}{order.pk}/change/")
    assert "Too &lt;long&gt;" in html
    assert "€99.00 was paid for it." in html
    address = f"{LIST}returns/{found.pk}/"
    assert 'name="restocks"' not in html
    html = post(merchant, address, to="accepted")
    assert re.search(r'<input type="checkbox" name="restocks"[^>]* checked', html)
    post(merchant, address, to="received", restocks="on")
    assert "cannot be accepted" in post(merchant, address, to="accepted")
    found.refresh_from_db()
    assert found.state == ReturnState.RECEIVED
    assert available(["COAT-S"]) == {"COAT-S": 3}


def test_what_came_back_damaged_is_kept_out_of_stock(merchant: Client, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    found = returning.ask(order, pieces={order.lines.get().pk: 1})
    returning.decide(found, ReturnState.ACCEPTED, by="mia")
    html = post(merchant, f"{LIST}returns/{found.pk}/", to="received")
    assert "Its pieces do not go back into stock." in html
    assert available(["COAT-S"]) == {"COAT-S": 2}


def test_who_may_only_look_changes_nothing(client: Client, order: Order) -> None:
    clerk = User.objects.create_user("cleo", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(clerk)
    html = page(client, f"{LIST}{order.pk}/change/")
    assert order.number in html
    assert steps_of(html) == []
    assert client.post(f"{LIST}{order.pk}/step/", {"to": "paid"}).status_code == 403
    assert client.post(f"{LIST}{order.pk}/refund/", {"amount": "1"}).status_code == 403
    order.refresh_from_db()
    assert order.state == State.PLACED


def test_a_stranger_is_sent_to_the_log_in(client: Client, order: Order) -> None:
    response = client.post(f"{LIST}{order.pk}/step/", {"to": "paid"})
    assert "/admin/login/" in response["Location"]


def test_a_delivery_is_set_in_units_of_the_currency(merchant: Client) -> None:
    address = "/admin/orders/deliverymethod/"
    fields = {"name": "Bike", "price_cents": "3.50", "free_from_cents": "75", "position": "0"}
    post(merchant, f"{address}add/", **fields, countries=["DE", "AT"], active="on")
    method = DeliveryMethod.objects.get()
    assert (method.price_cents, method.free_from_cents) == (350, 7500)
    assert DeliveryMethod.objects.reaching("AT") == [method]
    html = page(merchant, f"{address}{method.pk}/change/")
    assert 'value="3.50"' in html
    assert 'value="75.00"' in html
    assert "€3.50" in page(merchant, address)


def test_a_tax_rate_is_set(merchant: Client) -> None:
    post(merchant, "/admin/orders/taxrate/add/", country="DE", name="VAT", percent="19")
    assert str(TaxRate.objects.of("DE")) == "VAT 19 %"
    assert "Germany" in page(merchant, "/admin/orders/taxrate/")


def test_a_voucher_is_set_and_its_uses_are_counted(
    merchant: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    fields = {
        "code": "five",
        "kind": "fixed",
        "amount_cents": "5",
        "minimum_cents": "20",
        "most_uses": "9",
        "most_uses_each": "",
        "starts_0": "2020-01-01",
        "starts_1": "00:00",
        "active": "on",
    }
    html = post(merchant, "/admin/orders/voucher/add/", **(fields | {"amount_cents": ""}))
    assert "Say what the voucher takes off." in html
    post(merchant, "/admin/orders/voucher/add/", **fields)
    voucher = Voucher.objects.get(code="FIVE")
    assert (voucher.amount_cents, voucher.minimum_cents, voucher.most_uses) == (500, 2000, 9)
    order_of(coat, {"COAT-S": 1}, delivery, voucher_code="five")
    transitions.cancel_for_shopper(order_of(coat, {"COAT-S": 1}, delivery, voucher_code="five"))
    html = page(merchant, "/admin/orders/voucher/")
    assert re.search(r"FIVE.*?€5\.00.*?>\s*1\s*<.*?>\s*9\s*<", html)
