"""Saved product pages, by what they tell search engines: schema.org's JSON-LD.

A Product is an item as a feed has it, and so are the variants of a ProductGroup and several offers
of one product; what is the same for all of them stands once. Pages that show the same product again
add nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.imports.categories import SEPARATOR
from shop.catalog.imports.formats import facts, feeds, options, page_data
from shop.catalog.imports.formats.listing import Listing
from shop.catalog.imports.json_file import Node, is_node, listed, nodes, text
from shop.catalog.imports.rows import BadRow
from shop.catalog.imports.tables import MAX_CELL, Record
from shop.skus.keys import key_of

# The pages, each with its name; a page that cannot be read is a BadRow.
Pages = Callable[[], Iterator[tuple[str, bytes] | BadRow]]
Item = dict[str, str]

# What is read of a node, by its name in a feed.
TEXTS = {
    "title": ("name",),
    "description": ("description",),
    "brand": ("brand", "manufacturer"),
    "color": ("color",),
    "size": ("size",),
    "material": ("material",),
    "pattern": ("pattern",),
    "product_type": ("category",),
    "gtin": ("gtin", "gtin13", "gtin14", "gtin12", "gtin8"),
    "mpn": ("mpn",),
    "id": ("sku", "productID"),
}
_PRODUCTS = frozenset(("Product", "ProductModel", "IndividualProduct", "SomeProducts"))
_TRAIL = "BreadcrumbList"
_AVAILABILITY = {
    **dict.fromkeys(("InStock", "OnlineOnly", "LimitedAvailability", "MadeToOrder"), "in_stock"),
    **dict.fromkeys(("PreOrder", "PreSale"), "preorder"),
    "BackOrder": "backorder",
    **dict.fromkeys(("OutOfStock", "SoldOut", "Reserved", "InStoreOnly"), "out_of_stock"),
    "Discontinued": "discontinued",
}
# Prices that an offer had, beside the one that it has.
_FORMER = frozenset(("StrikethroughPrice", "ListPrice", "MSRP", "SRP"))
_OF_OFFERS = frozenset(("price", "sale_price", feeds.LEAST, "availability", "quantity"))
_SEVERAL = frozenset(("color", "material"))
_LAST_YEAR_OF_CHILDREN = 13
_SIGNS_BETWEEN = " -/|,:·\N{EN DASH}\N{EM DASH}"


def listing(pages: Pages) -> Listing | None:
    """The products of pages; None where no page has one."""
    if not any(not isinstance(page, BadRow) and _items(page[1]) for page in pages()):
        return None
    return Listing("saved product pages", partial(feeds.products, partial(_records, pages)))


def _records(pages: Pages) -> Iterator[Record | BadRow]:
    """The items of pages, each once."""
    seen: set[int] = set()
    for page in pages():
        if isinstance(page, BadRow):
            yield page
            continue
        name, content = page
        items = _items(content)
        if not items:
            yield BadRow(name, _("It tells of no product with a price in schema.org's JSON-LD."))
        for item in items:
            known_by = hash((key_of(item.get("item_group_id", "")), key_of(item["id"])))
            if known_by not in seen:
                seen.add(known_by)
                yield name, item


def _items(content: bytes) -> list[Item]:
    """What can be bought of a page's products: whatever has a price."""
    told = page_data.nodes(content)
    by_id = {each["@id"]: each for each in told if isinstance(each.get("@id"), str)}
    trail = next((each for each in told if _TRAIL in _types(each)), {})
    found: list[Item] = []
    within: set[str] = set()
    for node in sorted(told, key=lambda node: not _variants(node)):
        if variants := [_resolved(each, by_id) for each in _variants(node)]:
            within.update(str(each["@id"]) for each in variants if "@id" in each)
            found += _of_group(node, variants)
        elif _types(node) & _PRODUCTS and node.get("@id") not in within:
            found += _of_product(node, by_id)
    return [_finished(item, trail) for item in found if "price" in item]


def _types(node: Node) -> frozenset[str]:
    return frozenset(_last(text) for text in _all_texts(node.get("@type")))


def _last(text: str) -> str:
    """The name at the end of an address: `InStock` of `https://schema.org/InStock`."""
    return text.replace(":", "/").rpartition("/")[2]


def _variants(node: Node) -> list[Any]:
    return listed(node.get("hasVariant"))


def _resolved(told: Any, by_id: Mapping[str, Node]) -> Node:
    """A node, where only its id stands that with the id."""
    if not isinstance(told, dict):
        return {}
    return by_id.get(str(told.get("@id")), told) if set(told) <= {"@id", "@type"} else told


def _of_group(group: Node, variants: Sequence[Node]) -> list[Item]:
    """The items of a group's variants: what they do not say, the group does."""
    shared = _told(group)
    known_by = _text(group.get("productGroupID")) or shared.get("id") or shared.get("title", "")
    found = []
    for variant in variants:
        own = _told(variant)
        name = own.pop("title", "")
        parts = (own[key] for key in ("color", "size", "pattern") if key in own)
        own.setdefault("id", facts.sku_of(name or known_by, *parts))
        if not own.keys() & {"color", "size", "pattern"} and len(variants) > 1:
            own["size"] = _beside(name, shared.get("title", "")) or own["id"]
        pictures = filter(None, (own.get("image_link"), shared.get("image_link")))
        found.append(
            {
                "title": name,
                **(_without_cost(shared) if "price" in own else shared),
                **own,
                "item_group_id": known_by,
                "image_link": ",".join(pictures),
            }
        )
    return found


