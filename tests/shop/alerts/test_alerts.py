"""Told once, to who asked and confirmed it, when the stock or a price says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from shop.alerts import mails, models, tasks
from shop.alerts.models import Alert
from shop.catalog.models import Category, Product
from shop.shoppers.export import everything_about
from shop.stock import counting, reserving
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.com"


@pytest.fixture(autouse=True)
def at_once(eager_tasks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run where they are sent from, and nothing is gathered first."""
    monkeypatch.setattr(models, "GATHER", timedelta())


@pytest.fixture
def coat(db: None) -> Product:
    """€10 in M (two pieces) and L (sold out)."""
    coats = Category.objects.create(name="Coats", slug="coats")
    coat = make_product(coats, 0)
    counting.count(str(coat.pk), {"SKU-COATS-0-M": 2, "SKU-COATS-0-L": 0}, key="test")
    return coat


@pytest.fixture
def happens(committed: Any) -> Callable[[], Any]:
    """What is done in the block is committed; then the sweep comes by."""

    @contextmanager
    def block() -> Iterator[None]:
        with committed():
            yield
        tasks.send_waiting_mails()

    return block


def ask(client: Client, coat: Product, wish: str, email: str = EMAIL, prefix: str = "") -> str:
    form = {"product": str(coat.pk), "wish": wish, "email": email}
    return client.post(f"{prefix}/alerts/", form).content.decode()


def links(sent: Any) -> list[str]:
    return re.findall(r"http://testserver(/\S+/)", str(sent.body))


def subjects() -> list[str]:
    return [sent.subject for sent in mail.outbox]


@pytest.fixture
def waiting(client: Client, coat: Product, happens: Any) -> Callable[..., None]:
    """Somebody asks for something and confirms it; the mails of that are gone."""

    def wait_for(wish: str, email: str = EMAIL) -> None:
        with happens():
            ask(client, coat, wish, email)
        with happens():
            client.post(links(mail.outbox[-1])[0] + "confirm/")
        mail.outbox.clear()

    return wait_for


def test_a_size_that_is_back_is_told_once_to_who_confirmed(
    client: Client, coat: Product, happens: Any
) -> None:
    with happens():
        page = ask(client, coat, "back:SKU-COATS-0-L")
    assert "We have written to ada@example.com" in page
    (asked,) = mail.outbox
    assert (asked.to, asked.subject) == ([EMAIL], "Shall we write to you about Piece 0?")
    (there,) = set(links(asked))
    assert "can be had again?" in client.get(there).content.decode()
    # Whoever merely looks at a link, as scanners do, has confirmed nothing.
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    assert len(mail.outbox) == 1
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 0}, key="test")
    with happens():
        answer = client.post(f"{there}confirm/", follow=True).content.decode()
    assert "We will write to you, once, when it can be had again." in answer
    assert not client.cookies
    for pieces in (1, 0, 2, 0, 3):
        with happens():
            counting.count(str(coat.pk), {"SKU-COATS-0-L": pieces}, key="test")
    assert subjects()[1:] == ["Piece 0 is back"]
    told = mail.outbox[1]
    assert "Size L can be had again." in str(told.body)
    assert "http://testserver/p/piece-0/" in str(told.body)
    assert "Size L can be had again." in str(told.alternatives[0][0])
    assert "We told you on" in client.get(there).content.decode()


def test_another_size_is_not_what_was_asked_for(
    coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    with happens():
        reserving.reserve("somebody", {"SKU-COATS-0-M": 2}, seconds=60)
    waiting("back:SKU-COATS-0-L")
    with happens():
        reserving.release("somebody")
    assert mail.outbox == []


def test_a_burst_of_changes_is_one_mail_for_all_sizes(
    coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-M": 0}, key="test")
    for wish in ("back:SKU-COATS-0-L", "back:SKU-COATS-0-M", "cheaper:"):
        waiting(wish)
    with happens():
        for pieces in (1, 0, 3):
            counting.count(
                str(coat.pk), {"SKU-COATS-0-M": pieces, "SKU-COATS-0-L": pieces}, key="test"
            )
        coat = Product.objects.get(pk=coat.pk)
        coat.sale_price_cents = 900
        coat.save()
    (told,) = mail.outbox
    for line in ("Size M can", "Size L can", "It costs less than €10.00 now."):
        assert line in str(told.body)


def test_what_is_gone_again_before_the_mail_is_waited_for_on(
    coat: Product, committed: Any, happens: Any, waiting: Callable[..., None]
) -> None:
    waiting("back:SKU-COATS-0-L")
    with committed():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 0}, key="test")
    assert mail.outbox == []
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    assert subjects() == ["Piece 0 is back"]


