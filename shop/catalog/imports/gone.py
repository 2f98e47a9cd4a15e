"""Products that came from a source, and which of them its file lacks.

What a file lacks is archived and not deleted, and is what it was once a file names it again. A
file that lacks much is more likely to be broken than meant: then nothing is archived unless the
merchant says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.imports.rows import BadRow, ImportRow, counted
from shop.catalog.models import Held, Product, Status

# More than one in so many is more than anybody means.
ONE_IN = 10
# As many at once as nobody who asks the same server waits for.
BATCH = 100


@dataclass(frozen=True)
class Gone:
    """The ids (text) of products that a file lacks, and why they are not archived, if so."""

    ids: list[str]
    held: Held | None

    def notes(self) -> list[str]:
        """What a merchant is told of it before it is done."""
        number = len(self.ids)
        if not number:
            return []
        text = ngettext(
            "%(number)s product came from this source and is not in it any more: it is archived.",
            "%(number)s products came from this source and are not in it any more: they are "
            "archived.",
            number,
        )
        notes = [text % {"number": counted(number)}]
        if self.held:
            notes.append(_("%(why)s None is archived.") % {"why": self.held.label})
        return notes


@dataclass(frozen=True)
class Named:
    """By which SKUs a file names products, and whether it has rows that nobody can tell."""

    skus: set[str]
    is_unread: bool


def named(rows: Iterable[ImportRow | BadRow]) -> Named:
    """What rows name; those that are bad too."""
    skus = {row.sku for row in rows}
    return Named(skus - {""}, "" in skus)


def adopt(source: str, found: Named) -> None:
    """Note of the products that a source's file names that they are the source's.

    Those that its import saved have that written down already.
    """
    for some in batched(found.skus, BATCH, strict=False):
        Product.objects.filter(sku__in=some).exclude(source=source).update(source=source)


def lacking(source: str, found: Named) -> Gone:
    """Which of a source's products its file does not name."""
    known = list(_of(source).values_list("pk", "sku"))
    ids = [str(pk) for pk, sku in known if sku not in found.skus]
    return Gone(ids, _why_held(len(ids), len(known), found.is_unread))


def _why_held(gone: int, known: int, is_unread: bool) -> Held | None:
    if gone * ONE_IN > known:
        return Held.MANY
    return Held.UNREAD if gone and is_unread else None


def archive(source: str, ids: Sequence[str], mark: str, step: Callable[[], object]) -> int:
    """Archive products of a source, `step` being called after each; how many this import did.

    Doing so again archives what is left of them.
    """
    for product in _with_ids(ids):
        if product.source == source and product.status != Status.ARCHIVED:
            product.gone_from, product.status = product.status, Status.ARCHIVED
            product.imported = _mark(mark)
            product.save()
        step()
    return Product.objects.filter(source=source, imported=_mark(mark)).count()


def _of(source: str) -> QuerySet[Product]:
    return Product.objects.filter(source=source).exclude(status=Status.ARCHIVED).order_by()


def _with_ids(ids: Sequence[str]) -> Iterator[Product]:
    for some in batched(ids, BATCH, strict=False):
        yield from Product.objects.with_ids(some)


def _mark(mark: str) -> str:
    return f"{mark}:gone"
