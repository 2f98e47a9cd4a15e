"""The hearts of products, the page of what one keeps, and its link for others."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from shop.catalog.colourways import tell_colours
from shop.catalog.models import Product
from shop.events.models import Kind
from shop.events.recording import record
from shop.shoppers import wishlist
from shop.shoppers.forms import HeartForm
from shop.shoppers.models import Wish, WishlistLink
from shop.web.origins import from_own_pages
from shop.web.requests import PageRequest, ShopperRequest


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    context = {
        "products": _products(wishlist.wishes_of(request)),
        "address": _address(request),
    }
    return render(request, "shoppers/wishlist.html", context)


@from_own_pages
@require_POST
def hearts(request: PageRequest) -> HttpResponse:
    """Keep a product or let it go; htmx is told which heart is now full or empty."""
    form = HeartForm(request.POST)
    if not form.is_valid():
        raise Http404("No such product.")
    keep, product = form.cleaned_data["keep"], form.product
    if keep and not Product.objects.by_ids([product]):
        raise Http404("No such product.")
    (wishlist.keep if keep else wishlist.drop)(request, product)
    if keep:
        record(request, Kind.WISH, product)
    if not request.htmx:
        return redirect(_where_from(request))
    response = render(request, "shoppers/_counts.html")
    return trigger_client_event(response, "wish", {"product": product, "kept": bool(keep)})


@require_POST
@login_required
def share(request: ShopperRequest) -> HttpResponse:
    wishlist.share(request.user)
    return redirect("wishlist")


@require_POST
@login_required
def unshare(request: ShopperRequest) -> HttpResponse:
    wishlist.unshare(request.user)
    return redirect("wishlist")


@require_safe
@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's wishes, for whoever knows the link."""
    link = get_object_or_404(WishlistLink.objects.select_related("user"), token=token)
    products = _products(Wish.objects.of(link.user).products())
    context = {"products": products, "name": link.user.first_name}
    return render(request, "shoppers/shared_wishlist.html", context)


def _products(ids: list[str]) -> list[Product]:
    products = Product.objects.by_ids(ids)
    tell_colours(products)
    return products


def _address(request: HttpRequest) -> str:
    """The address that others open, empty while there is none."""
    if not request.user.is_authenticated:
        return ""
    link = WishlistLink.objects.filter(user=request.user).first()
    return request.build_absolute_uri(link.get_absolute_url()) if link else ""


def _where_from(request: HttpRequest) -> str:
    address = request.headers.get("Referer", "")
    own = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(address, own, require_https=request.is_secure())
    return address if is_own else "wishlist"
