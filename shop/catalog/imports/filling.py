"""What a row says is written into its product, or refused where it will not do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from shop.catalog import pictures
from shop.catalog.imports import kinds
from shop.catalog.imports.rows import (
    ATTRIBUTE,
    MAX_COLOURS,
    MAX_SIZES,
    ImportRow,
    RowRefused,
    quoted,
)
from shop.catalog.models import SOLD, Category, Product, Status
from shop.catalog.parts import Attribute, Text, Variant
from shop.catalog.skus import repeated
from shop.skus.keys import key_of

FACTS = ("name", "description", "gender", "kind", "season", "usage", "style")

SALE = frozenset(("sale_price_cents", "sale_from", "sale_until"))


def fill(product: Product, row: ImportRow, category: Category) -> bool:
    """Write into the product all that the row says but its photographs; whether anything differed.

    Raises RowRefused where it cannot be meant.
    """
    _refuse_unrelated(product, row)
    changed = _set_facts(product, row, category)
    changed |= _set_texts(product, row)
    changed |= _set_attributes(product, row)
    changed |= _set_sizes(product, row)
    _check_stock(product, row)
    if changed:
        _check(product, row)
    return changed


def wanted_status(row: ImportRow, product: Product | None) -> Status:
    """What a row makes of the product that is there, if it is."""
    said = said_status(row, product)
    has_photographs = bool(product and product.photographs)
    is_shown = row.photographs or has_photographs or not row.may_lack_photographs
    return said if is_shown or said not in SOLD else _status_before(product)


def said_status(row: ImportRow, product: Product | None) -> Status:
    """The same where photographs are there."""
    before = _status_before(product)
    has_photographs = bool(product and product.photographs)
    # What came without photographs waits for them as a draft.
    waits = row.may_lack_photographs and before == Status.DRAFT and not has_photographs
    is_new = product is None or waits
    return Status(row.facts.get("status", row.status if is_new else before))


def _status_before(product: Product | None) -> Status:
    if product is None:
        return Status.DRAFT
    # What was archived for want of a row is what it was once there is one.
    return Status(product.gone_from or product.status)


def _refuse_unrelated(product: Product, row: ImportRow) -> None:
    """Raise RowRefused where a SKU that was made of style and colour is another product's."""
    if not row.made_up or product._state.adding or product.style == row.style:
        return
    if {key_of(sku) for sku in row.skus}.isdisjoint(map(key_of, product.skus())):
        raise RowRefused(
            _(
                "Its style and colour make the SKU %(sku)s, which another product has: give it "
                "another style."
            )
            % {"sku": quoted(row.sku)}
        )


def check_numbers(row: ImportRow) -> None:
    """Raise RowRefused where a row has too many, or twice of something."""
    if not row.skus and (twice := _twice(row)):
        raise _is_there_twice(twice)
    if len(row.photographs or row.addresses) > pictures.MAX_PHOTOGRAPHS:
        most = pictures.MAX_PHOTOGRAPHS
        raise RowRefused(_("A product has at most %(most)d photographs.") % {"most": most})
    if len(row.sizes or ()) > MAX_SIZES:
        raise RowRefused(_("A product has at most %(most)d sizes.") % {"most": MAX_SIZES})
    if len(row.colours or ()) > MAX_COLOURS:
        raise RowRefused(_("A product has at most %(most)d colours.") % {"most": MAX_COLOURS})


def check_shown(row: ImportRow, product: Product | None) -> None:
    """Raise RowRefused where a row would make a product that has nothing to show."""
    if product is None and not row.photographs and not row.may_lack_photographs:
        raise RowRefused(row.lacking or _("It has no photograph."))


def _twice(row: ImportRow) -> str:
    """A size that is there twice, if one is."""
    return next(repeated(row.sizes or ()), "")


def _is_there_twice(size: str) -> RowRefused:
    return RowRefused(_("The size %(size)s is there twice.") % {"size": quoted(size)})


def _set_facts(product: Product, row: ImportRow, category: Category) -> bool:
    """Write the row's facts into the product; whether anything differed."""
    named = {name: getattr(row, name) for name in FACTS}
    wanted: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if row.colours is not None:
        wanted["colours"] = product.colours_with(row.colours)
    wanted["category_id"] = category.pk
    wanted["price_cents"] = (
        row.price_cents or product.price_cents or kinds.price_for(row.kind or "", row.sku)
    )
    wanted |= row.facts
    wanted["status"] = wanted_status(row, product)
    changed = False
    for name, value in wanted.items():
        if _unbroken(getattr(product, name)) != value:
            setattr(product, name, value)
            changed = True
    return changed


