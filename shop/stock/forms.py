"""Counting the pieces of a product, all its sizes at once."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from shop.catalog.models import Product
from shop.stock.counting import count, stop_counting
from shop.stock.models import Stock

MOST_PIECES = 100_000


class CountForm(forms.Form):
    """A number for each SKU of the product; an empty one means that it is not counted."""

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data)
        self.product = product
        self.stock = {
            row.sku: row for row in Stock.objects.filter(sku__in=self._skus()).with_free()
        }
        for sku in self._skus():
            self.fields[sku] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=MOST_PIECES,
                initial=self.stock[sku].on_hand if sku in self.stock else None,
                # What the page showed, so that a sale between showing and saving is not undone.
                show_hidden_initial=True,
                widget=UnfoldAdminIntegerFieldWidget,
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each size with its field and its stock, None where it is not counted."""
        return [
            {"offer": offer, "field": self[offer.sku], "stock": self.stock.get(offer.sku)}
            for offer in self.product.offers()
        ]

    def save(self, by: str) -> None:
        """Write down what differs from what the page showed."""
        changed = {sku: self.cleaned_data[sku] for sku in self.changed_data}
        pieces = {sku: number for sku, number in changed.items() if number is not None}
        seen = {sku: number for sku in pieces if (number := self._seen(sku)) is not None}
        count(str(self.product.pk), pieces, seen=seen, key=by)
        for sku in changed.keys() - pieces.keys():
            stop_counting(sku, key=by)

    def _skus(self) -> list[str]:
        return [offer.sku for offer in self.product.offers()]

    def _seen(self, sku: str) -> int | None:
        text = str(self.data.get(self.add_initial_prefix(sku), ""))
        return int(text) if text.isdecimal() else None
