"""The receipt of a withdrawal, by mail: what was stated, and when it was received.

It goes to the address that was typed and says nothing that was not typed with it.
"""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from claims.messages import send
from shop.orders.models.mailed import PATIENCE
from shop.withdrawals.models import Withdrawal


def wake(pk: int) -> None:
    """Send a worker to a withdrawal's receipt. Without a broker the sweep will find it."""
    send(send_receipt, pk)


@shared_task(name="shop.withdrawals.tasks.send_receipt")
def send_receipt(pk: int) -> None:
    """Send the receipt of a withdrawal, unless somebody else does or did."""
    withdrawal = Withdrawal.objects.get(pk=pk)
    if not Withdrawal.objects.claim(withdrawal):
        return
    with translation.override(withdrawal.language):
        composed(withdrawal).send()
    Withdrawal.objects.filter(pk=pk).update(mailed_at=timezone.now())


def send_waiting() -> None:
    """Wake workers for receipts that a lost message or a dead worker left."""
    young = Withdrawal.objects.unclaimed().filter(received_at__gt=timezone.now() - PATIENCE)
    for pk in young.values_list("pk", flat=True):
        wake(pk)


def composed(withdrawal: Withdrawal) -> EmailMultiAlternatives:
    """The receipt in the active language, as text and as HTML."""
    subject = _("We have received your withdrawal from contract %s") % withdrawal.number
    context = {
        "withdrawal": withdrawal,
        "subject": subject,
        "origin": withdrawal.origin,
        "address": (settings.ORIGIN or withdrawal.origin) + withdrawal.get_absolute_url(),
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("withdrawals/mail/receipt.txt", context),
        to=[withdrawal.email],
    )
    mail.attach_alternative(render_to_string("withdrawals/mail/receipt.html", context), "text/html")
    return mail
