"""What listings ask of the products in memory: which fit, how many have what, which come first.

A view is made of layers that never change: a table, and which of its rows are still true. What is
found out is kept with the view, which ends with the next change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from cachetools import LRUCache

from shop.catalog.live.facts import IN_STOCK, KEY_BYTES, Values, searchable, style_number
from shop.catalog.live.table import BY_NUMBER, KEY, NAME, TEXT, Table, keys_of
from shop.catalog.live.vocabulary import GROUP_OF, Vocabularies

BARS = 24
"""Of how many equal steps a histogram of prices has bars."""

# Where so few rows fit, one in SPARSE, those that come first are found by ordering them; of more by
# walking the order, a BLOCK at a time.
SPARSE = 64
BLOCK = 8192
# Up to so many numbers are told apart by a mark for each that could be.
MOST_MARKED = 2**25
MOST_KEPT = 1024
NO_KEYS = np.zeros(0, KEY)
# A layer is joined with the next where it has fewer than so many times its rows.
JOIN_BELOW = 4


@dataclass(frozen=True)
class Narrowing:
    """What products must have: of each attribute named one of the values, and a price, in cents,
    between two that both count; None where that side is open."""

    values: tuple[tuple[str, frozenset[str]], ...] = ()
    lowest: int | None = None
    highest: int | None = None

    @classmethod
    def to(
        cls,
        values: Mapping[str, Collection[str]] | None = None,
        lowest: int | None = None,
        highest: int | None = None,
    ) -> Narrowing:
        chosen = sorted((values or {}).items())
        return cls(tuple((name, frozenset(some)) for name, some in chosen), lowest, highest)

    @property
    def has_price(self) -> bool:
        return self.lowest is not None or self.highest is not None

    def fits_price(self, prices: np.ndarray) -> np.ndarray:
        """Which of these prices, in cents, (n,), are between the bounds; bool (n,)."""
        fits = np.ones(len(prices), bool)
        if self.lowest is not None:
            fits &= prices >= self.lowest
        if self.highest is not None:
            fits &= prices <= self.highest
        return fits


EVERYTHING = Narrowing()


@dataclass(frozen=True)
class Layer:
    """`alive` bool (n,): the rows that no later layer replaces and nobody removed, which `mark`
    tells from others, as Table does."""

    table: Table
    alive: np.ndarray
    mark: int

    @classmethod
    def whole(cls, table: Table) -> Layer:
        return cls(table, np.ones(len(table), bool), table.mark())

    def hiding(self, keys: np.ndarray) -> Layer:
        """The same without the rows of these keys, S12 (m,)."""
        rows, _ = self.table.rows_of(keys)
        rows = rows[self.alive[rows]]
        if not len(rows):
            return self
        alive = self.alive.copy()
        alive[rows] = False
        return Layer(self.table, alive, self.mark - self.table.mark(rows))

    def __len__(self) -> int:
        return int(np.count_nonzero(self.alive))


class Facets(NamedTuple):
    """How many products have each value of each attribute, where all that is chosen but of that
    very attribute holds; `total` have everything.

    `bars` counts the prices between `lowest` and `highest`, in cents, in BARS equal steps.
    """

    total: int
    counts: dict[str, dict[str, int]]
    lowest: int | None
    highest: int | None
    bars: tuple[int, ...]


class _Part(NamedTuple):
    """Of one layer: what each row passes, uint16 (n,), a bit for each name.

    The bit of "" says whether a row may be found at all, each other one whether it fits a choice.
    """

    layer: Layer
    passed: np.ndarray
    bits: dict[str, int]

    def mask(self, but: str = "") -> np.ndarray:
        """Which rows pass everything, or everything but one choice; bool (n,)."""
        wanted = sum(bit for name, bit in self.bits.items() if not but or name != but)
        return np.asarray((self.passed & wanted) == wanted)


@dataclass(frozen=True)
class Selection:
    """Those that fit, as bool (n,) of each layer's rows; they come in `found`'s order if given."""

    view: View
    masks: list[np.ndarray]
    found: np.ndarray | None = None

    def __len__(self) -> int:
        return sum(int(np.count_nonzero(mask)) for mask in self.masks)

    def ids(self) -> list[str]:
        """Of all of them, in no order."""
        parts = zip(self.view.layers, self.masks, strict=True)
        return [id for layer, mask in parts for id in layer.table.named(np.flatnonzero(mask))]

    def among(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that are among them."""
        passing = self.has(keys_of(ids))
        return {ids[place] for place in np.flatnonzero(passing).tolist()}

    def has(self, keys: np.ndarray) -> np.ndarray:
        """Which of these keys, S12 (m,), are among them; bool (m,)."""
        passing = np.zeros(len(keys), bool)
        for layer, mask in zip(self.view.layers, self.masks, strict=True):
            rows, there = layer.table.rows_of(keys)
            passing[there] |= mask[rows]
        return passing

    def page(self, order: str, start: int, stop: int) -> list[str]:
        """The ids from one place to before another; what is sold out comes last.

        `order` is one of BY_NUMBER or NAME and a language; "" is the order of what was found.
        """
        had = [
            mask & self.view.having(layer, "stock", {IN_STOCK})
            for layer, mask in zip(self.view.layers, self.masks, strict=True)
        ]
        gone = [mask & ~had for mask, had in zip(self.masks, had, strict=True)]
        first = sum(int(np.count_nonzero(mask)) for mask in had)
        take = (
            self._found if self.found is not None and not order else partial(self._ordered, order)
        )
        return [
            *take(had, start, min(stop, first)),
            *take(gone, max(0, start - first), stop - first),
        ]

    def _found(self, masks: list[np.ndarray], start: int, stop: int) -> list[str]:
        if self.found is None or stop <= start:
            return []
        passing = Selection(self.view, masks).has(self.found)
        keys = self.found[passing][start:stop].tolist()
        return [key.ljust(KEY_BYTES, b"\0").hex() for key in keys]

    def run(self, order: str, start: int, stop: int) -> list[str]:
        """As a page, but what is sold out stands where it stands."""
        return self._ordered(order, self.masks, start, stop)

    def _ordered(self, order: str, masks: list[np.ndarray], start: int, stop: int) -> list[str]:
        if stop <= start:
            return []
        parts = []
        for layer, mask in zip(self.view.layers, masks, strict=True):
            rows = _first_rows(layer.table, order, mask, stop)
            if len(rows):
                parts.append((layer.table, rows))
        if len(parts) == 1:
            table, rows = parts[0]
            return table.named(rows[start:stop])
        runs = (_ranked(table, order, rows) for table, rows in parts)
        return [id for _, id in islice(merge(*runs), start, stop)]


