"""Paying for an order, for whoever knows its token, and the ways back from a provider."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from payments import RedirectNeeded

from shop.orders.errors import OrderError
from shop.orders.models import Order
from shop.orders.states import CALLED_OFF
from shop.payments import paying, providers
from shop.web.content_security import allow_forms_to
from shop.web.requests import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """How to pay. Nothing is asked of a provider, nor held, before the shopper says so."""
    order = _order(token)
    if not order.due_cents:
        return _settled(order)
    form = None
    try:
        method = paying.way_of(order)
        if request.method == "POST":
            form = paying.ask(paying.begin(order), request.POST)
    except RedirectNeeded as there:
        return redirect(str(there))
    except OrderError as error:
        order.refresh_from_db()
        if not order.due_cents:  # Another window was faster.
            return _settled(order)
        messages.error(request, str(error))
        return redirect(order)
    page = render(request, "payments/pay.html", {"order": order, "method": method, "form": form})
    return allow_forms_to(page, providers.origins())


@require_safe
@never_cache
def thanks(request: PageRequest, token: str) -> HttpResponse:
    """The confirmation. Until the provider has said that the money is there, it looks again."""
    order = _order(token)
    if order.state in CALLED_OFF:
        return redirect(order)
    template = "payments/_thanks.html" if request.htmx else "payments/thanks.html"
    return render(request, template, {"order": order, "lines": order.lines.all()})


@require_safe
@never_cache
def unpaid(request: HttpRequest, token: str) -> HttpResponse:
    """Back from a provider without having paid."""
    order = _order(token)
    if order.due_cents:
        messages.error(request, _("The payment did not go through, and nothing was charged."))
    return redirect(order)


def _settled(order: Order) -> HttpResponse:
    """Where an order is seen for which nothing is to be paid."""
    return redirect("order" if order.state in CALLED_OFF else "order_thanks", order.token)


def _order(token: str) -> Order:
    return get_object_or_404(Order, token=token)
