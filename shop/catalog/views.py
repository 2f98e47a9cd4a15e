"""The pages of the shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from recommender.images import BadImage, TooBusy, open_picture
from recommender.search import LOOK_SIDE, PhotoVector, SearchUnavailable
from recommender.search import version as index_version
from shop.catalog import finding, pictures, queries, reasons
from shop.catalog.addresses import leads_on, plainly
from shop.catalog.alike import (
    WIDE_K,
    Alike,
    never_beside,
    nothing_is_close,
    nothing_is_near,
    products_like,
    similar_products,
)
from shop.catalog.browsing import PER_PAGE, Choices
from shop.catalog.choosing import choice_of
from shop.catalog.colourways import other_colourways, tell_colours
from shop.catalog.composed import Find, compose
from shop.catalog.context import shelf, shelves, tiles, tree
from shop.catalog.frames import Box, FrameForm, Size, all_of
from shop.catalog.hero import Searched, best_search
from shop.catalog.kept_pages import Rendered, page_for
from shop.catalog.listing import PUBLISHED, Listing, live, within
from shop.catalog.live.cards import product_at, products
from shop.catalog.live.view import EVERYTHING, Facets, Narrowing, Selection
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Photograph
from shop.catalog.reasons import Reasons
from shop.catalog.remember import DATABASE_ERRORS, remembered
from shop.catalog.signals import photo_in_vain, searched_in_vain
from shop.catalog.steering import Steering, of_panel
from shop.events.models import Kind
from shop.events.recording import record
from shop.limits import EXPLANATION, PHOTO_SEARCH, address_of, take
from shop.web.requests import PageRequest

ARRIVALS = 10
ARRIVALS_OF_A_CATEGORY = 2
# How far back the new arrivals reach.
NEWEST = 100
PHOTO_RESULTS = 24
# Who deletes a letter sees what was there before.
SUGGESTED_SECONDS = 60
YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    def make() -> Rendered:
        hero, arrivals = _hero(), _arrivals()
        context = {"hero": hero, "tiles": tiles(), "arrivals": arrivals}
        # What a search finds may be known in a moment.
        is_whole = hero is not None and hero.found
        return render(request, "catalog/home.html", context), arrivals if is_whole else None

    searched = _searched()
    return page_for(request, make, searched and searched.blocked)


def _hero() -> Searched | None:
    """A search that shows what the shop does, made once a minute and not for every page."""
    hero = _searched()
    return hero if hero is None or hero.is_as_shown() else best_search(_arrivals())


@remembered(seconds=60)
def _searched() -> Searched | None:
    return best_search(_arrivals())


def _arrivals() -> list[Product]:
    """The newest products, few of each category: they often arrive category by category."""
    newest = Listing(sort="newest")
    taken: Counter[tuple[str, ...]] = Counter()
    arrivals = []
    ids = newest.ids(0, NEWEST)
    for id, category in zip(ids, newest.view.values(ids, "category"), strict=True):
        taken[category] += 1
        if taken[category] <= ARRIVALS_OF_A_CATEGORY:
            arrivals.append(id)
    shown = products(newest.view, arrivals[:ARRIVALS])
    tell_colours(shown)
    return shown


@require_safe
@plainly
@leads_on(Category)
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = next((category for category in shelves() if category.slug == slug), None)
    if found is None:
        raise Http404("No such category.")
    if "q" in request.GET and (choices := Choices.from_query(request.GET)).words:
        narrowed = replace(choices, category=choices.category or (slug,))
        return redirect(f"{reverse('search')}?{narrowed.query()}")

    def make() -> Rendered:
        listed = _listing(request, within(tree().keys(found.pk)))
        context = {
            "category": found,
            "trail": tree().way(found.pk),
            "children": tree().within(found.pk),
            **listed,
        }
        response = render(request, "catalog/category.html", context)
        return response, None if listed["is_away"] else listed["products"]

    return page_for(request, make)


@require_safe
@plainly
def search(request: HttpRequest) -> HttpResponse:
    answer = finding.answer(Choices.from_query(request.GET).words)
    if answer is None:
        return render(request, "catalog/search.html", _listing(request, PUBLISHED))
    if not request.GET.keys() - {"q"}:
        # Narrowing, ordering and turning over is the same search.
        record(request, Kind.SEARCH, words=answer.words)
    if answer.is_in_vain:
        searched_in_vain.send_robust(sender=Product, words=answer.words)
    context = {
        "answer": answer,
        "near": _arrivals() if answer.is_in_vain else [],
        **_listing(request, answer.among, answer.keys),
    }
    return render(request, "catalog/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What goes on as somebody types: a fragment, the options of the field in the header."""
    context = {"suggested": finding.suggestions(Choices.from_query(request.GET).words)}
    response = render(request, "catalog/_suggestions.html", context)
    patch_cache_control(response, private=True, max_age=SUGGESTED_SECONDS)
    return response