@dataclass(frozen=True)
class View:
    """All products, of which each layer has those that the later ones do not.

    `categories` are the documents of what they lie in, in their order of display.
    """

    layers: tuple[Layer, ...]
    vocabularies: Vocabularies
    categories: tuple[Mapping[str, Any], ...] = ()
    _kept: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(MOST_KEPT), compare=False)

    def __len__(self) -> int:
        return sum(map(len, self.layers))

    @property
    def version(self) -> int:
        """The same, in every process, while the products are."""
        return sum(layer.mark for layer in self.layers) % 2**64

    def having(self, layer: Layer, attribute: str, values: Collection[str]) -> np.ndarray:
        """Which rows have one of the values, bool (n,)."""
        group = GROUP_OF[attribute]
        passing = self.vocabularies[group].passing(attribute, values)
        return passing.take(layer.table.columns[group])

    def select(
        self,
        among: Narrowing,
        chosen: Narrowing = EVERYTHING,
        found: Sequence[str] | np.ndarray | None = None,
    ) -> Selection:
        """The products that fit both; with `found`, ids or keys, only those, in that order."""
        keys = None if found is None else keys_of(found)
        masks = [part.mask() for part in self._parts(among, chosen, keys)]
        return Selection(self, masks, keys)

    def listing(
        self, among: Narrowing, chosen: Narrowing, order: str, start: int, stop: int
    ) -> tuple[int, list[str]]:
        """How many fit both, and the ids of those from one place to before another."""

        def find() -> tuple[int, list[str]]:
            selection = self.select(among, chosen)
            return len(selection), selection.page(order, start, stop)

        return self.keep((among, chosen, order, start, stop), find)

    def facets(
        self,
        among: Narrowing,
        chosen: Narrowing = EVERYTHING,
        found: Sequence[str] | np.ndarray | None = None,
        *,
        designs: bool = False,
        hidden: Collection[str] = (),
    ) -> Facets:
        """What may be chosen beside what is; with `designs`, products of one style count once.

        Those of the `hidden` ids do not count.
        """
        keys = None if found is None else keys_of(found)
        without = tuple(sorted(hidden))

        def find() -> Facets:
            parts = self._parts(among, chosen, keys, keys_of(without))
            return self._facets(parts, chosen, designs=designs)

        return find() if found is not None else self.keep((among, chosen, designs, without), find)

    def forget(self) -> None:
        """Drop what was found out, for whoever measures how long that takes."""
        self._kept.clear()

    def keep[T](self, key: Any, find: Callable[[], T]) -> T:
        """What was found out of these products under this key, which is found only once."""
        # Two threads may find the same at once; either is right.
        known: T | None = self._kept.get(key)
        if known is None:
            known = self._kept[key] = find()
        return known

    def _facets(self, parts: list[_Part], chosen: Narrowing, *, designs: bool) -> Facets:
        kind = _Designs if designs else _Products
        fitting = kind(self.vocabularies, parts)
        counts: dict[str, dict[str, int]] = {}
        for attribute in GROUP_OF:
            is_open = any(attribute in part.bits for part in parts)
            tally = kind(self.vocabularies, parts, but=attribute) if is_open else fitting
            counts[attribute] = tally.counts(attribute)
        is_open = chosen.has_price
        prices = kind(self.vocabularies, parts, but="price") if is_open else fitting
        return Facets(len(fitting), counts, *_spans(prices.column("price")))

    def _parts(
        self,
        among: Narrowing,
        chosen: Narrowing,
        keys: np.ndarray | None,
        hidden: np.ndarray = NO_KEYS,
    ) -> list[_Part]:
        layers = [layer.hiding(hidden) for layer in self.layers] if len(hidden) else self.layers
        return [self._part(layer, among, chosen, keys) for layer in layers]

    def _part(
        self, layer: Layer, among: Narrowing, chosen: Narrowing, keys: np.ndarray | None
    ) -> _Part:
        names = ["", *(name for name, _ in chosen.values), *(["price"] if chosen.has_price else [])]
        bits = {name: 1 << place for place, name in enumerate(names)}
        passed = np.full(len(layer.table), (1 << len(names)) - 1, np.uint16)
        for group, vocabulary in self.vocabularies.items():
            asked = [(1, name, values) for name, values in among.values if GROUP_OF[name] == group]
            asked += [
                (bits[name], name, values)
                for name, values in chosen.values
                if GROUP_OF[name] == group
            ]
            if asked:
                passed &= vocabulary.passed(asked).take(layer.table.columns[group])
        prices = layer.table.columns["price"]
        for bit, narrowing in ((1, among), (bits.get("price", 0), chosen)):
            if narrowing.has_price:
                passed[~narrowing.fits_price(prices)] &= np.uint16(~bit & 0xFFFF)
        if keys is not None:
            found = np.zeros(len(passed), bool)
            found[layer.table.rows_of(keys)[0]] = True
            passed[~found] = 0
        if not layer.alive.all():
            passed[~layer.alive] = 0
        return _Part(layer, passed, bits)

    def counts(self, among: Narrowing, attribute: str) -> dict[str, int]:
        """How many of these products have each value of one attribute."""
        return self.facets(among).counts[attribute]

    def values(self, ids: Sequence[str], attribute: str) -> list[Values]:
        """What each of these products has of an attribute; nothing of one that is not there."""
        group, keys = GROUP_OF[attribute], keys_of(ids)
        vocabulary = self.vocabularies[group]
        place = vocabulary.attributes.index(attribute)
        found: list[Values] = [()] * len(ids)
        for layer in self.layers:
            rows, there = layer.table.rows_of(keys)
            codes = layer.table.columns[group][rows].tolist()
            for number, row, code in zip(np.flatnonzero(there), rows, codes, strict=True):
                if layer.alive[row]:
                    found[number] = vocabulary.combination(code)[place]
        return found

    def of_style(self, style: str, among: Narrowing) -> list[str]:
        """The ids of a style's products that fit, in their order of display."""
        return [id for _, id in sorted(self._of_style(style_number(style), among))]

    def colours_of(self, style: str, among: Narrowing) -> tuple[str, ...]:
        """The different colours of a style's products that fit, in their order of display."""

        def find() -> tuple[str, ...]:
            of_each = self.values(self.of_style(style, among), "colour")
            return tuple(dict.fromkeys(colour for colours in of_each for colour in colours))

        return self.keep(("colours", style, among), find)

    def _of_style(self, style: int, among: Narrowing) -> Iterator[tuple[tuple[int, int], str]]:
        """Its place in their order of display and the id of each."""
        for layer in self.layers:
            rows = layer.table.rows_of_style(style)
            rows = rows[layer.alive[rows]]
            columns = layer.table.columns
            for attribute, values in among.values:
                group = GROUP_OF[attribute]
                passing = self.vocabularies[group].passing(attribute, values)
                rows = rows[passing[columns[group][rows]]]
            for row, id in zip(rows.tolist(), layer.table.named(rows), strict=True):
                yield (int(columns["position"][row]), -int(id, 16)), id

    def with_text(self, words: str) -> set[str]:
        """The ids of the products that have each word somewhere in a name, SKU or style."""
        found: set[str] = set()
        for layer in self.layers:
            rows = np.flatnonzero(layer.alive)
            for word in words.split():
                texts = layer.table.texts[TEXT]
                rows = np.intersect1d(rows, texts.rows_with(searchable(word)), assume_unique=True)
            found.update(layer.table.named(rows))
        return found

    def revisions(self, ids: Sequence[str]) -> dict[str, int]:
        """The revisions, in milliseconds, of those of these ids that there are."""
        return self._numbers("revision", ids)

    def made_since(self, keys: np.ndarray, moment: int) -> np.ndarray:
        """Which of these keys, S12 (n,), came into the shop at a moment, in milliseconds, or
        later; bool (n,)."""
        return self.created(keys) >= moment

    def created(self, keys: np.ndarray) -> np.ndarray:
        """When these keys, S12 (n,), came into the shop, in milliseconds, int64 (n,); -1 of one
        that is not there."""
        found = np.full(len(keys), -1, np.int64)
        for layer in self.layers:
            rows, there = layer.table.rows_of(keys)
            alive = layer.alive[rows]
            found[np.flatnonzero(there)[alive]] = layer.table.columns["created"][rows[alive]]
        return found

    def styles(self, ids: Sequence[str]) -> dict[str, int]:
        """What stands for the styles of those of these ids that there are; 0 for none."""
        return self._numbers("style", ids)

    def _numbers(self, column: str, ids: Sequence[str]) -> dict[str, int]:
        keys = keys_of(ids)
        found: dict[str, int] = {}
        for layer in self.layers:
            rows, there = layer.table.rows_of(keys)
            alive = layer.alive[rows]
            places = np.flatnonzero(there)[alive]
            numbers = layer.table.columns[column][rows[alive]].tolist()
            found |= {ids[place]: number for place, number in zip(places, numbers, strict=True)}
        return found


