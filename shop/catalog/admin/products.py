"""Products with their photographs and sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.db.models import ForeignKey, QuerySet
from django.db.utils import IntegrityError
from django.forms import Form
from django.forms.boundfield import BoundWidget
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ArrayField, EmbeddedModelArrayField
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextInputWidget

from recommender import search
from shop.catalog import registering
from shop.catalog.admin import states
from shop.catalog.admin.choosing import CategoryField, CategoryFilter, way_of
from shop.catalog.admin.cutting import CutAdmin
from shop.catalog.admin.forms import ProductForm
from shop.catalog.admin.listing import Listed, listed
from shop.catalog.admin.looks import LooksAdmin
from shop.catalog.admin.many import KEPT, ManyAdmin
from shop.catalog.admin.states import Badge, Summary
from shop.catalog.admin.texts import TextsAdmin
from shop.catalog.models import Category, Product, Tree
from shop.catalog.parts import Photograph
from shop.catalog.skus import SkuTaken
from shop.web.requests import PageRequest


class Row(Protocol):
    """A product of the list, with the way to it and what is said of its photographs."""

    shelf: str
    summary: Summary


class ProductList(ChangeList):
    """Finds the products in memory, and fetches them and what the rows show in one query each."""

    def get_results(self, request: HttpRequest) -> None:
        found = listed(self, request)
        super().get_results(request) if found is None else self._show(found)
        products = list(self.result_list)
        categories = list(Category.objects.in_order())
        tree = Tree(categories)
        shelves = {category.pk: way_of(tree, category) for category in categories}
        for product in products:
            # Its category may have been deleted as it was saved: it is kept, and can be moved.
            product.shelf = shelves.get(product.category_id, "")
        self.unsettled = _summarize(products)

    def _show(self, found: Listed) -> None:
        """What `get_results` makes of a query, made of what was found."""
        self.paginator = Paginator(range(len(found)), self.list_per_page)
        try:
            page = self.paginator.page(self.page_num)
        except InvalidPage as beyond:
            raise IncorrectLookupParameters from beyond
        start = self.list_per_page * (self.page_num - 1)
        ids = found.ids(start, start + len(page))
        there = {str(product.pk): product for product in Product.objects.with_ids(ids)}
        # The fields of the list want a query set, which has its answer already.
        self.result_list = Product.objects.order_by("pk")
        self.result_list._result_cache = [there[id] for id in ids if id in there]
        self.result_count = self.paginator.count
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions, self.can_show_all = True, False
        self.multi_page = self.paginator.num_pages > 1


@admin.register(Product)
class ProductAdmin(LooksAdmin, ManyAdmin, CutAdmin, TextsAdmin):
    form = ProductForm
    change_form_template = "admin/catalog/product/change_form.html"
    change_list_template = "admin/catalog/product/change_list.html"
    list_display = (
        *("thumbnail", "name", "sku", "shelf", "price", "photograph_states"),
        *("position", "status"),
    )
    list_display_links = ("thumbnail", "name")
    list_editable = ("position", "status")
    list_filter = ("status", CategoryFilter, "gender")
    list_per_page = 25
    search_fields = ("name", "sku", "style")
    formfield_overrides: ClassVar = {
        # A colour may have a comma in its name, as in an import.
        ArrayField: {"widget": UnfoldAdminTextInputWidget, "delimiter": "|"},
        # A kind of it, which takes no delimiter.
        EmbeddedModelArrayField: {},
    }
    # Counting without the filters would read the whole collection once more.
    show_full_result_count = False
    save_on_top = False
    fieldsets = (
        (None, {"fields": ("name", ("sku", "price"), ("category", "position"), "status")}),
        (
            _("Sale"),
            {
                "fields": ("sale_price_cents", ("sale_from", "sale_until")),
                "description": _(
                    "Holds from the first moment until the second; an empty one sets no bound. "
                    "Sizes with a price of their own cost this too, unless they cost less anyway."
                ),
            },
        ),
        (
            _("Facts"),
            {
                "fields": (
                    "description",
                    *(("brand", "material"), ("gender", "kind"), ("colours", "style")),
                    *(("season", "usage"), ("gtin", "mpn"), "slug"),
                )
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("states/", self.list_states_view, "states"),
            ("<path:object_id>/states/", self.states_view, "photograph_states"),
            ("<path:object_id>/retry/", self.retry_view, "retry"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"catalog_product_{name}")
            for route, view, name in own
        ] + super().get_urls()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ProductList

    def view_on_site(self, product: Product) -> str:
        """Where staff see it as shoppers do, a draft before them."""
        return product.get_absolute_url()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, **kwargs, form_class=CategoryField
        )

    @admin.display(description=_("Category"), ordering="category")
    def shelf(self, product: Row) -> str:
        return product.shelf

    @admin.display(description=_("Picture"))
    def thumbnail(self, product: Product) -> SafeString:
        return render_to_string("admin/catalog/product/_thumbnail.html", {"product": product})

    @admin.display(description=_("Price"), ordering="price_cents")
    def price(self, product: Product) -> SafeString:
        span = product.span()
        context = {"price": span.lowest, "from": span.differs}
        return render_to_string("catalog/_price.html", context)

    @admin.display(description=_("Photographs"))
    def photograph_states(self, product: Row) -> SafeString:
        summary = product.summary
        return render_to_string(
            "admin/catalog/product/_summary.html", {"product": product, "summary": summary}
        )

    # Saving and deleting

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # The form found the address free, but somebody (or a second click) was faster.
            messages.error(
                request, gettext("Another product with this SKU or address was just saved.")
            )
            return redirect(request.path)
        except SkuTaken as taken:
            messages.error(request, str(taken))
            return redirect(request.path)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"clashing": registering.clashing(), "kept": request.session.get(KEPT)}
        context |= extra_context or {}
        try:
            return super().changelist_view(request, context)
        except SkuTaken as taken:
            # Of one that has shared it since before a SKU was one product's alone.
            messages.error(request, str(taken))
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if isinstance(form, ProductForm):
            obj.save_with_photographs(form.wanted_photographs())
        else:
            # The list page edits the order of display and publishing only.
            obj.save()

    def response_add(
        self, request: HttpRequest, obj: Product, post_url_continue: str | None = None
    ) -> HttpResponse:
        # After an upload the merchant wants to see what becomes of the photographs.
        if not {"_addanother", "_popup"} & request.POST.keys():
            answers = request.POST.copy()
            answers["_continue"] = "1"
            request.POST = answers  # type: ignore[assignment]  # Django itself never changes it
        return super().response_add(request, obj, post_url_continue)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        # One by one: each is forgotten by the recommender and takes its files along.
        for product in queryset:
            product.delete()

    # The states of photographs

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Product | None = None,
    ) -> HttpResponse:
        form: ProductForm = context["adminform"].form
        context |= _states_context(obj) if obj else {}
        context |= {"photograph_rows": _rows(form, context.get("badges", ()))}
        context |= {"variant_rows": _variant_rows(form, obj), "has_file_field": True}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def states_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The badges of one product; they ask again until all are settled."""
        product = self._viewable(request, [object_id])[0]
        return render(request, "admin/catalog/product/_states.html", _states_context(product))

    def list_states_view(self, request: HttpRequest) -> HttpResponse:
        """The summaries of the products on a list page; they ask again until all are settled."""
        products = self._viewable(request, request.GET.getlist("id")[: self.list_per_page])
        context = {"products": products, "unsettled": _summarize(products)}
        return render(request, "admin/catalog/product/_list_states.html", context)

    def retry_view(self, request: PageRequest, object_id: str) -> HttpResponse:
        """Try a failed photograph once more."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        product = self._viewable(request, [object_id])[0]
        product.track()
        search.retry(str(product.pk), request.POST.get("retry", ""))
        if request.htmx:
            return render(request, "admin/catalog/product/_states.html", _states_context(product))
        return redirect("admin:catalog_product_change", product.pk)

    def _viewable(self, request: HttpRequest, ids: list[str]) -> list[Product]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        products = list(Product.objects.with_ids(ids))
        if not products:
            raise Http404
        return products


def _summarize(products: Sequence[Product]) -> list[str]:
    """Give each product its summary; the ids of those whose summary may still change."""
    summaries = states.summaries(products)
    for product in products:
        cast(Row, product).summary = summaries[str(product.pk)]
    return [key for key, summary in summaries.items() if not summary.settled]


def _states_context(product: Product) -> dict[str, Any]:
    badges = states.badges(product)
    unsettled = not all(badge.settled for badge in badges)
    return {"original": product, "badges": badges, "unsettled": unsettled}


def _rows(form: ProductForm, badges: Sequence[Badge]) -> list[tuple[Form, Badge]]:
    """Each photograph's part of the form beside its state."""
    by_name = {badge.photograph.name: badge for badge in badges}
    rows = ((row, by_name.get(row["name"].value())) for row in form.photographs)
    return [(row, badge) for row, badge in rows if badge is not None]


def _variant_rows(
    form: ProductForm, product: Product | None
) -> list[tuple[Form, list[tuple[BoundWidget, Photograph]]]]:
    """Each variant's part of the form, and the product's photographs to choose its own from."""
    photographs = product.photographs if product else []
    return [(row, list(zip(row["photographs"], photographs, strict=True))) for row in form.variants]
