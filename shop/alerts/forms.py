"""What is asked of who wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.alerts.models import Kind
from shop.catalog.models import Product


class AskForm(forms.Form):
    """`wish` is a kind and, behind a colon, the SKU of a size, or none for any of them."""

    wish = forms.CharField(max_length=120)
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, data: Any, product: Product) -> None:
        super().__init__(data)
        self._product = product

    def clean_wish(self) -> tuple[Kind, str]:
        kind, _colon, sku = self.cleaned_data["wish"].partition(":")
        if kind not in Kind.values or (sku and self._product.offer(sku) is None):
            raise forms.ValidationError(_("Choose what to wait for."))
        return Kind(kind), sku
