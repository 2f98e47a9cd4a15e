"""Rows become products: what is new is made, what differs is changed, the rest is left alone."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import Enum
from itertools import zip_longest
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from recommender import search
from recommender.images import BadImage
from shop.catalog import pictures
from shop.catalog.imports import kinds, wanted
from shop.catalog.imports.categories import Categories
from shop.catalog.imports.rows import (
    ATTRIBUTE,
    MAX_COLOURS,
    MAX_SIZES,
    NAMED,
    BadRow,
    ImportRow,
    Place,
    ReadPicture,
    Report,
    RowRefused,
    place_of,
    quoted,
)
from shop.catalog.models import SOLD, Category, Product, Status
from shop.catalog.parts import Attribute, Photograph, Text, Variant
from shop.catalog.signals import Counted, pieces_named
from shop.catalog.skus import SkuBeingTaken, SkuTaken, repeated
from shop.skus.keys import key_of

BUSY_PAUSE_SECONDS = 1.0
FACTS = ("name", "description", "gender", "kind", "season", "usage", "style")

SALE = frozenset(("sale_price_cents", "sale_from", "sale_until"))


class Outcome(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def import_rows(
    rows: Iterable[ImportRow | BadRow],
    *,
    report: Report | None = None,
    progress: Callable[[Report], None] | None = None,
    mark: str = "",
) -> Report:
    """Make the catalogue hold these rows; `progress` is called after each, also one passed over.

    A row is known by its SKU and its photographs by their bytes, so an import that broke off is
    resumed by running it again, and a second run changes nothing. Each row stands alone: a bad
    one is reported and leaves no trace. What a product has that rows do not speak of (order of
    display, alternative texts, whether it is published) stays as the merchant set it.

    `report` goes on from an earlier part of the same import: as many rows as it counts are passed
    over. With a `mark` that is this import's own, the report is the same however often it was
    broken off: what a product became is written into it together with the mark.
    """
    report = report or Report()
    importer = _Importer(mark)
    dealt_with = report.done
    with search.bulk():
        for number, row in enumerate(rows):
            if number < dealt_with:
                importer.pass_over(row)
            else:
                _import_into(report, importer, row)
            if progress:
                progress(report)
    return report


def _import_into(report: Report, importer: _Importer, row: ImportRow | BadRow) -> None:
    if isinstance(row, BadRow):
        report.leave_out(row)
        return
    try:
        outcome, stock = importer.take(row)
    except (RowRefused, BadImage) as refused:
        report.leave_out(BadRow(row.line, str(refused)))
    else:
        setattr(report, outcome.value, getattr(report, outcome.value) + 1)
        report.stock_set += stock.taken
        report.stock_left += stock.left
    report.category_count, report.categories = importer.categories_made()


class _Importer:
    """One run: it remembers the categories it met and the SKUs it has seen."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        # One that cannot be taken up again has none.
        self._categories = Categories(mark or uuid.uuid4().hex)
        # By the hashes of the SKUs' keys, which are long.
        self._lines: dict[int, Place] = {}

    def pass_over(self, row: ImportRow | BadRow) -> None:
        """Remember a row that an earlier part of this import dealt with."""
        if isinstance(row, ImportRow):
            self._lines.setdefault(hash(key_of(row.sku)), row.line)

    def categories_made(self) -> tuple[int, list[str]]:
        """How many categories this import made, and the ways to the first of them."""
        return len(self._categories.made), self._categories.names_made(NAMED)

    def take(self, row: ImportRow) -> tuple[Outcome, Counted]:
        """Import one row. Raises RowRefused or BadImage."""
        earlier = self._lines.setdefault(hash(key_of(row.sku)), row.line)
        if earlier != row.line:
            raise RowRefused(
                _("The SKU %(sku)s is already used in %(place)s.")
                % {"sku": quoted(row.sku), "place": quoted(place_of(earlier))}
            )
        _check_numbers(row)
        try:
            return self._store_in_turn(row)
        except IntegrityError:
            # Another import made the product between our look and our write: it is there now.
            return self._store_in_turn(row)

    def _store_in_turn(self, row: ImportRow) -> tuple[Outcome, Counted]:
        """Raises RowRefused where another product has a SKU of the row's, and not just for now."""
        while True:
            try:
                return self._store(row)
            except SkuBeingTaken:
                time.sleep(BUSY_PAUSE_SECONDS)
            except SkuTaken as taken:
                # What another import made since we looked is the row's own product.
                if taken.number != row.sku:
                    raise RowRefused(str(taken)) from taken

    def _store(self, row: ImportRow) -> tuple[Outcome, Counted]:
        product = _known(row) or _new(row)
        _refuse_unrelated(product, row)
        earlier = self._earlier(product)
        outcome = earlier or (Outcome.UPDATED if product.pk else Outcome.CREATED)
        category = self._categories.of(row)
        changed = _set_facts(product, row, category)
        changed |= _set_texts(product, row)
        changed |= _set_attributes(product, row)
        changed |= _set_sizes(product, row)
        _check_stock(product, row)
        said = _said_status(row, product)
        if changed:
            _check(product, row)
        shown = _shown(product, row.photographs)
        if changed or [each.digest for each in shown] != _digests_of(product):
            product.take_skus()
            # From here on the row is good: what it needs may be made.
            product.category = self._categories.kept(category)
            product.imported = self._mark and f"{self._mark}:{outcome.value}"
            product.save_with_photographs(pictures.stored(shown))
        elif earlier is None:
            outcome = Outcome.UNCHANGED
        if wanted.are_fetched(row):
            wanted.want(product, row, said, self._mark)
        return outcome, _send_pieces(product, row, self._mark)

    def _earlier(self, product: Product) -> Outcome | None:
        """What this import made of it before it was broken off, if it got so far."""
        mark, _colon, outcome = (product.imported or "").rpartition(":")
        return Outcome(outcome) if self._mark and mark == self._mark else None


