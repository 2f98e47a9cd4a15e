"""What shoppers fill in about an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.orders.models import OrderLine


class ReturnForm(forms.Form):
    """How many pieces of each line come back, and why."""

    reason = forms.CharField(
        label=_("What is wrong with it? (as you like)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, returnable: Mapping[OrderLine, int], **kwargs: Any) -> None:
        """`returnable` says how many pieces of each line may come back."""
        super().__init__(*args, **kwargs)
        self._returnable = returnable
        for line, most in returnable.items():
            self.fields[_name(line)] = forms.TypedChoiceField(
                label=_("Pieces of %(title)s") % {"title": line.title},
                choices=[(number, str(number)) for number in range(most + 1)],
                coerce=int,
                empty_value=None,
                required=False,
            )

    @property
    def rows(self) -> list[tuple[OrderLine, forms.BoundField]]:
        """Each line that may come back, with the field of its pieces."""
        return [(line, self[_name(line)]) for line in self._returnable]

    @property
    def pieces(self) -> dict[int, int]:
        """How many pieces come back of each line, by the line's id."""
        return {line.pk: self.cleaned_data[_name(line)] or 0 for line in self._returnable}


def _name(line: OrderLine) -> str:
    return f"pieces_{line.pk}"
