"""Whether a parcel would find an address. Nobody knows all places: what looks wrong is doubted, and
whoever lives there may insist."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shop.addresses import postcodes
from shop.addresses.address import Address
from shop.addresses.countries import has, needs
from shop.addresses.regions import Region, names, region_of, regions, similar


def lacks_region(address: Address) -> bool:
    """Whether letters to the country need a region and the address has none."""
    return needs(address.country, "region") and not address.region and region_of(address) is None


def doubts(address: Address) -> dict[str, str]:
    """What looks wrong in an address: a sentence for each field that needs another look."""
    region = region_of(address)
    found = {"region": _region_doubt(address, region), "postcode": _postcode_doubt(address, region)}
    return {field: sentence for field, sentence in found.items() if sentence}


def _region_doubt(address: Address, region: Region | None) -> str:
    listed = needs(address.country, "region") and regions(address.country)
    if region is not None or not address.region or not listed:
        return ""
    near = similar(address.country, address.region)
    if near:
        return _("Did you mean %s?") % ", ".join(near)
    all_of_them = names(address.country, like=address.region) or names(address.country)
    return _("Write one of: %s.") % ", ".join(all_of_them)


def _postcode_doubt(address: Address, region: Region | None) -> str:
    country, postcode = address.country, address.postcode
    if not postcode or not has(country, "postcode"):
        return ""
    if not postcodes.is_one(country, postcode):
        wrong = _("This is not a postcode there.")
    elif region and not postcodes.fits(country, region.key, postcode):
        wrong = _("This is not a postcode of %s.") % region.name
    else:
        return ""
    example = postcodes.example(country, region.key if region else "")
    return " ".join([wrong, _("One looks like %s.") % example]) if example else wrong
