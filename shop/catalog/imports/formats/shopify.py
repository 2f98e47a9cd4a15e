"""Shopify's CSV of products, with either set of headings.

A row is a variant, or a picture where it has nothing else; the rows of a handle are one design. A
design in several colours becomes a product of each. Products are known by handle and colour, since
most variants have no SKU and some repeat one: what SKUs there are serve for the sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _

from shop.catalog.imports.formats import designs, facts, records
from shop.catalog.imports.formats.designs import Design, Offer, Piece
from shop.catalog.imports.formats.listing import Listed, Listing
from shop.catalog.imports.formats.reductions import Cost
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, RowRefused, quoted
from shop.catalog.imports.tables import Record, Table
from shop.catalog.models import Status
from shop.skus.keys import key_of

# What columns are called here, by their headings: those of today, and those of before.
COLUMNS = {
    **dict.fromkeys(("url handle", "handle"), "handle"),
    "title": "title",
    **dict.fromkeys(("description", "body (html)", "body html"), "description"),
    "vendor": "vendor",
    "product category": "category",
    "type": "type",
    **dict.fromkeys(("published on online store", "published"), "published"),
    "status": "status",
    **dict.fromkeys(("sku", "variant sku"), "sku"),
    **dict.fromkeys(("barcode", "variant barcode"), "barcode"),
    **dict.fromkeys(("price", "variant price"), "price"),
    **dict.fromkeys(("compare-at price", "variant compare at price"), "compare"),
    **dict.fromkeys(("inventory tracker", "variant inventory tracker"), "tracker"),
    **dict.fromkeys(("inventory quantity", "variant inventory qty"), "quantity"),
    **dict.fromkeys(("continue selling when out of stock", "variant inventory policy"), "policy"),
    **dict.fromkeys(("product image url", "image src"), "image"),
    "image position": "position",
    **dict.fromkeys(("variant image url", "variant image"), "variant image"),
    "google shopping / gender": "gender",
    "google shopping / age group": "age",
    **{
        f"option{number} {part}": f"option{number} {part}"
        for number in (1, 2, 3)
        for part in ("name", "value", "linked to")
    },
}
# Metafields of Shopify's own, whatever their headings are called in the shop's language.
_METAFIELD = re.compile(r".*\(product\.metafields\.shopify\.(?P<key>[a-z0-9-]+)\)")
_METAFIELDS = {
    "color-pattern": "colours",
    "target-gender": "target gender",
    "age-group": "age group",
    **dict.fromkeys(("fabric", "material", "clothing-accessory-material"), "material"),
}
_LINKED = {"color-pattern": "color", "size": "size", "shoe-size": "size", "accessory-size": "size"}
NUMBERS = (1, 2, 3)
_NO_OPTIONS = frozenset(("default title", "default"))
_SOLD_WITHOUT_STOCK = frozenset(("continue", "true", "yes"))
_STATUSES = {
    "": Status.PUBLISHED,
    "active": Status.PUBLISHED,
    "draft": Status.DRAFT,
    "archived": Status.ARCHIVED,
    "unlisted": Status.LINK,
}


def is_one(table: Table) -> bool:
    """Whether a table has the columns of Shopify's products, of either set."""
    columns = set(table.columns)
    return {"handle", "title", "variant price"} <= columns or {
        "url handle",
        "title",
        "price",
    } <= columns


def listing(table: Table) -> Listing:
    """The products of such a table."""
    return Listing("Shopify's CSV", partial(_products, table))


def _products(table: Table) -> Iterator[Listed | BadRow]:
    names = _names_of(table)
    read = partial(_records, table, names)
    design_of = partial(_design, columns=frozenset(names.values()))
    return designs.listed(together(read, _key), design_of, Skus.of(read))


def _names_of(table: Table) -> dict[str, str]:
    """What each heading that is understood means."""
    names: dict[str, str] = {}
    for column in table.columns:
        metafield = _METAFIELD.fullmatch(column)
        known = _METAFIELDS.get(metafield["key"]) if metafield else COLUMNS.get(column)
        if known:
            names[column] = known
    return names


def _records(table: Table, names: Mapping[str, str]) -> Iterator[Record | BadRow]:
    for record in records.meant(table.records(), names):
        if isinstance(record, BadRow) or "handle" in record[1]:
            yield record
        else:
            yield BadRow(record[0], str(facts.empty("handle")))


