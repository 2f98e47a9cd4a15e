"""Refusals that the API itself does not see: no such address, a wrong method, a server away."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shop.api.problems import CONTENT_TYPE, make_problem

API_PREFIX = "/api/"


class Problems:
    """Turns Django's pages for people into problem details below the API's address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_refusal = response.status_code >= 400 and response["Content-Type"] != CONTENT_TYPE
        if is_refusal and request.path.startswith(API_PREFIX):
            make_problem(response)
        return response
