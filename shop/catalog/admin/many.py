"""What the list does with several products: a change, seen first and undone, and a file of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from shop.catalog import exports, many
from shop.catalog.admin.choosing import CategoryField, way_of
from shop.catalog.many import Change, Done, Planned
from shop.catalog.models import Category, Product, Status, Tree
from shop.catalog.money import price
from shop.web.attachments import attached
from shop.web.identity import origin_of

# As many as a page shows and a request saves.
MOST = 500
NAME_LENGTH = Product._meta.get_field("name").max_length
MOST_FAULTS = 10
LABELS = {
    "name": _("Name"),
    "status": _("Status"),
    "category": _("Category"),
    "price_cents": _("Price"),
    "sale_price_cents": _("Sale price"),
    "sale_from": _("sale from"),
    "sale_until": _("sale until"),
}
KEPT = "changed_together"


class ChangeForm(forms.Form):
    """What is to become of the products that were chosen."""

    status = forms.ChoiceField(label=_("Status"), required=False, widget=UnfoldAdminSelectWidget)
    category = CategoryField(
        Category.objects.in_order(),
        label=_("Category"),
        required=False,
        empty_label=_("as it is"),
        widget=UnfoldAdminSelectWidget,
    )
    price_percent = forms.IntegerField(
        label=_("Change prices by so many per cent"),
        min_value=-90,
        max_value=900,
        required=False,
        help_text=_("-10 takes a tenth off, also off the prices that sizes have of their own."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    sale_percent = forms.IntegerField(
        label=_("Sell for so many per cent less"),
        min_value=1,
        max_value=90,
        required=False,
        help_text=_("A sale beside the usual price, which pages strike."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    sale_from = forms.SplitDateTimeField(
        label=_("sale from"), required=False, widget=UnfoldAdminSplitDateTimeWidget
    )
    sale_until = forms.SplitDateTimeField(
        label=_("sale until"), required=False, widget=UnfoldAdminSplitDateTimeWidget
    )
    ends_sale = forms.BooleanField(
        label=_("End the sale that there is"), required=False, widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, products: Sequence[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._products = {f"name-{product.pk}": product for product in products}
        self.fields |= {name: _name_field(one) for name, one in self._products.items()}
        status: Any = self.fields["status"]
        status.choices = [("", _("as it is")), *Status.choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        facts = [value for name, value in cleaned.items() if name not in self._products]
        if not self._names() and not any(value not in (None, "", False) for value in facts):
            raise ValidationError(gettext("Say what is to change."))
        dated = cleaned.get("sale_from") or cleaned.get("sale_until")
        if dated and not cleaned.get("sale_percent"):
            self.add_error("sale_percent", gettext("Say by how much these dates make it cheaper."))
        return cleaned

    def change(self) -> Change:
        facts = {name: self.cleaned_data[name] for name in self.base_fields}
        category = facts.pop("category")
        return Change(names=self._names(), category=category and category.pk, **facts)

    def _names(self) -> dict[str, str]:
        """The new names, by a product's id."""
        said = {str(one.pk): self.cleaned_data.get(name) for name, one in self._products.items()}
        names = {str(one.pk): one.name for one in self._products.values()}
        return {key: name for key, name in said.items() if name and name != names[key]}

    @property
    def named(self) -> list[tuple[Product, forms.BoundField]]:
        """Each product with the field of its name."""
        return [(product, self[name]) for name, product in self._products.items()]

    @property
    def common(self) -> list[forms.BoundField]:
        """The fields that are about all of them."""
        return [self[name] for name in self.base_fields]


def _name_field(product: Product) -> forms.CharField:
    return forms.CharField(
        label=product.name,
        max_length=NAME_LENGTH,
        initial=product.name,
        widget=UnfoldAdminTextInputWidget,
    )


