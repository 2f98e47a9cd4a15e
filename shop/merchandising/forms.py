"""What a merchant fills in to make a rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from shop.catalog.admin.choosing import CategoryField, way_of
from shop.catalog.listing import live
from shop.catalog.live.view import EVERYTHING
from shop.catalog.models import Category, Product, Tree
from shop.merchandising.models import Does, Of, Rule, Where
from shop.skus.keys import key_of
from shop.skus.models import SKU_LENGTH, Registration

NEEDED_WHERE = {Where.SEARCH: "phrases", Where.PRODUCT: "beside", Where.CATEGORY: "shelf"}
NEEDED_OF = {Of.PRODUCT: "product", Of.CATEGORY: "category", Of.BRAND: "brand", Of.NEW: "days"}
# The fields that only some rules need: what they are else, and what is said where one is missing.
EMPTY = {
    **dict.fromkeys(("phrases", "beside", "shelf", "product", "category", "brand"), ""),
    **dict.fromkeys(("days", "place")),
}
MISSING = {
    "phrases": _("Say which search it is about."),
    "beside": _("Say beside which product."),
    "shelf": _("Say of which category."),
    "product": _("Say which product."),
    "category": _("Say which category."),
    "brand": _("Say which brand."),
    "days": _("Say for how many days something is new."),
    "place": _("Say at which place."),
}


def asked(where: str, does: str, of: str) -> set[str]:
    """The fields that such a rule needs."""
    needs = {NEEDED_WHERE[Where(where)]} if where in NEEDED_WHERE else set()
    if does == Does.BOOST:
        return needs | {NEEDED_OF[Of(of)]}
    return needs | {"product"} | ({"place"} if does == Does.PIN else set())


class ProductField(forms.CharField):
    """A product by the SKU of it or of one of its sizes; cleans to its id."""

    def __init__(self, name: str, **options: Any) -> None:
        attrs = {
            **{"list": "known-skus", "autocomplete": "off"},
            **{"hx-get": reverse_lazy("admin:merchandising_rule_skus"), "hx-params": name},
            **{"hx-trigger": "input changed delay:200ms", "hx-target": "#known-skus"},
        }
        widget = UnfoldAdminTextInputWidget(attrs)
        super().__init__(required=False, max_length=SKU_LENGTH, widget=widget, **options)

    def clean(self, value: Any) -> str:
        sku = super().clean(value)
        if not sku:
            return ""
        found = product_by_sku(sku)
        if found is None:
            raise ValidationError(_("No product has the SKU “%(sku)s”."), params={"sku": sku})
        return str(found.pk)

    def prepare_value(self, value: Any) -> Any:
        found = product_by_id(value)
        return found.sku if found else value


class ShelfField(CategoryField):
    """A category; cleans to its id as text."""

    def __init__(self, **options: Any) -> None:
        shelves = Category.objects.in_order()
        super().__init__(shelves, required=False, widget=UnfoldAdminSelectWidget, **options)

    def clean(self, value: Any) -> str:
        found = super().clean(value)
        return str(found.pk) if found else ""


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule. What does not belong to what it does, and where, is left out, filled in or not."""

    beside = ProductField("beside", label=_("Product of the panel (SKU)"))
    shelf = ShelfField(label=_("Category of the panels"))
    product = ProductField("product", label=_("Product (SKU)"))
    category = ShelfField(label=_("Category"))

    class Meta:
        model = Rule
        fields = (
            *("where", "phrases", "beside", "shelf", "does", "of", "product", "category", "brand"),
            *("days", "strength", "place", "even_sold_out", "begins", "ends", "is_on"),
        )

    def clean_brand(self) -> str:
        """As the shop spells it, however it was typed."""
        brand = str(self.cleaned_data["brand"])
        spelled = {known.casefold(): known for known in live().counts(EVERYTHING, "brand")}
        if brand and brand.casefold() not in spelled:
            raise ValidationError(
                _("No product has the brand “%(brand)s”."), params={"brand": brand}
            )
        return spelled.get(brand.casefold(), brand)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not {"where", "does", "of"} <= cleaned.keys():
            return cleaned
        needed = asked(cleaned["where"], cleaned["does"], cleaned["of"])
        for name in EMPTY.keys() - needed:
            cleaned[name] = EMPTY[name]
            self.errors.pop(name, None)
        for name in needed & cleaned.keys():
            if not cleaned[name]:
                self.add_error(name, MISSING[name])
        is_pinned = cleaned["does"] == Does.PIN and cleaned["where"] != Where.SEARCH
        cleaned["even_sold_out"] = is_pinned and cleaned.get("even_sold_out", False)
        self._name(cleaned)
        return cleaned

    def _name(self, cleaned: dict[str, Any]) -> None:
        for name in ("beside", "product"):
            found = product_by_id(cleaned.get(name))
            setattr(self.instance, f"{name}_name", found.name if found else "")
        tree = Tree(Category.objects.in_order())
        names = {str(shelf.pk): way_of(tree, shelf) for shelf in tree}
        for name in ("shelf", "category"):
            setattr(self.instance, f"{name}_name", names.get(cleaned.get(name) or "", ""))


class AskedForm(forms.Form):
    """At what somebody looks at a rule that holds at several places."""

    at = ProductField("at", label=_("Beside the product (SKU)"))
    language = forms.ChoiceField(
        label=_("Language of the search"),
        choices=settings.LANGUAGES,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


def product_by_id(id: Any) -> Product | None:
    return Product.objects.with_ids([str(id)]).first() if id else None


def product_by_sku(sku: str) -> Product | None:
    """The product that has this SKU, or a size with it, however it is spelled."""
    registered = Registration.objects.filter(key=key_of(sku)).first()
    return product_by_id(registered.owner) if registered else None
