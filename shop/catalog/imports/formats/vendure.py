"""Products of Vendure, as its shop API answers the query of docs/exchange.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shop.catalog.imports.categories import SEPARATOR
from shop.catalog.imports.formats import designs, facts
from shop.catalog.imports.formats.designs import Design, Offer, Piece
from shop.catalog.imports.formats.listing import Listed, Listing
from shop.catalog.imports.formats.reductions import Cost
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.json_file import Node, is_node, nodes, text
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, RowRefused, quoted
from shop.catalog.imports.tables import Record

_ROOT = "__root_collection__"
_OUT_OF_STOCK = "OUT_OF_STOCK"


def is_one(told: Any) -> bool:
    """Whether JSON is an answer to that query, or several of them."""
    return any("slug" in each and "variants" in each for each in _items(told))


def listing(told: Any) -> Listing:
    """The products of such answers."""
    return Listing("Vendure's products", partial(_products, _items(told)))


def _items(told: Any) -> list[Node]:
    found: list[Node] = []
    for answer in nodes(told):
        data = answer.get("data")
        products = data.get("products") if is_node(data) else None
        found += nodes(products.get("items")) if is_node(products) else []
    return found


def _products(told: Sequence[Node]) -> Iterator[Listed | BadRow]:
    skus = Skus.of(partial(_skus, told))
    for product in told:
        yield from designs.made(_place(product), partial(_design, product), skus)


def _skus(told: Sequence[Node]) -> Iterator[Record | BadRow]:
    for product in told:
        for variant in nodes(product.get("variants")):
            yield _place(product), {"sku": text(variant.get("sku"))}


def _place(product: Node) -> str:
    return text(product.get("slug")) or text(product.get("id"))


def _design(product: Node) -> Design:
    """A product with its variants. Raises RowRefused."""
    name, slug = line_of(text(product.get("name"))), text(product.get("slug"))
    if not name:
        raise facts.empty("name")
    variants = nodes(product.get("variants"))
    if not variants:
        raise RowRefused(_("It has no variants."))
    chosen = [_options(variant) for variant in variants]
    names = list(dict.fromkeys(name for values in chosen for name in values))
    return Design(
        known_by=slug or name,
        name=name,
        options=names,
        pieces=[
            Piece(
                _place(product),
                tuple(values.get(name, "") for name in names),
                partial(_offer, variant),
                tuple(_pictures(variant)),
            )
            for variant, values in zip(variants, chosen, strict=True)
        ],
        style=slug or name,
        description=text_of(text(product.get("description"))),
        ways=_ways(product),
        attributes=designs.as_facts(_facets(product)),
        addresses=list(_pictures(product)),
    )


def _options(variant: Node) -> dict[str, str]:
    """The values of what there is to choose, by its names."""
    return {
        line_of(text(group.get("name"))): line_of(text(option.get("name")))
        for option in nodes(variant.get("options"))
        if is_node(group := option.get("group"))
    }


def _offer(variant: Node) -> Offer:
    """What a variant costs, with tax, in the smallest part of its currency."""
    told, currency = text(variant.get("priceWithTax")), text(variant.get("currencyCode"))
    if not told.isdecimal():
        raise facts.empty("priceWithTax")
    if currency not in ("", settings.CURRENCY):
        raise RowRefused(
            _("The %(column)s %(price)r is not in the shop's currency, %(currency)s.")
            % {
                "column": "priceWithTax",
                "price": quoted(f"{told} {currency}"),
                "currency": settings.CURRENCY,
            }
        )
    cents = facts.as_price(facts.precise(told, _("The price")).scaleb(-2), _("The price"))
    level = text(variant.get("stockLevel"))
    is_number = level.lstrip("-").isdecimal()
    return Offer(
        cost=Cost(cents, cents),
        sku=text(variant.get("sku")),
        # Shops may let it say the number.
        stock=facts.pieces(level) if is_number else None,
        is_available=level != _OUT_OF_STOCK if level else None,
    )


def _ways(product: Node) -> list[str]:
    """Ways to categories, the one with the most levels first."""
    crumbs = [nodes(each.get("breadcrumbs")) for each in nodes(product.get("collections"))]
    ways = [
        [name for name in (text(crumb.get("name")) for crumb in way) if name not in ("", _ROOT)]
        for way in crumbs
    ]
    return [f" {SEPARATOR} ".join(way) for way in sorted(ways, key=lambda way: -len(way))]


def _facets(product: Node) -> dict[str, list[str]]:
    """Further facts: values by their facets."""
    found: dict[str, list[str]] = {}
    for value in nodes(product.get("facetValues")):
        facet = value.get("facet")
        name = line_of(text(facet.get("name"))) if is_node(facet) else ""
        if name:
            found.setdefault(name[:1].upper() + name[1:], []).append(
                line_of(text(value.get("name")))
            )
    return found


def _pictures(told: Node) -> Iterator[str]:
    """The addresses of photographs, the featured one first."""
    for each in (*nodes(told.get("featuredAsset")), *nodes(told.get("assets"))):
        if address := text(each.get("source")) or text(each.get("preview")):
            yield address
