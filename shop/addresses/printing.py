"""An address as the post of its country writes it."""

from __future__ import annotations

import re

from django_countries import countries

from shop.addresses.address import Address
from shop.addresses.countries import rules
from shop.addresses.regions import is_latin, region_of, same_place

# Where the post writes a region by its short form: "Springfield, IL 62704".
WRITES_CODES = frozenset({"AU", "BR", "CA", "IT", "MX", "US"})
# Where Google puts the country's sign before the postcode, and people there do not: "8001 Zürich".
WITHOUT_SIGN = frozenset({"AX", "CH", "FI", "HR", "LI", "MC", "SE", "SI"})


def lines(address: Address) -> list[str]:
    """Its lines in the order of its country, which is the last in the language of the page. What
    the country has no place for stands before it. Capitals are as they were typed; the library
    writes most of it in capitals."""
    latin = is_latin(address.street + address.city)
    form = _format(address.country, latin=latin)
    values = {
        "N": address.name,
        "A": "\n".join(filter(None, (address.street, address.extra))),
        "Z": address.postcode,
        "C": address.city,
        "S": printed_region(address),
    }
    written = [_line(part, values, glue=" " if latin else "") for part in form.split("%n")]
    homeless = [values[code] for code in "SZ" if f"%{code}" not in form]
    whole = "\n".join([*written, *homeless, str(countries.name(address.country))])
    return [line for line in whole.split("\n") if line]


def printed_region(address: Address) -> str:
    """The region as letters have it; empty where the town says it already."""
    region = region_of(address)
    if region and address.country in WRITES_CODES:
        return region.key
    name = region.name if region and is_latin(region.key) else address.region
    return "" if same_place(name, address.city) else name


def _format(country: str, *, latin: bool) -> str:
    """Google's format, with a place for the town where Google takes it for a part of the street."""
    known = rules(country)
    form = str(known.address_latin_format if latin else known.address_format)
    if country in WITHOUT_SIGN:
        form = form.replace(f"{known.postal_code_prefix}%Z", "%Z")
    if "%C" in form:
        return form
    from_small_to_large = form.index("%A") > form.index("%N")
    return form.replace("%A", "%A%n%C" if from_small_to_large else "%C%n%A", 1)


def _line(part: str, values: dict[str, str], *, glue: str) -> str:
    """One line of a format. What stands between two values is left out with either of them."""
    between, *pieces = re.split("(%[A-Z])", part)
    line = ""
    for code, after in zip(pieces[::2], pieces[1::2], strict=True):
        value = values.get(code[1], "")
        if value:
            line += (between or (glue if line else "")) + value
        between = after if line else ""
    return line
