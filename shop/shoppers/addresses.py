"""A shopper's address book. Where there are addresses, one of them is the default."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from shop.shoppers.models import SavedAddress

MOST_ADDRESSES = 20


class AddressBookFull(Exception):
    """There is no room for another address. The text is a sentence for the shopper."""


def default_of(user: User) -> SavedAddress | None:
    """The address that a shopper's parcels go to unless they say otherwise."""
    return SavedAddress.objects.filter(user=user, is_default=True).first()


@transaction.atomic
def save(address: SavedAddress) -> None:
    """Save a new or changed address; the first is the default. Raises AddressBookFull."""
    others = SavedAddress.objects.filter(user=address.user).exclude(pk=address.pk)
    if address.pk is None and others.count() >= MOST_ADDRESSES:
        raise AddressBookFull(
            _("Your address book is full: it holds %(most)d.") % {"most": MOST_ADDRESSES}
        )
    if address.is_default:
        others.filter(is_default=True).update(is_default=False)
    elif not others.filter(is_default=True).exists():
        address.is_default = True
    address.save()


@transaction.atomic
def remove(address: SavedAddress) -> None:
    """Take an address out of the book; if it was the default, the oldest other becomes it."""
    address.delete()
    heir = SavedAddress.objects.filter(user=address.user).first()
    if address.is_default and heir is not None:
        heir.is_default = True
        heir.save(update_fields=["is_default"])
