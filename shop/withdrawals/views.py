"""The two steps of a withdrawal, and what was received."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shop.limits import TooOften, address_of, take
from shop.orders import returning
from shop.orders.models import Order
from shop.web.identity import origin_of
from shop.withdrawals import withdrawing
from shop.withdrawals.forms import PartForm, StatementForm
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.withdrawing import Statement

# Each sends a mail to an address that somebody typed.
MOST_AN_HOUR = 20
# Each may be a guess at an order.
MOST_LOOKS_AN_HOUR = 60
HOUR_SECONDS = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, token: str = "") -> HttpResponse:
    """The statement, then all of it once more with its pieces and the button that makes it. Says of
    no order whether there is one, but to who knows its token, or its number and mail address."""
    order = get_object_or_404(Order, token=token) if token else None
    form = StatementForm(request.POST or None, order=order)
    if not form.is_valid() or "change" in request.POST:
        return render(request, "withdrawals/statement.html", {"form": form, "order": order})
    done = Withdrawal.objects.filter(key=form.cleaned_data["key"]).first()
    if done:
        return redirect(done)
    stated = form.cleaned_data
    order = order or _named(request, stated["number"], stated["email"])
    lines = returning.left(order) if order else {}
    is_confirmed = "confirm" in request.POST
    part = PartForm(request.POST if is_confirmed else None, lines=lines)
    if not part.is_valid():
        context = {"form": form, "part": part, "stated": stated}
        return render(request, "withdrawals/confirm.html", context)
    return redirect(_received(request, stated, part, order))


def _named(request: HttpRequest, number: str, email: str) -> Order | None:
    """The order of that number and mail address. Who tries many learns of none any more, and may
    state what they like all the same."""
    try:
        take("withdrawal look", address_of(request), most=MOST_LOOKS_AN_HOUR, seconds=HOUR_SECONDS)
    except TooOften:
        return None
    return withdrawing.named(number, email)


def _received(
    request: HttpRequest, stated: Mapping[str, str], part: PartForm, order: Order | None
) -> Withdrawal:
    take("withdrawal", address_of(request), most=MOST_AN_HOUR, seconds=HOUR_SECONDS)
    return withdrawing.receive(
        Statement(stated["name"], stated["number"], stated["email"], part.words),
        key=stated["key"],
        origin=origin_of(request),
        order=order,
        pieces=part.pieces,
    )


@require_safe
@never_cache
def withdrawn(request: HttpRequest, key: str) -> HttpResponse:
    """What was received and when, for whoever stated it."""
    withdrawal = get_object_or_404(Withdrawal, key=key)
    return render(request, "withdrawals/received.html", {"withdrawal": withdrawal})
