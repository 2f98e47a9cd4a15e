"""The pages of what the merchant learns: how it sells, what panels bring, what is missing."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommender.search import SearchUnavailable
from shop.catalog.models import Product
from shop.insights import panels, sales, wanted
from shop.insights.models import FruitlessSearch
from shop.insights.sales import Seller
from shop.orders.models import Order
from shop.orders.states import ReturnState, State
from shop.stock.models import Stock

DAYS = 30
MOST = 10
MOST_WORDS = 50


# Whoever may see orders may see what they add up to.
may_see_orders = permission_required("orders.view_order", raise_exception=True)


@require_safe
@may_see_orders
def overview(request: HttpRequest) -> HttpResponse:
    """How the shop sells."""
    days = sales.by_day(DAYS)
    context = admin.site.each_context(request) | {
        "title": _("Sales"),
        "days": days,
        "total_cents": sum(day.cents for day in days),
        "order_count": sum(day.orders for day in days),
        "to_pack": Order.objects.filter(state=State.PAID).count(),
        "to_refund": Order.objects.owing_a_refund().count(),
        "to_answer": Order.objects.filter(returns__state=ReturnState.ASKED).distinct().count(),
        "best_sellers": _with_products(sales.best_sellers(DAYS, MOST)),
        "low_stock": Stock.objects.low().order_by("free", "sku")[:MOST],
        "in_vain": FruitlessSearch.objects.of_last(DAYS).most_wanted(MOST),
    }
    return render(request, "admin/insights/sales.html", context)


@require_safe
@may_see_orders
def panels_overview(request: HttpRequest) -> HttpResponse:
    """What panels and "for you" bring."""
    context = admin.site.each_context(request) | {
        "title": _("Panels"),
        "brought": panels.brought(DAYS),
        "days": DAYS,
        "credit_days": panels.CREDIT.days,
    }
    return render(request, "admin/insights/panels.html", context)


@require_safe
@may_see_orders
def in_vain(request: HttpRequest) -> HttpResponse:
    """What was looked for in vain, by words and by photographs."""
    try:
        groups, is_away = wanted.wanted(), False
    except SearchUnavailable:
        groups, is_away = [], True
    context = admin.site.each_context(request) | {
        "title": _("Looked for in vain"),
        "words": FruitlessSearch.objects.of_last(DAYS).most_wanted(MOST_WORDS),
        "days": DAYS,
        "groups": groups,
        "is_away": is_away,
        "least": wanted.GROUP,
        "kept_days": settings.WANTED_DAYS,
    }
    return render(request, "admin/insights/in_vain.html", context)


def _with_products(sellers: list[Seller]) -> list[tuple[Seller, Product | None]]:
    """Each with its product, if the catalogue still has it."""
    products = Product.objects.with_ids({seller.product for seller in sellers})
    found = {str(product.pk): product for product in products}
    return [(seller, found.get(seller.product)) for seller in sellers]


def urls() -> list[URLPattern]:
    """To be routed before the admin's own."""
    views = {
        "sales/": (overview, "sales"),
        "panels/": (panels_overview, "panels"),
        "in-vain/": (in_vain, "in_vain"),
    }
    return [
        path(route, admin.site.admin_view(view), name=name) for route, (view, name) in views.items()
    ]