class _Products:
    """The products of some parts that fit all that is chosen `but` one thing, to be counted."""

    def __init__(self, vocabularies: Vocabularies, parts: Sequence[_Part], but: str = "") -> None:
        self._vocabularies = vocabularies
        self._tables = [part.layer.table for part in parts]
        self._rows = [np.flatnonzero(part.mask(but)) for part in parts]
        self._of_groups: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return sum(map(len, self._rows))

    def column(self, name: str) -> list[np.ndarray]:
        """What is in that column, part by part."""
        parts = zip(self._tables, self._rows, strict=True)
        return [
            table.columns[name] if len(rows) == len(table) else table.columns[name].take(rows)
            for table, rows in parts
        ]

    def counts(self, attribute: str) -> dict[str, int]:
        """How many have each value."""
        group = GROUP_OF[attribute]
        vocabulary = self._vocabularies[group]
        if group not in self._of_groups:
            size = len(vocabulary)
            self._of_groups[group] = sum(
                (np.bincount(codes, minlength=size) for codes in self.column(group)),
                np.zeros(size, np.int64),
            )
        return vocabulary.counted(attribute, self._of_groups[group])


class _Designs(_Products):
    """The same, where products of one style are one."""

    @cached_property
    def _numbers(self) -> np.ndarray:
        """Of each product the number of its design, from 0."""
        styles = np.concatenate(self.column("style"))
        numbers = np.empty(len(styles), np.int64)
        alone = styles == 0
        several, numbers[~alone] = np.unique(styles[~alone], return_inverse=True)
        numbers[alone] = len(several) + np.arange(np.count_nonzero(alone))
        return numbers

    def __len__(self) -> int:
        return int(self._numbers.max(initial=-1)) + 1

    def counts(self, attribute: str) -> dict[str, int]:
        group = GROUP_OF[attribute]
        spread = self._vocabularies[group].spread(attribute)
        codes, most = np.concatenate(self.column(group)), len(spread.values)
        first = np.searchsorted(spread.combinations, codes, side="left")
        times = np.searchsorted(spread.combinations, codes, side="right") - first
        # Of each product all its values: those of its combination lie side by side.
        nth = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        places = spread.places[np.repeat(first, times) + nth]
        pairs = _distinct(np.repeat(self._numbers, times) * most + places, len(self) * most)
        sums = np.bincount(pairs % most, minlength=most) if most else np.zeros(0, np.int64)
        return {spread.values[place]: int(sums[place]) for place in np.flatnonzero(sums)}


