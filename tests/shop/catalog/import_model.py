"""A shop that files are imported into, as plain Python, to compare the real one with.

A plan is what happens to it: files are imported, broken off at some row and taken up again, and
pieces are sold between. `differences` carries a plan out in both and tells where they differ.
"""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from shop.catalog import pictures
from shop.catalog.imports import Report, import_rows, open_source
from shop.catalog.imports.rows import NAMED
from shop.catalog.models import Category, Product
from shop.skus.keys import key_of
from shop.skus.models import Registration
from shop.stock import reserving
from shop.stock.models import Movement, Reservation, Stock
from tests.shop.catalog.catalogues import write_zip
from tests.shop.catalog.shelves import jpeg

COLUMNS = ("sku", "name", "category", "price", "sizes", "stock", "photographs")
GOOD_PRICES = {"49.90": 4990, "49,9": 4990, "1": 100}
BAD_PRICES = ("1e3", "")
# Which is a price only beside others that have a comma before their decimals.
THOUSANDS = "1.300"


@dataclass(frozen=True)
class Line:
    """A row of a file. `colours` are its photographs', named in the row or after its SKU."""

    sku: str
    name: str
    category: str
    price: str
    sizes: tuple[str, ...]
    stock: tuple[int, ...]
    colours: tuple[str, ...]
    names_photographs: bool


@dataclass(frozen=True)
class Import:
    """A file, and where its import breaks off: after (rows, rows that were written down)."""

    lines: tuple[Line, ...]
    stops: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Sale:
    """One piece of what is on hand: the first, second, ... SKU of which there is any."""

    number: int


Plan = Sequence[Import | Sale]


class _BrokenOff(BaseException):
    """What a kill is to an import."""


@dataclass
class _Goods:
    """A product of the model."""

    sku: str
    name: str
    category: tuple[str, ...]
    price_cents: int
    sizes: tuple[str, ...]
    pictures: tuple[str, ...]


