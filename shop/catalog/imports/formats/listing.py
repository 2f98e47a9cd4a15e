"""What a format makes of a file: products with the addresses of their photographs, and losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import ngettext

from shop.catalog.imports.rows import BadRow, ImportRow, counted
from shop.catalog.imports.tables import Record

# Records of a file, from its beginning whenever it is called.
Read = Callable[[], Iterator[Record | BadRow]]


class Loss(Enum):
    """What the shop cannot keep of a product, or the file does not tell."""

    PHOTOGRAPHS = "its photographs, which are but addresses"
    NOT_YET = "its photographs, until they are fetched from their addresses"
    FURTHER_PHOTOGRAPHS = "photographs beyond those that a product may have"
    REDUCTION = "reductions that differ from size to size"
    GTIN = "a barcode that is no GTIN"
    SKU = "a SKU that others have as well"
    CATEGORY = "its category"
    PRICE = "its price"
    PRICES = "its prices, of which but the least is named"
    TAX = "how much tax is on its price"
    STATUS = "whether it is shown to everybody"
    LANGUAGE = "texts in a language that the shop does not speak"

    def told(self, number: int) -> str:
        """A sentence about the products of which it is lost."""
        return _sentence(self, number) % {"number": counted(number)}


def _sentence(loss: Loss, number: int) -> str:
    match loss:
        case Loss.PHOTOGRAPHS:
            return ngettext(
                "%(number)s product has no photograph among the files, and none is fetched: where "
                "it is new it comes as a draft, else it keeps what it has.",
                "%(number)s products have no photograph among the files, and none is fetched: "
                "those that are new come as drafts, the others keep what they have.",
                number,
            )
        case Loss.NOT_YET:
            return ngettext(
                "The photographs of %(number)s product are fetched from their addresses: until one "
                "is there it is a draft, if it is new.",
                "The photographs of %(number)s products are fetched from their addresses: until "
                "one is there those that are new are drafts.",
                number,
            )
        case Loss.FURTHER_PHOTOGRAPHS:
            return ngettext(
                "%(number)s product has more photographs than a product may have: the first are "
                "taken.",
                "%(number)s products have more photographs than a product may have: the first are "
                "taken.",
                number,
            )
        case Loss.REDUCTION:
            return ngettext(
                "The sizes of %(number)s product are reduced differently: it has no sale here.",
                "The sizes of %(number)s products are reduced differently: they have no sale here.",
                number,
            )
        case Loss.GTIN:
            return ngettext(
                "%(number)s product has a barcode that is no GTIN: it is left out.",
                "%(number)s products have barcodes that are no GTINs: those are left out.",
                number,
            )
        case Loss.SKU:
            return ngettext(
                "%(number)s product has a SKU that stands in the file several times: it is given "
                "another one.",
                "%(number)s products have SKUs that stand in the file several times: they are "
                "given others.",
                number,
            )
        case Loss.CATEGORY:
            return ngettext(
                "%(number)s product names no category: it goes into “Unsorted”.",
                "%(number)s products name no category: they go into “Unsorted”.",
                number,
            )
        case Loss.PRICES:
            return ngettext(
                "%(number)s product has several prices, of which the page names but the least: it "
                "has that one.",
                "%(number)s products have several prices, of which the pages name but the least: "
                "they have that one.",
                number,
            )
        case Loss.TAX:
            return ngettext(
                "%(number)s product has a price without tax, and the file does not say how much "
                "is to be added: it is taken as it is.",
                "%(number)s products have prices without tax, and the file does not say how much "
                "is to be added: they are taken as they are.",
                number,
            )
        case Loss.STATUS:
            return ngettext(
                "Whether %(number)s product is shown to everybody is not told: if it is new it "
                "comes as a draft.",
                "Whether %(number)s products are shown to everybody is not told: those that are "
                "new come as drafts.",
                number,
            )
        case Loss.LANGUAGE:
            return ngettext(
                "%(number)s product has texts for a store view that is named after no language of "
                "this shop: they are left out.",
                "%(number)s products have texts for store views that are named after no language "
                "of this shop: they are left out.",
                number,
            )
        case Loss.PRICE:
            return ngettext(
                "%(number)s product has no price in the file: it has one that fits its kind.",
                "%(number)s products have no prices in the file: they have ones that fit their "
                "kinds.",
                number,
            )


@dataclass(frozen=True)
class Listed:
    """A product of a file. `addresses` are those of its photographs, the cover's first."""

    row: ImportRow
    addresses: tuple[str, ...] = ()
    losses: frozenset[Loss] = frozenset()


@dataclass(frozen=True)
class Listing:
    """A file of another shop: what it is called, its products from the first on, and remarks."""

    layout: str
    products: Callable[[], Iterator[Listed | BadRow]]
    notes: tuple[str, ...] = ()


def losses_of(facts: Iterable[tuple[bool, Loss]]) -> frozenset[Loss]:
    """Those that are true."""
    return frozenset(loss for is_lost, loss in facts if is_lost)
