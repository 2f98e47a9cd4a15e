"""SKUs of a file of which some are missing, and some stand there several times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shop.catalog.imports.formats.listing import Read
from shop.catalog.imports.rows import BadRow
from shop.skus.keys import key_of


@dataclass(frozen=True)
class Skus:
    """Which SKUs of a file name one thing alone."""

    # By the hashes of their keys, as of many there is no room for more.
    _repeated: frozenset[int]

    @classmethod
    def of(cls, read: Read) -> Skus:
        """Those in the column `sku`."""
        skus = (record[1].get("sku") for record in read() if not isinstance(record, BadRow))
        times = Counter(_hash(sku) for sku in skus if sku)
        return cls(frozenset(key for key, number in times.items() if number > 1))

    def own(self, told: Sequence[str]) -> tuple[str, ...]:
        """The SKU of each of some sizes, "" where it has none of its own; () where none has."""
        own = tuple("" if self.is_repeated(sku) else sku for sku in told)
        return own if any(own) else ()

    def are_repeated(self, told: Iterable[str]) -> bool:
        """Whether one of them was given up."""
        return any(sku and self.is_repeated(sku) for sku in told)

    def is_repeated(self, sku: str) -> bool:
        return _hash(sku) in self._repeated


def _hash(sku: str) -> int:
    return hash(key_of(sku))
