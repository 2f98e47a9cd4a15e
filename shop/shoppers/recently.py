"""What a visitor looked at last: shoppers in the database, guests in a cookie of their own.

A product's page asks for it by script once it is there, and is recorded by that. So the page itself
costs nothing more, and whoever only fetches pages leaves no trace. Nobody gets a session, and a
guest gets the cookie after agreeing to it: nobody needs it to shop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from shop.shoppers.models import View

COOKIE = "viewed"
COOKIE_SECONDS = 30 * 24 * 3600
MOST_VIEWS = 12


def viewed_by(request: HttpRequest) -> list[str]:
    """The ids of the products that the visitor looked at, the latest first; one query at most."""
    if request.user.is_authenticated:
        return View.objects.of(request.user).products()
    return in_cookie(request)


def in_cookie(request: HttpRequest) -> list[str]:
    """What this browser looked at while nobody was signed in."""
    return re.findall(r"\b[0-9a-f]{24}\b", request.COOKIES.get(COOKIE, ""))[:MOST_VIEWS]


def may_remember(request: HttpRequest) -> bool:
    """Whether the visitor has an account for it, or agreed to the cookie before."""
    return request.user.is_authenticated or bool(request.COOKIES.get(COOKIE))


def look(request: HttpRequest, response: HttpResponse, product: str) -> None:
    """Write down that the visitor looks at a product, by its id."""
    if request.user.is_authenticated:
        record(request.user, [product])
        _drop_cookie(request, response)
        return
    others = [other for other in in_cookie(request) if other != product]
    response.set_cookie(
        COOKIE,
        ".".join([product, *others][:MOST_VIEWS]),
        max_age=COOKIE_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


@transaction.atomic
def record(user: User, products: Iterable[str]) -> None:
    """Write down that a shopper looked at products, at the last of them just now."""
    for product in products:
        View.objects.update_or_create(user=user, product=product, defaults={"at": timezone.now()})
    views = View.objects.of(user)
    too_many = list(views.values_list("pk", flat=True)[MOST_VIEWS:])
    if too_many:
        views.filter(pk__in=too_many).delete()


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Forget what the visitor looked at."""
    if request.user.is_authenticated:
        View.objects.of(request.user).delete()
    _drop_cookie(request, response)


def _drop_cookie(request: HttpRequest, response: HttpResponse) -> None:
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
