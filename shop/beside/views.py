"""What goes with a product, as a part of its page and a page of its own, and with the bag."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shop.basket.basket import basket_of
from shop.beside.panels import goes_with, panels_of
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


@require_safe
@never_cache
def beside_bag(request: HttpRequest) -> HttpResponse:
    """A fragment below the bag; empty where too few orders tell of what lies in it."""
    bag = basket_of(request)
    lines = bag.lines.values_list("product", flat=True) if bag.pk else []
    return render(request, "beside/_panels.html", {"panels": goes_with(set(lines))})


def _published(slug: str) -> Product:
    """Raises Http404."""
    try:
        found = product_at(live(), slug)
    except Product.DoesNotExist as none:
        raise Http404("No such product.") from none
    if not found.is_published:
        raise Http404("Nothing goes with what nobody finds.")
    return found
