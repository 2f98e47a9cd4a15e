"""Under which number a visitor's events are kept, if under any.

Whoever only looks has none, and nothing of them is written down. A guest's number lies in the
session and comes with the first thing that is kept for them: a wish, the bag, or "for you" that
they switch on. A shopper's is the same on every device; the session knows it after the first event,
so that the next ones cost no query.
"""

from __future__ import annotations

from django.http import HttpRequest

from shop.events.models import Visit, new_visit

SESSION_KEY = "visit"
OFF = 0


def visit_of(request: HttpRequest) -> int | None:
    """The visitor's number; None for whoever has none, or wants none."""
    return request.session.get(SESSION_KEY) or None


def is_off(request: HttpRequest) -> bool:
    """Whether the visitor wants nothing written down, nor anything made of it. No query for whoever
    has no session."""
    return bool(request.session.get(SESSION_KEY) == OFF)


def look_up(request: HttpRequest) -> int | None:
    """The same, asked of a shopper's account, where another device may have switched it off."""
    if request.user.is_authenticated:
        number = _new_for(request)
        if request.session.get(SESSION_KEY) != number:
            request.session[SESSION_KEY] = number
    return visit_of(request)


def begin(request: HttpRequest) -> int | None:
    """The visitor's number, made if there is none; None for whoever wants none."""
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = _new_for(request)
    return visit_of(request)


def switch_on(request: HttpRequest) -> None:
    """Have events of the visitor written down from now on."""
    _tell_account(request, is_off=False)
    if not visit_of(request):
        request.session[SESSION_KEY] = _new_for(request)


def switch_off(request: HttpRequest) -> None:
    """Have no event of the visitor written down any more; what was stays until it is forgotten."""
    _tell_account(request, is_off=True)
    request.session[SESSION_KEY] = OFF


def _tell_account(request: HttpRequest, *, is_off: bool) -> None:
    if request.user.is_authenticated:
        Visit.objects.update_or_create(user=request.user, defaults={"is_off": is_off})


def _new_for(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return new_visit()
    visit = Visit.of(request.user)
    return OFF if visit.is_off else visit.number
