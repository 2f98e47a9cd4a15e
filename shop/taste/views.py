"""For you, and the page of one's taste: to look at, to correct, to switch off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from recommender.search import SearchUnavailable
from shop.catalog.alike import Alike
from shop.catalog.listing import live
from shop.catalog.live.cards import products
from shop.catalog.models import Product
from shop.events import forgetting, visits
from shop.events.models import Kind
from shop.taste import choosing
from shop.taste.forms import sent_in
from shop.taste.known import Known, known_of
from shop.taste.rankings import interleaved
from shop.trials.running import running
from shop.web.origins import from_own_pages
from shop.web.requests import PageRequest

ON_THE_FRONT_PAGE = 10
WHY = {
    Kind.SEARCH: _("You searched for it"),
    Kind.VIEW: _("You looked at it"),
    Kind.WISH: _("Among your wishes"),
    Kind.BAG: _("You put it into the bag"),
    Kind.BUY: _("You bought it"),
}


@dataclass(frozen=True)
class Reason:
    """A product that somebody's taste rests on, and why."""

    product: Product
    kind: Kind
    searches: Sequence[str]

    @property
    def words(self) -> str:
        """What was searched for, where nothing says more of it."""
        return self.searches[0] if self.kind == Kind.SEARCH else ""

    @property
    def why(self) -> str:
        """In words."""
        return str(WHY[self.kind])


@from_own_pages
@require_POST
@never_cache
def for_you(request: HttpRequest) -> HttpResponse:
    """A part of the front page, asked for with what the browser knows; empty for strangers."""
    known = known_of(request, sent_in(request.POST))
    found = choosing.for_you(known, ON_THE_FRONT_PAGE)
    return render(request, "taste/_for_you.html", {"products": found})


@from_own_pages
@require_POST
@never_cache
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """The rail of what looks alike, as this visitor may like it."""
    product = get_object_or_404(Product.objects.published(), slug=slug)
    known = known_of(request, sent_in(request.POST))
    try:
        alike = _ranked(request, product, known)
    except SearchUnavailable:
        alike = []
    if not (known and alike):
        # What the page shows already stays.
        return HttpResponse(status=204)
    return render(
        request, "catalog/_alike.html", {"product": product, "alike": alike, "yours": True}
    )


def _ranked(request: HttpRequest, product: Product, known: Sequence[Known]) -> list[Alike]:
    """As the visitor may like it; of whom events are written down, as the test that runs has it.

    Raises recommender.search.SearchUnavailable.
    """
    trial = running() if visits.visit_of(request) else None
    if trial and known:
        return interleaved(trial, product, known, settings.SIMILAR_K)
    return choosing.panel(product, known, settings.SIMILAR_K)


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """What the shop knows of the visitor."""
    return render(request, "taste/taste.html", _context(request, known_of(request)))


@from_own_pages
@require_POST
@never_cache
def reasons(request: HttpRequest) -> HttpResponse:
    """The same with what the browser knows: a part of the page."""
    known = known_of(request, sent_in(request.POST))
    return render(request, "taste/_taste.html", _context(request, known))


@from_own_pages
@require_POST
@never_cache
def take_out(request: PageRequest) -> HttpResponse:
    """Forget what is known of one product, and the searches it stands for; the browser is told to
    do the same."""
    product = request.POST.get("product", "")
    known = known_of(request, sent_in(request.POST))
    taken = next((one for one in known if one.product == product), None)
    if taken is None:
        raise Http404("Nothing is known of it.")
    if visit := visits.visit_of(request):
        forgetting.forget_product(visit, product, taken.searches)
    if not request.htmx:
        return redirect("taste")
    left = [one for one in known if one.is_beside(taken)]
    response = render(request, "taste/_taste.html", _context(request, left))
    out = {"product": product, "searches": taken.searches}
    return trigger_client_event(response, "taste-out", out)


@from_own_pages
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switch it on, with what is known, or off, which forgets it."""
    if request.POST.get("on"):
        visits.switch_on(request)
    else:
        if visit := visits.visit_of(request):
            forgetting.forget_visit(visit)
        visits.switch_off(request)
    return redirect("taste")


def _context(request: HttpRequest, known: Sequence[Known]) -> dict[str, object]:
    found = {
        str(product.pk): product for product in products(live(), [one.product for one in known])
    }
    return {
        "reasons": [
            Reason(found[one.product], one.kind, one.searches)
            for one in known
            if one.product in found
        ],
        "is_off": visits.is_off(request),
        "is_kept": visits.visit_of(request) is not None,
    }
