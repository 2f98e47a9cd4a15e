"""Where a parcel goes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from shop.addresses.address import Address
from shop.addresses.printing import lines


class PostalAddress(models.Model):
    """The fields of an address, for the models that hold one."""

    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=160)
    extra = models.CharField(_("address line 2"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    # Singapore has none, and Japan's belong to the street.
    city = models.CharField(_("town"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    country = CountryField(_("country"))

    class Meta:
        abstract = True

    @property
    def address(self) -> Address:
        """The address alone."""
        facts = {name: str(getattr(self, name)) for name in Address.__annotations__}
        return Address(**facts)

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on a parcel, the country's name last."""
        return lines(self.address)
