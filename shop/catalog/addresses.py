"""Addresses that lead to another: those that products and categories had, and what forms write."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.cache import patch_cache_control

from shop.catalog.browsing import plain_query
from shop.catalog.models import Category, FormerAddress, Product

type View = Callable[..., HttpResponse]


def leads_on(model: type[Product] | type[Category], *names: str) -> Callable[[View], View]:
    """For a page of what has these slugs, by their names in its address ("slug" without any):
    redirect from slugs that it had before.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **named: str) -> HttpResponse:
            try:
                return view(request, **named)
            except Http404:
                now = {name: _slug_now(model, named[name]) for name in names or ("slug",)}
                moved = {name: slug for name, slug in now.items() if slug is not None}
                if not moved:
                    raise
                return _same_page(request, named | moved)

        return answer

    return decorate


def plainly(view: View) -> View:
    """For a page with filters: redirect to its address without what says nothing.

    Without scripts a browser sends a form's empty fields and the usual order along.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        plain = plain_query(request.GET)
        if plain == request.GET.urlencode():
            return view(request, *args, **kwargs)
        return redirect(f"{request.path}?{plain}" if plain else request.path)

    return answer


def _slug_now(model: type[Product] | type[Category], slug: str) -> str | None:
    former = FormerAddress.objects.filter(kind=model._meta.model_name, slug=slug).first()
    if former is None:
        return None
    found = model.objects.filter(pk=former.item).values_list("slug", flat=True).first()
    return found if found != slug else None


def _same_page(request: HttpRequest, named: dict[str, str]) -> HttpResponse:
    match = cast(ResolverMatch, request.resolver_match)
    address = reverse(match.view_name, kwargs=named)
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    # Browsers keep it for ever otherwise, and turn in a circle once the old address is back.
    patch_cache_control(response, no_cache=True)
    return response
