"""What shoppers fill in about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from shop.addresses.forms import AddressFields
from shop.shoppers.models import Fit, SavedAddress

PRODUCT_ID = r"^[0-9a-f]{24}$"


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What to call a shopper; both as they like."""

    class Meta:
        model = get_user_model()
        fields = ("first_name", "last_name")
        labels = {"first_name": _("First name"), "last_name": _("Last name")}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


class SavedAddressForm(AddressFields, forms.ModelForm):  # type: ignore[type-arg]
    """An address of the address book, checked by the rules of its country."""

    class Meta:
        model = SavedAddress
        fields = (
            *("country", "name", "street", "extra", "postcode", "city", "region"),
            "is_default",
        )


class ReviewForm(forms.Form):
    """How good it is, and why."""

    stars = forms.TypedChoiceField(
        label=_("How good is it?"),
        coerce=int,
        choices=[
            ("", "—"),
            (5, _("5 stars: very good")),
            (4, _("4 stars: good")),
            (3, _("3 stars: all right")),
            (2, _("2 stars: not so good")),
            (1, _("1 star: bad")),
        ],
    )
    fit = forms.ChoiceField(
        label=_("How does it fit? (as you like)"),
        choices=[("", "—"), *Fit.choices],
        required=False,
    )
    text = forms.CharField(
        label=_("What should others know?"),
        help_text=_("How it fits, how it feels, how it wears."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class LookForm(forms.Form):
    """The id of a product that is looked at, and whether a guest agrees to have it remembered.

    `panel` and `place`, from 1, say where the link stood that led there.
    """

    product = forms.RegexField(PRODUCT_ID)
    remember = forms.BooleanField(required=False)
    panel = forms.RegexField(r"^[a-z-]{1,16}$", required=False)
    place = forms.IntegerField(min_value=1, max_value=1000, required=False)


class HeartForm(forms.Form):
    """The id of a product to keep, or of one to let go."""

    keep = forms.RegexField(PRODUCT_ID, required=False)
    drop = forms.RegexField(PRODUCT_ID, required=False)

    def clean(self) -> dict[str, Any]:
        if not self.product:
            raise forms.ValidationError(_("Choose a product."))
        return self.cleaned_data

    @property
    def product(self) -> str:
        """The product that is meant; only of a form without faults."""
        product: str = self.cleaned_data.get("keep") or self.cleaned_data.get("drop") or ""
        return product
