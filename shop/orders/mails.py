"""Mails about orders. Each belongs to an entry of the history, which knows whether it was sent.

The table of the history is the work list and a message only wakes a worker: a mail that nobody was
told of is found by the sweep. A worker claims an entry before it sends, so a message that comes
twice sends nothing; should it die between sending and saying so, the mail is sent again later. The
claim is by the database's clock, as workers' own may disagree. The mails of an order go out one
after the other: what asks for a payment never comes after what says that it is there.
"""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.messages import send
from shop.orders.models import OrderEvent
from shop.orders.models.mailed import PATIENCE
from shop.orders.models.orders import OrderEventQuerySet
from shop.pages.markdown import as_html
from shop.pages.models import Page, Wording

SUBJECTS = {
    "placed": _("We have your order %s"),
    "paid": _("Your order %s is paid"),
    "paid_late": _("Your payment for order %s comes back to you"),
    "paid_twice": _("Your second payment for order %s comes back to you"),
    "sent": _("Your order %s is on its way"),
    "delivered": _("Your order %s has arrived"),
    "cancelled": _("Your order %s is cancelled"),
    "refunded": _("Your money for order %s is on its way back"),
    "refunded_in_part": _("Some of your money for order %s is on its way back"),
    "return_asked": _("Your return of order %s"),
    "return_accepted": _("Your return of order %s is accepted"),
    "return_refused": _("Your return of order %s"),
    "return_received": _("We have your return of order %s"),
}


def wake(event_id: int) -> None:
    """Send a worker to an entry's mail. Without a broker the sweep will find it."""
    send(send_mail, event_id)


@shared_task(name="shop.orders.tasks.send_mail")
def send_mail(event_id: int) -> None:
    """Send the mail of an entry, and first those that its order still owes from before.

    Where somebody else is at one of them, they go on with the rest.
    """
    order = OrderEvent.objects.values_list("order").get(pk=event_id)[0]
    unsent = _young().filter(order=order).order_by("pk")
    while (event := unsent.first()) and unsent.claim(event):
        with translation.override(event.order.language):
            composed(event).send()
        OrderEvent.objects.filter(pk=event.pk).update(mailed_at=timezone.now())


def send_waiting() -> None:
    """Wake workers for mails that a lost message or a dead worker left."""
    for event_id in _young().unclaimed().values_list("pk", flat=True):
        wake(event_id)


def composed(event: OrderEvent) -> EmailMultiAlternatives:
    """The mail of an entry in the active language, as text and as HTML."""
    order, refund = event.order, event.refund
    subject = SUBJECTS[event.mail] % order.number
    context = {
        "order": order,
        "refund": refund,
        "lines": order.lines.all(),
        "origin": order.origin,
        "address": (settings.ORIGIN or order.origin) + order.get_absolute_url(),
        "subject": subject,
        "agreed": _agreed() if event.mail == "placed" else [],
    }
    context["words"] = render_to_string(f"orders/mail/words/{event.mail}.txt", context).strip()
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("orders/mail/order.txt", context),
        to=[order.email],
    )
    mail.attach_alternative(render_to_string("orders/mail/order.html", context), "text/html")
    return mail


def _agreed() -> list[tuple[Wording, SafeString]]:
    """What was agreed on, as text and as HTML: it stays with the shopper, whatever the pages say
    later (article 8(7) of 2011/83/EU, section 312f BGB)."""
    wordings = [Wording.objects.of(page, get_language() or "") for page in Page.agreed_on()]
    return [(wording, as_html(wording.text)) for wording in wordings if wording]


def _young() -> OrderEventQuerySet:
    return OrderEvent.objects.unmailed().filter(at__gt=timezone.now() - PATIENCE)
