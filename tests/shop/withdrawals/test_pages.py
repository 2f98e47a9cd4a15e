"""The statement, its confirmation, what was received; and the merchant's list."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from shop.catalog.models import Product
from shop.orders.models import DeliveryMethod, Order
from shop.orders.states import State
from shop.withdrawals import views, withdrawing
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import Statement
from tests.shop.orders.shopping import order_of, taken_to

EVERY_PAGE = ["/", "/search/?q=coat", "/basket/", "/account/login/", "/nothing/"]
# Of two answers to the same question: the token of their forms, and the minute.
TELLS_THEM_APART = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|\d+(:\d+)? [ap].m.')
LIST = "/admin/withdrawals/withdrawal/"


def text(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def stated(order: Order, **fields: str) -> dict[str, str]:
    facts = {"name": "Ada Lovelace", "number": order.number, "email": order.email}
    return facts | {"key": secrets.token_urlsafe(32)} | fields


def confirm(client: Client, fields: dict[str, str], address: str = "/withdraw/") -> Any:
    """Both steps, as a browser sends them; what the second one asks is left as it is, but for
    what `fields` says."""
    context = client.post(address, fields).context or {}
    asked = {field.name: field.value() or "" for field in context.get("part", ())}
    return client.post(address, asked | fields | {"confirm": ""}, follow=True)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_leads_to_it(client: Client, db: None, path: str) -> None:
    html = client.get(path).content.decode()
    assert re.search(r'<a class="[^"]*" href="/withdraw/">Withdraw from contract</a>', html)
    html = client.get(f"/de{path}").content.decode()
    assert re.search(r'<a class="[^"]*" href="/de/withdraw/">Vertrag widerrufen</a>', html)


def test_two_steps(client: Client, order: Order) -> None:
    fields = stated(order)
    html = text(client.post("/withdraw/", fields))
    assert f"I, Ada Lovelace, hereby withdraw from the contract about order {order.number}." in html
    assert ">Confirm withdrawal</button>" in html
    assert not Withdrawal.objects.exists()
    html = text(confirm(client, fields))
    assert "We have received your withdrawal" in html
    assert "A receipt is on its way to ada@example.com." in html
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.order == order
    assert withdrawal.pieces == "1 \N{MULTIPLICATION SIGN} Long coat (Navy, S)"


def test_confirmed_twice_it_is_received_once(client: Client, order: Order) -> None:
    fields = stated(order)
    pieces = {f"pieces_{order.lines.get().pk}": "1", "confirm": ""}
    pages = [client.post("/withdraw/", fields | pieces) for _ in range(2)]
    assert pages[0]["Location"] == pages[1]["Location"] == f"/withdraw/{fields['key']}/"
    assert Withdrawal.objects.count() == 1


def test_pieces_are_named_in_words_where_no_order_is_known(client: Client, order: Order) -> None:
    html = text(confirm(client, stated(order, number="ABCD2345", words="the <blue> one")))
    assert "the &lt;blue&gt; one" in html
    assert Withdrawal.objects.get().pieces == "the <blue> one"


def test_who_knows_number_and_mail_address_chooses_line_by_line(
    client: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    order = taken_to(order_of(coat, {"COAT-S": 2, "COAT-M": 1}, delivery), State.DELIVERED)
    small, medium = order.lines.all()
    fields = stated(order, number=f"#{order.number.lower()}")
    html = text(client.post("/withdraw/", fields))
    assert "Pieces of Long coat (Navy, S)" in html
    # What they cost, and where they go, is not for whoever knows no more.
    for told in ("99.00", "Analytical Row"):
        assert told not in html
    none = confirm(client, fields | {f"pieces_{small.pk}": "0", f"pieces_{medium.pk}": "0"})
    assert "Say which pieces it is about." in text(none)
    assert not Withdrawal.objects.exists()
    confirm(client, fields | {f"pieces_{small.pk}": "1", f"pieces_{medium.pk}": "0"})
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.pieces == "1 \N{MULTIPLICATION SIGN} Long coat (Navy, S)"
    returned = withdrawal.request.lines.get()
    assert (returned.line, returned.quantity) == (small, 1)


def test_pieces_that_another_window_took_are_asked_anew(client: Client, order: Order) -> None:
    first, second = stated(order), stated(order)
    pieces = {f"pieces_{order.lines.get().pk}": "1", "confirm": ""}
    client.post("/withdraw/", first | pieces)
    html = text(client.post("/withdraw/", second | pieces))
    assert "Say which pieces it is about." in html
    assert "Which pieces? (empty: the whole order)" in html
    assert Withdrawal.objects.count() == 1


def test_who_tries_many_orders_learns_of_none(
    client: Client, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_LOOKS_AN_HOUR", 2)
    for _ in range(2):
        text(client.post("/withdraw/", stated(order, number="ABCD2345")))
    assert "Long coat" not in text(client.post("/withdraw/", stated(order)))
    text(confirm(client, stated(order)))
    assert Withdrawal.objects.get().order == order


def test_in_german(client: Client, order: Order) -> None:
    assert "Vertrag widerrufen</h1>" in text(client.get("/de/withdraw/"))
    assert ">Widerruf bestätigen</button>" in text(client.post("/de/withdraw/", stated(order)))


def test_it_can_be_changed_before_it_is_confirmed(client: Client, order: Order) -> None:
    html = text(client.post("/withdraw/", stated(order) | {"change": ""}))
    assert f'value="{order.number}"' in html
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize("missing", ["name", "number", "email", "key"])
def test_nothing_is_received_without_who_and_what(
    client: Client, order: Order, missing: str
) -> None:
    text(client.post("/withdraw/", stated(order) | {missing: "", "words": "", "confirm": ""}))
    assert not Withdrawal.objects.exists()


def test_nobody_learns_whether_there_is_such_an_order(client: Client, order: Order) -> None:
    """But who knows number and mail address: the pages are the same but for what was typed."""
    right, wrong = (order.number, order.email), ("ABCD2345", "bob@example.com")
    pages = []
    for number, email in (wrong, (right[0], wrong[1]), (wrong[0], right[1])):
        fields = stated(order, number=number, email=email)
        for response in (client.post("/withdraw/", fields), confirm(client, fields)):
            html = TELLS_THEM_APART.sub("", text(response))
            for typed in (number, email, fields["key"]):
                html = html.replace(typed, "")
            pages.append(html)
    assert pages[0] == pages[2] == pages[4]
    assert pages[1] == pages[3] == pages[5]
    assert Withdrawal.objects.filter(order=None).count() == 3


def test_the_pieces_of_an_order_are_chosen_on_its_page(
    client: Client, coat: Product, delivery: DeliveryMethod
) -> None:
    order = taken_to(order_of(coat, {"COAT-S": 2, "COAT-M": 1}, delivery), State.DELIVERED)
    address = f"{order.get_absolute_url()}withdraw/"
    assert f'href="{address}"' in text(client.get(order.get_absolute_url()))
    html = text(client.get(address))
    assert 'value="Ada Lovelace"' in html
    line, other = order.lines.all()
    fields = stated(order, number="SOMETHING", email="lise@example.com")
    assert "Pieces of Long coat (Navy, S)" in text(client.post(address, fields))
    fields |= {f"pieces_{line.pk}": "1", f"pieces_{other.pk}": "0"}
    confirm(client, fields, address)
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.order, withdrawal.number) == (order, order.number)
    assert withdrawal.pieces == "1 \N{MULTIPLICATION SIGN} Long coat (Navy, S)"
    assert withdrawal.request.lines.get().line == line
    assert "Withdrawal: accepted" in text(client.get(order.get_absolute_url()))


def test_the_page_of_an_order_offers_it_while_it_is_in_time(client: Client, order: Order) -> None:
    link = f'href="{order.get_absolute_url()}withdraw/"'
    assert link in text(client.get(order.get_absolute_url()))
    taken_to(order, State.CANCELLED)
    assert link not in text(client.get(order.get_absolute_url()))
    assert client.get(f"/orders/{'a' * 32}/withdraw/").status_code == 404


def test_the_statement_is_for_who_knows_its_key(client: Client, order: Order) -> None:
    fields = stated(order)
    confirm(client, fields)
    response = Client().get(f"/withdraw/{fields['key']}/")
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in response.content.decode()
    assert client.get(f"/withdraw/{'a' * 43}/").status_code == 404


def test_too_many_are_refused_for_a_while(
    client: Client, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_AN_HOUR", 2)
    for _ in range(2):
        assert confirm(client, stated(order)).status_code == 200
    response = confirm(client, stated(order))
    assert response.status_code == 429
    assert Withdrawal.objects.count() == 2


def test_no_foreign_page_can_withdraw(order: Order) -> None:
    client = Client(enforce_csrf_checks=True)
    assert confirm(client, stated(order)).status_code == 403


# The merchant's list


@pytest.fixture
def merchant(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("mia"))
    return client


@pytest.fixture
def unmatched(order: Order) -> Withdrawal:
    return withdrawing.receive(
        Statement("Bob", order.number, "b@example.com"), key="a key", origin=""
    )


def test_the_list_says_what_waits(merchant: Client, order: Order, unmatched: Withdrawal) -> None:
    html = text(merchant.get(LIST))
    for words in (unmatched.number, "Bob", "b@example.com", "not matched", "received"):
        assert words in html
    assert "Bob" in text(merchant.get(f"{LIST}?matched=no"))
    assert "Bob" not in text(merchant.get(f"{LIST}?matched=yes"))
    assert "Bob" not in text(merchant.get(f"{LIST}?state__exact=settled"))


def test_the_merchant_finds_the_order_and_comes_to_the_refund(
    merchant: Client, order: Order, unmatched: Withdrawal
) -> None:
    taken_to(order, State.SENT)
    address = f"{LIST}{unmatched.pk}/"
    refused = text(merchant.post(f"{address}match/", {"order": "NOTHING"}))
    assert "There is no order of this number." in refused
    html = text(merchant.post(f"{address}match/", {"order": order.number.lower()}, follow=True))
    unmatched.refresh_from_db()
    assert unmatched.order == order
    refund = f"/admin/orders/order/{order.pk}/refund/?return={unmatched.request_id}"
    assert refund in html
    form = merchant.get(refund).context["form"]
    assert form["delivery"].value() is True
    # Somebody else was faster.
    merchant.post(f"{address}match/", {"order": order.number})
    assert order.returns.count() == 1


def test_the_merchant_settles_one(merchant: Client, unmatched: Withdrawal) -> None:
    html = text(merchant.post(f"{LIST}{unmatched.pk}/settle/", follow=True))
    assert "settled" in html
    assert not Withdrawal.objects.waiting().exists()


def test_who_may_only_look_changes_nothing(client: Client, unmatched: Withdrawal) -> None:
    clerk = User.objects.create_user("cleo", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_withdrawal"))
    client.force_login(clerk)
    html = text(client.get(f"{LIST}{unmatched.pk}/change/"))
    assert "b@example.com" in html
    assert "It is this order" not in html
    assert client.post(f"{LIST}{unmatched.pk}/settle/").status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(f"{LIST}{unmatched.pk}/delete/").status_code == 403
