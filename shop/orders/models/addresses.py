"""Where a parcel goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


@dataclass(frozen=True)
class Address:
    """An address to be copied into an order. `country` has two letters."""

    name: str
    street: str
    city: str
    country: str
    postcode: str = ""
    extra: str = ""
    region: str = ""


class PostalAddress(models.Model):
    """The fields of an address, for the models that hold one."""

    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=160)
    extra = models.CharField(_("address line 2"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("town"), max_length=100)
    region = models.CharField(_("region"), max_length=100, blank=True)
    country = CountryField(_("country"))

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on a parcel, the country's name last."""
        town = f"{self.postcode} {self.city}".strip()
        lines = (self.name, self.street, self.extra, town, self.region, str(self.country.name))
        return [line for line in lines if line]
