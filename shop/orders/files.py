"""Orders as a CSV file, a row a line, and such a file held against the orders that there are.

Nothing of a file is ever written into an order. What was agreed on, paid and invoiced is changed by
`placing`, `transitions` and `returning` alone, and an order that a table made would have none of
the payments, reservations, mails and numbers of invoices that belong to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalog.imports.rows import BadRow, quoted
from shop.catalog.imports.tables import VT, Record, read_table
from shop.catalog.money import units
from shop.orders.models import Order, OrderLine

# Orders that are in memory at once.
AT_ONCE = 250
FACTS = (
    *("number", "state", "email", "language", "name", "street", "extra", "postcode", "city"),
    *("region", "country", "delivery_name", "parcel", "currency", "voucher_code", "tax_name"),
    "tax_percent",
)
MOMENTS = ("placed_at", "paid_at", "cancelled_at")
CENTS = (
    *("goods_cents", "discount_cents", "delivery_cents", "total_cents", "tax_cents"),
    *("paid_cents", "refunded_cents"),
)
# Of a line; `line` is its place in the order.
LINE_FACTS = ("sku", "name", "colour", "size", "quantity", "back")
LINE_CENTS = ("unit_price_cents", "discount_cents")
COLUMNS = (
    *FACTS,
    *MOMENTS,
    *(name.removesuffix("_cents") for name in CENTS),
    "line",
    *(f"line_{name}" for name in LINE_FACTS),
    *(f"line_{name.removesuffix('_cents')}" for name in LINE_CENTS),
)


def rows(orders: QuerySet[Order]) -> Iterator[dict[str, str]]:
    """A row for each line of the orders, the earliest first, with all that is of its order."""
    ids = orders.order_by("placed_at", "pk").values_list("pk", flat=True)
    for some in batched(ids, AT_ONCE, strict=False):
        found = Order.objects.filter(pk__in=some).order_by("placed_at", "pk")
        for order in found.prefetch_related("lines"):
            yield from (_of_order(order) | _of_line(line) for line in order.lines.all())


def _of_order(order: Order) -> dict[str, str]:
    return {
        **{name: str(getattr(order, name)) for name in FACTS},
        **{name: _moment(getattr(order, name)) for name in MOMENTS},
        **_amounts(order, CENTS, ""),
    }


def _of_line(line: OrderLine) -> dict[str, str]:
    return {
        "line": str(line.position),
        **{f"line_{name}": str(getattr(line, name)) for name in LINE_FACTS},
        **_amounts(line, LINE_CENTS, "line_"),
    }


def _amounts(of: Any, names: Iterable[str], prefix: str) -> dict[str, str]:
    return {
        f"{prefix}{name.removesuffix('_cents')}": str(units(getattr(of, name))) for name in names
    }


def _moment(at: Any) -> str:
    """In the shop's time, with its distance from Greenwich."""
    return timezone.localtime(at).isoformat(" ", "seconds") if at else ""


@dataclass
class Report:
    """How many rows say what the shop says, and of the others what differs."""

    same: int = 0
    differing: list[BadRow] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.same} rows unchanged, {len(self.differing)} differ; nothing is changed"


def compare(content: bytes, title: str) -> Report:
    """Hold a file against the orders that there are. Raises ImportRefused where it is none."""
    table = read_table(content, title)
    table.require("number", "line")
    report = Report()
    for some in batched(table.records(), AT_ONCE, strict=False):
        known = _known(record[1]["number"] for record in some if not isinstance(record, BadRow))
        for record in some:
            if bad := _differs(record, known):
                report.differing.append(bad)
            else:
                report.same += 1
    return report


def _known(numbers: Iterable[str]) -> dict[tuple[str, str], dict[str, str]]:
    """What the shop says of these orders, by number and line."""
    orders = Order.objects.filter(number__in=frozenset(numbers))
    return {(row["number"], row["line"]): row for row in rows(orders)}


def _differs(
    record: Record | BadRow, known: dict[tuple[str, str], dict[str, str]]
) -> BadRow | None:
    """What is wrong with a row, if anything is."""
    if isinstance(record, BadRow):
        return record
    line, values = record
    there = known.get((values["number"], values["line"]))
    if there is None:
        text = _("The shop has no line %(line)s of an order %(number)s, and a file makes none.")
        facts = {"number": quoted(values["number"]), "line": quoted(values["line"])}
        return BadRow(line, text % facts)
    told = {name: value.replace(VT, "\n") for name, value in values.items() if name in there}
    others = [name for name, value in told.items() if value != there[name].strip()]
    if not others:
        return None
    text = _("The order %(number)s says something else of %(names)s, and stays as it is.")
    return BadRow(line, text % {"number": values["number"], "names": ", ".join(others)})
