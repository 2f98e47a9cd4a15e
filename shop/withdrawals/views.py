"""The two steps of a withdrawal, and what was received."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shop.limits import address_of, take
from shop.orders.models import Order
from shop.web.identity import origin_of
from shop.withdrawals import withdrawing
from shop.withdrawals.forms import StatementForm
from shop.withdrawals.models import Withdrawal

# Each sends a mail to an address that somebody typed.
MOST_AN_HOUR = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, token: str = "") -> HttpResponse:
    """The statement, then all of it once more with the button that makes it. Says of no order
    whether there is one, but to who knows its token."""
    order = get_object_or_404(Order, token=token) if token else None
    form = StatementForm(request.POST or None, order=order)
    if not form.is_valid() or "change" in request.POST:
        return render(request, "withdrawals/statement.html", {"form": form, "order": order})
    if "confirm" not in request.POST:
        context = {"form": form, "statement": form.statement}
        return render(request, "withdrawals/confirm.html", context)
    take("withdrawal", address_of(request), most=MOST_AN_HOUR, seconds=3600)
    withdrawal = withdrawing.receive(
        form.statement,
        key=form.cleaned_data["key"],
        origin=origin_of(request),
        order=order,
        pieces=form.pieces,
    )
    return redirect(withdrawal)


@require_safe
@never_cache
def withdrawn(request: HttpRequest, key: str) -> HttpResponse:
    """What was received and when, for whoever stated it."""
    withdrawal = get_object_or_404(Withdrawal, key=key)
    return render(request, "withdrawals/received.html", {"withdrawal": withdrawal})
