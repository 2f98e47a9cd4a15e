"""The pages that say why there is no other: one sentence each, in the reader's language.

They need neither a database nor a session nor a host, whose absence may be why they are shown.
Below the API's address each is a problem document instead.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.api.middleware import API_PREFIX
from shop.api.problems import problem
from shop.web.languages import language_of
from shop.web.trouble import Trouble, cause_of, trouble_of

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = "10"


@dataclass(frozen=True)
class Words:
    """What a page says: a title without its full stop, and a sentence or two."""

    title: str | Promise
    sentence: str | Promise


BAD_REQUEST = Words(
    _("That did not arrive well"),
    _("The shop could not read what your browser sent. Going back and trying again often helps."),
)
FOREIGN_HOST = Words(
    _("Not under this name"),
    _("The shop is not known by the host name that it was asked for here."),
)
FORBIDDEN = Words(
    _("Not allowed"),
    _("This is not open to you. Going back to where you came from often helps."),
)
STALE_FORM = Words(
    _("Please send it again"),
    _(
        "The form was too old, or your browser keeps no cookies. Go back, load the page anew and "
        "send it again."
    ),
)
SOMETHING_BROKE = Words(
    _("Something broke on our side"),
    _(
        "The fault is written down and somebody will look at it. Going back and trying again "
        "often helps."
    ),
)
TROUBLES = {
    Trouble.AWAY: Words(
        _("Back in a moment"),
        _(
            "The shop cannot reach one of its servers just now. Nothing is lost. Try again in a "
            "few seconds."
        ),
    ),
    Trouble.NO_ROOM: Words(
        _("No room just now"),
        _(
            "The shop has no room left to keep anything new, so this was not saved. What it had "
            "is still there. Try again later."
        ),
    ),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    words = FOREIGN_HOST if isinstance(exception, DisallowedHost) else BAD_REQUEST
    return _page(request, HTTPStatus.BAD_REQUEST, words)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return _page(request, HTTPStatus.FORBIDDEN, FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return _page(request, HTTPStatus.FORBIDDEN, STALE_FORM)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the error is being handled."""
    return trouble_page(request, sys.exception()) or _page(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, SOMETHING_BROKE, "500.html"
    )


class Troubles:
    """Middleware for what the views run into; Django itself says the rest to `server_error`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return trouble_page(request, error)


def trouble_page(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The answer where an error says that something is away or full; None where it does not."""
    trouble = trouble_of(error)
    if trouble is None:
        return None
    logger.error("%s: %s: %s", trouble.value.phrase, request.path, cause_of(error))
    response = _page(request, trouble.value, TROUBLES[trouble])
    # That line is enough; Django would add another one, or a traceback.
    response._has_been_logged = True  # type: ignore[attr-defined]
    if trouble is Trouble.AWAY:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _page(
    request: HttpRequest, status: HTTPStatus, words: Words, template: str = "_message.html"
) -> HttpResponse:
    with translation.override(language_of(request)):
        if request.path.startswith(API_PREFIX):
            return problem(status, str(words.sentence))
        facts = {
            "words": words,
            "address": _same_address(request, status),
            "shop": settings.SHOP_NAME,
        }
        return HttpResponse(render_to_string(template, facts), status=status)


def _same_address(request: HttpRequest, status: HTTPStatus) -> str:
    """The address to try again at; none where that would not help, or not without the form."""
    is_passing = status == HTTPStatus.SERVICE_UNAVAILABLE and request.method in ("GET", "HEAD")
    return request.get_full_path() if is_passing else ""
