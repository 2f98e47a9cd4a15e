"""What the basket's forms send."""

from __future__ import annotations

from django import forms

from shop.basket.basket import MOST_OF_ONE


class PiecesForm(forms.Form):
    """Pieces of one SKU of a product; one, where nothing else is said."""

    product = forms.CharField(max_length=24)
    sku = forms.CharField(required=False)
    quantity = forms.IntegerField(min_value=1, max_value=MOST_OF_ONE, required=False)


class QuantityForm(forms.Form):
    """How many pieces a line shall hold; none takes it out."""

    quantity = forms.IntegerField(min_value=0, max_value=MOST_OF_ONE)
