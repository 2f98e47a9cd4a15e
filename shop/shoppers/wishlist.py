"""What visitors keep for later: shoppers in the database, guests in their session."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from shop.shoppers.models import Wish, WishlistLink

SESSION_KEY = "wishes"
# As many as fit on one page and into one query of the catalogue.
MOST_WISHES = 200


def wishes_of(request: HttpRequest) -> list[str]:
    """The ids of the products that the visitor keeps, the latest first.

    One query at most. A visitor without a session costs none.
    """
    if request.user.is_authenticated:
        return Wish.objects.of(request.user).products()
    return list(request.session.get(SESSION_KEY, []))


def keep(request: HttpRequest, product: str) -> None:
    """Keep a product, by its id; the oldest wish makes room where there are MOST_WISHES."""
    if request.user.is_authenticated:
        keep_all(request.user, [product])
    else:
        kept = [product, *(other for other in wishes_of(request) if other != product)]
        request.session[SESSION_KEY] = kept[:MOST_WISHES]


def drop(request: HttpRequest, product: str) -> None:
    """Keep a product no longer; one that was not kept is no fault."""
    if request.user.is_authenticated:
        Wish.objects.of(request.user).filter(product=product).delete()
    elif product in (kept := wishes_of(request)):
        kept.remove(product)
        request.session[SESSION_KEY] = kept


@transaction.atomic
def keep_all(user: User, products: Iterable[str]) -> None:
    """Add products to a shopper's wishes, the last of them as the latest."""
    Wish.objects.bulk_create(
        [Wish(user=user, product=product) for product in products], ignore_conflicts=True
    )
    wishes = Wish.objects.of(user)
    too_many = list(wishes.values_list("pk", flat=True)[MOST_WISHES:])
    if too_many:
        wishes.filter(pk__in=too_many).delete()


def share(user: User) -> WishlistLink:
    """Let whoever knows the link see the shopper's wishes; returns the link there is, if any."""
    return WishlistLink.objects.get_or_create(user=user)[0]


def unshare(user: User) -> None:
    """Take the link back. The next one will be another."""
    WishlistLink.objects.filter(user=user).delete()
