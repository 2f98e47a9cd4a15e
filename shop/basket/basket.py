"""Whose basket it is, and what is put in and taken out."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.basket.models import Basket, Line, titled
from shop.catalog.models import Product
from shop.catalog.parts import Variant
from shop.stock.reserving import UNCOUNTED, available

MOST_OF_ONE = 10
MOST_LINES = 50
SESSION_KEY = "basket"


class Refused(Exception):
    """It cannot be put into the basket. The text is a sentence for the shopper."""


def basket_of(request: HttpRequest) -> Basket:
    """The visitor's basket, which is not stored (`pk` is None) until something is put into it.

    A visitor without a session costs no query.
    """
    if request.user.is_authenticated:
        found = Basket.objects.filter(user=request.user).first()
        return found or Basket(user=request.user)
    key = request.session.get(SESSION_KEY)
    found = Basket.objects.filter(pk=key, user=None).first() if key else None
    return found or Basket()


def stored_basket_of(request: HttpRequest) -> Basket:
    """The visitor's basket, made if there is none, to put something into."""
    basket = basket_of(request)
    if basket.pk is not None:
        return basket
    if basket.user is not None:
        return Basket.objects.get_or_create(user=basket.user)[0]
    basket.save()
    request.session[SESSION_KEY] = basket.pk
    return basket


def pieces_in_basket(request: HttpRequest) -> int:
    """How many pieces the visitor's basket holds. A visitor without a session costs no query."""
    if request.user.is_authenticated:
        return Line.objects.filter(basket__user=request.user).pieces()
    key = request.session.get(SESSION_KEY)
    return Line.objects.filter(basket=key, basket__user=None).pieces() if key else 0


def add(basket: Basket, product: Product, sku: str, quantity: int = 1) -> Line:
    """Put pieces of a product into a stored basket, beside those that are in it.

    Raises Refused when nothing is sold under the SKU or there are not so many pieces.
    """
    offer = product.offer(sku)
    if offer is None or not product.is_sold:
        raise Refused(_("Choose a size first."))
    with transaction.atomic():
        _lock(basket)
        line = basket.lines.filter(sku=sku).first() or Line(basket=basket, sku=sku, quantity=0)
        if line.pk is None and basket.lines.count() >= MOST_LINES:
            raise Refused(_("Your bag is full: it holds %(most)d lines.") % {"most": MOST_LINES})
        _refuse_more_than_there(product, offer, line.quantity, line.quantity + quantity)
        line.quantity += quantity
        line.product, line.name = str(product.pk), product.title
        line.colour, line.size = offer.colour, offer.size
        line.price_cents = product.price_of(offer).cents
        line.save()
    return line


@transaction.atomic
def set_quantity(basket: Basket, line_id: int, quantity: int) -> None:
    """Make a line hold so many pieces, at most MOST_OF_ONE; none takes it out.

    What is not there any more is found by the next check. A line of another basket is not touched.
    """
    if quantity < 1:
        remove(basket, line_id)
        return
    _lock(basket)
    Line.objects.filter(pk=line_id, basket=basket.pk).update(quantity=min(quantity, MOST_OF_ONE))


@transaction.atomic
def remove(basket: Basket, line_id: int) -> Line | None:
    """Take a line out; returns it, with its `pk` None, or None where there was none."""
    _lock(basket)
    line: Line | None = Line.objects.filter(pk=line_id, basket=basket.pk).first()
    if line is not None:
        line.delete()
    return line


def clear(basket: Basket) -> None:
    """Take everything out."""
    basket.lines.all().delete()


def pieces_left(offer: Variant, free: int) -> int:
    """How many pieces of an offer one basket may hold, where the stock has `free` pieces.

    Where pieces are not counted the catalogue says whether there are any.
    """
    if free == UNCOUNTED and not offer.available:
        return 0
    return min(free, MOST_OF_ONE)


def _lock(basket: Basket) -> None:
    """Let two windows of one shopper change the basket one after the other."""
    Basket.objects.filter(pk=basket.pk).update(changed=timezone.now())


def _refuse_more_than_there(product: Product, offer: Variant, has: int, wanted: int) -> None:
    left = pieces_left(offer, available([offer.sku])[offer.sku])
    if wanted <= left:
        return
    title = titled(product.title, offer.colour, offer.size)
    if left == 0:
        raise Refused(_("%(title)s is sold out.") % {"title": title})
    if left == MOST_OF_ONE:
        raise Refused(_("You can buy at most %(most)d of one piece.") % {"most": MOST_OF_ONE})
    if has:
        raise Refused(
            _("Only %(left)d left of %(title)s, and your bag holds %(has)d.")
            % {"left": left, "title": title, "has": has}
        )
    raise Refused(_("Only %(left)d left of %(title)s.") % {"left": left, "title": title})
