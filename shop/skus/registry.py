"""Taking SKUs and letting them go. Of those who want one at the same moment, one gets it.

An owner is the id of a product. A registration is written before what it is for, so whoever is
killed in between leaves one that nobody needs: `Registration.since` tells how old it is, and
whoever knows the owners releases it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import IntegrityError, transaction

from shop.skus.keys import key_of
from shop.skus.models import Clash, Registration


class Taken(Exception):
    """Others have some of the SKUs: `holders` are their registrations."""

    def __init__(self, holders: Collection[Registration]) -> None:
        super().__init__(", ".join(map(str, holders)))
        self.holders = holders


def take(owner: str, skus: Iterable[str]) -> list[Registration]:
    """Register all of these SKUs for the owner, or none: raises Taken where others have one.

    Returns the owner's other registrations, to be released once it has been written without them.
    """
    wanted = {key_of(sku): sku for sku in skus}
    own = list(Registration.objects.filter(owner=owner))
    spelled = {row.key: row.sku for row in own}
    _add(owner, {key: sku for key, sku in wanted.items() if key not in spelled})
    for row in own:
        if row.sku != wanted.get(row.key, row.sku):
            Registration.objects.filter(pk=row.pk).update(sku=wanted[row.key])
    return [row for row in own if row.key not in wanted]


def _add(owner: str, wanted: dict[str, str]) -> None:
    while wanted:
        # In one order, so that two who want the same never wait for each other.
        rows = [Registration(key=key, sku=wanted[key], owner=owner) for key in sorted(wanted)]
        try:
            with transaction.atomic():
                Registration.objects.bulk_create(rows)
        except IntegrityError:
            there = registered(wanted.values())
            if holders := [row for row in there.values() if row.owner != owner]:
                raise Taken(holders) from None
            # Whoever saves the same product was faster, or another has let go since.
            wanted = {key: sku for key, sku in wanted.items() if key not in there}
        else:
            return


def take_new(wanted: Mapping[str, Iterable[str]]) -> None:
    """Register for each of these owners, who have none yet, all of its SKUs, or none for anybody.

    Raises Taken where others have one, or two of them want the same.
    """
    rows = [
        Registration(key=key, sku=sku, owner=owner)
        for owner, skus in wanted.items()
        for key, sku in {key_of(sku): sku for sku in skus}.items()
    ]
    try:
        with transaction.atomic():
            # In one order, so that two who want the same never wait for each other.
            Registration.objects.bulk_create(sorted(rows, key=lambda row: row.key))
    except IntegrityError:
        raise Taken(registered(row.sku for row in rows).values()) from None


def let_go(owner: str) -> None:
    """Let go of every SKU of the owner."""
    Registration.objects.filter(owner=owner).delete()


def others(owner: str, skus: Iterable[str]) -> list[Registration]:
    """The registrations by which others than the owner have some of these SKUs."""
    keys = {key_of(sku) for sku in skus}
    return list(Registration.objects.filter(key__in=keys).exclude(owner=owner))


def release(registrations: Iterable[Registration]) -> int:
    """Drop registrations that nobody needs; how many there were.

    One that has come to another owner since it was read stays.
    """
    return sum(
        Registration.objects.filter(pk=row.pk, owner=row.owner, since=row.since).delete()[0]
        for row in registrations
    )


def registered(skus: Iterable[str]) -> dict[str, Registration]:
    """The registrations of these SKUs by their keys."""
    found = Registration.objects.filter(key__in={key_of(sku) for sku in skus})
    return {row.key: row for row in found}


@transaction.atomic
def note_clashes(owners: Iterable[str]) -> None:
    """These owners, and no others, have a SKU that is registered for another."""
    Clash.objects.all().delete()
    Clash.objects.bulk_create(Clash(owner=owner) for owner in owners)


def clashing() -> list[str]:
    """The owners that were noted, which may have been mended since."""
    return list(Clash.objects.values_list("owner", flat=True))
