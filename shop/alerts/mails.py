"""The two mails of an alert: may we, and here it is.

The table is the work list, as that of the mails about orders is: a worker claims before it sends,
and the sweep finds what a lost message left. News is gathered for a moment, and what one address
waits for of one product is told in one mail.
"""

from __future__ import annotations

from collections.abc import Sequence

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from claims.messages import send
from shop.alerts import watching
from shop.alerts.models import Alert, Due, Kind
from shop.catalog.models import Product


def wake(alert_id: int) -> None:
    """Send a worker to an alert's mail. Without a broker the sweep will find it."""
    send(send_mail, alert_id)


def send_waiting() -> None:
    """Wake workers for mails that are due."""
    for alert_id in Alert.objects.to_send().values_list("pk", flat=True):
        wake(alert_id)


@shared_task(name="shop.alerts.tasks.send_mail")
def send_mail(alert_id: int) -> None:
    """Send the mail that is due of an alert, and with its news those of the same address."""
    alert = Alert.objects.to_send().filter(pk=alert_id).first()
    if alert is None:
        return
    together = [alert] if alert.due == Due.CONFIRM else _of_one_reader(alert)
    # In one order for everybody: whoever has the first has all.
    if not _claim(together[0]):
        return
    mine = [together[0], *(other for other in together[1:] if _claim(other))]
    with translation.override(alert.language):
        if alert.due == Due.CONFIRM:
            _confirmation(alert).send()
            _settle(mine)
        else:
            _tell(mine)


def _of_one_reader(alert: Alert) -> list[Alert]:
    due = Alert.objects.filter(due=Due.TELL, email=alert.email, product=alert.product)
    return list(due.order_by("pk"))


def _claim(alert: Alert) -> bool:
    return bool(Alert.objects.due().filter(pk=alert.pk).update(claimed_at=Now()))


def _settle(alerts: Sequence[Alert], **facts: object) -> None:
    keys = [alert.pk for alert in alerts]
    Alert.objects.filter(pk__in=keys).update(due=Due.NONE, claimed_at=None, **facts)


def _tell(alerts: Sequence[Alert]) -> None:
    """Tell what is still true; the rest waits on."""
    product = Product.objects.sold().with_ids([alerts[0].product]).first()
    true = [one for one in alerts if product and watching.has_come_true(one, product)]
    if product and true:
        _news(true, product).send()
        _settle(true, told_at=timezone.now())
    _settle([one for one in alerts if one not in true])


def _confirmation(alert: Alert) -> EmailMultiAlternatives:
    subject = _("Shall we write to you about %(product)s?") % {"product": alert.product_name}
    there = _origin(alert) + alert.get_absolute_url()
    return _mail("confirm", alert, subject, {"there": there})


def _news(alerts: Sequence[Alert], product: Product) -> EmailMultiAlternatives:
    first = alerts[0]
    is_back = any(alert.kind == Kind.BACK for alert in alerts)
    subject = _("%(product)s is back") if is_back else _("%(product)s costs less now")
    offers = {offer.sku: str(offer) for offer in product.offers()}
    facts = {
        "product": product,
        "there": _origin(first) + product.get_absolute_url(),
        "lines": [(alert, offers.get(alert.sku, "")) for alert in alerts],
        "price": product.span([o for o in product.offers() if o.sku == first.sku]).lowest,
    }
    return _mail("told", first, subject % {"product": product.title}, facts)


def _mail(
    name: str, alert: Alert, subject: str, facts: dict[str, object]
) -> EmailMultiAlternatives:
    leave = _origin(alert) + reverse("alert_leave", args=[alert.token])
    context = {"alert": alert, "origin": alert.origin, "subject": subject, "leave": leave} | facts
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"alerts/mail/{name}.txt", context),
        to=[alert.email],
        # RFC 8058: a mail program's own button leaves at once.
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string(f"alerts/mail/{name}.html", context), "text/html")
    return mail


def _origin(alert: Alert) -> str:
    return str(settings.ORIGIN or alert.origin)