def _listing(
    request: HttpRequest, among: Narrowing, found: np.ndarray | None = None
) -> dict[str, Any]:
    choices = Choices.from_query(request.GET)
    chosen = choices.narrowing()
    listing = Listing(among, chosen, choices.sort, found)
    # Not yet what is on the page: that MongoDB may be away for.
    page: Page[int] = Paginator(range(len(listing)), PER_PAGE).get_page(request.GET.get("page", ""))
    shown, is_away = _shown(listing, page)
    tell_colours(shown)
    return {
        "products": shown,
        "is_away": is_away,
        "unfiltered": []
        if len(listing)
        else _first(Listing(among, EVERYTHING, choices.sort, found)),
        **_filters(choices, listing.view.facets(among, chosen, found)),
        "page": page,
        "pieces": page.paginator.count,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1),
        "sorts": choices.sorts,
    }


def _first(listing: Listing) -> list[Product]:
    """What comes first, for a page that shows nothing of what was asked for."""
    try:
        shown = listing[:ARRIVALS]
    except DATABASE_ERRORS:
        return []
    tell_colours(shown)
    return shown


def _shown(listing: Listing, page: Page[int]) -> tuple[list[Product], bool]:
    """The products of a page, and whether some are missing because MongoDB is away."""
    # It counts from 1, and an empty one from 0.
    start, stop = max(0, page.start_index() - 1), page.end_index()
    try:
        return listing[start:stop], False
    except DATABASE_ERRORS:
        return listing.at_hand(start, stop), True


def _filters(choices: Choices, facets: Facets, most: int | None = None) -> dict[str, object]:
    # The menus are made only where the template has no such form already.
    menus = partial(choices.menus, facets, most)
    return {"choices": choices, "facets": facets, "most": most, "menus": menus}


@require_safe
@leads_on(Product)
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = _product_at(request, slug)
    if not found.is_sold and not _may_preview(request):
        return _no_longer_sold(request, found)
    response = _product_page(request, found)
    if _is_signed_in(request):
        # Where one asks for a mail, one's address is filled in.
        patch_cache_control(response, private=True)
    return response


def _product_page(request: HttpRequest, product: Product) -> HttpResponse:
    steering = of_panel(product)
    make = partial(_make_product_page, request, product, steering)
    version = _index_version()
    # Where nobody knows what the panel depends on, it depends on this moment.
    if version is None or not product.is_published:
        return make()[0]
    return page_for(request, make, product.revision, version, settings.SIMILAR_K, steering)


def _index_version() -> Hashable | None:
    try:
        return index_version()
    except SearchUnavailable:
        return None


def _make_product_page(request: HttpRequest, product: Product, steering: Steering) -> Rendered:
    # Only what shoppers find is compared.
    find = partial(similar_products, product, settings.SIMILAR_K, steering=steering)
    alike = _alike_or_none(find) if product.is_published else []
    colourways = other_colourways(product)
    context = {
        "product": product,
        "choice": choice_of(product, request.GET.get("colour", "")),
        "category": shelf(product.category_id),
        "trail": tree().way(product.category_id),
        "colourways": colourways,
        "alike": alike,
    }
    response = render(request, "catalog/product.html", context)
    if alike is None:
        return response, None
    return response, [product, *colourways, *(one.product for one in alike)]


