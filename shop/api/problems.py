"""Every refusal as problem details (RFC 9457), so that a program reads all of them alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, Throttled, ValidationError

from recommender.images import BadImage, TooBusy
from recommender.search import SearchUnavailable
from shop.api.callers import Call
from shop.basket.basket import Refused
from shop.limits.answers import read_to_the_end

CONTENT_TYPE = "application/problem+json"


class Fault(Schema):
    """What is wrong with one value, and where it was: `query.page`, `body.sku`."""

    where: str
    detail: str


class Problem(Schema):
    """Why a request was refused: problem details as RFC 9457 has them."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


def refusals(*statuses: int) -> dict[int, type[Problem]]:
    """The refusals that an operation names, with those that every one has."""
    return dict.fromkeys((*statuses, 422, 429), Problem)


def problem(status: int, detail: str, errors: Sequence[Fault] = ()) -> HttpResponse:
    return HttpResponse(_body(status, detail, errors), status=status, content_type=CONTENT_TYPE)


def make_problem(response: HttpResponse) -> None:
    """Let a refusal of Django's own say the same in this form; its headers stay."""
    words = HTTPStatus(response.status_code)
    response.content = _body(response.status_code, f"{words.description or words.phrase}.")
    response.headers["Content-Type"] = CONTENT_TYPE


def _body(status: int, detail: str, errors: Sequence[Fault] = ()) -> str:
    title = HTTPStatus(status).phrase
    found = Problem(title=title, status=status, detail=detail, errors=list(errors))
    return json.dumps(found.dict(exclude_defaults=not errors) | {"type": found.type})


def handle(api: NinjaAPI) -> None:
    """Let the API answer these exceptions; any other is Django's to answer."""
    for exception, answer in _ANSWERS.items():
        api.add_exception_handler(exception, answer)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [Fault(where=_where(*fault["loc"]), detail=fault["msg"]) for fault in error.errors]
    return problem(422, _("Some values are not as they must be."), faults)


def _where(source: str, *inside: str | int) -> str:
    # Of what lies deeper, the first is the name of a parameter of ours, which nobody sent.
    return ".".join(map(str, (source, *(inside[1:] or inside))))


def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    response = problem(error.status_code, error.message)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _too_often(request: Call, error: Throttled) -> HttpResponse:
    read_to_the_end(request)
    response = problem(429, _("Too many requests: wait a little."))
    response["Retry-After"] = str(request.retry_after_seconds)
    return response


def _saying(status: int) -> Callable[[HttpRequest, Exception], HttpResponse]:
    """An answer with what the error says."""
    return lambda request, error: problem(status, str(error))


_ANSWERS: dict[type[Exception], Callable[[Any, Any], HttpResponse]] = {
    ValidationError: _invalid,
    HttpError: _refused,
    Throttled: _too_often,
    Http404: _saying(404),
    Refused: _saying(409),
    BadImage: _saying(422),
    TooBusy: _saying(503),
    SearchUnavailable: _saying(503),
}
