"""Records that make one product are brought together, wherever they stand in their file.

The file is read twice: first how many records each product has, then the records, of which those
wait whose product is not complete. A product beside a row that cannot be read is refused, since
that row may have been one of its sizes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from shop.catalog.imports.formats.listing import Read
from shop.catalog.imports.rows import BadRow, Place, counted, place_of
from shop.catalog.imports.tables import Record

# Variants and further pictures of one product: more than any of these shops lets one have.
MAX_RECORDS = 2_500

# What records of one product share; None for one that is a product of its own.
Key = Callable[[dict[str, str]], str | None]


@dataclass
class _Seen:
    """By the keys' hashes, as of many there is no room for more."""

    records: Counter[int] = field(default_factory=Counter)
    # Beside which row that cannot be read a product stands.
    beside: dict[int, Place] = field(default_factory=dict)


def together(read: Read, key: Key) -> Iterator[list[Record] | BadRow]:
    """The records of each product, once the last of them was read."""
    seen = _seen(read, key)
    waiting: dict[str, list[Record]] = {}
    refused: set[str] = set()
    for record in read():
        shared = None if isinstance(record, BadRow) else key(record[1])
        if isinstance(record, BadRow):
            yield record
        elif shared is None:
            yield [record]
        elif (number := seen.records[hash(shared)]) > MAX_RECORDS:
            if shared not in refused:
                refused.add(shared)
                yield BadRow(record[0], _why_too_many(number))
        else:
            group = waiting.setdefault(shared, [])
            group.append(record)
            if len(group) == number:
                yield _whole(waiting.pop(shared), seen.beside.get(hash(shared)))


def _whole(group: list[Record], beside: Place | None) -> list[Record] | BadRow:
    if beside is None:
        return group
    reason = _("The row at %(place)s cannot be read, and may be one of its sizes.")
    return BadRow(group[0][0], reason % {"place": place_of(beside)})


def _why_too_many(number: int) -> str:
    return _("It has %(number)s rows, where a product has at most %(most)s.") % {
        "number": counted(number),
        "most": counted(MAX_RECORDS),
    }


def _seen(read: Read, key: Key) -> _Seen:
    seen = _Seen()
    above: int | None = None
    unread: Place | None = None
    for record in read():
        if isinstance(record, BadRow):
            unread = record.line
            if above is not None:
                seen.beside[above] = unread
            continue
        shared = key(record[1])
        above = None if shared is None else hash(shared)
        if above is not None:
            seen.records[above] += 1
            if unread is not None:
                seen.beside[above] = unread
        unread = None
    return seen
