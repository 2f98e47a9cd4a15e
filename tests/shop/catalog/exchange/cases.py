"""What is read of other shops' files, and what is lost: tests run it, docs/exchange.md shows it.

`manage.py shell -c "from tests.shop.catalog.exchange.formats import SHOPIFY; print(SHOPIFY)"`
prints the tables of a format.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.catalog.imports.formats.listing import Listed, Listing

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """Cells of a product's first row and its further rows, and what is then said of it."""

    first: Cells
    further: tuple[Cells, ...]
    said: Mapping[str, object]


def shown(first: Cells, *further: Cells, **said: object) -> Shown:
    """A column that means something: fields of an ImportRow, facts, addresses and losses."""
    return Shown(first, further, said)


@dataclass(frozen=True)
class Column:
    """A line of a table of what is read."""

    names: str
    is_read_as: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Lost:
    """A line of a table of what is lost: whatever `cells` say, the product is the same.

    Where a loss is not of cells, `shown` shows it.
    """

    what: str
    why: str
    cells: Cells
    shown: tuple[Shown, ...] = ()


def read(names: str, is_read_as: str, *shown: Shown) -> Column:
    return Column(names, is_read_as, shown)


def lost(what: str, why: str, *shown: Shown, **cells: Any) -> Lost:
    return Lost(what, why, cells, shown)


@dataclass(frozen=True)
class Format:
    """What a format's columns are read as.

    `write` makes a file, of which `row` is a product, or what it lists; `understood` is whatever
    the reader understands.
    """

    name: str
    write: Callable[..., bytes | Listing]
    row: Cells
    understood: Collection[str]
    columns: tuple[Column, ...]
    lost: tuple[Lost, ...] = ()
    called: str = "column"

    def __str__(self) -> str:
        """The tables as docs/exchange.md has them."""
        return "\n".join((*self._read(), *(("", *self._lost()) if self.lost else ())))

    def _read(self) -> Iterator[str]:
        yield f"| {self.called} | is read as |"
        yield "|---|---|"
        for column in self.columns:
            yield f"| {column.names} | {column.is_read_as} |"

    def _lost(self) -> Iterator[str]:
        yield "| lost | why |"
        yield "|---|---|"
        for lost in self.lost:
            yield f"| {lost.what} | {lost.why} |"

    def file(self, shown: Shown) -> bytes | Listing:
        return self.write({**self.row, **shown.first}, *shown.further)


def said(product: Listed) -> dict[str, object]:
    """All that is said of a product, by names."""
    row = product.row
    return {
        **{name: getattr(row, name) for name in row.__dataclass_fields__},
        **{name: _plain(value) for name, value in row.facts.items()},
        "addresses": product.addresses,
        "losses": {loss.name for loss in product.losses},
    }


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