def _distinct(numbers: np.ndarray, below: int) -> np.ndarray:
    """Each of these numbers once; without ordering them where there are not too many."""
    if below > MOST_MARKED:
        return np.unique(numbers)
    marks = np.zeros(below, bool)
    marks[numbers] = True
    return np.flatnonzero(marks)


def _spans(prices: Sequence[np.ndarray]) -> tuple[int | None, int | None, tuple[int, ...]]:
    """The lowest and the highest of these prices, and the bars of a histogram."""
    some = [these for these in prices if len(these)]
    if not some:
        return None, None, ()
    lowest = min(int(these.min()) for these in some)
    highest = max(int(these.max()) for these in some)
    step = (highest - lowest) // BARS + 1
    bars = sum(
        (np.bincount((these - lowest) // step, minlength=BARS) for these in some),
        np.zeros(BARS, np.int64),
    )
    return lowest, highest, tuple(bars.tolist())


def _first_rows(table: Table, order: str, mask: np.ndarray, count: int) -> np.ndarray:
    """The rows of the mask that come first in that order, `count` at most."""
    passing = int(np.count_nonzero(mask))
    if passing * SPARSE < len(mask):
        return _in_order(table, order, np.flatnonzero(mask))[:count]
    whole = table.orders[order]
    taken: list[np.ndarray] = []
    wanted, start = min(count, passing), 0
    while wanted > 0:
        block = whole[start : start + BLOCK]
        rows = block[mask[block]][:wanted]
        taken.append(rows)
        wanted -= len(rows)
        start += BLOCK
    return np.concatenate(taken) if taken else np.zeros(0, np.int32)


def _in_order(table: Table, order: str, rows: np.ndarray) -> np.ndarray:
    """These rows in that order."""
    if order.startswith(NAME):
        texts = table.texts[order]
        return np.array(sorted(rows.tolist(), key=lambda row: (texts.at(row), -row)), np.int64)
    column, falling = BY_NUMBER[order]
    numbers = table.columns[column][rows].astype(np.int64)
    return rows[np.lexsort((-rows, -numbers if falling else numbers))]


def _ranked(table: Table, order: str, rows: np.ndarray) -> Iterator[tuple[tuple[Any, int], str]]:
    """What rows of several tables are merged by, with their ids; in the order of the rows."""
    for row, id in zip(rows.tolist(), table.named(rows), strict=True):
        yield (_place(table, order, row), -int(id, 16)), id


def _place(table: Table, order: str, row: int) -> Any:
    if order.startswith(NAME):
        return table.texts[order].at(row)
    column, falling = BY_NUMBER[order]
    number = int(table.columns[column][row])
    return -number if falling else number


def with_changes(
    layers: Iterable[Layer], fresh: Table | None, keys: np.ndarray
) -> tuple[Layer, ...]:
    """The layers once these keys, S12 (m,), are gone or replaced by the rows of a fresh table.

    Few layers stay, each much larger than the next: joining small ones keeps questions cheap.
    """
    older = [layer.hiding(keys) for layer in layers]
    kept = [layer for layer in older if len(layer)]
    if fresh is not None and len(fresh):
        kept.append(Layer.whole(fresh))
    while len(kept) > 1 and len(kept[-2]) < JOIN_BELOW * len(kept[-1]):
        last, before = kept.pop(), kept.pop()
        kept.append(
            Layer.whole(Table.joined([(before.table, before.alive), (last.table, last.alive)]))
        )
    return tuple(kept) or tuple(older[:1])