def _product_at(request: HttpRequest, slug: str) -> Product:
    """Raises Http404."""
    try:
        if _is_signed_in(request) and request.user.is_staff:
            # Who has just saved it wants to see that now, not within the second.
            return Product.objects.get(slug=slug)
        return product_at(live(), slug)
    except Product.DoesNotExist as none:
        raise Http404("No such product.") from none


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is; nobody while the database of the accounts is away."""
    try:
        return request.user.is_authenticated
    except DATABASE_ERRORS:
        return False


def _may_preview(request: HttpRequest) -> bool:
    return request.user.is_staff and request.user.has_perm("catalog.view_product")


def _no_longer_sold(request: HttpRequest, product: Product) -> HttpResponse:
    """What was taken down for good says so, to old orders' links too; a draft is nobody's business.

    Raises Http404.
    """
    if product.status != Status.ARCHIVED:
        raise Http404("No such product.")
    context = {"product": product, "category": shelf(product.category_id)}
    response = render(request, "catalog/product_gone.html", context, status=410)
    # Browsers keep it for ever otherwise, and what was archived may be sold again.
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
@plainly
@leads_on(Product)
def similar(request: PageRequest, slug: str) -> HttpResponse:
    """The wide panel: a fragment that opens in the grid, else a page with filters."""
    found = _published_at(request, slug)
    find = partial(similar_products, found, WIDE_K)
    context: dict[str, object] = {"product": found}
    if request.htmx and not request.htmx.boosted:
        template = "catalog/_panel.html"
        context["alike"] = _alike_or_none(find)
    else:
        template = "catalog/similar.html"
        hidden = never_beside(found)
        context |= {"asked": found, "beside": found.cover, **_found(request, find, WIDE_K, hidden)}
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


@require_safe
@leads_on(Product, "slug", "other")
def why_similar(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """Why a product looks like another."""
    one, two = _published_at(request, slug), _published_at(request, other)
    if one.pk == two.pk:
        raise Http404("It is the same.")
    find = partial(reasons.of_products, one, two, partial(_take_explanation, request))
    # With filters it was not its own page.
    back = reverse("similar", args=[slug]) if request.GET else one.get_absolute_url()
    return _why(request, find, {"asked": one, "back": back})


def _published_at(request: HttpRequest, slug: str) -> Product:
    """Raises Http404."""
    found = _product_at(request, slug)
    if not found.is_published:
        raise Http404("Nothing is alike to what nobody finds.")
    return found


def _why(
    request: HttpRequest, find: Callable[[], Reasons | None], context: dict[str, Any]
) -> HttpResponse:
    """The page of two pictures that are alike. Raises Http404, and what `find` raises."""
    status = 200
    try:
        context["reasons"] = find()
    except SearchUnavailable:
        status = 503
    else:
        if context["reasons"] is None:
            raise Http404("One of them was not looked at yet.")
    context["choices"] = Choices.from_query(request.GET)
    return render(request, "catalog/why.html", context, status=status)


def _found(
    request: HttpRequest, find: Find, most: int, hidden: Collection[str] = ()
) -> dict[str, object]:
    """What looks alike among what the address asks for, and what else could be asked for.

    `find` finds so many at most, and never the `hidden`.
    """
    choices = Choices.from_query(request.GET).unordered()
    try:
        found = compose(find, choices.words, choices.narrowing(), hidden)
        near = _unfiltered(find, choices) if not found.alike else []
    except SearchUnavailable:
        return {"choices": choices, "alike": None}
    return {
        **_filters(choices, found.facets, most),
        "answer": found.answer,
        "alike": found.alike,
        "pieces": len(found.alike),
        "unfiltered": near,
        "nothing_is_close": not choices.filtering and nothing_is_close(found.alike),
    }


def _unfiltered(find: Find, choices: Choices) -> list[Alike]:
    """The nearest without the filters, for a page on which they leave nothing.

    Raises SearchUnavailable.
    """
    return compose(find, choices.words).alike[:ARRIVALS] if choices.filtering else []


def _alike_or_none(find: Find) -> list[Alike] | None:
    try:
        return find()
    except SearchUnavailable:
        return None


# Looking for a picture changes nothing and belongs to nobody, so the form needs no token; without
# a cookie every page can be kept by caches and can take a dropped picture.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def photo_search(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _photo_form(request)
    _take_photo_search(request)
    words = Choices.from_query(request.POST).words_alone()
    file = next((file for file in request.FILES.getlist("picture") if file.name), None)
    if file is None:
        return _photo_form(request, _("Choose a picture first."), status=400)
    try:
        picture = open_picture(file, for_side=LOOK_SIDE)
    except BadImage as bad:
        return _photo_form(request, str(bad), status=503 if isinstance(bad, TooBusy) else 400)
    return redirect(_results_of(queries.look_at(picture), words))


def _take_photo_search(request: HttpRequest) -> None:
    """Count a picture that goes through the encoder, as the API does. Raises TooOften."""
    take(PHOTO_SEARCH, address_of(request), most=settings.API_PHOTO_RATE)


def _take_explanation(request: HttpRequest) -> None:
    """Count two pictures that go through the encoder to be compared. Raises TooOften."""
    take(EXPLANATION, address_of(request), most=settings.API_PHOTO_RATE)


def _photo_form(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "error": error,
        "max_mb": settings.MAX_UPLOAD_BYTES // 2**20,
        "choices": Choices.from_query(request.POST or request.GET),
    }
    return render(request, "catalog/photo_search.html", context, status=status)


@require_safe
@plainly
def photo_results(request: HttpRequest, key: str) -> HttpResponse:
    def find(*, among: Selection | None = None) -> list[Alike]:
        return products_like(_query(request, key), PHOTO_RESULTS, among)

    try:
        photograph, other = queries.photograph(key), queries.other_key(key)
        is_whole = key.endswith(queries.WHOLE)
        context: dict[str, Any] = {
            "asked": key,
            "photograph": photograph,
            "beside": photograph,
            "other": other,
            "is_whole": is_whole,
            "whole": key if is_whole else other or key,
            **_found(request, find, PHOTO_RESULTS),
        }
    except (FileNotFoundError, BadImage):
        return render(request, "catalog/photo_gone.html", status=404)
    if not request.GET:
        _tell_if_in_vain(key, context["alike"])
    status = 503 if context["alike"] is None else 200
    return render(request, "catalog/photo_results.html", context, status=status)


@require_safe
@leads_on(Product)
def why_like(request: HttpRequest, key: str, slug: str) -> HttpResponse:
    """Why a product looks like a picture."""
    product = _published_at(request, slug)

    def find() -> Reasons | None:
        count = partial(_take_explanation, request)
        return reasons.of_picture(key, _query(request, key), product, count)

    try:
        return _why(request, find, {"back": reverse("photo_results", args=[key])})
    except (FileNotFoundError, BadImage):
        return render(request, "catalog/photo_gone.html", status=404)


# It needs no token, as the search itself.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def photo_part(request: HttpRequest, key: str) -> HttpResponse:
    """Which part of a picture to search by."""
    try:
        return _photo_part(request, key, queries.photograph(key))
    except (FileNotFoundError, BadImage):
        return render(request, "catalog/photo_gone.html", status=404)


def _photo_part(request: HttpRequest, key: str, photograph: Photograph) -> HttpResponse:
    choices = Choices.from_query(request.GET)
    size = photograph.width, photograph.height
    form = FrameForm(request.POST or None, of=size)
    if form.is_valid():
        part = _key_of_part(request, key, form.box(), size)
        return redirect(_results_of(part, choices.query()))
    box, is_proposed = all_of(size), False
    if not form.is_bound:
        box = queries.proposed_part(key)
        is_proposed = box != all_of(size)
        form = FrameForm(of=size, initial=vars(box))
    context = {
        "photograph": photograph,
        "beside": photograph,
        "beside_address": reverse("photo_results", args=[key]),
        "results": _results_of(key, choices.query()),
        "form": form,
        "box": box,
        "is_proposed": is_proposed,
        "choices": choices,
    }
    status = 400 if form.is_bound else 200
    return render(request, "catalog/photo_part.html", context, status=status)


def _key_of_part(request: HttpRequest, key: str, box: Box, size: Size) -> str:
    """The key of a part of a kept picture, which counts as a search where it is no whole."""
    if box == all_of(size):
        return key
    _take_photo_search(request)
    return queries.look_at_part(key, box)


def _results_of(key: str, query: str) -> str:
    results = reverse("photo_results", args=[key])
    return f"{results}?{query}" if query else results


def _tell_if_in_vain(key: str, alike: list[Alike] | None) -> None:
    """Tell whoever listens of a picture that nothing is near, as long as its vector is kept."""
    if alike is None or not nothing_is_near(alike):
        return
    try:
        query = queries.vector(key)
    except SearchUnavailable:
        return
    if query is not None:
        photo_in_vain.send_robust(sender=Product, key=key, query=query)


def _query(request: HttpRequest, key: str) -> PhotoVector:
    """What a kept picture is searched by; only where it must be made does it count.

    Raises SearchUnavailable, TooOften, and what `queries.picture` raises.
    """
    if kept := queries.vector(key):
        return kept
    _take_photo_search(request)
    return queries.make_vector(key, queries.picture(key))


@require_safe
def picture(request: HttpRequest, width: int, stem: str, extension: str) -> FileResponse:
    try:
        file = pictures.rendition(f"{stem}.jpg", width, extension)
    except pictures.NoSuchPicture as none:
        raise Http404("No such picture.") from none
    response = FileResponse(file, content_type=pictures.FORMATS[extension].content_type)
    # A name is never used for another picture, so a browser need not ask again.
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker keeps for when there is no network."""
    return render(request, "catalog/offline.html")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from the root because it may only rule what lies below it."""
    return render(request, "catalog/service_worker.js", content_type="text/javascript")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers need not look at; what they may not show, each page says for itself."""
    context = {"sitemap": request.build_absolute_uri(reverse("sitemaps"))}
    return render(request, "catalog/robots.txt", context, content_type="text/plain")
