"""Products of django-oscar, as `manage.py save_oscar` keeps what its API tells.

The API names further addresses for the price and the availability of each product; here stands what
they answer. Children have no titles and parents no prices: texts are the parent's, prices the
children's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.imports.formats import designs, facts, options
from shop.catalog.imports.formats.designs import Design, Offer, Piece
from shop.catalog.imports.formats.listing import Listed, Listing, Loss
from shop.catalog.imports.formats.reductions import Cost
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.json_file import Node, is_node, listed, nodes, text
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, RowRefused
from shop.catalog.imports.tables import Record
from shop.catalog.models import Status

FIELDS = (
    *("id", "upc", "title", "description", "structure", "attributes", "categories", "images"),
    *("price", "availability", "children", "is_public"),
)
_NEEDED = frozenset(("id", "upc", "title", "structure", "price", "availability"))
_CHILD, _PARENT = "child", "parent"


def is_one(told: Any) -> bool:
    """Whether JSON is a list of such products."""
    first = next(iter(nodes(told)), {}) if isinstance(told, list) else {}
    return first.keys() >= _NEEDED


def listing(told: Any) -> Listing:
    """The products of such a list."""
    return Listing("django-oscar's products", partial(_products, nodes(told)))


def _products(told: Sequence[Node]) -> Iterator[Listed | BadRow]:
    skus = Skus.of(partial(_upcs, told))
    for product in told:
        # A child stands in its parent, too.
        if product.get("structure") != _CHILD:
            yield from designs.made(_place(product), partial(_design, product), skus)


def _upcs(told: Sequence[Node]) -> Iterator[Record | BadRow]:
    for product in told:
        if product.get("structure") != _CHILD:
            for each in (product, *nodes(product.get("children"))):
                yield _place(each), {"sku": text(each.get("upc"))}


def _place(product: Node) -> str:
    return _("product %(number)s") % {"number": text(product.get("id"))}


def _design(product: Node) -> Design:
    """A product, with its children if it has any. Raises RowRefused."""
    title, upc = line_of(text(product.get("title"))), text(product.get("upc"))
    if not title:
        raise facts.empty("title")
    children = sorted(nodes(product.get("children")), key=_in_order)
    if product.get("structure") == _PARENT and not children:
        raise RowRefused(_("It has no variants."))
    told = [_attributes(each) for each in children]
    names = list(dict.fromkeys(name for each in told for name in each))
    own = _attributes(product)
    return Design(
        known_by=f"{title} {text(product.get('id'))}",
        name=title,
        options=names,
        pieces=[
            Piece(_place(each), tuple(map(partial(_value, values), names)), partial(_offer, each))
            for each, values in zip(children or [product], told or [{}], strict=True)
        ],
        sku=upc,
        style=(upc or title) if children else "",
        description=text_of(text(product.get("description"))),
        ways=sorted(
            map(text, listed(product.get("categories"))), key=lambda way: -way.count(" > ")
        ),
        colours=[value for name, value in own.items() if options.is_colour(name)],
        status=_status(product),
        first_status=Status.DRAFT,
        attributes=designs.as_facts(
            {name: [value] for name, value in own.items() if not options.is_colour(name)}
        ),
        addresses=[text(each.get("original")) for each in nodes(product.get("images"))],
        losses=[] if _status(product) else [Loss.STATUS],
    )


def _status(product: Node) -> Status | None:
    """None where the API does not say."""
    is_public = product.get("is_public")
    if not isinstance(is_public, bool):
        return None
    return Status.PUBLISHED if is_public else Status.DRAFT


def _in_order(child: Node) -> int:
    """As they were made: the API has the newest first."""
    number = text(child.get("id"))
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _value(values: Mapping[str, str], name: str) -> str:
    return values.get(name, "")


def _attributes(product: Node) -> dict[str, str]:
    """What a product is like: attributes that are texts, or a choice among some."""
    told = nodes(product.get("attributes"))
    pairs = ((line_of(text(each.get("name"))), _plain(each.get("value"))) for each in told)
    return {name: value for name, value in pairs if name and value}


def _plain(value: Any) -> str:
    told = (each.get("option") if is_node(each) else each for each in listed(value))
    return ", ".join(filter(None, map(line_of, map(text, told))))


def _offer(product: Node) -> Offer:
    price = product.get("price")
    there = product.get("availability")
    number = text(there.get("num_available")) if is_node(there) else ""
    return Offer(
        cost=_cost(price if is_node(price) else {}),
        sku=text(product.get("upc")),
        stock=facts.pieces(number) if number else None,
        is_available=there.get("is_available_to_buy") is True if is_node(there) else None,
    )


def _cost(price: Node) -> Cost:
    amount = text(price.get("incl_tax")) or text(price.get("excl_tax"))
    if not amount:
        raise facts.empty("price")
    now = facts.money(f"{amount} {text(price.get('currency'))}".strip(), "price")
    return Cost(now, now)
