"""The further facts of a product, a name and a value each."""

from __future__ import annotations

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from shop.catalog.parts import Attribute

MOST = 40


class AttributeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=UnfoldAdminTextInputWidget)
    value = forms.CharField(label=_("Value"), max_length=300, widget=UnfoldAdminTextInputWidget)


class BaseAttributes(forms.BaseFormSet):  # type: ignore[type-arg]
    deletion_widget = UnfoldBooleanWidget

    def clean(self) -> None:
        names = [fact.name.casefold() for fact in self.attributes()]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValidationError(gettext("%(name)s is there twice.") % {"name": min(twice)})

    def attributes(self) -> list[Attribute]:
        """The facts that the rows state, in their order."""
        rows = [getattr(form, "cleaned_data", {}) for form in self.forms]
        return [
            Attribute(name=row["name"], value=row["value"])
            for row in rows
            if row.get("name") and row.get("value") and not row.get("DELETE")
        ]


AttributeFormSet = cast(
    type[BaseAttributes],
    forms.formset_factory(AttributeForm, BaseAttributes, extra=2, can_delete=True, max_num=MOST),
)