def _known(row: ImportRow) -> Product | None:
    """The product that a row means, if it is there already."""
    product = Product.objects.filter(sku=row.sku).first()
    if product is not None or not row.formerly:
        return product
    for sku in row.formerly:
        found = Product.objects.filter(sku=sku).first()
        if found and not _digests(row).isdisjoint(_digests_of(found)):
            return found
    return None


def _new(row: ImportRow) -> Product:
    """The product that a row makes. Raises RowRefused where it has nothing to show."""
    if not row.photographs and not row.may_lack_photographs:
        raise RowRefused(row.lacking or _("It has no photograph."))
    return Product(sku=row.sku, status=wanted_status(row, None))


def wanted_status(row: ImportRow, product: Product | None) -> Status:
    """What a row makes of the product that is there, if it is."""
    said = _said_status(row, product)
    has_photographs = bool(product and product.photographs)
    is_shown = row.photographs or has_photographs or not row.may_lack_photographs
    return said if is_shown or said not in SOLD else _status_before(product)


def _said_status(row: ImportRow, product: Product | None) -> Status:
    """The same where photographs are there."""
    before = _status_before(product)
    has_photographs = bool(product and product.photographs)
    # What came without photographs waits for them as a draft.
    waits = row.may_lack_photographs and before == Status.DRAFT and not has_photographs
    is_new = product is None or waits
    return Status(row.facts.get("status", row.status if is_new else before))


def _status_before(product: Product | None) -> Status:
    return Status(product.status) if product else Status.DRAFT


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


def _digests(row: ImportRow) -> set[str]:
    return {pictures.digest(read()) for read in row.photographs}


def _digests_of(product: Product) -> list[str]:
    return [photograph.digest for photograph in product.photographs]


def _check_numbers(row: ImportRow) -> None:
    """Raise RowRefused where a row has too many, or twice of something."""
    if not row.skus and (twice := _twice(row)):
        raise _is_there_twice(twice)
    if len(row.photographs) > pictures.MAX_PHOTOGRAPHS:
        most = pictures.MAX_PHOTOGRAPHS
        raise RowRefused(_("A product has at most %(most)d photographs.") % {"most": most})
    if len(row.sizes or ()) > MAX_SIZES:
        raise RowRefused(_("A product has at most %(most)d sizes.") % {"most": MAX_SIZES})
    if len(row.colours or ()) > MAX_COLOURS:
        raise RowRefused(_("A product has at most %(most)d colours.") % {"most": MAX_COLOURS})


def _twice(row: ImportRow) -> str:
    """A size that is there twice, if one is."""
    return next(repeated(row.sizes or ()), "")


def _is_there_twice(size: str) -> RowRefused:
    return RowRefused(_("The size %(size)s is there twice.") % {"size": quoted(size)})


def _send_pieces(product: Product, row: ImportRow, mark: str) -> Counted:
    """Tell whoever counts stock how many pieces the row names, if it names any."""
    if not row.stock:
        return Counted(0, 0)
    skus = [offer.sku for offer in product.offers()]
    pieces = dict(zip(skus, row.stock, strict=True))
    answers = pieces_named.send(Product, product=product, pieces=pieces, mark=mark)
    # Django's stubs know of no answers but texts.
    counted = [cast(Counted, answer) for _receiver, answer in answers]
    return Counted(sum(each.taken for each in counted), sum(each.left for each in counted))


def _set_facts(product: Product, row: ImportRow, category: Category) -> bool:
    """Write the row's facts into the product; whether anything differed."""
    named = {name: getattr(row, name) for name in FACTS}
    facts: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if row.colours is not None:
        facts["colours"] = product.colours_with(row.colours)
    facts["category_id"] = category.pk
    facts["price_cents"] = (
        row.price_cents or product.price_cents or kinds.price_for(row.kind or "", row.sku)
    )
    facts |= row.facts
    facts["status"] = wanted_status(row, product)
    changed = False
    for name, value in facts.items():
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


def _shown(
    product: Product, readers: Sequence[ReadPicture]
) -> list[Photograph | pictures.Incoming]:
    """The photographs of these files; those that the product lacks are not stored yet.

    Without any it keeps what it has. The same picture twice is one photograph. Files are let go of
    one by one, as two dozen may be half a gigabyte. Raises RowRefused or BadImage.
    """
    if not readers:
        return list(product.photographs)
    known = {photograph.digest: photograph for photograph in product.photographs}
    shown: dict[str, Photograph | pictures.Incoming] = {}
    for read in readers:
        source = read()
        digest = pictures.digest(source)
        if digest not in shown:
            shown[digest] = known.get(digest) or pictures.read_in_turn(source)
    return list(shown.values())
