"""What is stated to withdraw from a contract: no reason is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from shop.orders import returning
from shop.orders.forms import PiecesForm
from shop.orders.models import Order
from shop.orders.models.orders import KEY_LENGTH, new_token
from shop.withdrawals.withdrawing import Statement


class StatementForm(PiecesForm):
    """A statement, about an order that its page is of or about any that is named."""

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
    words = forms.CharField(
        label=_("Which pieces? (empty: the whole order)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    key = forms.CharField(
        max_length=KEY_LENGTH, validators=[RegexValidator("^[A-Za-z0-9_-]{32,}$")]
    )

    def __init__(self, data: Any = None, *, order: Order | None = None) -> None:
        """With an order its pieces are chosen line by line, else they are named in words."""
        initial: dict[str, Any] = {"key": new_token()}
        if order:
            initial |= {"name": order.name, "number": order.number, "email": order.email}
        super().__init__(data, lines=returning.left(order) if order else {}, initial=initial)
        self.fields["key"].widget = forms.HiddenInput()
        if order:
            del self.fields["words"]
            self.fields["number"].disabled = True

    @property
    def statement(self) -> Statement:
        """What is stated, by a form that is valid."""
        said = self.cleaned_data
        chosen = [line.some(said[field.name]) for line, field in self.rows if said[field.name]]
        return Statement(
            name=said["name"],
            number=said["number"],
            email=said["email"],
            pieces=said["words"] if "words" in said else "\n".join(chosen),
        )