def _key(values: dict[str, str]) -> str:
    return key_of(values["handle"])


def _design(rows: Sequence[Record], *, columns: frozenset[str]) -> Design:
    """The rows of one handle; `columns` are what the file tells of any. Raises RowRefused."""
    # A title stands in the first row alone, wherever that row may be.
    first = next((told for _line, told in rows if "title" in told), None)
    if first is None:
        raise facts.empty("title")
    numbers = [n for n in NUMBERS if any(f"option{n} value" in told for _line, told in rows)]
    pieces = list(_pieces(rows, numbers, columns))
    if not pieces:
        raise RowRefused(_("It has no row with a price."))
    return Design(
        known_by=first["handle"],
        name=line_of(first["title"]),
        options=[_option_name(first, number) for number in numbers],
        pieces=pieces,
        style=first["handle"],
        description=text_of(first.get("description", "")),
        ways=(first.get("type", ""), first.get("category", "").rpartition(">")[2]),
        gender=_gender(first),
        colours=_listed(first, "colours"),
        status=_status(first),
        facts={
            "brand": line_of(first.get("vendor", "")),
            "material": ", ".join(_listed(first, "material")),
        },
        addresses=_gallery(rows),
        tells_sales="compare" in columns,
    )


def _option_name(first: Mapping[str, str], number: int) -> str:
    """What an option is called; what is linked to a metafield is called as that is."""
    linked = first.get(f"option{number} linked to", "").rpartition(".")[2]
    return _LINKED.get(linked) or first.get(f"option{number} name", "")


def _pieces(
    rows: Sequence[Record], numbers: Sequence[int], columns: frozenset[str]
) -> Iterator[Piece]:
    for line, told in rows:
        values = tuple(line_of(told.get(f"option{n} value", "")) for n in numbers)
        if "price" in told or any(values):
            own = (told["variant image"],) if "variant image" in told else ()
            yield Piece(line, _chosen(values), partial(_offer, told, columns), own)


def _chosen(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of options; what stands where there is nothing to choose is none."""
    is_none = values[:1] and values[0].lower() in _NO_OPTIONS and not any(values[1:])
    return ("",) * len(values) if is_none else values


def _offer(told: Mapping[str, str], columns: frozenset[str]) -> Offer:
    is_tracked = "tracker" in told or "tracker" not in columns
    is_sold_anyway = told.get("policy", "").lower() in _SOLD_WITHOUT_STOCK
    is_counted = "quantity" in told and is_tracked and not is_sold_anyway
    return Offer(
        cost=_cost(told),
        sku=told.get("sku", ""),
        gtin=told.get("barcode", ""),
        stock=facts.pieces(told["quantity"]) if is_counted else None,
    )


def _cost(told: Mapping[str, str]) -> Cost:
    now = facts.price(told.get("price", ""), _("The price"))
    compared = told.get("compare", "")
    # A former price of nothing is how some say that there is none.
    usually = facts.price(compared, _("The price to compare with")) if compared.strip("0.") else 0
    return Cost(max(usually, now), now)


def _gender(first: Mapping[str, str]) -> str | None:
    return facts.gender(
        (*_listed(first, "target gender"), first.get("gender", "")),
        (*_listed(first, "age group"), first.get("age", "")),
    )


def _status(first: Mapping[str, str]) -> Status:
    told = first.get("status", "").lower()
    status = _STATUSES.get(told)
    if status is None:
        raise RowRefused(
            _("The status %(status)r is none of %(known)s.")
            % {"status": quoted(told), "known": ", ".join(filter(None, _STATUSES))}
        )
    is_hidden = first.get("published", "true").lower() == "false"
    return Status.DRAFT if is_hidden and status == Status.PUBLISHED else status


def _gallery(rows: Sequence[Record]) -> list[str]:
    """The addresses of a design's photographs, in their order."""
    pictures = [told for _line, told in rows if "image" in told]
    pictures.sort(key=lambda told: _position(told.get("position", "")))
    return [told["image"] for told in pictures]


def _position(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _listed(told: Mapping[str, str], name: str) -> list[str]:
    """A metafield's values."""
    values = (value.strip() for value in told.get(name, "").split(";"))
    return list(dict.fromkeys(filter(None, values)))
