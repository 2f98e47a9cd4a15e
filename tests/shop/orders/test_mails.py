"""Each step's mail: once, in the shopper's words, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import override
from kombu.exceptions import OperationalError

from shop.catalog.models import Product
from shop.orders import mails, returning, tasks, transitions
from shop.orders.models import DeliveryMethod, Order, OrderEvent
from shop.orders.models.mailed import LEASE, PATIENCE
from shop.orders.states import TOLD_BY_MAIL, ReturnState, State
from shop.pages.models import Wording
from tests.shop.orders.shopping import WAYS, let_reservation_end, order_of, taken_to

SUBJECTS = {
    State.PLACED: "We have your order",
    State.PAID: "is paid",
    State.SENT: "is on its way",
    State.DELIVERED: "has arrived",
    State.CANCELLED: "is cancelled",
    State.REFUNDED: "Your money for order",
}


def last_mail() -> EmailMultiAlternatives:
    return mail.outbox[-1]  # type: ignore[return-value]


@pytest.fixture
def mailed(committed: Any, eager_tasks: None, coat: Product, delivery: DeliveryMethod) -> Any:
    """Commits and runs the tasks of what is in the block; what was before it was told already."""

    @contextmanager
    def block() -> Iterator[None]:
        OrderEvent.objects.update(mailed_at=timezone.now())
        with committed():
            yield

    return block


@pytest.mark.parametrize("state", State)
def test_every_state_that_is_told_has_its_mail(mailed: Any, order: Order, state: State) -> None:
    with mailed():
        taken_to(order, state)
    steps = [State.PLACED, *WAYS[state]]
    told = [SUBJECTS[step] for step in steps if step in TOLD_BY_MAIL]
    assert len(mail.outbox) == len(told[1:])
    assert all(text in sent.subject for text, sent in zip(told[1:], mail.outbox, strict=True))


def test_placing_is_told(mailed: Any, coat: Product, delivery: DeliveryMethod) -> None:
    with mailed():
        order = order_of(coat, {"COAT-S": 2}, delivery)
    sent = last_mail()
    assert (sent.to, sent.subject) == (["ada@example.com"], f"We have your order {order.number}")
    html = str(sent.alternatives[0][0])
    for body in (str(sent.body), html):
        for text in (
            "Hello Ada Lovelace,",
            "Long coat (Navy, S)",
            "€198.00",
            "€4.90",
            "€202.90",
            "€32.40 VAT (19 %) included",
            "10115 Berlin",
            f"http://testserver/orders/{order.token}/",
        ):
            assert text in body
    assert "<" not in str(sent.body)


def test_who_orders_gets_a_copy_of_what_was_agreed_on(
    mailed: Any, coat: Product, delivery: DeliveryMethod
) -> None:
    texts = {"terms": "## Prices\n\nAll < 100 €.", "withdrawal-policy": "**14** days", "sizes": "S"}
    for page, said in texts.items():
        Wording.objects.create(page=page, language="en", text=said)
    Wording.objects.create(page="terms", language="de", text="Alle < 100 €.")
    with mailed():
        order = order_of(coat, {"COAT-S": 1}, delivery)
    sent = last_mail()
    assert "Terms\n\n## Prices\n\nAll < 100 €.\n" in str(sent.body)
    assert "Withdrawal policy\n\n**14** days\n" in str(sent.body)
    assert "Size guides" not in str(sent.body)
    html = str(sent.alternatives[0][0])
    assert "<h2>Prices</h2>\n<p>All &lt; 100 €.</p>" in html
    assert "<p><strong>14</strong> days</p>" in html
    with mailed(), override("de"):
        order_of(coat, {"COAT-S": 1}, delivery)
    german = last_mail()
    assert "AGB\n\nAlle < 100 €.\n" in str(german.body)
    # What nobody wrote in German is there in English.
    assert ' lang="en">' in str(german.alternatives[0][0])
    with mailed():
        transitions.pay(order, cents=order.total_cents)
    assert "Prices" not in str(last_mail().body)


def test_a_mail_says_who_sells_and_where(mailed: Any, order: Order, settings: Any) -> None:
    settings.SHOP_NAME, settings.SELLER = "Ada & Co", ["Ada Lovelace KG", "10115 Berlin"]
    settings.ORIGIN = "https://shop.example"
    with mailed():
        transitions.pay(order, cents=order.total_cents)
    sent = last_mail()
    signed = "Ada & Co\nAda Lovelace KG\n10115 Berlin\nhttps://shop.example"
    assert str(sent.body).rstrip().endswith(signed)
    assert f"https://shop.example/orders/{order.token}/" in str(sent.body)
    html = str(sent.alternatives[0][0])
    assert "Ada &amp; Co<br>Ada Lovelace KG<br>10115 Berlin<br>" in html


def test_what_people_type_stays_text_in_html(mailed: Any, order: Order) -> None:
    Order.objects.update(name="<b>Ada</b> & Co")
    with mailed():
        transitions.pay(order, cents=order.total_cents)
    assert "<b>Ada</b> & Co" in str(last_mail().body)
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in str(last_mail().alternatives[0][0])


def test_a_task_that_comes_twice_sends_once(mailed: Any, order: Order) -> None:
    with mailed():
        transitions.pay(order, cents=order.total_cents)
    event = OrderEvent.objects.get(mail="paid")
    for _ in range(2):
        tasks.send_mail.delay(event.pk)
    assert len(mail.outbox) == 1


def test_two_workers_send_once(order: Order) -> None:
    event = order.events.get()
    sent: list[int] = []

    class Meanwhile(EmailMultiAlternatives):
        def send(self, *args: Any, **kwargs: Any) -> int:
            sent.append(1)
            mails.send_mail(event.pk)
            return super().send(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mails, "EmailMultiAlternatives", Meanwhile)
        mails.send_mail(event.pk)
    assert sent == [1]
    assert len(mail.outbox) == 1


def test_a_worker_whose_clock_is_ahead_sends_nothing_a_second_time(
    eager_tasks: None, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, now = order.events.get(), timezone.now

    class Meanwhile(EmailMultiAlternatives):
        def send(self, *args: Any, **kwargs: Any) -> int:
            monkeypatch.setattr(timezone, "now", lambda: now() + 2 * LEASE)
            tasks.send_waiting_mails()
            return super().send(*args, **kwargs)

    monkeypatch.setattr(mails, "EmailMultiAlternatives", Meanwhile)
    mails.send_mail(event.pk)
    assert len(mail.outbox) == 1


def test_a_mail_that_could_not_be_sent_is_sent_later(
    eager_tasks: None, order: Order, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    event = order.events.get()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 9
    mails.send_mail(event.pk)
    assert "send_mail is left: Service Unavailable" in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tasks.send_waiting_mails()
    assert mail.outbox == []
    OrderEvent.objects.update(mail_claimed_at=timezone.now() - LEASE - timedelta(seconds=1))
    for _ in range(2):
        tasks.send_waiting_mails()
    assert len(mail.outbox) == 1


def test_a_lost_message_loses_no_mail(
    eager_tasks: None, committed: Any, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    with monkeypatch.context() as patch, committed():
        patch.setattr(mails.send_mail, "apply_async", away)
        transitions.pay(order, cents=order.total_cents)
    assert mail.outbox == []
    tasks.send_waiting_mails()
    assert sorted(sent.subject.split(" ")[0] for sent in mail.outbox) == ["We", "Your"]


def test_the_mails_of_an_order_go_out_one_after_the_other(eager_tasks: None, order: Order) -> None:
    """The message for the first was lost; once it is paid, it no longer asks for the money."""
    transitions.pay(order, cents=order.total_cents)
    placed, paid = OrderEvent.objects.order_by("pk")
    OrderEvent.objects.filter(pk=placed.pk).update(mail_claimed_at=timezone.now())
    tasks.send_mail.delay(paid.pk)
    assert mail.outbox == []
    OrderEvent.objects.filter(pk=placed.pk).update(mail_claimed_at=None)
    tasks.send_mail.delay(paid.pk)
    assert [sent.subject for sent in mail.outbox] == [
        f"We have your order {order.number}",
        f"Your order {order.number} is paid",
    ]
    assert "until it is paid" not in str(mail.outbox[0].body)


def test_what_nobody_could_be_told_for_days_is_let_be(eager_tasks: None, order: Order) -> None:
    OrderEvent.objects.update(at=timezone.now() - PATIENCE)
    tasks.send_waiting_mails()
    assert mail.outbox == []


def test_who_paid_in_vain_is_told_of_the_money(
    mailed: Any, order: Order, coat: Product, delivery: DeliveryMethod
) -> None:
    let_reservation_end(order)
    taken_to(order_of(coat, {"COAT-S": 3}, delivery), State.PAID)
    with mailed():
        order = transitions.pay(order, cents=order.total_cents)
    assert "is cancelled" in last_mail().subject
    assert "We give €103.90 back to you" in str(last_mail().body)


def test_who_pays_for_a_cancelled_order_is_told(mailed: Any, order: Order) -> None:
    with mailed():
        transitions.cancel_for_shopper(order)
    assert "nothing has been charged" in str(last_mail().body)
    with mailed():
        transitions.pay(order, cents=order.total_cents)
    assert "we give this money back to you" in str(last_mail().body)


def test_a_parcel_number_is_told(mailed: Any, order: Order) -> None:
    order = taken_to(order, State.PACKED)
    Order.objects.update(parcel="XY 123")
    with mailed():
        transitions.move(order, State.SENT, by="mia")
    assert "XY 123" in str(last_mail().body)


def test_a_return_is_told_at_every_step(mailed: Any, order: Order) -> None:
    order = taken_to(order, State.DELIVERED)
    with mailed():
        request = returning.ask(order, pieces={order.lines.get().pk: 1})
        request = returning.decide(request, ReturnState.ACCEPTED, by="mia")
        returning.decide(request, ReturnState.RECEIVED, by="mia")
        other = returning.decide(request.order.returns.create(), ReturnState.REFUSED, by="mia")
    assert other.state == ReturnState.REFUSED
    bodies = [str(sent.body) for sent in mail.outbox]
    for text, body in zip(
        ("keep the pieces", order.number, "are here", "cannot take"), bodies, strict=True
    ):
        assert text in body


@pytest.mark.parametrize("name", mails.SUBJECTS)
def test_every_mail_can_be_written(order: Order, name: str) -> None:
    event = order.events.create(state=State.DELIVERED, by="test", mail=name)
    composed = mails.composed(event)
    assert order.number in composed.subject
    assert composed.alternatives


def test_mail_is_in_the_language_of_the_order(
    mailed: Any, coat: Product, delivery: DeliveryMethod
) -> None:
    with mailed(), override("de"):
        order = order_of(coat, {"COAT-S": 2}, delivery)
    sent = last_mail()
    assert sent.subject == f"Wir haben deine Bestellung {order.number}"
    html = str(sent.alternatives[0][0])
    assert '<html lang="de">' in html
    for body in (str(sent.body), html):
        for text in ("Hallo Ada Lovelace,", "198,00\u00a0€", f"/de/orders/{order.token}/"):
            assert text in body
