from __future__ import annotations

from typing import Any, Protocol

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from shop.catalog.admin.texts import TextsAdmin, TextsForm
from shop.catalog.models import Category, Product


class Counted(Protocol):
    """A category of the list, with how many products it has."""

    product_count: int


class CategoryList(ChangeList):
    """Counts the products of all categories in one query."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        counts = Product.objects.counts_by_category()
        for category in self.result_list:
            category.product_count = counts.get(category.pk, 0)


@admin.register(Category)
class CategoryAdmin(TextsAdmin):
    form = TextsForm
    fieldsets = ((None, {"fields": ("name", "slug", "position", "description")}),)
    list_display = ("name", "products", "position")
    list_editable = ("position",)
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name",)
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CategoryList

    @admin.display(description=_("Products"))
    def products(self, category: Counted) -> int:
        return category.product_count
