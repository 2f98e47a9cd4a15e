"""What each step of the checkout asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.addresses.forms import AddressFields
from shop.orders.models import DeliveryMethod
from shop.orders.models.orders import KEY_LENGTH
from shop.payments.providers import Method


def _offer(form: forms.Form, field: str, choices: Sequence[tuple[Any, str | Promise]]) -> None:
    cast(forms.ChoiceField, form.fields[field]).choices = choices


class AddressForm(AddressFields):
    """Who buys, and where the parcel goes."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For the confirmation, and word of your parcel."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class DeliveryForm(forms.Form):
    """One of the ways that reach the address."""

    delivery = forms.TypedChoiceField(
        label=_("Delivery"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a delivery.")},
    )

    def __init__(self, *args: Any, methods: Iterable[DeliveryMethod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "delivery", [(method.pk, method.name) for method in methods])


class PaymentForm(forms.Form):
    """One of the ways to pay that the shop is set up for."""

    method = forms.ChoiceField(
        label=_("Payment"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how to pay.")},
    )

    def __init__(self, *args: Any, methods: Mapping[str, Method], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "method", [(name, method.label) for name, method in methods.items()])


class VoucherForm(forms.Form):
    """A voucher's code; empty for none."""

    code = forms.CharField(label=_("Voucher"), max_length=60, required=False)


class OrderForm(forms.Form):
    """What the review's button sends: which checkout, and the total that was shown, in cents."""

    key = forms.CharField(max_length=KEY_LENGTH)
    agreed_cents = forms.IntegerField(min_value=0)
