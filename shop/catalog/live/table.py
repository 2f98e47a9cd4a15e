"""Many products as columns: one row each, in the order of their keys, never written to again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from shop.catalog.live.facts import KEY_BYTES, Facts
from shop.catalog.live.texts import Texts
from shop.catalog.live.vocabulary import GROUPS, Vocabularies

KEY = np.dtype(f"S{KEY_BYTES}")
EVERY_ROW = slice(None)
NUMBERS: dict[str, type[np.generic]] = {
    "revision": np.int64,
    "until": np.int64,
    "price": np.int32,
    "position": np.int64,
    "created": np.int64,
    "style": np.int64,
}
TEXT = "text"
NAME = "name:"
# By which numbers rows can be ordered, and whether the largest comes first.
BY_NUMBER = {
    "featured": ("position", False),
    "newest": ("created", True),
    "price": ("price", False),
    "-price": ("price", True),
    "style": ("style", False),
}


@dataclass(frozen=True)
class Table:
    """`keys` S12 (n,), ascending; `columns` (n,) each: NUMBERS, and of each group an int32 number
    of its vocabulary; `texts` of n: TEXT, and names by language behind NAME; `orders` int32 (n,)
    each: all rows, the first one first, of BY_NUMBER and of each language's names. Of equals the
    one with the highest key comes first.
    """

    keys: np.ndarray
    columns: Mapping[str, np.ndarray]
    texts: Mapping[str, Texts]
    orders: Mapping[str, np.ndarray]

    @classmethod
    def of(
        cls, facts: Sequence[Facts], vocabularies: Vocabularies, languages: Sequence[str]
    ) -> Self:
        """The table of products of different keys. New combinations join the vocabularies."""
        rows = sorted(facts, key=lambda row: row.key)
        columns = {
            name: np.array([getattr(row, name) for row in rows], kind)
            for name, kind in NUMBERS.items()
        }
        for group, attributes in GROUPS.items():
            number = vocabularies[group].number
            codes = [number(tuple(row.values[name] for name in attributes)) for row in rows]
            columns[group] = np.array(codes, np.int32)
        texts = {TEXT: Texts.of([row.text for row in rows])}
        for language in languages:
            texts[NAME + language] = Texts.of([row.names[language] for row in rows])
        return cls.ordered(np.array([row.key for row in rows], KEY), columns, texts)

    @classmethod
    def ordered(
        cls, keys: np.ndarray, columns: Mapping[str, np.ndarray], texts: Mapping[str, Texts]
    ) -> Self:
        """The same with its orders, which are made here."""
        orders = {
            order: _order(columns[name], last_first=falling)
            for order, (name, falling) in BY_NUMBER.items()
        }
        for name in texts:
            if name.startswith(NAME):
                orders[name] = _order(_ranks(texts[name]), last_first=False)
        return cls(keys, columns, texts, orders)

    @classmethod
    def joined(cls, parts: Sequence[tuple[Self, np.ndarray]]) -> Self:
        """One table of those rows of each that are kept, bool (n,). No two may share a key."""
        kept = [np.flatnonzero(keep) for _, keep in parts]
        keys = np.concatenate(
            [table.keys[rows] for (table, _), rows in zip(parts, kept, strict=True)]
        )
        order = np.argsort(keys, kind="stable")
        first, _ = parts[0]
        columns = {
            name: np.concatenate(
                [table.columns[name][rows] for (table, _), rows in zip(parts, kept, strict=True)]
            )[order]
            for name in first.columns
        }
        texts = {}
        for name in first.texts:
            every: list[bytes] = []
            for (table, _), rows in zip(parts, kept, strict=True):
                listed = table.texts[name].listed()
                every += [listed[row] for row in rows.tolist()]
            texts[name] = Texts.of([every[row] for row in order.tolist()])
        return cls.ordered(keys[order], columns, texts)

    def __len__(self) -> int:
        return len(self.keys)

    def rows_of(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the keys, S12 (m,), that are here, and which of them are, bool (m,)."""
        places = np.searchsorted(self.keys, keys)
        there = np.zeros(len(keys), bool)
        if len(self):
            within = np.minimum(places, len(self) - 1)
            there = self.keys[within] == keys
        return places[there], there

    def mark(self, rows: np.ndarray | slice = EVERY_ROW) -> int:
        """A number of 64 bits that tells products as they were once from all others; that of rows
        in any order, or of several tables, is the sum of theirs."""
        key = np.ascontiguousarray(self.keys[rows]).view(np.uint32).reshape(-1, 3)
        mixed = _mixed(key[:, 0] | key[:, 1].astype(np.uint64) << np.uint64(32))
        for more in (key[:, 2], self.columns["revision"][rows], self.columns["until"][rows]):
            mixed = _mixed(mixed ^ more.astype(np.uint64))
        return int(mixed.sum(dtype=np.uint64))

    def named(self, rows: np.ndarray) -> list[str]:
        """The keys of these rows as text."""
        return [key.ljust(KEY_BYTES, b"\0").hex() for key in self.keys[rows].tolist()]

    def rows_of_style(self, number: int) -> np.ndarray:
        """The rows that share a style, in no order."""
        order, styles = self.orders["style"], self.columns["style"]
        first, last = (
            np.searchsorted(styles, number, side=side, sorter=order) for side in ("left", "right")
        )
        return order[first:last]

    @cached_property
    def changes_by_itself(self) -> int:
        """The first moment, in milliseconds, at which a price changes though nobody writes."""
        return int(self.columns["until"].min(initial=2**63 - 1))


def keys_of(ids: Sequence[str] | np.ndarray) -> np.ndarray:
    """Ids, as text of 24 hexadecimal digits, as a column of keys, S12 (n,); one stays as it is."""
    if isinstance(ids, np.ndarray):
        return ids
    return np.array([bytes.fromhex(id) for id in ids], KEY)


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Numbers, uint64 (n,), of which each bit depends on all of theirs: the last step of Steele,
    Lea and Flood's SplitMix64 (2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ numbers >> np.uint64(shift)) * np.uint64(factor)
    return np.asarray(numbers ^ numbers >> np.uint64(31))


def _order(numbers: np.ndarray, *, last_first: bool) -> np.ndarray:
    """All rows by their numbers; of equals the last row, which has the highest key, comes first."""
    if last_first:
        return np.argsort(numbers, kind="stable")[::-1].astype(np.int32)
    backwards = np.argsort(numbers[::-1], kind="stable")
    return (len(numbers) - 1 - backwards).astype(np.int32)


def _ranks(texts: Texts) -> np.ndarray:
    """Numbers that are in the order of the texts, and equal where they are."""
    listed = texts.listed()
    places = {text: place for place, text in enumerate(sorted(set(listed)))}
    return np.array([places[text] for text in listed], np.int64)
