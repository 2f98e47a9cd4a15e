"""The way in to the admin, with a brake on guessing.

Counted are wrong passwords, by address and by address and name together. Not by name alone:
anybody could then keep a merchant out by trying wrong passwords from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse

from shop.limits import Attempts, address_of

WINDOW_SECONDS = 5 * 60
MOST_FOR_A_NAME = 5
# Of an office, in which several people mistype theirs.
MOST_FROM_AN_ADDRESS = 20


def login(request: HttpRequest) -> HttpResponse:
    """The admin's page to log in. Raises TooOften."""
    if request.method != "POST":
        return admin.site.login(request)
    attempts = _attempts(request)
    for attempt in attempts:
        attempt.begin()
    try:
        response = admin.site.login(request)
    except Exception:
        # No password was wrong: SQL was away, say.
        _give_back(attempts)
        raise
    # Not whether somebody is logged in: a clerk who is may guess at the password of the owner.
    if response.status_code == 302:
        _give_back(attempts)
    return response


def _give_back(attempts: Iterable[Attempts]) -> None:
    for attempt in attempts:
        attempt.give_back()


def _attempts(request: HttpRequest) -> list[Attempts]:
    address = address_of(request)
    # As Django reads it, for which many spellings of Unicode are one name.
    read = AuthenticationForm().fields["username"].to_python
    name = f"{address} {(read(request.POST.get('username', '')) or '').casefold()}"
    return [
        Attempts("admin log-in by name", name, MOST_FOR_A_NAME, WINDOW_SECONDS),
        Attempts("admin log-in", address, MOST_FROM_AN_ADDRESS, WINDOW_SECONDS),
    ]
