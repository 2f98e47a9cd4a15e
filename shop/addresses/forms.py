"""The fields of an address, as the people of its country know them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from shop.addresses.address import Address
from shop.addresses.checking import doubts, lacks_region
from shop.addresses.countries import CODES, has, label, needs, rules
from shop.addresses.postcodes import example, written
from shop.addresses.regions import named, names

# What asks for the fields of another country, with what is typed so far; nothing is checked.
LOOK = "look"


def _filled_in_by(purpose: str) -> dict[str, str]:
    """What tells a browser which of its owner's facts a field wants."""
    return {"autocomplete": purpose}


def _renews(part: str) -> dict[str, str]:
    """What fetches a part of the page anew when a field changes; without scripts, sending does."""
    return {
        "hx-post": "",
        "hx-trigger": "change",
        "hx-target": part,
        "hx-select": part,
        "hx-swap": "outerHTML",
        "hx-vals": json.dumps({LOOK: "1"}),
    }


def filling(posted: QueryDict, known: Mapping[str, Any]) -> dict[str, Any]:
    """What an address form is made from: what was sent, or what was looked at with another country,
    or what is known."""
    if LOOK in posted:
        return {"initial": {**known, **posted.dict()}}
    return {"data": posted or None, "initial": known}


class AddressFields(forms.Form):
    """An address in one of the countries `codes`, in any if there are none.

    Which fields there are and what they are called goes by the country that is chosen so far. What
    looks wrong is doubted once; whoever ticks `as_written` is believed.
    """

    country = forms.ChoiceField(
        label=_("Country"),
        widget=forms.Select(attrs=_filled_in_by("country") | _renews("#place")),
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
        required=False,
        widget=forms.TextInput(attrs=_filled_in_by("address-level2")),
    )
    region = forms.CharField(
        label=_("State, province or county (if letters need it)"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=_filled_in_by("address-level1")),
    )
    as_written = forms.BooleanField(label=_("The address is right as I wrote it."), required=False)

    def __init__(self, *args: Any, codes: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._doubts: Mapping[str, str] = {}
        wanted = set(codes)
        offered = [(code, name) for code, name in countries if not wanted or code in wanted]
        only_one = len(offered) == 1
        choices = offered if only_one else [("", "—"), *offered]
        cast(forms.ChoiceField, self.fields["country"]).choices = choices
        self._places = list(CODES)
        chosen = str(self["country"].value() or choices[0][0])
        if chosen in dict(offered):
            self._shape(chosen)

    def _shape(self, country: str) -> None:
        """Make the fields those of the country."""
        form = rules(country).address_latin_format
        self._places = [name for name in CODES if name == "city" or has(country, name)]
        self._places.sort(key=lambda name: form.find(CODES[name]))
        for name in self._places:
            field = self.fields[name]
            needed = needs(country, name)
            field.label = label(country, name) if needed else _if_any(label(country, name))
            # A town may say the region, so `clean` alone knows whether one is missing.
            field.required = needed and name != "region"
        if self.regions:
            self.fields["region"].widget.attrs["list"] = "regions"
        if "postcode" in self._places and example(country):
            self.fields["postcode"].help_text = self._postcode_hint(country)
            self.fields["region"].widget.attrs |= _renews("#id_postcode_helptext")

    def _postcode_hint(self, country: str) -> str:
        region = named(country, str(self["region"].value() or ""))
        shown = example(country, region.key if region else "")
        if region and not shown:
            return gettext("As in %s") % region.name
        return gettext("For example %s") % shown

    @property
    def places(self) -> list[BoundField]:
        """Town, postcode and region, as far as the country has them, in its order."""
        return [self[name] for name in self._places]

    @property
    def regions(self) -> list[str]:
        """What may be offered while a region is typed."""
        country = str(self["country"].value() or "")
        known = country in dict(countries) and "region" in self._places
        return names(country) if known else []

    @property
    def doubted(self) -> bool:
        """Whether somebody may insist on an address."""
        return self.is_bound and bool(self["as_written"].value() or self._doubts)

    @property
    def address(self) -> Address:
        """The address of a valid form."""
        return Address(**{name: self.cleaned_data[name] for name in Address.__annotations__})

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            self._look_over()
        return self.cleaned_data

    def _look_over(self) -> None:
        facts = self.cleaned_data
        facts["postcode"] = written(facts["country"], facts["postcode"])
        if lacks_region(self.address):
            self.add_error("region", self.fields["region"].error_messages["required"])
            return
        self._doubts = {} if facts["as_written"] else doubts(self.address)
        for name, sentence in self._doubts.items():
            self.add_error(name, sentence)


def _if_any(name: str) -> str:
    return gettext("%s (if there is one)") % name
