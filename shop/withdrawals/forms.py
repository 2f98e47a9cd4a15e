"""What is stated to withdraw from a contract: no reason is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.orders.forms import PiecesForm
from shop.orders.models import Order, OrderLine
from shop.orders.models.orders import KEY_LENGTH, new_token


class StatementForm(forms.Form):
    """The first step: who it is, and which contract it is about."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    number = forms.CharField(
        label=_("Order number"),
        max_length=40,
        help_text=_("It stands in every mail about the order."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The receipt goes there."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    key = forms.CharField(
        max_length=KEY_LENGTH, validators=[RegexValidator("^[A-Za-z0-9_-]{32,}$")]
    )

    def __init__(self, data: Any = None, *, order: Order | None = None) -> None:
        """`order` is the one whose page it is stated on."""
        initial: dict[str, Any] = {"key": new_token()}
        if order:
            initial |= {"name": order.name, "number": order.number, "email": order.email}
        super().__init__(data, initial=initial)
        self.fields["key"].widget = forms.HiddenInput()
        self.fields["number"].disabled = bool(order)


class PartForm(PiecesForm):
    """The second step: which pieces. Line by line where these are known, else in words."""

    def __init__(self, data: Any = None, *, lines: Mapping[OrderLine, int]) -> None:
        """`lines` says of how many pieces of each line it may be: all, if nothing else is said."""
        everything = self.choosing({line.pk: most for line, most in lines.items()})
        super().__init__(data, lines=lines, initial=everything)
        for name in everything:
            self.fields[name].required = True
        if not lines:
            self.fields["words"] = forms.CharField(
                label=_("Which pieces? (empty: the whole order)"),
                required=False,
                max_length=1000,
                widget=forms.Textarea({"rows": 3}),
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        # What a page of before has not asked is asked now.
        if not self.errors and not (self.pieces if self.rows else "words" in self.data):
            raise forms.ValidationError(gettext("Say which pieces it is about."))
        return self.cleaned_data

    @property
    def words(self) -> str:
        """Which pieces it is about, by a form that is valid; empty for the whole order."""
        if not self.rows:
            return str(self.cleaned_data["words"])
        chosen = self.pieces
        return "\n".join(
            line.some(chosen[line.pk]) for line, _field in self.rows if line.pk in chosen
        )