def _of_product(node: Node, by_id: Mapping[str, Node]) -> list[Item]:
    item = _told(node)
    item.setdefault("id", facts.sku_of(item.get("title", "")))
    group = _resolved(node.get("isVariantOf"), by_id)
    of_group = _text(node.get("inProductGroupWithID")) or _text(group.get("productGroupID"))
    if of_group:
        name = _text(group.get("name"))
        return [{**item, "item_group_id": of_group, **({"title": name} if name else {})}]
    offers = _offers(node)
    if len(offers) < 2 or not all(map(_names_a_piece, offers)):
        return [item]
    return [_of_offer(item, offer) for offer in offers]


def _names_a_piece(offer: Node) -> bool:
    return any(offer.get(name) for name in ("sku", "gtin13", "itemOffered", "name"))


def _of_offer(item: Item, offer: Node) -> Item:
    """One of several offers of a product, which is a size of it."""
    offered = offer.get("itemOffered")
    own = _told(offered) if isinstance(offered, dict) else {}
    name = _text(offer.get("name")) or own.pop("title", "")
    sku = _text(offer.get("sku")) or own.get("id") or facts.sku_of(item["id"], name)
    size = own.get("size") or _beside(name, item.get("title", "")) or sku
    told = {**_without_cost(item), **own, **_cost(offer), "id": sku, "size": size}
    return {**told, "item_group_id": item["id"]}


def _without_cost(item: Item) -> Item:
    return {name: text for name, text in item.items() if name not in _OF_OFFERS}


def _beside(name: str, title: str) -> str:
    """What a variant's name says beside that of its product."""
    return name.removeprefix(title).strip(_SIGNS_BETWEEN) if title else name


def _told(node: Node) -> Item:
    """What a node says of itself, as an item has it."""
    item = {
        name: "/".join(texts) if name in _SEVERAL else texts[0]
        for name, keys in TEXTS.items()
        if (texts := next(filter(None, (_all_texts(node.get(key)) for key in keys)), []))
    }
    # Properties that have no name of schema.org's own.
    for each in nodes(node.get("additionalProperty")):
        name, value = (_text(each.get(key)) for key in ("name", "value"))
        if value and options.is_colour(name):
            item.setdefault("color", value)
        elif value and options.is_size(name):
            item.setdefault("size", value)
    pictures = ",".join(_pictures(node.get("image")))
    offers = _offers(node)
    return {
        **item,
        **({"image_link": pictures} if pictures else {}),
        **_audience(node),
        **(_cost(offers[0]) if offers else {}),
    }


def _offers(node: Node) -> list[Node]:
    """A product's offers, those that an AggregateOffer sums up for themselves."""
    found: list[Node] = []
    for offer in nodes(node.get("offers")):
        found += nodes(offer.get("offers")) or [offer]
    return found


def _cost(offer: Node) -> Item:
    """What an offer costs, and whether it can be had."""
    told = nodes(offer.get("priceSpecification"))
    former = [each for each in told if _last(_text(each.get("priceType"))) in _FORMER]
    current = (_amount(each) for each in (offer, *told) if each not in former)
    now = next(filter(None, current), "")
    usually = next(map(_amount, former), "")
    item = {"price": usually or now, "sale_price": now if usually else ""}
    if not now and (least := _text(offer.get("lowPrice"))):
        item["price"] = _with_currency(least, offer)
        if _text(offer.get("highPrice")) not in ("", least):
            item[feeds.LEAST] = item["price"]
    item["availability"] = _AVAILABILITY.get(_last(_text(offer.get("availability"))), "")
    level = _text(offer.get("inventoryLevel"))
    item["quantity"] = level if level.isdecimal() else ""
    return {name: text for name, text in item.items() if text}


def _amount(told: Node) -> str:
    price = _text(told.get("price"))
    return _with_currency(price, told) if price else ""


def _with_currency(price: str, told: Node) -> str:
    return f"{price} {_text(told.get('priceCurrency'))}".strip()


def _audience(node: Node) -> Item:
    told = node.get("audience")
    if not is_node(told):
        return {}
    gender = _last(_text(told.get("suggestedGender"))).lower()
    oldest = _text(told.get("suggestedMaxAge"))
    is_child = oldest.isdecimal() and len(oldest) < 4 and int(oldest) <= _LAST_YEAR_OF_CHILDREN
    return {**({"gender": gender} if gender else {}), **({"age_group": "kids"} if is_child else {})}


def _finished(item: Item, trail: Node) -> Item:
    """An item with the way to its category, and no text longer than a cell may be."""
    way = item.get("product_type") or _way(trail, item.get("title", ""))
    return {name: text[:MAX_CELL] for name, text in {**item, "product_type": way}.items() if text}


def _way(trail: Node, title: str) -> str:
    """The names of a page's breadcrumbs, but for that of its product."""
    steps = nodes(trail.get("itemListElement"))
    steps.sort(key=lambda step: _text(step.get("position")).zfill(9))
    names = [_text(step.get("name")) or _text(step.get("item")) for step in steps]
    return f" {SEPARATOR} ".join(name for name in names if name not in ("", title))


def _pictures(told: Any) -> Iterator[str]:
    for each in listed(told):
        if isinstance(each, str):
            yield each.strip()
        elif is_node(each):
            yield _text(each.get("contentUrl")) or _text(each.get("url")) or _text(each.get("@id"))


def _text(told: Any) -> str:
    return next(iter(_all_texts(told)), "")


def _all_texts(told: Any) -> list[str]:
    """Texts, and the names or values of things, each once."""
    named = (
        each.get("name") or each.get("value") if is_node(each) else each for each in listed(told)
    )
    return list(dict.fromkeys(filter(None, map(text, named))))
