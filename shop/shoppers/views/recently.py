"""What a visitor looked at last, as a part of a product's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shop.catalog.models import Product
from shop.events.models import Kind
from shop.events.recording import record
from shop.shoppers import recently
from shop.shoppers.forms import LookForm
from shop.web.origins import from_own_pages


@from_own_pages
@require_POST
@never_cache
def look(request: HttpRequest) -> HttpResponse:
    """Write down which product is looked at; answers with those before it.

    Answers a guest who has not agreed to that with the question whether they do.
    """
    form = LookForm(request.POST)
    if not form.is_valid():
        raise Http404("No such product.")
    looked_at, agrees = form.cleaned_data["product"], form.cleaned_data["remember"]
    if not agrees:
        # Who agrees has been at this very page already.
        panel, place = form.cleaned_data["panel"], form.cleaned_data["place"]
        record(request, Kind.VIEW, looked_at, panel=panel, place=place)
    if not (agrees or recently.may_remember(request)):
        return render(request, "shoppers/_viewed_asks.html", {"looked_at": looked_at})
    others = [product for product in recently.viewed_by(request) if product != looked_at]
    products = {
        str(product.pk): product for product in Product.objects.by_ids([looked_at, *others])
    }
    if products.pop(looked_at, None) is None:
        raise Http404("No such product.")
    context = {"products": products.values(), "agrees": agrees}
    response = render(request, "shoppers/_viewed.html", context)
    recently.look(request, response, looked_at)
    return response


@from_own_pages
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    recently.forget(request, response)
    return response
