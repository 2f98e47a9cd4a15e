"""The basket of the token's user: the one that the shop's pages show as well."""

from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Router

from shop.api.callers import token_only
from shop.api.problems import refusals
from shop.api.products import product_by
from shop.api.schemas import Basket, Pieces, Quantity
from shop.basket import basket
from shop.basket.checking import Checked, checked
from shop.basket.models import Line

LARGEST_ID = 2**63 - 1
LineId = Annotated[int, Path(ge=1, le=LARGEST_ID)]

router = Router(auth=token_only)


@router.get("/basket", response={200: Basket, **refusals(401, 503)})
def show_basket(request: HttpRequest) -> Checked:
    """What is in the basket, at today's prices."""
    return checked(basket.basket_of(request))


@router.post("/basket/lines", response={200: Basket, **refusals(400, 401, 404, 409, 503, 507)})
def add_to_basket(request: HttpRequest, pieces: Pieces) -> Checked:
    """Put pieces into the basket, beside those of the same SKU that are in it.

    Refused (409) where nothing is sold under the SKU or there are not so many pieces.
    """
    product = product_by(pieces.product)
    own = basket.stored_basket_of(request)
    basket.add(own, product, pieces.sku, pieces.quantity)
    return checked(own)


@router.put("/basket/lines/{line_id}", response={200: Basket, **refusals(400, 401, 404, 503, 507)})
def set_quantity(request: HttpRequest, line_id: LineId, wanted: Quantity) -> Checked:
    """Make a line hold so many pieces; where there are fewer, `changes` says so."""
    own = basket.basket_of(request)
    if not Line.objects.filter(pk=line_id, basket=own.pk).exists():
        raise Http404(_no_such_line())
    basket.set_quantity(own, line_id, wanted.quantity)
    return checked(own)


@router.delete("/basket/lines/{line_id}", response={200: Basket, **refusals(401, 404, 503, 507)})
def remove_line(request: HttpRequest, line_id: LineId) -> Checked:
    """Take a line out."""
    own = basket.basket_of(request)
    if basket.remove(own, line_id) is None:
        raise Http404(_no_such_line())
    return checked(own)


def _no_such_line() -> str:
    return _("There is no such line in the basket.")
