"""The pages of orders: for whoever knows an order's token, and a list for who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shop.orders import history, returning, transitions
from shop.orders.errors import OrderError
from shop.orders.forms import ReturnForm
from shop.orders.models import Order
from shop.orders.states import State
from shop.stock import reserving
from shop.web.requests import ShopperRequest

PER_PAGE = 20


@require_safe
@never_cache
@login_required
def order_list(request: ShopperRequest) -> HttpResponse:
    orders = Paginator(Order.objects.of(request.user), PER_PAGE)
    return render(request, "orders/list.html", {"page": orders.get_page(request.GET.get("page"))})


@require_safe
@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    whole = Order.objects.select_related("invoice").prefetch_related(
        "lines", "events", "returns__lines__line", "refunds__lines__line"
    )
    found = get_object_or_404(whole, token=token)
    context = {
        "order": found,
        "keeps_pieces": found.state == State.PLACED and reserving.holds(found.stock_key),
        "lines": found.lines.all(),
        "journey": history.journey(found),
        "returns": found.returns.all(),
        "refunds": found.refunds.all(),
        "is_returnable": bool(returning.returnable(found)),
    }
    return render(request, "orders/order.html", context)


@require_safe
@never_cache
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    found = _order(token)
    if not hasattr(found, "invoice"):
        raise Http404("Not paid, so there is no invoice.")
    context = {"order": found, "lines": found.lines.all(), "seller": settings.SELLER}
    return render(request, "orders/invoice.html", context)


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    found = _order(token)
    try:
        transitions.cancel_for_shopper(found)
    except OrderError as error:
        messages.error(request, str(error))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def send_back(request: HttpRequest, token: str) -> HttpResponse:
    found = _order(token)
    form = ReturnForm(request.POST or None, lines=returning.returnable(found))
    if form.is_valid():
        try:
            why = {name: form.cleaned_data[name] for name in ("reason", "size_reason")}
            returning.ask(found, pieces=form.pieces, **why)
        except OrderError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("We have your wish and write to you soon."))
            return redirect(found)
    return render(request, "orders/return.html", {"order": found, "form": form})


def _order(token: str) -> Order:
    return get_object_or_404(Order, token=token)
