"""The pages of a shopper's address book."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shop.addresses.forms import filling
from shop.shoppers import addresses
from shop.shoppers.addresses import AddressBookFull
from shop.shoppers.forms import SavedAddressForm
from shop.shoppers.models import SavedAddress
from shop.web.requests import ShopperRequest


@require_safe
@never_cache
@login_required
def show(request: ShopperRequest) -> HttpResponse:
    saved = SavedAddress.objects.filter(user=request.user)
    return render(request, "shoppers/addresses.html", {"addresses": saved})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def add(request: ShopperRequest) -> HttpResponse:
    name = request.user.get_full_name()
    return _filled_in(request, SavedAddress(user=request.user, name=name))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def change(request: ShopperRequest, key: int) -> HttpResponse:
    return _filled_in(request, get_object_or_404(SavedAddress, pk=key, user=request.user))


@require_POST
@login_required
def remove(request: ShopperRequest, key: int) -> HttpResponse:
    addresses.remove(get_object_or_404(SavedAddress, pk=key, user=request.user))
    return redirect("addresses")


def _filled_in(request: HttpRequest, address: SavedAddress) -> HttpResponse:
    form = SavedAddressForm(**filling(request.POST, {"name": address.name}), instance=address)
    if form.is_valid():
        try:
            addresses.save(form.instance)
        except AddressBookFull as full:
            form.add_error(None, str(full))
        else:
            return redirect("addresses")
    return render(request, "shoppers/address.html", {"form": form, "is_new": address.pk is None})
