"""What goes with a product: a part of its page, and a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from shop.beside.panels import panels_of
from shop.catalog.addresses import leads_on
from shop.catalog.listing import live
from shop.catalog.live.cards import product_at
from shop.catalog.models import Product
from shop.web.requests import PageRequest


@require_safe
@leads_on(Product)
def beside(request: PageRequest, slug: str) -> HttpResponse:
    """A fragment that a product's page asks for when one comes near it, else a page."""
    product = _published(slug)
    is_part = request.htmx and not request.htmx.boosted
    template = "beside/_panels.html" if is_part else "beside/beside.html"
    response = render(request, template, {"product": product, "panels": panels_of(product)})
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


def _published(slug: str) -> Product:
    """Raises Http404."""
    try:
        found = product_at(live(), slug)
    except Product.DoesNotExist as none:
        raise Http404("No such product.") from none
    if not found.is_published:
        raise Http404("Nothing goes with what nobody finds.")
    return found