def test_news_is_gathered_for_a_moment(
    coat: Product, happens: Any, waiting: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting("back:SKU-COATS-0-L")
    monkeypatch.setattr(models, "GATHER", timedelta(seconds=30))
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    assert mail.outbox == []
    Alert.objects.update(due_at=timezone.now() - timedelta(seconds=31))
    tasks.send_waiting_mails()
    assert len(mail.outbox) == 1


def test_a_lower_price_is_told_once(
    coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    waiting("cheaper:")
    for cents in (1100, 1000, 990, 900):
        coat.price_cents = cents
        with happens():
            coat.save()
    assert subjects() == ["Piece 0 costs less now"]
    assert "It costs less than €10.00 now." in str(mail.outbox[0].body)


def test_a_sale_that_begins_by_itself_is_found_by_the_sweep(
    coat: Product, happens: Any, waiting: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting("cheaper:SKU-COATS-0-M")
    begins = timezone.now() + timedelta(hours=1)
    coat = Product.objects.get(pk=coat.pk)
    coat.sale_price_cents, coat.sale_from = 800, begins
    with happens():
        coat.save()
    assert mail.outbox == []
    monkeypatch.setattr(timezone, "now", lambda: begins + timedelta(minutes=1))
    tasks.look_again()
    tasks.send_waiting_mails()
    assert "Size M costs less than €10.00 now." in str(mail.outbox[0].body)


def test_what_nobody_can_have_is_cheaper_for_nobody(
    coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    waiting("cheaper:SKU-COATS-0-L")
    coat = Product.objects.get(pk=coat.pk)
    coat.price_cents = 500
    with happens():
        coat.save()
    assert mail.outbox == []
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    assert subjects() == ["Piece 0 costs less now"]


def test_who_asks_twice_waits_once(
    client: Client, coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    waiting("back:SKU-COATS-0-L")
    with happens():
        page = ask(client, coat, "back:SKU-COATS-0-L", EMAIL.upper())
    # To the eye the same as the first time, or anybody could learn who waits for what.
    assert "We have written to ADA@EXAMPLE.COM" in page
    assert "We will write to you." not in page
    client.force_login(User.objects.create_user("eve", "eve@example.com"))
    assert "We have written to" in ask(client, coat, "back:SKU-COATS-0-L")
    assert mail.outbox == []
    assert Alert.objects.count() == 1


def test_the_confirmation_is_sent_again_after_a_while(
    client: Client, coat: Product, happens: Any
) -> None:
    for _ in range(2):
        with happens():
            ask(client, coat, "cheaper:")
    assert len(mail.outbox) == 1
    Alert.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    with happens():
        ask(client, coat, "cheaper:")
    assert len(mail.outbox) == 2


def test_a_lost_message_loses_no_mail(client: Client, coat: Product) -> None:
    ask(client, coat, "cheaper:")
    assert mail.outbox == []
    for _ in range(2):
        tasks.send_waiting_mails()
    assert len(mail.outbox) == 1


def test_two_workers_send_once(client: Client, coat: Product) -> None:
    ask(client, coat, "cheaper:")
    alert = Alert.objects.get()
    sent: list[int] = []

    class Meanwhile(mail.EmailMultiAlternatives):
        def send(self, *args: Any, **kwargs: Any) -> int:
            sent.append(1)
            mails.send_mail(alert.pk)
            return super().send(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mails, "EmailMultiAlternatives", Meanwhile)
        mails.send_mail(alert.pk)
    assert sent == [1]


def test_mails_are_in_the_language_of_the_page(client: Client, coat: Product, happens: Any) -> None:
    with happens():
        ask(client, coat, "back:SKU-COATS-0-L", prefix="/de")
    assert mail.outbox[0].subject == "Dürfen wir dir zu Piece 0 schreiben?"
    there = links(mail.outbox[0])[0]
    assert there.startswith("/de/alerts/")
    with happens():
        client.post(f"{there}confirm/")
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    assert mail.outbox[1].subject == "Piece 0 ist wieder da"
    assert "/de/p/piece-0/" in str(mail.outbox[1].body)


# What cannot be asked for


@pytest.mark.parametrize(
    ("wish", "email", "sentence"),
    [
        ("back:SKU-COATS-0-M", EMAIL, "It can be had now."),
        ("back:", EMAIL, "It can be had now."),
        ("back:NOTHING", EMAIL, "Choose what to wait for."),
        ("dearer:", EMAIL, "Choose what to wait for."),
        ("cheaper:", "ada", "Enter a valid email address."),
    ],
)
def test_what_makes_no_sense_is_said(
    client: Client, coat: Product, wish: str, email: str, sentence: str
) -> None:
    form = {"product": str(coat.pk), "wish": wish, "email": email}
    answer = client.post("/alerts/", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Alert.objects.exists()


def test_nobody_asks_in_another_s_name_from_another_site(client: Client, coat: Product) -> None:
    form = {"product": str(coat.pk), "wish": "cheaper:", "email": EMAIL}
    assert (
        client.post("/alerts/", form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert client.post("/alerts/", form | {"product": "0" * 24}).status_code == 404
    assert client.get("/alerts/").status_code == 405


def test_an_address_is_not_flooded_and_nobody_asks_without_end(
    client: Client, coat: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"product": str(coat.pk), "wish": "cheaper:", "email": EMAIL}
    answers = [client.post("/alerts/", form).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    others = [
        client.post("/alerts/", form | {"email": f"a{n}@example.com"}).status_code
        for n in range(15)
    ]
    assert others == [200] * 14 + [429]


# Leaving


def test_one_click_in_a_mail_program_ends_all_of_an_address(
    client: Client, coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    for wish in ("back:SKU-COATS-0-L", "cheaper:"):
        waiting(wish)
    waiting("cheaper:", "grace@example.com")
    coat.price_cents = 900
    with happens():
        coat.save()
    told = next(sent for sent in mail.outbox if sent.to == [EMAIL])
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = told.extra_headers["List-Unsubscribe"]
    assert leave.startswith("<http://testserver/alerts/")
    assert leave.endswith("/leave/>")
    path = leave[1:-1].removeprefix("http://testserver")
    # A program that only looks is shown the page.
    assert client.get(path).status_code == 302
    assert Alert.objects.filter(email=EMAIL).count() == 2
    # As RFC 8058 has it: no cookie, no token, one field.
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert {alert.email for alert in Alert.objects.all()} == {"grace@example.com"}
    assert client.get(path, follow=True).status_code == 404


def test_only_this_one_may_be_left(client: Client, waiting: Callable[..., None]) -> None:
    for wish in ("back:SKU-COATS-0-L", "cheaper:"):
        waiting(wish)
    alert = Alert.objects.get(kind="cheaper")
    client.post(f"/alerts/{alert.token}/leave/", {"only": "1"})
    assert [left.kind for left in Alert.objects.all()] == ["back"]


def test_what_nobody_confirms_and_what_waits_in_vain_is_forgotten(
    client: Client, coat: Product, waiting: Callable[..., None]
) -> None:
    waiting("cheaper:")
    ask(client, coat, "cheaper:", "grace@example.com")
    tasks.forget_old()
    assert Alert.objects.count() == 2
    Alert.objects.update(asked_at=timezone.now() - timedelta(days=8))
    tasks.forget_old()
    assert Alert.objects.get().email == EMAIL
    Alert.objects.update(asked_at=timezone.now() - timedelta(days=181))
    tasks.forget_old()
    assert not Alert.objects.exists()


def test_a_product_that_goes_takes_its_alerts_along(
    coat: Product, waiting: Callable[..., None]
) -> None:
    waiting("cheaper:")
    Product.objects.get(pk=coat.pk).delete()
    assert not Alert.objects.exists()


# Accounts


@pytest.fixture
def ada(db: None) -> User:
    ada = User.objects.create_user("ada", EMAIL)
    EmailAddress.objects.create(user=ada, email=EMAIL, primary=True, verified=True)
    return ada


def test_a_confirmed_address_of_who_is_signed_in_is_not_asked_again(
    client: Client, ada: User, coat: Product, happens: Any
) -> None:
    client.force_login(ada)
    with happens():
        page = ask(client, coat, "back:SKU-COATS-0-L")
        ask(client, coat, "cheaper:", "other@example.com")
    assert "We will write to you." in page
    assert [sent.to for sent in mail.outbox] == [["other@example.com"]]
    with happens():
        counting.count(str(coat.pk), {"SKU-COATS-0-L": 1}, key="test")
    assert subjects()[1:] == ["Piece 0 is back"]


def test_the_export_and_the_end_of_an_account_cover_them(
    client: Client, ada: User, coat: Product, happens: Any, waiting: Callable[..., None]
) -> None:
    waiting("back:SKU-COATS-0-L")
    waiting("cheaper:", "grace@example.com")
    client.force_login(ada)
    ask(client, coat, "cheaper:", "other@example.com")
    told = everything_about(ada)["alerts"]
    assert {(alert["kind"], alert["email"]) for alert in told} == {
        ("back", EMAIL),
        ("cheaper", "other@example.com"),
    }
    assert not any("token" in alert for alert in told)
    ada.delete()
    assert [alert.email for alert in Alert.objects.all()] == ["grace@example.com"]


# Pages


def test_a_product_s_page_offers_what_may_be_waited_for(client: Client, coat: Product) -> None:
    html = client.get("/p/piece-0/").content.decode()
    options = re.findall(r'<option value="([^"]+)">([^<]+)<', html)
    assert options == [
        ("back:SKU-COATS-0-L", "when size L is back"),
        ("cheaper:", "when it costs less than €10.00"),
        ("cheaper:SKU-COATS-0-M", "when size M costs less"),
        ("cheaper:SKU-COATS-0-L", "when size L costs less"),
    ]


def test_the_admin_shows_what_people_wait_for(
    admin_client: Client, waiting: Callable[..., None]
) -> None:
    waiting("cheaper:")
    assert EMAIL in admin_client.get("/admin/alerts/alert/").content.decode()


def test_a_size_that_got_another_sku_is_told_of(
    coat: Product, waiting: Callable[..., None], happens: Any
) -> None:
    waiting("back:SKU-COATS-0-L")
    coat.refresh_from_db()
    coat.variants[1].sku = "4006"
    coat.save()
    with happens():
        counting.count(str(coat.pk), {"4006": 1}, key="test")
    assert len(mail.outbox) == 1
