"""Papers for several orders at once: packing lists and labels to be printed, and a file."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from shop.catalog.exports.writing import csv_text
from shop.orders import files
from shop.orders.models import Order
from shop.orders.packing import parcels, to_fetch
from shop.web.attachments import attached


class PapersAdmin(ModelAdmin):
    @admin.action(description=_("Print packing lists"), permissions=["view"])
    def packing_lists(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse:
        """What to fetch for all of them, then a page for each."""
        packed = parcels(_in_turn(orders).prefetch_related("lines"))
        context = {"parcels": packed, "fetched": to_fetch(packed), "seller": settings.SELLER}
        return render(request, "admin/orders/order/packing.html", context)

    @admin.action(description=_("Print address labels"), permissions=["view"])
    def labels(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse:
        context = {"orders": _in_turn(orders), "seller": settings.SELLER}
        return render(request, "admin/orders/order/labels.html", context)

    @admin.action(description=_("Save them as a CSV file"), permissions=["view"])
    def export(self, request: HttpRequest, orders: QuerySet[Order]) -> StreamingHttpResponse:
        return attached(csv_text(files.COLUMNS, files.rows(orders)), "orders.csv")


def _in_turn(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Who ordered first is served first."""
    return orders.order_by("placed_at", "pk")
