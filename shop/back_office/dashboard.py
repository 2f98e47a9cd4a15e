"""The admin's first page: the day, what is in the shop, and how the recommender stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from recommender import search
from shop.back_office import encoders, today
from shop.catalog.admin.choosing import way_of
from shop.catalog.admin.states import IN_WORDS
from shop.catalog.listing import counts_by_category
from shop.catalog.models import Category, ImportJob, Product, Status, Tree

STATES = ("ready", "working", "waiting", "failed")
RECENT_IMPORTS = 3


@dataclass(frozen=True)
class Bar:
    """One row of a chart; `share` is its length in per cent of the longest."""

    label: str
    count: int
    share: float
    state: str = ""


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """django-unfold's DASHBOARD_CALLBACK."""
    shelves = _shelves()
    overview = _overview()
    return (
        context
        | today.of(request.user)
        | {
            "product_count": sum(bar.count for bar in shelves),
            "hidden_count": Product.objects.exclude(status=Status.PUBLISHED).count(),
            "shelves": shelves,
            "overview": overview,
            "photograph_states": state_bars(overview.states) if overview else [],
            "other_encoders": _other_encoders(request, overview),
            "recent_imports": ImportJob.objects.all()[:RECENT_IMPORTS],
        }
    )


def _overview() -> search.Overview | None:
    try:
        return search.overview()
    except search.SearchUnavailable:
        return None


def _other_encoders(
    request: HttpRequest, overview: search.Overview | None
) -> list[tuple[str, str | Promise]]:
    if overview is None or overview.switching or not request.user.is_superuser:
        return []
    return encoders.choices(overview.encoder)


def _shelves() -> list[Bar]:
    counts = counts_by_category()
    categories = list(Category.objects.in_order())
    tree = Tree(categories)
    most = max(counts.values(), default=1)
    return [
        Bar(way_of(tree, category), count, 100 * count / most)
        for category in categories
        if (count := counts.get(str(category.pk), 0))
    ]


def state_bars(states: dict[str, int]) -> list[Bar]:
    """How many photographs are in each state, as a chart."""
    total = sum(states.values()) or 1
    return [
        Bar(str(IN_WORDS[state]), states.get(state, 0), 100 * states.get(state, 0) / total, state)
        for state in STATES
    ]