class ManyAdmin(ModelAdmin):
    """What the list of products can do with several."""

    actions = ("change_many", "export", "export_shopify", "export_woocommerce")

    def get_urls(self) -> list[URLPattern]:
        own = [("many/", self.many_view, "many"), ("many/undo/", self.undo_view, "undo")]
        return [
            path(route, self.admin_site.admin_view(view), name=f"catalog_product_{name}")
            for route, view, name in own
        ] + super().get_urls()

    @admin.action(description=_("Change them together"), permissions=["change"])
    def change_many(self, request: HttpRequest, products: QuerySet[Product]) -> HttpResponse:
        chosen = list(products[:MOST])
        return self._page(request, chosen, ChangeForm(products=chosen))

    @admin.action(description=_("Save them as a CSV file"), permissions=["view"])
    def export(self, request: HttpRequest, products: QuerySet[Product]) -> StreamingHttpResponse:
        return _saved("own", request, products)

    @admin.action(description=_("Save them as Shopify's CSV file"), permissions=["view"])
    def export_shopify(
        self, request: HttpRequest, products: QuerySet[Product]
    ) -> StreamingHttpResponse:
        return _saved("shopify", request, products)

    @admin.action(description=_("Save them as WooCommerce's CSV file"), permissions=["view"])
    def export_woocommerce(
        self, request: HttpRequest, products: QuerySet[Product]
    ) -> StreamingHttpResponse:
        return _saved("woocommerce", request, products)

    def many_view(self, request: HttpRequest) -> HttpResponse:
        """First what would come of it; then, once that is confirmed, the change."""
        self._check(request)
        ids = request.POST.getlist("id")[:MOST]
        found = Product.objects.with_ids(ids)
        chosen = sorted(found, key=lambda product: ids.index(str(product.pk)))
        form = ChangeForm(request.POST, products=chosen)
        if not form.is_valid() or "back" in request.POST:
            return self._page(request, chosen, form)
        plan = many.planned(chosen, form.change())
        if "agreed" not in request.POST:
            return self._page(request, chosen, form, plan)
        done = many.do(plan)
        request.session[KEPT] = done.changed
        number = len(done.changed)
        said = ngettext("%d product was changed.", "%d products were changed.", number)
        self._tell(request, done, said % number)
        return redirect("admin:catalog_product_changelist")

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Take the last change of this person back."""
        self._check(request)
        done = many.undo(request.session.pop(KEPT, {}))
        number = len(done.changed)
        said = ngettext("%d product is as it was.", "%d products are as they were.", number)
        self._tell(request, done, said % number)
        return redirect("admin:catalog_product_changelist")

    def _check(self, request: HttpRequest) -> None:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied

    def _tell(self, request: HttpRequest, done: Done, said: str) -> None:
        messages.success(request, said)
        for fault in done.faults[:MOST_FAULTS]:
            messages.error(request, fault)
        for product in Product.objects.with_ids(done.changed):
            self.log_change(request, product, gettext("Changed together with others."))

    def _page(
        self,
        request: HttpRequest,
        chosen: list[Product],
        form: ChangeForm,
        plan: list[Planned] | None = None,
    ) -> HttpResponse:
        tree = Tree(Category.objects.in_order())
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Change products together"),
            "chosen": chosen,
            "form": form,
            "rows": _rows(plan, tree) if plan else None,
            "changes": sum(each.is_change for each in plan or ()),
        }
        return render(request, "admin/catalog/product/many.html", context)


def _saved(shape: str, request: HttpRequest, products: QuerySet[Product]) -> StreamingHttpResponse:
    """A file of products, made while it is fetched."""
    return attached(
        exports.text(exports.SHAPES[shape], products, origin_of(request)), f"products-{shape}.csv"
    )


def _rows(plan: Iterable[Planned], tree: Tree) -> list[tuple[Planned, list[tuple[Any, Any, Any]]]]:
    """Each product with what changes of it: what, before, after."""
    ways = {str(category.pk): way_of(tree, category) for category in tree}
    return [(each, _differences(each, ways)) for each in plan]


def _differences(planned: Planned, ways: dict[str, str]) -> list[tuple[Any, Any, Any]]:
    before, after = planned.before, planned.after
    own = [
        sku for sku in before["own_prices"] if before["own_prices"][sku] != after["own_prices"][sku]
    ]
    facts = [(name, before[name], after[name]) for name in LABELS if before[name] != after[name]]
    told = [
        (LABELS[name], _told(name, old, ways), _told(name, new, ways)) for name, old, new in facts
    ]
    return told + [
        (sku, price(before["own_prices"][sku]), price(after["own_prices"][sku])) for sku in own
    ]


def _told(name: str, value: Any, ways: dict[str, str]) -> Any:
    """A fact as the merchant reads it."""
    if value is None:
        return _("none")
    if name == "name":
        return value
    if name == "status":
        return Status(value).label
    if name == "category":
        return ways.get(value, "")
    return price(value) if name.endswith("_cents") else datetime.fromisoformat(value)
