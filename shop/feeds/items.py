"""A product as the items of a feed: one for each size that it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from shop.catalog.audience import age_group_of, gender_of
from shop.catalog.gtin import circulates
from shop.catalog.models import Category, Product, Tree
from shop.catalog.money import units
from shop.catalog.parts import Variant
from shop.catalog.templatetags.storefront import largest
from shop.catalog.vocabulary import translated
from shop.feeds import shaping
from shop.feeds.channels import Channel, Item

MORE_PICTURES = 10
TITLE_LENGTH, DESCRIPTION_LENGTH, BRAND_LENGTH, TYPE_LENGTH = 150, 5000, 70, 750
# What merchants may call an attribute that tells the cut, and what may stand in it.
SIZE_TYPE_NAMES = frozenset(("size_type", "size type"))
SIZE_TYPES = ("regular", "petite", "maternity", "big", "tall", "plus")


@dataclass(frozen=True)
class Making:
    """What is the same for all items of a feed. `origin` is the shop's scheme and host."""

    channel: Channel
    origin: str
    tree: Tree
    at: datetime


def items_of(product: Product, free: Mapping[str, int], making: Making) -> Iterator[Item]:
    """Its sizes, in the language that is active; none where it has no photograph to show.

    `free` says how many can be had of each SKU that is counted.
    """
    if not product.photographs:
        return
    common = _of_product(product, making)
    page = making.origin + product.get_absolute_url()
    for offer in product.offers():
        can_be_had = free[offer.sku] > 0 if offer.sku in free else offer.available
        told = {
            "id": shaping.identity(offer.sku),
            **common,
            "link": _link(product, offer, page),
            "availability": making.channel.in_stock if can_be_had else making.channel.out_of_stock,
            "color": shaping.colours(map(translated, _colours(product, offer))),
            "size": shaping.line(translated(offer.size), 100),
            **_prices(product, offer, making.at),
        }
        item = {name: [value] for name, value in told.items() if value}
        pictures = [making.origin + largest(each) for each in product.photographs_of(offer)]
        item["image_link"] = pictures[:1]
        if more := pictures[1 : MORE_PICTURES + 1]:
            item["additional_image_link"] = more
        yield item


def _of_product(product: Product, making: Making) -> dict[str, str]:
    title = shaping.line(product.title, TITLE_LENGTH) or shaping.identity(product.sku)
    is_group = bool(product.style) or len(product.variants) > 1
    return {
        "item_group_id": shaping.group(product.style or product.sku) if is_group else "",
        "title": title,
        "description": shaping.paragraphs(product.about, DESCRIPTION_LENGTH) or title,
        "condition": "new",
        "product_type": _type(making.tree.way(product.category_id)),
        "material": shaping.line(product.material, 200),
        "gender": gender_of(product),
        "age_group": age_group_of(product),
        "size_type": _size_type(product),
        **_identifiers(product, making.channel),
    }


def _identifiers(product: Product, channel: Channel) -> dict[str, str]:
    """A product has one GTIN, which is no size's where it has several.

    Only of what has no number at all is it said that there is none.
    """
    brand = shaping.line(product.brand, BRAND_LENGTH)
    has_gtin = bool(product.gtin) and circulates(product.gtin)
    mpn = shaping.line(product.mpn, BRAND_LENGTH)
    if not brand and channel.needs_identifier:
        brand = shaping.line(settings.SHOP_NAME, BRAND_LENGTH)
    return {
        "brand": brand,
        "gtin": product.gtin if has_gtin and len(product.offers()) == 1 else "",
        "mpn": mpn,
        "identifier_exists": "yes" if has_gtin or mpn else "no",
    }


def _prices(product: Product, offer: Variant, at: datetime) -> dict[str, str]:
    """What it costs. It is on sale only where something may be struck on its page, too."""
    price = product.price_of(offer, at)
    if price.former_cents is None:
        return {"price": _amount(price.cents)}
    return {
        "price": _amount(price.former_cents),
        "sale_price": _amount(price.cents),
        "sale_price_effective_date": _interval(product.sale_from, price.ends),
    }


def _amount(cents: int) -> str:
    return f"{units(cents)} {settings.CURRENCY}"


def _interval(begins: datetime | None, ends: datetime | None) -> str:
    """As both want it, which cannot leave a side open."""
    if begins is None or ends is None:
        return ""
    return "/".join(timezone.localtime(each).isoformat("T", "minutes") for each in (begins, ends))


def _link(product: Product, offer: Variant, page: str) -> str:
    """Its page, with the size's colour chosen where there are several."""
    several = len({each.colour.casefold() for each in product.variants}) > 1
    return f"{page}?{urlencode({'colour': offer.colour})}" if several else page


def _colours(product: Product, offer: Variant) -> list[str]:
    return [offer.colour] if offer.colour else product.colours


def _type(way: Iterable[Category]) -> str:
    return shaping.line(" > ".join(category.title for category in way), TYPE_LENGTH)


def _size_type(product: Product) -> str:
    """The cut that one of its attributes names."""
    named = (
        attribute.value.strip().lower()
        for attribute in product.attributes
        if attribute.name.strip().lower() in SIZE_TYPE_NAMES
    )
    return next((value for value in named if value in SIZE_TYPES), "")
