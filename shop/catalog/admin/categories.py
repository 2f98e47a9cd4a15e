from __future__ import annotations

from contextlib import suppress
from typing import Any, Protocol

from django.contrib import admin, messages
from django.db.models import ForeignKey, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from shop.catalog.admin.choosing import CategoryField
from shop.catalog.admin.texts import TextsAdmin, TextsForm
from shop.catalog.listing import counts_by_category
from shop.catalog.models import Category, Product, Tree


class Counted(Protocol):
    """A category of the list, with its place in the tree and how many products lie right in it."""

    name: str
    depth: int
    product_count: int


class CategoryList(ChangeList):
    """Lays the categories out as a tree, and counts the products of all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        counts = counts_by_category()
        tree = Tree(Category.objects.in_order())
        place = {category.pk: number for number, category in enumerate(tree)}
        for category in self.result_list:
            category.product_count = counts.get(str(category.pk), 0)
            category.depth = max(len(tree.way(category.pk)) - 1, 0)
        # The fields of the list want a query set, which no database sorts like this.
        self.result_list._result_cache.sort(key=lambda each: place.get(each.pk, len(place)))


@admin.register(Category)
class CategoryAdmin(TextsAdmin):
    form = TextsForm
    fieldsets = ((None, {"fields": ("name", "parent", "position", "description", "slug")}),)
    list_display = ("lying", "products", "position")
    list_editable = ("position",)
    # A tree is shown whole.
    list_per_page = 1000
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name",)
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CategoryList

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs |= {"form_class": CategoryField, "empty_label": gettext("At the top")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("Name"))
    def lying(self, category: Counted) -> str:
        return "— " * category.depth + category.name

    @admin.display(description=_("Products"))
    def products(self, category: Counted) -> int:
        return category.product_count

    # Deleting

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        category = self.get_object(request, object_id)
        if category is None or not self.has_delete_permission(request, category):
            return super().delete_view(request, object_id, extra_context)
        if not _why_kept(category):
            # What comes into it meanwhile is told of below.
            with suppress(ProtectedError):
                return super().delete_view(request, object_id, extra_context)
        messages.error(request, _why_kept(category))
        return redirect("admin:catalog_category_change", object_id)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[Any], list[Any]]:
        # Django would list every product.
        kept = [reason for category in objs if (reason := _why_kept(category))]
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(category) for category in objs], counts, set(), kept


def _why_kept(category: Category) -> str:
    """Why a category cannot be deleted, in a sentence; nothing where it can."""
    products = Product.objects.filter(category_id=category.pk).count()
    children = category.children.count()
    if not products and not children:
        return ""
    holds = [
        ngettext("%(number)d product", "%(number)d products", products) % {"number": products},
        ngettext("%(number)d category", "%(number)d categories", children) % {"number": children},
    ]
    what = gettext(" and ").join(
        words for words, number in zip(holds, (products, children), strict=True) if number
    )
    return gettext("%(name)s still holds %(what)s: move or delete them first.") % {
        "name": category.name,
        "what": what,
    }
