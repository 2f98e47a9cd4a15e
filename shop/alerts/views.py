"""Asking on a product's page, and what the links in mails open. No page here sets a cookie."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shop.alerts import asking
from shop.alerts.asking import NotNeeded
from shop.alerts.forms import AskForm
from shop.alerts.models import WAITS_FOR, Alert
from shop.catalog.models import Product
from shop.limits import address_of, take
from shop.web.identity import origin_of
from shop.web.origins import from_own_pages

UNPROCESSABLE = 422
ASKED_A_MINUTE = 20
MAILS_AN_HOUR = 5
HOUR_SECONDS = 3600


@from_own_pages
@require_POST
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """From a product's page; what is wrong is said on a page of its own."""
    take("alerts", address_of(request), most=ASKED_A_MINUTE)
    product = Product.objects.published().with_ids([request.POST.get("product", "")]).first()
    if product is None:
        raise Http404("There is no such product.")
    form = AskForm(request.POST, product)
    context: dict[str, Any] = {"product": product, "form": form}
    if not form.is_valid():
        return render(request, "alerts/asked.html", context, status=UNPROCESSABLE)
    email = form.cleaned_data["email"]
    take("alert mails", email.lower(), most=MAILS_AN_HOUR, seconds=HOUR_SECONDS)
    try:
        context["alert"] = _asked(request, product, form)
    except NotNeeded as needless:
        form.add_error(None, str(needless))
        return render(request, "alerts/asked.html", context, status=UNPROCESSABLE)
    context |= {"email": email, "is_settled": asking.is_settled(context["alert"], request.user)}
    return render(request, "alerts/asked.html", context)


def _asked(request: HttpRequest, product: Product, form: AskForm) -> Alert:
    kind, sku = form.cleaned_data["wish"]
    return asking.ask(
        product,
        kind=kind,
        sku=sku,
        email=form.cleaned_data["email"],
        user=request.user if request.user.is_authenticated else None,
        origin=origin_of(request),
    )


@require_safe
@never_cache
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What a mail's link opens. A program that looks at links changes nothing by it."""
    return _shown(request, _alert(token))


@from_own_pages
@require_POST
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    if alert := _alert(token):
        asking.confirm(alert)
    return redirect("alert", token)


# The button of a mail program has no cookie and no token but the address itself.
@csrf_exempt
@never_cache
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """One click is enough: all that the address waits for, or only this one."""
    if request.method != "POST":
        return redirect("alert", token)
    if alert := _alert(token):
        asking.leave(alert, only_this="only" in request.POST)
    return render(request, "alerts/left.html")


def _alert(token: str) -> Alert | None:
    return Alert.objects.filter(token=token).first()


def _shown(request: HttpRequest, alert: Alert | None) -> HttpResponse:
    if alert is None:
        return render(request, "alerts/left.html", status=404)
    product = Product.objects.sold().with_ids([alert.product]).first()
    offer = product.offer(alert.sku) if product else None
    context = {
        "alert": alert,
        "product": product,
        "size": str(offer) if offer and alert.sku else "",
        "until": alert.asked_at + WAITS_FOR,
        "shop": settings.SHOP_NAME,
    }
    return render(request, "alerts/alert.html", context)
