"""What the API sends and takes. Money is in whole cents, beside its currency."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from ninja import Field, Schema
from pydantic import StringConstraints

from shop.basket.basket import MOST_OF_ONE
from shop.basket.checking import Checked, CheckedLine
from shop.catalog import models as catalog
from shop.catalog import parts, pricing
from shop.catalog.browsing import HIGHEST_PRICE_CENTS, LONGEST_VALUE, MENUS, MOST_VALUES, Choices
from shop.catalog.context import shelf
from shop.catalog.templatetags.storefront import largest
from shop.orders import models as orders
from shop.stock.models import SKU_LENGTH

Context = dict[str, Any]

# MongoDB refuses a NUL in a string.
Text = Annotated[str, StringConstraints(max_length=LONGEST_VALUE, pattern=r"^[^\x00]*$")]
Values = Annotated[list[Text], Field(max_length=MOST_VALUES)]
Cents = Annotated[int, Field(ge=0, le=HIGHEST_PRICE_CENTS)]
Sort = Literal["featured", "newest", "price", "-price", "name"]


class Money(Schema):
    """An amount: 4900 cents of EUR are 49 euros. The currency has three letters (ISO 4217)."""

    cents: int
    currency: str


def _money(cents: int, currency: str = "") -> Money:
    return Money(cents=cents, currency=currency or settings.CURRENCY)


class Category(Schema):
    """A category; `parent` is the slug of the one that it lies in, None at the top."""

    slug: str
    parent: str | None
    name: str
    description: str
    url: str

    @staticmethod
    def resolve_parent(found: catalog.Category) -> str | None:
        above = shelf(found.parent_id)
        return above.slug if above else None

    @staticmethod
    def resolve_name(found: catalog.Category) -> str:
        return found.title

    @staticmethod
    def resolve_description(found: catalog.Category) -> str:
        return found.about

    @staticmethod
    def resolve_url(found: catalog.Category, context: Context) -> str:
        return _address(found, context)


class Photograph(Schema):
    """A picture in its largest rendition; width and height are those of the original."""

    url: str
    width: int
    height: int
    alt: str

    @staticmethod
    def resolve_url(found: parts.Photograph, context: Context) -> str:
        return str(context["request"].build_absolute_uri(largest(found)))


class Offer(Schema):
    """What can be put into a basket: one size, or the product as it is (an empty size).

    `colour` is named where there are several. `former_price` is the lowest of the 30 days before
    it was reduced; null where it is not, or not below that.
    """

    sku: str
    colour: str
    size: str
    price: Money
    former_price: Money | None
    available: bool

    @classmethod
    def of(cls, found: parts.Variant, price: pricing.Price) -> Offer:
        return cls(
            sku=found.sku,
            colour=found.colour,
            size=found.size,
            price=_money(price.cents),
            former_price=None if price.former_cents is None else _money(price.former_cents),
            available=found.available,
        )


class Sale(Schema):
    """The lowest price of the 30 days before the reduction that is on now; `until` is null where
    that has no end."""

    former_price: Money
    until: datetime | None


class Attribute(Schema):
    """One more fact, such as its neckline."""

    name: str
    value: str


class Product(Schema):
    """A product; `category` is the slug of one, `colour` the main one of its colours.

    `families` are the plain colours that its colours are kinds of. `price` is the lowest that a
    piece of it costs now, of those that can be had.
    """

    id: str
    sku: str
    slug: str
    name: str
    description: str
    category: str | None
    gender: str
    kind: str
    brand: str
    colour: str
    colours: list[str]
    families: list[str]
    material: str
    style: str
    season: str
    usage: str
    gtin: str
    mpn: str
    attributes: list[Attribute]
    price: Money
    sale: Sale | None
    available: bool
    offers: list[Offer]
    photographs: list[Photograph]
    url: str

    @staticmethod
    def resolve_id(found: catalog.Product) -> str:
        return str(found.pk)

    @staticmethod
    def resolve_name(found: catalog.Product) -> str:
        return found.title

    @staticmethod
    def resolve_description(found: catalog.Product) -> str:
        return found.about

    @staticmethod
    def resolve_category(found: catalog.Product) -> str | None:
        category = shelf(found.category_id)
        return category.slug if category else None

    @staticmethod
    def resolve_price(found: catalog.Product) -> Money:
        return _money(found.span().lowest.cents)

    @staticmethod
    def resolve_sale(found: catalog.Product) -> Sale | None:
        lowest = found.span().lowest
        if lowest.former_cents is None:
            return None
        return Sale(former_price=_money(lowest.former_cents), until=lowest.ends)

    @staticmethod
    def resolve_available(found: catalog.Product) -> bool:
        return found.is_available

    @staticmethod
    def resolve_offers(found: catalog.Product) -> list[Offer]:
        return [Offer.of(offer, found.price_of(offer)) for offer in found.offers()]

    @staticmethod
    def resolve_url(found: catalog.Product, context: Context) -> str:
        return _address(found, context)


class Alike(Schema):
    """A product, and how much it looks like what was asked for from 0 to 1."""

    product: Product
    score: float | None = Field(
        description="How likely both are of one kind; null for what is pinned, until that is known."
    )
    twin: bool = Field(description="It shows the very picture, as it is or altered.")
    pinned: bool = Field(description="The merchant chose its place, whatever its score is.")


class Panel(Schema):
    """Products that go with another, the best first."""

    name: str = Field(description="What ties them together: look, bought or also-viewed.")
    products: list[Product]


class Filters(Schema):
    """Narrows what is found; of several values of one filter each is enough. Prices are cents."""

    q: Text = Field("", description="What somebody looks for, in words.")
    category: Values = Field(
        [], description="Slugs of categories; what lies in them is found as well."
    )
    kind: Values = []
    colour: Values = Field([], description="Names of colours, or of families, such as blue.")
    gender: Values = []
    size: Values = Field([], description="Sizes that can be had.")
    season: Values = []
    usage: Values = []
    brand: Values = []
    sale: list[Literal["on"]] = Field([], max_length=1)
    stock: list[Literal["in", "out"]] = Field([], max_length=2)
    rating: list[Literal["1", "2", "3", "4"]] = Field(
        [], max_length=4, description="So many stars and up, by its buyers."
    )
    price_min: Cents | None = None
    price_max: Cents | None = None

    def choices(self) -> Choices:
        """The same as the shop's pages have it, without the words."""
        chosen: dict[str, Any] = {name: tuple(getattr(self, name)) for name in MENUS}
        return Choices(**chosen, price_min=self.price_min, price_max=self.price_max)


