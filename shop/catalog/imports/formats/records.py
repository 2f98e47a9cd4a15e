"""Records by what their columns mean, whatever those are called in a file."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from shop.catalog.imports.rows import BadRow
from shop.catalog.imports.tables import VT, Record


def meant(
    records: Iterable[Record | BadRow], names: Mapping[str, str], several: Container[str] = ()
) -> Iterator[Record | BadRow]:
    """The same by their `names`, without what is empty."""
    for record in records:
        yield record if isinstance(record, BadRow) else (record[0], told(record[1], names, several))


def told(
    values: Mapping[str, str], names: Mapping[str, str], several: Container[str] = ()
) -> dict[str, str]:
    """What columns say, by the names that they are given; of several of one name the first.

    What is one of the `several` is of all of them, with commas between.
    """
    found: dict[str, str] = {}
    for column, name in names.items():
        value = values[column]
        if value and name not in found:
            found[name] = value.replace(VT, "\n")
        elif value and name in several:
            found[name] += f",{value}"
    return found
