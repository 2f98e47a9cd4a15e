"""The form by which a merchant gives money back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from shop.catalog.money import AmountField
from shop.orders import returning
from shop.orders.forms import PiecesForm
from shop.orders.models import Order, ReturnRequest
from shop.orders.models.orders import KEY_LENGTH, new_token
from shop.orders.refunds import Given, Wish, counted_skus
from shop.orders.states import ReturnState


class RefundForm(PiecesForm):
    """Pieces of an order, its delivery and an amount besides, for which the money goes back."""

    pieces_widget = UnfoldAdminSelectWidget

    delivery = forms.BooleanField(
        label=_("The delivery"), required=False, widget=UnfoldBooleanWidget
    )
    amount = AmountField(
        label=_("An amount besides"),
        required=False,
        min_value=Decimal("0.01"),
        widget=UnfoldAdminDecimalFieldWidget,
    )
    restocks = forms.BooleanField(
        label=_("The pieces go back into stock"), required=False, widget=UnfoldBooleanWidget
    )
    reason = forms.CharField(
        label=_("Reason, which the shopper reads"),
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput)
    request = forms.ModelChoiceField(
        ReturnRequest.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, *, order: Order, asked: str = "") -> None:
        """`asked` is the id of the return that it is for, if any."""
        given = Given(order)
        request = _request(order, asked)
        super().__init__(data, lines=given.left, initial=_initial(order, given, request))
        self.fields["request"].queryset = order.returns.all()  # type: ignore[attr-defined]
        if not given.delivery_left_cents:
            del self.fields["delivery"]
        if not counted_skus(order):
            del self.fields["restocks"]

    @property
    def wish(self) -> Wish:
        """What is to go back, by a form that is valid."""
        said = self.cleaned_data
        return Wish(
            pieces=self.pieces,
            delivery=said.get("delivery", False),
            cents=said["amount"] or 0,
            restocks=said.get("restocks", False),
            reason=said["reason"],
            request=said["request"],
        )


def _request(order: Order, asked: str) -> ReturnRequest | None:
    return order.returns.filter(pk=int(asked)).first() if asked.isdecimal() else None


def _initial(order: Order, given: Given, request: ReturnRequest | None) -> dict[str, Any]:
    """What an order owes; else the pieces of a return, and the delivery where all comes back."""
    key = {"key": new_token()}
    if request is None:
        return key | {"amount": order.refund_due_cents or None}
    may = {line.pk: most for line, most in given.left.items()}
    pieces = {
        line.line_id: min(line.quantity, may.get(line.line_id, 0)) for line in request.lines.all()
    }
    return (
        key
        | PiecesForm.choosing(pieces)
        | {
            "delivery": pieces == may and not returning.left(order),
            # What was received is in stock already.
            "restocks": request.state != ReturnState.RECEIVED,
            "request": request.pk,
        }
    )
