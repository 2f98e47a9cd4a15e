"""What each step of the checkout asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from shop.orders.addresses import faults
from shop.orders.models import Address, DeliveryMethod
from shop.orders.models.orders import KEY_LENGTH
from shop.payments.providers import Method


def _filled_in_by(purpose: str) -> dict[str, str]:
    """What tells a browser which of its owner's facts a field wants."""
    return {"autocomplete": purpose}


def _offer(form: forms.Form, field: str, choices: Sequence[tuple[Any, str | Promise]]) -> None:
    cast(forms.ChoiceField, form.fields[field]).choices = choices


class AddressForm(forms.Form):
    """Who buys, and where the parcel goes: to one of `codes`, anywhere if there are none."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For the confirmation, and word of your parcel."),
        widget=forms.EmailInput(attrs=_filled_in_by("email")),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs=_filled_in_by("name"))
    )
    street = forms.CharField(
        label=_("Street and number"),
        max_length=160,
        widget=forms.TextInput(attrs=_filled_in_by("address-line1")),
    )
    extra = forms.CharField(
        label=_("Address line 2 (if there is one)"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs=_filled_in_by("address-line2")),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_filled_in_by("postal-code")),
    )
    city = forms.CharField(
        label=_("Town"),
        max_length=100,
        widget=forms.TextInput(attrs=_filled_in_by("address-level2")),
    )
    region = forms.CharField(
        label=_("Region (where letters need it)"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=_filled_in_by("address-level1")),
    )
    country = forms.ChoiceField(
        label=_("Country"), widget=forms.Select(attrs=_filled_in_by("country"))
    )

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = set(codes)
        offered = [(code, name) for code, name in countries if not wanted or code in wanted]
        only_one = len(offered) == 1
        _offer(self, "country", offered if only_one else [("", "—"), *offered])

    @property
    def address(self) -> Address:
        """The address of a valid form."""
        return Address(**{name: self.cleaned_data[name] for name in Address.__annotations__})

    def clean_postcode(self) -> str:
        postcode: str = self.cleaned_data["postcode"].upper()
        return postcode

    def clean(self) -> None:
        if not self.errors:
            for name, sentence in faults(self.address).items():
                self.add_error(name, sentence)


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
