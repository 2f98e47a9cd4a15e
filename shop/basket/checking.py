"""The basket beside what the shop can sell now: every step on the way to an order looks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from shop.basket.basket import pieces_left
from shop.basket.models import Basket, Line, titled
from shop.catalog.models import Product
from shop.catalog.money import price
from shop.catalog.parts import Photograph, Variant
from shop.catalog.pricing import Price
from shop.stock.reserving import available

SCARCE = 3


@dataclass(frozen=True)
class CheckedLine:
    """A line that can be bought as it is. `left` is the most that may be chosen."""

    id: int
    product: Product
    variant: Variant
    quantity: int
    price: Price
    left: int

    @property
    def sku(self) -> str:
        return self.variant.sku

    @property
    def title(self) -> str:
        """What a shopper calls it: "Shirt (Rust, M)"."""
        return titled(self.product.title, self.variant.colour, self.variant.size)

    @property
    def colour(self) -> str:
        """The variant's, or that of a product which comes in one."""
        return self.variant.colour or self.product.colour

    @property
    def cover(self) -> Photograph | None:
        return self.product.cover_of(self.variant)

    @property
    def unit_cents(self) -> int:
        return self.price.cents

    @property
    def total_cents(self) -> int:
        return self.unit_cents * self.quantity

    @property
    def is_scarce(self) -> bool:
        """Whether the shopper wants to know how few are left."""
        return self.left <= SCARCE

    @property
    def choices(self) -> range:
        """The quantities to choose from."""
        return range(1, self.left + 1)


@dataclass
class Checked:
    """What can be bought, and in words what is not as the shopper last saw it.

    `gone` are products that were taken out and that something alike may stand in for.
    """

    lines: list[CheckedLine] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    gone: list[Product] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether there is something to buy and it is what the shopper last saw."""
        return bool(self.lines) and not self.changes

    @property
    def total_cents(self) -> int:
        return sum(line.total_cents for line in self.lines)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    def wants(self) -> dict[str, int]:
        """The pieces by SKU, as the stock reserves them."""
        return {line.sku: line.quantity for line in self.lines}


def checked(basket: Basket, *, key: str = "") -> Checked:
    """Bring the basket up to date with prices and stock, and say what changed.

    A change is written into the basket and so told once: whoever calls this shows `changes`. Pieces
    that the shopper holds under the reservation `key` count as there. One query of each database.
    """
    found = Checked()
    lines = list(basket.lines.all()) if basket.pk else []
    if not lines:
        return found
    products = Product.objects.sold().with_ids({line.product for line in lines})
    by_id = {str(product.pk): product for product in products}
    free = available([line.sku for line in lines], but=key)
    for line in lines:
        _check(line, by_id.get(line.product), free, found)
    return found


def _check(line: Line, product: Product | None, free: Mapping[str, int], found: Checked) -> None:
    offer = product.offer(line.sku) if product else None
    if product is None or offer is None:
        found.changes.append(_("%(title)s is no longer sold.") % {"title": line})
        line.delete()
        return
    left = pieces_left(offer, free[line.sku])
    if left == 0:
        found.changes.append(
            _("%(title)s is sold out, so it is no longer in your bag.") % {"title": line}
        )
        if product.is_published:
            found.gone.append(product)
        line.delete()
        return
    now = product.price_of(offer)
    _catch_up(line, product, now.cents, left, found)
    found.lines.append(CheckedLine(line.pk, product, offer, line.quantity, now, left))


def _catch_up(line: Line, product: Product, now_cents: int, left: int, found: Checked) -> None:
    """Write into the line what differs, and say so."""
    before = (line.price_cents, line.quantity, line.name)
    # In the language of this page, whatever that of the last one was.
    line.name = product.title
    if line.price_cents != now_cents:
        found.changes.append(_price_change(line, now_cents))
    if line.quantity > left:
        found.changes.append(_("Only %(left)d left of %(title)s.") % {"left": left, "title": line})
    now = (now_cents, min(line.quantity, left), product.title)
    if now != before:
        line.price_cents, line.quantity, line.name = now
        Line.objects.filter(pk=line.pk).update(
            price_cents=line.price_cents, quantity=line.quantity, name=line.name
        )


def _price_change(line: Line, now_cents: int) -> str:
    rose = now_cents > line.price_cents
    text = (
        _("The price of %(title)s rose from %(before)s to %(now)s.")
        if rose
        else _("The price of %(title)s fell from %(before)s to %(now)s.")
    )
    return text % {"title": line, "before": price(line.price_cents), "now": price(now_cents)}
