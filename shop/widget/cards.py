"""What the widget shows of a product: a tenth of what the API says of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from ninja import Field, Schema

from shop.api.schemas import Money
from shop.catalog import parts, pictures
from shop.catalog.alike import Alike
from shop.catalog.templatetags.storefront import picture_url

Context = dict[str, Any]

# A card is at most so wide, on a screen of two dots a pixel.
WIDEST = 640
FALLBACK_WIDTH = 480


class Picture(Schema):
    """A cover: what the attributes of those names say, and a colour until it is there.

    `avif` is a srcset; `src` is for the few browsers that know no AVIF.
    """

    src: str
    avif: str
    width: int
    height: int
    alt: str
    tint: str

    @staticmethod
    def resolve_src(found: parts.Photograph, context: Context) -> str:
        width = min(FALLBACK_WIDTH, pictures.widths_for(found.width)[-1])
        return _address(found, width, "jpg", context)

    @staticmethod
    def resolve_avif(found: parts.Photograph, context: Context) -> str:
        widths = [width for width in pictures.widths_for(found.width) if width <= WIDEST]
        return ", ".join(
            f"{_address(found, width, 'avif', context)} {min(width, found.width)}w"
            for width in widths
        )


class Card(Schema):
    """A product, and how much it looks like what was asked for from 0 to 1.

    `price` is the lowest that a piece of it costs now, and `differs` where others cost more.
    """

    id: str
    sku: str = Field(alias="product.sku")
    slug: str = Field(alias="product.slug")
    style: str = Field(alias="product.style")
    name: str = Field(alias="product.title")
    available: bool = Field(alias="product.is_available")
    picture: Picture | None = Field(alias="product.cover")
    price: Money
    former_price: Money | None
    differs: bool
    url: str
    score: float | None
    twin: bool

    @staticmethod
    def resolve_id(found: Alike) -> str:
        return str(found.product.pk)

    @staticmethod
    def resolve_price(found: Alike) -> Money:
        return _money(found.product.span().lowest.cents)

    @staticmethod
    def resolve_former_price(found: Alike) -> Money | None:
        former = found.product.span().lowest.former_cents
        return None if former is None else _money(former)

    @staticmethod
    def resolve_differs(found: Alike) -> bool:
        return found.product.span().differs

    @staticmethod
    def resolve_url(found: Alike, context: Context) -> str:
        return str(context["request"].build_absolute_uri(found.product.get_absolute_url()))


def _money(cents: int) -> Money:
    return Money(cents=cents, currency=settings.CURRENCY)


def _address(found: parts.Photograph, width: int, extension: str, context: Context) -> str:
    address = picture_url(found.name, width, extension)
    return str(context["request"].build_absolute_uri(address))
