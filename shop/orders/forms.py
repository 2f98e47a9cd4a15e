"""What shoppers fill in about an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.orders.models import OrderLine, SizeReason


class PiecesForm(forms.Form):
    """How many pieces of each line something is about."""

    pieces_widget: type[forms.Select] = forms.Select

    def __init__(self, *args: Any, lines: Mapping[OrderLine, int], **kwargs: Any) -> None:
        """`lines` says of how many pieces of each line it may be."""
        super().__init__(*args, **kwargs)
        self._lines = lines
        for line, most in lines.items():
            self.fields[_name(line.pk)] = forms.TypedChoiceField(
                label=_("Pieces of %(title)s") % {"title": line.title},
                choices=[(number, str(number)) for number in range(most + 1)],
                coerce=int,
                empty_value=None,
                required=False,
                widget=self.pieces_widget,
            )

    @property
    def rows(self) -> list[tuple[OrderLine, forms.BoundField]]:
        """Each line, with the field of its pieces."""
        return [(line, self[_name(line.pk)]) for line in self._lines]

    @property
    def pieces(self) -> dict[int, int]:
        """How many pieces were chosen of each line, by the line's id; lines of none left out."""
        chosen = {line.pk: self.cleaned_data[_name(line.pk)] or 0 for line in self._lines}
        return {key: pieces for key, pieces in chosen.items() if pieces}

    @staticmethod
    def choosing(pieces: Mapping[int, int]) -> dict[str, int]:
        """Initial values by which so many pieces of each line, by its id, are chosen."""
        return {_name(key): number for key, number in pieces.items()}


class ReturnForm(PiecesForm):
    """How many pieces of each line come back, and why."""

    size_reason = forms.ChoiceField(
        label=_("Is it the size?"),
        choices=[("", _("no")), *SizeReason.choices],
        required=False,
    )
    reason = forms.CharField(
        label=_("What is wrong with it? (as you like)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _name(line: int) -> str:
    return f"pieces_{line}"
