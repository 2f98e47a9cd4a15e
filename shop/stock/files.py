"""What is on hand as a CSV file, and what people wrote into one who counted.

A row a size. `on_hand` is to be changed; `on_hand_before` says what was on hand when the file was
written, so that what was sold or brought since counts beside what was counted. To import a file
again, changed or not, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.rows import BadRow, Place, RowRefused, place_of, quoted
from shop.catalog.imports.tables import Record, read_table
from shop.catalog.models import Product
from shop.catalog.signals import Counted
from shop.skus import registry
from shop.skus.keys import key_of
from shop.stock.counting import count_news, write_down
from shop.stock.models import Stock

COLUMNS = ("sku", "product", "name", "colour", "size", "on_hand", "on_hand_before", "held")
# Products that are written, and rows that are counted, at once.
AT_ONCE = 250


def rows(products: QuerySet[Product]) -> Iterator[dict[str, str]]:
    """A row for each size of the products; what is on hand is empty where nobody counts it."""
    ids = products.order_by("pk").values_list("pk", flat=True)
    for some in batched(ids, AT_ONCE, strict=False):
        found = list(Product.objects.filter(pk__in=some).order_by("pk"))
        skus = [offer.sku for product in found for offer in product.offers()]
        on_hand = write_down(skus)
        held = {row.sku: row.held for row in Stock.objects.filter(sku__in=skus).with_free()}
        for product in found:
            yield from _of_product(product, on_hand, held)


def _of_product(
    product: Product, on_hand: Mapping[str, int], held: Mapping[str, int]
) -> Iterator[dict[str, str]]:
    for offer in product.offers():
        counted = str(on_hand[offer.sku]) if offer.sku in on_hand else ""
        yield {
            "sku": offer.sku,
            "product": product.sku,
            "name": product.name,
            "colour": offer.colour or product.colour,
            "size": offer.size,
            "on_hand": counted,
            "on_hand_before": counted,
            "held": str(held[offer.sku]) if counted else "",
        }


@dataclass
class Report:
    """How many sizes were set, and how many differ that the file says nothing new of."""

    rows: int = 0
    taken: int = 0
    left: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.rows} rows: {self.taken} set, {self.left} left, {len(self.bad)} bad"


@dataclass(frozen=True)
class _Row:
    line: Place
    sku: str
    on_hand: int
    before: int | None


def take(content: bytes, title: str, *, by: str) -> Report:
    """Count what a file says is on hand; `by` says who counted.

    Each row stands alone. Raises ImportRefused where it is no such file.
    """
    table = read_table(content, title)
    table.require("sku", "on_hand")
    report = Report()
    lines: dict[str, Place] = {}
    for some in batched(table.records(), AT_ONCE, strict=False):
        report.rows += len(some)
        told = [each for record in some if (each := _read(record, lines))]
        report.bad += [each for each in told if isinstance(each, BadRow)]
        _count([each for each in told if isinstance(each, _Row)], report, by)
    return report


def _read(record: Record | BadRow, lines: dict[str, Place]) -> _Row | BadRow | None:
    """What a row says; None where it says nothing. `lines` are those of the SKUs before it."""
    if isinstance(record, BadRow):
        return record
    line, values = record
    if not values["on_hand"]:
        return None
    try:
        earlier = lines.setdefault(key_of(values["sku"]), line)
        if earlier != line:
            raise RowRefused(
                _("The SKU %(sku)s is already used in %(place)s.")
                % {"sku": quoted(values["sku"]), "place": place_of(earlier)}
            )
        before = cells.stock(values.get("on_hand_before", ""), 1)
        (on_hand,) = cells.stock(values["on_hand"], 1)
        return _Row(line, values["sku"], on_hand, before[0] if before else None)
    except RowRefused as refused:
        return BadRow(line, str(refused))


def _count(told: Sequence[_Row], report: Report, by: str) -> None:
    sold = _sold([row.sku for row in told])
    pieces: dict[str, dict[str, int]] = {}
    seen: dict[str, int] = {}
    for row in told:
        if key_of(row.sku) not in sold:
            report.bad.append(BadRow(row.line, _nobody_has(row.sku)))
            continue
        product, sku = sold[key_of(row.sku)]
        pieces.setdefault(product, {})[sku] = row.on_hand
        if row.before is not None:
            seen[sku] = row.before
    counted: Sequence[Counted] = list(count_news(pieces, key=by, seen=seen).values())
    report.taken += sum(each.taken for each in counted)
    report.left += sum(each.left for each in counted)


def _nobody_has(sku: str) -> str:
    return _("Nothing is sold under the SKU %(sku)s.") % {"sku": quoted(sku)}


def _sold(skus: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By their keys, the product (its id) that is sold under each of the SKUs, as it spells it."""
    owners = {row.owner for row in registry.registered(skus).values()}
    products = Product.objects.with_ids(owners).only("sku", "available", "variants")
    return {
        key_of(offer.sku): (str(product.pk), offer.sku)
        for product in products
        for offer in product.offers()
    }