class Listing(Filters):
    sort: Sort | None = Field(
        None, description="Without one, the best match first where there are words, else featured."
    )


class Pieces(Schema):
    """Pieces of one SKU of a product (its id), to be put into the basket."""

    product: Text
    sku: Annotated[str, StringConstraints(max_length=SKU_LENGTH, pattern=r"^[^\x00]*$")]
    quantity: int = Field(1, ge=1, le=MOST_OF_ONE)


class Quantity(Schema):
    quantity: int = Field(ge=1, le=MOST_OF_ONE)


class BasketLine(Schema):
    """Pieces of one SKU. `left` is the most that one basket may hold now."""

    id: int
    product: str
    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    left: int
    unit_price: Money
    price: Money

    @staticmethod
    def resolve_product(line: CheckedLine) -> str:
        return str(line.product.pk)

    @staticmethod
    def resolve_name(line: CheckedLine) -> str:
        return str(line.product.title)

    @staticmethod
    def resolve_size(line: CheckedLine) -> str:
        return str(line.variant.size)

    @staticmethod
    def resolve_unit_price(line: CheckedLine) -> Money:
        return _money(line.unit_cents)

    @staticmethod
    def resolve_price(line: CheckedLine) -> Money:
        return _money(line.total_cents)


class Basket(Schema):
    """The caller's basket. `changes` says, once, what is not as it was at the last look."""

    lines: list[BasketLine]
    total: Money
    changes: list[str]

    @staticmethod
    def resolve_total(found: Checked) -> Money:
        return _money(found.total_cents)


class OrderLine(Schema):
    """Pieces of one SKU as they were sold; `discount` is their share of a voucher."""

    product: str
    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    unit_price: Money
    price: Money
    discount: Money

    @staticmethod
    def resolve_unit_price(line: orders.OrderLine) -> Money:
        return _money(line.unit_price_cents, line.order.currency)

    @staticmethod
    def resolve_price(line: orders.OrderLine) -> Money:
        return _money(line.price_cents, line.order.currency)

    @staticmethod
    def resolve_discount(line: orders.OrderLine) -> Money:
        return _money(line.discount_cents, line.order.currency)


class Tax(Schema):
    """The tax that the total holds; without a name there is none to state."""

    name: str
    percent: Decimal
    amount: Money


class Order(Schema):
    """An order of the caller, as it was agreed on."""

    number: str
    state: str
    placed_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    lines: list[OrderLine]
    goods: Money
    discount: Money
    delivery: Money
    total: Money
    tax: Tax
    paid: Money
    refunded: Money
    delivery_name: str
    parcel: str
    address: list[str]
    url: str

    @staticmethod
    def resolve_goods(order: orders.Order) -> Money:
        return _money(order.goods_cents, order.currency)

    @staticmethod
    def resolve_discount(order: orders.Order) -> Money:
        return _money(order.discount_cents, order.currency)

    @staticmethod
    def resolve_delivery(order: orders.Order) -> Money:
        return _money(order.delivery_cents, order.currency)

    @staticmethod
    def resolve_total(order: orders.Order) -> Money:
        return _money(order.total_cents, order.currency)

    @staticmethod
    def resolve_tax(order: orders.Order) -> Tax:
        amount = _money(order.tax_cents, order.currency)
        return Tax(name=order.tax_name, percent=order.tax_percent, amount=amount)

    @staticmethod
    def resolve_paid(order: orders.Order) -> Money:
        return _money(order.paid_cents, order.currency)

    @staticmethod
    def resolve_refunded(order: orders.Order) -> Money:
        return _money(order.refunded_cents, order.currency)

    @staticmethod
    def resolve_address(order: orders.Order) -> list[str]:
        return order.address_lines

    @staticmethod
    def resolve_url(order: orders.Order, context: Context) -> str:
        return _address(order, context)


def _address(found: Any, context: Context) -> str:
    return str(context["request"].build_absolute_uri(found.get_absolute_url()))
