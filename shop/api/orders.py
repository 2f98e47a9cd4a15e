"""The orders of the token's user."""

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router
from ninja.pagination import paginate

from shop.api.callers import token_only
from shop.api.paging import Pages
from shop.api.problems import refusals
from shop.api.schemas import Order
from shop.orders import models
from shop.orders.models.orders import OrderQuerySet
from shop.web.requests import ShopperRequest

router = Router(auth=token_only)


@router.get("/orders", response={200: list[Order], **refusals(401, 503)})
@paginate(Pages)
def list_orders(request: ShopperRequest) -> OrderQuerySet:
    """The caller's orders, the latest first."""
    return models.Order.objects.of(request.user)


@router.get("/orders/{number}", response={200: Order, **refusals(401, 404, 503)})
def show_order(request: ShopperRequest, number: str) -> models.Order:
    """One order of the caller."""
    found = models.Order.objects.of(request.user).filter(number=number).first()
    if found is None:
        raise Http404(_("You have no such order."))
    return found
