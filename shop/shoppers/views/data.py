"""What the shop knows of a shopper: to take along, and to be forgotten."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.shoppers.export import everything_about
from shop.shoppers.leaving import MayNotLeave, delete_account
from shop.web.requests import ShopperRequest


@require_safe
@never_cache
@login_required
def show(request: ShopperRequest) -> HttpResponse:
    return render(request, "shoppers/data.html")


@require_safe
@never_cache
@login_required
def export(request: ShopperRequest) -> HttpResponse:
    answer = JsonResponse(everything_about(request.user), json_dumps_params={"indent": 2})
    name = f"vitrine-{timezone.now():%Y-%m-%d}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@login_required
@reauthentication_required
def delete(request: ShopperRequest) -> HttpResponse:
    """Asks for the password first, then goes on by itself."""
    try:
        delete_account(request.user)
    except MayNotLeave as refused:
        messages.error(request, str(refused))
        return redirect("account_data")
    logout(request)
    return redirect("account_gone")


@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "shoppers/gone.html")
