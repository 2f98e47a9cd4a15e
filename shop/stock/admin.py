"""The merchant's stockroom: what is there, what is nearly gone, what came and went."""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from shop.catalog.exports.writing import csv_text
from shop.catalog.listing import live
from shop.catalog.models import Product
from shop.stock import files
from shop.stock.counting import stop_counting
from shop.stock.forms import CountForm
from shop.stock.models import Movement, Stock, StockQuerySet
from shop.web.attachments import attached

MOST_FOUND = 200
MOVEMENTS_SHOWN = 50


class LevelFilter(admin.SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("low", gettext("Low")),
            ("sold-out", gettext("Sold out")),
            ("to-be-counted", gettext("To be counted")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        levels = {
            "low": Stock.objects.low,
            "sold-out": Stock.objects.sold_out,
            "to-be-counted": Stock.objects.to_be_counted,
        }
        level = levels.get(self.value() or "")
        return queryset.filter(pk__in=level().values("pk")) if level else queryset


class Row(Protocol):
    """A stock of the list, with the product that it is of."""

    found: Product | None


class StockList(ChangeList):
    """Fetches the products of the rows in one query of the catalogue."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        ids = {row.product for row in self.result_list}
        products = {str(product.pk): product for product in Product.objects.with_ids(ids)}
        for row in self.result_list:
            row.found = products.get(row.product)


@admin.register(Stock)
class StockAdmin(ModelAdmin):
    """A list of SKUs; each leads to the page where all sizes of its product are counted."""

    list_display = ("piece", "sku", "on_hand", "held", "free", "level")
    list_display_links = ("piece", "sku")
    list_filter = (LevelFilter,)
    list_per_page = 50
    search_fields = ("sku",)
    search_help_text = _("SKU, name, kind or colour")
    show_full_result_count = False
    actions = ("export",)

    @admin.action(description=_("Save them as a CSV file"), permissions=["view"])
    def export(self, request: HttpRequest, stock: QuerySet[Stock]) -> StreamingHttpResponse:
        """All sizes of the products of these, for whoever counts."""
        products = Product.objects.with_ids(stock.values_list("product", flat=True))
        return attached(csv_text(files.COLUMNS, files.rows(products)), "stock.csv")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.count_view)
        return [
            path("count/<str:product_id>/", view, name="stock_stock_count"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> StockQuerySet:
        return cast(StockQuerySet, super().get_queryset(request)).with_free()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StockList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Stock], search_term: str
    ) -> tuple[QuerySet[Stock], bool]:
        if not search_term:
            return queryset, False
        # Who types a SKU means its row, not those of the other sizes.
        by_sku = queryset.filter(sku__icontains=search_term)
        if by_sku.exists():
            return by_sku, False
        products = sorted(live().with_text(search_term))[:MOST_FOUND]
        return queryset.filter(product__in=products), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Counting begins on the page of a product.
        return False

    def delete_model(self, request: HttpRequest, obj: Stock) -> None:
        stop_counting(obj.sku, key=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return redirect("admin:stock_stock_count", row.product)

    def count_view(self, request: HttpRequest, product_id: str) -> HttpResponse:
        """The pieces of all sizes of a product, and what came and went."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        product = Product.objects.with_ids([product_id]).first()
        if product is None:
            raise Http404
        form = CountForm(product, request.POST or None)
        if request.method == "POST" and form.is_valid():
            form.save(request.user.get_username())
            messages.success(request, gettext("The pieces are counted."))
            return redirect(request.path)
        movements = Movement.objects.filter(sku__in=form.fields)[:MOVEMENTS_SHOWN]
        context = {"title": product.name, "form": form, "movements": movements, "opts": self.opts}
        context |= self.admin_site.each_context(request)
        return render(request, "admin/stock/count.html", context)

    @admin.display(description=_("Piece"))
    def piece(self, row: Row) -> SafeString:
        return render_to_string("admin/stock/_piece.html", {"row": row, "product": row.found})

    @admin.display(description=_("Reserved"), ordering="held")
    def held(self, row: Stock) -> int:
        return row.held

    @admin.display(description=_("Can be had"), ordering="free")
    def free(self, row: Stock) -> int:
        return row.free

    @admin.display(description=_("Level"))
    def level(self, row: Stock) -> SafeString:
        return render_to_string("admin/stock/_level.html", {"row": row})


@admin.register(Movement)
class MovementAdmin(ModelAdmin):
    """A record of what happened: it can be looked at, and nothing else."""

    list_display = ("when", "sku", "delta", "reason", "key")
    list_display_links = None
    list_filter = ("reason",)
    search_fields = ("sku", "key")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Movement | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Movement | None = None) -> bool:
        return False
