"""The page of a shopper's account. Signing up and in, e-mail and password are allauth's."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.shoppers.forms import ProfileForm
from shop.web.requests import ShopperRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def account(request: ShopperRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your name is saved."))
        return redirect("account")
    address = EmailAddress.objects.get_primary(request.user)
    return render(request, "shoppers/account.html", {"form": form, "address": address})
