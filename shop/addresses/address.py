"""Where a parcel goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """An address as it was typed. `country` has two letters."""

    name: str
    street: str
    city: str
    country: str
    postcode: str = ""
    extra: str = ""
    region: str = ""