def _unbroken(value: Any) -> Any:
    """A text with line feeds, as a cell has it, where browsers sent what teletypes wanted."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _set_texts(product: Product, row: ImportRow) -> bool:
    """Write what the row calls the product in further languages; whether anything differed."""
    before = _told_in_languages(product)
    now = dict(before)
    for language, named in row.texts.items():
        (name, description), there = named, before.get(language, ("", ""))
        now[language] = (
            there[0] if name is None else name,
            there[1] if description is None else description,
        )
    product.texts = [
        Text(language=language, name=name, description=description)
        for language, (name, description) in now.items()
        if name or description
    ]
    return before != _told_in_languages(product)


def _told_in_languages(product: Product) -> dict[str, tuple[str, str]]:
    return {text.language: (text.name, _unbroken(text.description)) for text in product.texts}


def _set_attributes(product: Product, row: ImportRow) -> bool:
    """Write the row's extra facts into the product; whether anything differed."""
    before = {attribute.name: attribute.value for attribute in product.attributes}
    now = before | dict(row.attributes)
    product.attributes = [Attribute(name=name, value=now[name]) for name in now if now[name]]
    return before != {attribute.name: attribute.value for attribute in product.attributes}


def _set_sizes(product: Product, row: ImportRow) -> bool:
    """Make the product come in the row's sizes, keeping what is known of each; whether one is new.

    A product that is there and has no sizes stays so, and keeps its pieces, where the row names
    none. Raises RowRefused where there is not one SKU for each.
    """
    before = _told_of_sizes(product)
    comes_in_none = not product._state.adding and not any(v.size for v in product.variants)
    if comes_in_none and not (row.sizes or row.skus):
        return False
    names_sizes = bool(row.sizes) if comes_in_none else row.sizes is not None
    if names_sizes or not product.variants:
        product.variants = list(_in_sizes(product.variants, row))
    if row.skus and len(row.skus) != len(product.variants):
        raise RowRefused(
            _("There are %(numbers)d SKUs where it comes in %(sizes)d sizes.")
            % {"numbers": len(row.skus), "sizes": len(product.variants)}
        )
    for variant, sku in zip(product.variants, row.skus, strict=False):
        variant.sku = sku or variant.sku
    for variant, available in zip(product.variants, row.available, strict=False):
        variant.available = available
    for variant, price_cents in zip(product.variants, row.prices, strict=False):
        variant.price_cents = None if price_cents == row.price_cents else price_cents
    return before != _told_of_sizes(product)


def _told_of_sizes(product: Product) -> list[tuple[str, str, int | None, bool]]:
    return [(v.size, v.sku, v.price_cents, v.available) for v in product.variants]


def _in_sizes(known: Sequence[Variant], row: ImportRow) -> Iterator[Variant]:
    """Variants of the row's sizes, as it spells them: those that are known, else new ones."""
    if twice := _twice(row):
        yield from _in_colours(known, row, twice)
        return
    for size in row.sizes or kinds.ONE_SIZE:
        # Several where it comes in several colours.
        for variant in [v for v in known if key_of(v.size) == key_of(size)] or [Variant()]:
            variant.size = size
            yield variant


def _in_colours(known: Sequence[Variant], row: ImportRow, twice: str) -> Iterator[Variant]:
    """The known variants that the row's SKUs mean, of which several are of one size.

    Raises RowRefused where one is not known: nobody can tell its colour.
    """
    by_sku = {key_of(variant.sku): variant for variant in known}
    for size, sku in zip_longest(row.sizes or (), row.skus):
        variant = by_sku.pop(key_of(sku or ""), None)
        if variant is None or size is None:
            raise _is_there_twice(twice)
        variant.size = size
        yield variant


def _check_stock(product: Product, row: ImportRow) -> None:
    """Raise RowRefused where the row has not one number for each size that there is."""
    if row.stock and len(row.stock) != len(product.offers()):
        raise RowRefused(
            _("The stock has %(numbers)d numbers where it comes in %(sizes)d sizes.")
            % {"numbers": len(row.stock), "sizes": len(product.offers())}
        )


def _check(product: Product, row: ImportRow) -> None:
    """Raise RowRefused when a value does not fit its field, or the row's sale is none."""
    _check_fields(product, but=("category", "slug", "photographs"))
    for variant in product.variants:
        _check_fields(variant, but=("id",))
    for text in product.texts:
        _check_fields(text, called=f"%s_{text.language}")
    for attribute in product.attributes:
        _check_fields(attribute, called=f"{ATTRIBUTE}{attribute.name}")
    if SALE & row.facts.keys() and (faults := product.sale_faults()):
        raise RowRefused(next(iter(faults.values())))


def _check_fields(part: Model, *, but: Collection[str] = (), called: str = "") -> None:
    """Raise RowRefused where a value does not fit its field.

    `called` is the column's name, in which "%s" stands for the field's.
    """
    try:
        part.clean_fields(exclude=but)
    except ValidationError as invalid:
        field, messages = next(iter(invalid.message_dict.items()))
        column = called.replace("%s", field) or field.replace("_", " ")
        raise RowRefused(
            _("The %(field)s will not do: %(reason)s")
            % {"field": quoted(column), "reason": messages[0]}
        ) from invalid
