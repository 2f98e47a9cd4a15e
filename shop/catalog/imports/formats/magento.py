"""Magento's CSV of products (Magento 2, Adobe Commerce), as it exports and imports them.

A size is a product of its own, and a configurable product names those that it comes in in one cell.
A row with a store view says again what is another there, such as texts in its language. Dates are
as ISO has them, or in the short form of the language of whoever exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from itertools import chain

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from shop.catalog.imports import cells
from shop.catalog.imports.categories import SEPARATOR
from shop.catalog.imports.formats import designs, facts, options, records
from shop.catalog.imports.formats.designs import Design, Offer, Piece
from shop.catalog.imports.formats.listing import Listed, Listing, Loss, Read
from shop.catalog.imports.formats.reductions import Cost
from shop.catalog.imports.formats.skus import Skus
from shop.catalog.imports.formats.together import together
from shop.catalog.imports.markup import line_of, text_of
from shop.catalog.imports.rows import BadRow, RowRefused, quoted
from shop.catalog.imports.tables import Record, Table
from shop.catalog.models import Status
from shop.skus.keys import key_of

COLUMNS = (
    *("sku", "store_view_code", "product_type", "categories", "name", "description"),
    *("short_description", "product_online", "visibility", "price", "special_price"),
    *("special_price_from_date", "special_price_to_date", "base_image", "small_image"),
    *("thumbnail_image", "additional_images", "additional_attributes", "qty", "is_in_stock"),
    *("manage_stock", "use_config_manage_stock", "allow_backorders", "use_config_backorders"),
    *("configurable_variations", "configurable_variation_labels"),
)
# Which read no further than to tell whether days come before months.
_DATES = ("created_at", "updated_at", "special_price_from_date", "special_price_to_date")
_NAMES = {name: name for name in (*COLUMNS, *_DATES)}
_NEEDED = frozenset(("sku", "product_type", "attribute_set_code", "name"))
_SHORT_DATE = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2}|\d{4})(?:,?\s.*)?")
_DISABLED, _HIDDEN = "2", "not visible individually"
_CONFIGURABLE = "configurable"
_SOLD = frozenset(("simple", "virtual", "downloadable", _CONFIGURABLE))
# A comma may be part of a value, but not where the code of another one begins behind it.
_BETWEEN_CODES = re.compile(r",(?=[a-z][a-z0-9_]*=)")
_SLASH = re.compile(r"(?<!\\)/")
_NO_PICTURE = "no_selection"
# What additional_attributes tell beside what a product is like.
_OF_THE_SYSTEM = frozenset(
    (
        *("has_options", "required_options", "quantity_and_stock_status", "ts_dimensions_height"),
        *("ts_dimensions_length", "ts_dimensions_width", "links_exist", "links_title"),
        *("links_purchased_separately", "samples_title", "shipment_type", "tax_class_id", "cost"),
        *("gift_wrapping_available", "gift_wrapping_price", "is_returnable", "swatch_image"),
        *("category_ids", "country_of_manufacture", "url_key", "msrp", "email_template"),
    )
)
_BRAND, _MATERIAL, _GTIN = ("brand", "manufacturer"), ("material",), ("gtin", "ean", "upc")
_GENDER, _AGE = ("gender",), ("age_group",)
_TOLD_ELSEWHERE = frozenset((*_BRAND, *_MATERIAL, *_GTIN, *_GENDER, *_AGE))


def is_one(table: Table) -> bool:
    """Whether a table has the columns of Magento's products."""
    return set(table.columns) >= _NEEDED


def listing(table: Table) -> Listing:
    """The products of such a table."""
    return Listing("Magento's CSV", partial(_products, table))


def _products(table: Table) -> Iterator[Listed | BadRow]:
    names = {column: _NAMES[column] for column in table.columns if column in _NAMES}
    read = partial(_records, table, names)
    parents = _parents(read)
    design_of = partial(_design, day_first=_does_day_come_first(read))
    groups = together(read, lambda told: _key(parents, told))
    return designs.listed(groups, design_of, Skus.of(partial(_without_views, read)))


def _records(table: Table, names: Mapping[str, str]) -> Iterator[Record | BadRow]:
    for record in records.meant(table.records(), names):
        if isinstance(record, BadRow) or "sku" in record[1]:
            yield record
        else:
            yield BadRow(record[0], str(facts.empty("sku")))


def _without_views(read: Read) -> Iterator[Record | BadRow]:
    """The rows that are a product each: a store view's repeat the SKU."""
    return (each for each in read() if isinstance(each, BadRow) or "store_view_code" not in each[1])


def _parents(read: Read) -> dict[str, str]:
    """The configurable product of each that is one of its sizes, both by their SKUs' keys."""
    parents: dict[str, str] = {}
    for record in read():
        if not isinstance(record, BadRow):
            for sku in _variations(record[1]):
                parents.setdefault(sku, key_of(record[1]["sku"]))
    return parents


