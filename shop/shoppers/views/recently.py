"""What a visitor looked at last, as a part of a product's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shop.catalog.models import Product
from shop.shoppers import recently
from shop.shoppers.forms import LookForm
from shop.web.origins import from_own_pages


@from_own_pages
@require_POST
@never_cache
def look(request: HttpRequest) -> HttpResponse:
    """Write down which product is looked at; answers with those before it."""
    form = LookForm(request.POST)
    looked_at = form.cleaned_data["product"] if form.is_valid() else ""
    others = [product for product in recently.viewed_by(request) if product != looked_at]
    products = {
        str(product.pk): product for product in Product.objects.by_ids([looked_at, *others])
    }
    if products.pop(looked_at, None) is None:
        raise Http404("No such product.")
    response = render(request, "shoppers/_viewed.html", {"products": products.values()})
    recently.look(request, response, looked_at)
    return response


@from_own_pages
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    recently.forget(request, response)
    return response