@dataclass
class _Outcome:
    """What a report should tell."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stock_set: int = 0
    stock_left: int = 0
    category_count: int = 0
    categories: list[str] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)


@dataclass
class _Model:
    """The shop as it should be. Stock is told by product and size, as (on hand, last named)."""

    goods: dict[str, _Goods] = field(default_factory=dict)
    categories: list[tuple[str, ...]] = field(default_factory=list)
    stock: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def take(self, file: Import) -> _Outcome:
        outcome = _Outcome()
        before = self.all_ways()
        seen: set[str] = set()
        for number, line in enumerate(file.lines, 2):
            if not self._can_be_read(line, file):
                outcome.bad.append(number)
                continue
            key = key_of(line.sku)
            if key in seen or not self._can_be_stored(line, file):
                outcome.bad.append(number)
            else:
                self._store(line, file, outcome)
            seen.add(key)
        made = [way for way in self.all_ways() if way not in before]
        outcome.category_count = len(made)
        outcome.categories = [" > ".join(way) for way in made[:NAMED]]
        return outcome

    def all_ways(self) -> list[tuple[str, ...]]:
        """Those of the categories and of what they lie in, in the order in which they were made."""
        ways = (way[:end] for way in self.categories for end in range(1, len(way) + 1))
        return list(dict.fromkeys(ways))

    def _can_be_read(self, line: Line, file: Import) -> bool:
        sizes = line.sizes or ("One size",)
        counts_each = not line.stock or len(line.stock) == len(sizes)
        return line.price in _prices(file) and counts_each

    def _can_be_stored(self, line: Line, file: Import) -> bool:
        there = self.goods.get(key_of(line.sku))
        is_same = there.sku == line.sku if there else bool(_colours(line, file))
        return is_same and len({key_of(size) for size in line.sizes}) == len(line.sizes)

    def _store(self, line: Line, file: Import, outcome: _Outcome) -> None:
        key = key_of(line.sku)
        before = self.goods.get(key)
        digests = [pictures.digest(_picture(colour)) for colour in _colours(line, file)]
        now = _Goods(
            line.sku,
            line.name,
            self._category(line.category),
            _prices(file)[line.price],
            line.sizes or ("One size",),
            tuple(dict.fromkeys(digests)) or (before.pictures if before else ()),
        )
        self.goods[key] = now
        if before is None:
            outcome.created += 1
        elif before == now:
            outcome.unchanged += 1
        else:
            outcome.updated += 1
        self._count_what_came(key, before.sizes if before else (), now.sizes)
        for size, said in zip(now.sizes, line.stock, strict=False):
            self._count((key, key_of(size)), said, outcome)

    def _count_what_came(self, key: str, before: Sequence[str], now: Sequence[str]) -> None:
        """What comes while counted sizes go is counted: nobody knows how many there are."""
        there, here = {key_of(size) for size in before}, {key_of(size) for size in now}
        if any((key, size) in self.stock for size in there - here):
            for size in here - there:
                self.stock.setdefault((key, size), (0, -1))

    def _count(self, where: tuple[str, str], said: int, outcome: _Outcome) -> None:
        on_hand, named = self.stock.get(where, (0, -1))
        if named != said:
            on_hand = said
            outcome.stock_set += 1
        self.stock[where] = (on_hand, said)
        outcome.stock_left += on_hand != said

    def _category(self, text: str) -> tuple[str, ...]:
        wanted = tuple(part.strip() for part in text.split(">"))
        folded = [key_of(part) for part in wanted]
        for same in (lambda way: way == wanted, lambda way: list(map(key_of, way)) == folded):
            if found := next(filter(same, self.categories), None):
                return found
        self.categories.append(wanted)
        return wanted

    def sell(self, where: tuple[str, str]) -> None:
        on_hand, named = self.stock[where]
        self.stock[where] = (on_hand - 1, named)


def differences(plan: Plan, folder: Path) -> list[str]:
    """Where the shop differs from the model after any step of a plan; it was empty before."""
    model = _Model()
    found: list[str] = []
    for number, step in enumerate(plan):
        if isinstance(step, Sale):
            _sell(step, model)
        else:
            path = folder / str(number)
            path.mkdir()
            found += _report_differs(model.take(step), _imported(step, path))
        found += _shop_differs(model)
    return found


def empty_shop() -> None:
    """Nothing that an earlier plan left."""
    for model in (Product, Category):
        model.objects.all()._raw_delete("catalog")
    for rows in (Stock, Movement, Reservation, Registration):
        rows.objects.all().delete()


def _imported(file: Import, folder: Path) -> Report:
    """Import a file, taking it up again as often as it breaks off."""
    path = _written(file, folder)
    kept = Report()
    for rows, written in file.stops:
        reports: list[Report] = [copy.deepcopy(kept)]

        def watch(report: Report, rows: int = rows, reports: list[Report] = reports) -> None:
            reports.append(copy.deepcopy(report))
            if report.done >= rows:
                raise _BrokenOff

        try:
            with open_source(path) as source:
                return import_rows(
                    source, report=copy.deepcopy(kept), progress=watch, mark=folder.name
                )
        except _BrokenOff:
            kept = reports[min(written, len(reports) - 1)]
    with open_source(path) as source:
        return import_rows(source, report=kept, mark=folder.name)


def _written(file: Import, folder: Path) -> Path:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in file.lines:
        named = "|".join(map(_path, line.colours)) if line.names_photographs else ""
        cells = ("|".join(line.sizes), "|".join(map(str, line.stock)), named)
        writer.writerow((line.sku, line.name, line.category, line.price, *cells))
    table = folder / "products.csv"
    table.write_text(text.getvalue())
    write_zip(folder / "products.zip", dict(_files(file)))
    return table


def _files(file: Import) -> Iterator[tuple[str, bytes]]:
    written: set[str] = set()
    for line in file.lines:
        if line.names_photographs:
            names = {_path(colour): colour for colour in line.colours}
        elif key_of(line.sku) in written:
            # The first row of a SKU tells how its photographs look.
            continue
        else:
            written.add(key_of(line.sku))
            names = {_own_path(line.sku, n): c for n, c in enumerate(line.colours)}
        for name, colour in names.items():
            if name not in written:
                written.add(name)
                yield name, _picture(colour)


def _colours(line: Line, file: Import) -> tuple[str, ...]:
    """The photographs that a row means."""
    if line.names_photographs and line.colours:
        return line.colours
    key = key_of(line.sku)
    own = (each for each in file.lines if not each.names_photographs and key_of(each.sku) == key)
    return next((each.colours for each in own), ())


def _prices(file: Import) -> dict[str, int]:
    """What can be read in the column of prices, in cents."""
    written = {line.price for line in file.lines}
    has_commas = "49,9" in written and "49.90" not in written
    return GOOD_PRICES | ({THOUSANDS: 130_000} if has_commas else {})


def _path(colour: str) -> str:
    return f"all/{colour}.jpg"


def _own_path(sku: str, number: int) -> str:
    return f"own/{sku}.jpg" if number == 0 else f"own/{sku} ({number + 1}).jpg"


@cache
def _picture(colour: str) -> bytes:
    return jpeg(colour)


def _sell(sale: Sale, model: _Model) -> None:
    there = [where for where, (on_hand, _named) in sorted(model.stock.items()) if on_hand]
    if not there:
        return
    where = there[sale.number % len(there)]
    skus = {where: sku for where, sku in _skus() if where in there}
    if where not in skus:
        # Its product does not come in this size any more.
        return
    key = str(Movement.objects.count())
    reserving.reserve(key, {skus[where]: 1}, seconds=60)
    reserving.commit(key)
    model.sell(where)


def _skus() -> Iterator[tuple[tuple[str, str], str]]:
    for product in Product.objects.all():
        for offer in product.offers():
            yield (key_of(product.sku), key_of(offer.size)), offer.sku


def _report_differs(wanted: _Outcome, report: Report) -> Iterator[str]:
    there = _Outcome(
        report.created,
        report.updated,
        report.unchanged,
        report.stock_set,
        report.stock_left,
        report.category_count,
        report.categories,
        [int(row.line) for row in report.bad],
    )
    if there != wanted:
        yield f"the report tells {there} instead of {wanted}: {report.bad}"


def _shop_differs(model: _Model) -> Iterator[str]:
    ways = {category.pk: category for category in Category.objects.all()}
    there = {key_of(product.sku): _goods_of(product, ways) for product in Product.objects.all()}
    if there != model.goods:
        yield f"there are {there} instead of {model.goods}"
    if sorted(_way(category, ways) for category in ways.values()) != sorted(model.all_ways()):
        yield f"there are the categories {[_way(each, ways) for each in ways.values()]}"
    skus = dict(_skus())
    if len(set(map(key_of, skus.values()))) < len(skus):
        yield f"sizes share a SKU: {skus}"
    on_hand = dict(Stock.objects.values_list("sku", "on_hand"))
    counted = {where: on_hand[sku] for where, sku in skus.items() if sku in on_hand}
    wanted = {where: pieces for where, (pieces, _named) in model.stock.items() if where in skus}
    if counted != wanted:
        yield f"the stock is {counted} instead of {wanted}"


def _goods_of(product: Product, ways: dict[object, Category]) -> _Goods:
    return _Goods(
        product.sku,
        product.name,
        _way(ways[product.category_id], ways),
        product.price_cents,
        tuple(variant.size for variant in product.variants),
        tuple(photograph.digest for photograph in product.photographs),
    )


def _way(category: Category, ways: dict[object, Category]) -> tuple[str, ...]:
    above = _way(ways[category.parent_id], ways) if category.parent_id else ()
    return (*above, category.name)