def _key(parents: Mapping[str, str], told: Mapping[str, str]) -> str:
    key = key_of(told["sku"])
    return parents.get(key, key)


def _variations(told: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the sizes of a configurable product differ in, by the keys of their SKUs."""
    found = {}
    for variation in told.get("configurable_variations", "").split("|"):
        codes = _codes(variation)
        if sku := codes.pop("sku", ""):
            found[key_of(sku)] = codes
    return found


def _codes(text: str) -> dict[str, str]:
    """Values by their attributes' codes: `color=Black,size=XS`."""
    pairs = (pair.partition("=") for pair in _BETWEEN_CODES.split(text))
    return {code.strip(): value.strip().strip('"') for code, _sign, value in pairs}


def _does_day_come_first(read: Read) -> bool:
    """Whether the short dates of a file begin with the day: whether one could not be a month."""
    rows = (record[1] for record in read() if not isinstance(record, BadRow))
    short = (_SHORT_DATE.fullmatch(told.get(column, "")) for told in rows for column in _DATES)
    return any(found and (found[2] == "." or int(found[1]) > 12) for found in short)


def _design(rows: Sequence[Record], *, day_first: bool) -> Design:
    """A product, with those that are its sizes and what store views say. Raises RowRefused."""
    main, of_sizes, views = _sorted_out(rows)
    first = main[1]
    if "name" not in first:
        raise facts.empty("name")
    codes = _codes(first.get("additional_attributes", ""))
    texts, losses = _texts(views)
    name, description = texts.pop(settings.LANGUAGE_CODE, (None, None))
    differing = _variations(first)
    labels = _codes(first.get("configurable_variation_labels", ""))
    chosen = list(dict.fromkeys(chain.from_iterable(differing.values()))) if of_sizes else []
    offer = partial(_offer, day_first=day_first)
    return Design(
        known_by=first["sku"],
        name=name or line_of(first["name"]),
        options=[_called(code, labels) for code in chosen],
        pieces=[
            _piece((place, told), differing.get(key_of(told["sku"]), {}), chosen, offer)
            for place, told in of_sizes or [main]
        ],
        sku=first["sku"],
        style=first["sku"] if of_sizes else "",
        description=description or _description(first),
        ways=_ways(first.get("categories", "")),
        gender=facts.gender(_values(codes, _GENDER), _values(codes, _AGE)),
        colours=next((_several(codes[code]) for code in codes if options.is_colour(code)), ()),
        status=_status(first),
        facts={
            "brand": ", ".join(_values(codes, _BRAND)),
            "material": ", ".join(_values(codes, _MATERIAL)),
        },
        attributes=designs.as_facts(dict(_further(codes, chosen))),
        texts=texts,
        addresses=_pictures(first),
        losses=losses,
    )


def _sorted_out(rows: Sequence[Record]) -> tuple[Record, list[Record], list[Mapping[str, str]]]:
    """The product's row, those of its sizes, and what store views say of it. Raises RowRefused."""
    whole = [row for row in rows if "store_view_code" not in row[1]]
    main = next((row for row in whole if "configurable_variations" in row[1]), None)
    main = main or next(iter(whole), None)
    if main is None:
        raise RowRefused(_("The file holds of it only what a store view says."))
    kind = main[1].get("product_type", "")
    if kind not in _SOLD:
        raise RowRefused(
            _("It is no product of its own: its type is %(type)s.") % {"type": quoted(kind)}
        )
    sizes = [row for row in whole if row is not main]
    if kind == _CONFIGURABLE and not sizes:
        raise RowRefused(_("It has no variations."))
    if kind != _CONFIGURABLE and sizes:
        raise RowRefused(_("Its SKU stands in the file %(times)d times.") % {"times": len(whole)})
    own = key_of(main[1]["sku"])
    return main, sizes, [told for _place, told in rows if _is_view_of(told, own)]


def _is_view_of(told: Mapping[str, str], own: str) -> bool:
    return "store_view_code" in told and key_of(told["sku"]) == own


def _called(code: str, labels: Mapping[str, str]) -> str:
    """What there is to choose, by its code where that is a word, else as shoppers see it."""
    is_known = options.is_colour(code) or options.is_size(code)
    return code if is_known else labels.get(code, code)


def _piece(
    record: Record, differing: Mapping[str, str], chosen: Sequence[str], offer: partial[Offer]
) -> Piece:
    place, told = record
    values = tuple(line_of(differing.get(code, "")) for code in chosen)
    return Piece(place, values, partial(offer, told), _pictures(told) if chosen else ())


def _offer(told: Mapping[str, str], *, day_first: bool) -> Offer:
    is_there = told.get("is_in_stock") != "0" and told.get("product_online") != _DISABLED
    return Offer(
        cost=_cost(told, day_first),
        sku=told["sku"],
        gtin=next(iter(_values(_codes(told.get("additional_attributes", "")), _GTIN)), ""),
        stock=_pieces(told) * is_there if _is_counted(told) else None,
        is_available=is_there if "is_in_stock" in told else None,
    )


def _cost(told: Mapping[str, str], day_first: bool) -> Cost:
    if "price" not in told:
        raise facts.empty("price")
    what = _("The price")
    usually = facts.as_price(facts.precise(told["price"], what), what)
    if "special_price" not in told:
        return Cost(usually, usually)
    now = facts.as_price(facts.precise(told["special_price"], what), what)
    since, until = (
        _moment(told.get(column, ""), column, day_first)
        for column in ("special_price_from_date", "special_price_to_date")
    )
    return Cost(usually, min(now, usually), since, until)


def _moment(text: str, column: str, day_first: bool) -> datetime | None:
    """A day, of which the last is part of a sale. Raises RowRefused."""
    short = _SHORT_DATE.fullmatch(text)
    if short:
        first, second, year = int(short[1]), int(short[3]), int(short[4])
        day, month = (first, second) if day_first else (second, first)
        # What is no day stays as it is, and is refused as it was written.
        with suppress(ValueError):
            text = str(date(year + 2000 * (year < 100), month, day))
    else:
        text = text.partition(" ")[0]
    return cells.moment(text, column, end=column == "special_price_to_date")


def _is_counted(told: Mapping[str, str]) -> bool:
    # What leaves it to the shop's settings is counted: that is how Magento is set at first.
    is_managed = "1" in (told.get("use_config_manage_stock"), told.get("manage_stock"))
    has_own_rule = told.get("use_config_backorders") == "0"
    is_sold_anyway = has_own_rule and told.get("allow_backorders", "0") != "0"
    return "qty" in told and is_managed and not is_sold_anyway


def _pieces(told: Mapping[str, str]) -> int:
    return facts.pieces(str(int(facts.precise(told["qty"], _("The quantity")))))


def _description(told: Mapping[str, str]) -> str:
    return text_of(told.get("description") or told.get("short_description", ""))


def _status(first: Mapping[str, str]) -> Status:
    is_shown = first.get("visibility", "").lower() != _HIDDEN
    is_on = first.get("product_online") != _DISABLED
    return Status.PUBLISHED if is_shown and is_on else Status.DRAFT


def _texts(
    views: Iterable[Mapping[str, str]],
) -> tuple[dict[str, tuple[str | None, str | None]], list[Loss]]:
    """Name and description by language, as store views have them, and what is lost."""
    found: dict[str, tuple[str | None, str | None]] = {}
    losses = []
    for told in views:
        name, description = line_of(told.get("name", "")) or None, _description(told) or None
        language = _language_of(told["store_view_code"])
        if language:
            found[language] = name, description
        elif name or description:
            losses.append(Loss.LANGUAGE)
    return found, losses


def _language_of(store_view: str) -> str:
    """The shop's language that a store view is named after, as in `de`, `shop_de`, `german`."""
    words = frozenset(re.split(r"[^a-z]+", store_view.lower()))
    for language, _name in settings.LANGUAGES:
        called = LANG_INFO[language]
        if words & {language, called["name"].lower(), called["name_local"].lower()}:
            return language
    return ""


def _values(codes: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """What the first of these attributes that is there says."""
    return next((_several(codes[name]) for name in names if codes.get(name)), ())


def _several(text: str) -> tuple[str, ...]:
    """Of what may have several values they are apart by |."""
    return tuple(line_of(value) for value in text.split("|") if value.strip())


def _further(
    codes: Mapping[str, str], chosen: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Attributes that there is nothing to choose of, by names that people read."""
    for code, text in codes.items():
        is_plain = code not in _OF_THE_SYSTEM and code not in _TOLD_ELSEWHERE
        if is_plain and code not in chosen and not options.is_colour(code):
            yield code.replace("_", " ").strip().capitalize(), _several(text)


def _ways(text: str) -> list[str]:
    """Ways to categories without the one that all lie in, the one with the most levels first."""
    root = _SLASH.split(text)[0].partition(",")[0]
    ways = re.split(rf",(?={re.escape(root)}(?:/|,|$))", text) if root else ()
    levels = [[name.replace("\\/", "/") for name in _SLASH.split(way)[1:]] for way in ways]
    return [f" {SEPARATOR} ".join(way) for way in sorted(levels, key=lambda way: -len(way))]


def _pictures(told: Mapping[str, str]) -> tuple[str, ...]:
    """The paths of photographs: the main one stands among the others as well."""
    names = ("base_image", "small_image", "thumbnail_image", "additional_images")
    paths = chain.from_iterable(told.get(name, "").split(",") for name in names)
    there = dict.fromkeys(map(str.strip, paths))
    return tuple(path for path in there if path not in ("", _NO_PICTURE))
