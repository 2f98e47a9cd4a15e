"""What a product is sold in: a row for each size, of each colour where it comes in several."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from shop.catalog.money import AmountField
from shop.catalog.parts import SKU_LENGTH, Variant
from shop.skus.keys import key_of

# What a row is about; a spare one says none of it.
NAMING = ("size", "colour", "sku", "price_cents", "photographs")


class VariantForm(forms.Form):
    """`photographs` are the names of those of the product, of which some show this variant."""

    size = forms.CharField(
        label=_("Size"), max_length=20, required=False, widget=UnfoldAdminTextInputWidget
    )
    colour = forms.CharField(
        label=_("Colour"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget
    )
    sku = forms.CharField(
        label=_("SKU"), max_length=SKU_LENGTH, required=False, widget=UnfoldAdminTextInputWidget
    )
    price_cents = AmountField(
        label=_("Own price"),
        min_value=Decimal("0.01"),
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    photographs = forms.MultipleChoiceField(
        label=_("Pictures"), required=False, widget=forms.CheckboxSelectMultiple
    )
    available = forms.BooleanField(
        label=_("Available"), required=False, initial=True, widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, photographs: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pictures = cast(forms.MultipleChoiceField, self.fields["photographs"])
        pictures.choices = [(name, str(number)) for number, name in enumerate(photographs, 1)]

    def has_changed(self) -> bool:
        # A spare row counts once it names something; its box alone says nothing.
        is_spare = self.empty_permitted and not set(NAMING) & set(self.changed_data)
        return super().has_changed() and not is_spare

    def clean(self) -> None:
        if not (self.cleaned_data.get("size") or self.cleaned_data.get("colour")):
            self.add_error("size", gettext("Name a size or a colour."))


def initial_of(variant: Variant) -> dict[str, Any]:
    """What a row says of a variant before anybody changes it."""
    return {name: getattr(variant, name) for name in VariantForm.base_fields}


class BaseVariants(forms.BaseFormSet):  # type: ignore[type-arg]
    """The sizes of a product."""

    deletion_widget = UnfoldBooleanWidget

    def clean(self) -> None:
        self._refuse_twice("size", "colour")
        self._refuse_twice("sku")
        if len({bool(form.cleaned_data["colour"]) for form in self.filled()}) > 1:
            raise ValidationError(gettext("Name a colour in each row, or in none."))

    def _refuse_twice(self, *fields: str) -> None:
        """A row says in these fields what an earlier one says."""
        seen: set[tuple[str, ...]] = set()
        for form in self.filled():
            said = [form.cleaned_data.get(field, "") for field in fields]
            keys = tuple(map(key_of, said))
            if any(keys) and keys in seen:
                name = ", ".join(filter(None, said))
                form.add_error(fields[0], gettext("%(name)s is there twice.") % {"name": name})
            seen.add(keys)

    def filled(self) -> list[forms.Form]:
        """The rows that describe a variant each, in their order."""
        rows = [form for form in self.forms if _names_something(form)]
        return [form for form in rows if not form.cleaned_data.get("DELETE")]

    def variants(self) -> list[Variant]:
        """The variants that the rows describe, in their order."""
        return [
            Variant(**{name: row[name] for name in VariantForm.base_fields})
            for row in (form.cleaned_data for form in self.filled())
        ]


def _names_something(form: forms.Form) -> bool:
    row = getattr(form, "cleaned_data", {})
    return bool(row.get("size") or row.get("colour"))


VariantFormSet = cast(
    type[BaseVariants],
    forms.formset_factory(VariantForm, BaseVariants, extra=3, can_delete=True),
)
