"""Rows become products: what is new is made, what differs is changed, the rest is left alone."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import cast

from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from recommender import search
from recommender.images import BadImage
from shop.catalog import making, pictures
from shop.catalog.imports import wanted
from shop.catalog.imports.categories import Categories
from shop.catalog.imports.filling import (
    check_numbers,
    check_shown,
    fill,
    said_status,
    wanted_status,
)
from shop.catalog.imports.rows import (
    NAMED,
    BadRow,
    ImportRow,
    Outcome,
    Place,
    ReadPicture,
    Report,
    RowRefused,
    place_of,
    quoted,
)
from shop.catalog.models import Category, Product
from shop.catalog.parts import Photograph
from shop.catalog.signals import Counted, pieces_named
from shop.catalog.skus import SkuBeingTaken, SkuTaken
from shop.skus.keys import key_of

# Rows that are looked up, and made, at once: the other writers of MongoDB's stand-in wait for so
# many. And of how many characters they are together: they are in memory several times.
AT_ONCE, MOST_AT_ONCE = 50, 1_000_000
BUSY_PAUSE_SECONDS = 1.0
NOTHING_COUNTED = Counted(0, 0)


@dataclass(frozen=True)
class Taken:
    """What became of a row's product, and of the pieces that it names."""

    outcome: Outcome
    stock: Counted


@dataclass
class _Draft:
    """A product that is new and not saved yet, and what was counted of it."""

    row: ImportRow
    product: Product
    category: Category
    stock: Counted = NOTHING_COUNTED


def import_rows(
    rows: Iterable[ImportRow | BadRow],
    *,
    report: Report | None = None,
    progress: Callable[[Report], None] | None = None,
    mark: str = "",
    source: str = "",
    at_once: int = AT_ONCE,
) -> Report:
    """Make the catalogue hold these rows; `progress` is called after each, also one passed over.

    A row is known by its SKU and its photographs by their bytes, so an import that broke off is
    resumed by running it again, and a second run changes nothing. Each row stands alone: a bad
    one is reported and leaves no trace. What a product has that rows do not speak of (order of
    display, alternative texts, whether it is published) stays as the merchant set it.

    `report` goes on from an earlier part of the same import: as many rows as it counts are passed
    over. With a `mark` that is this import's own, the report is the same however often it was
    broken off: what a product became is written into it together with the mark, and with the
    `source` that the rows come from, if they come from one. `at_once` is how many rows may be taken
    together: those before one that stops the process are done again.
    """
    report = report or Report()
    importer = _Importer(mark, source)
    unread = iter(rows)
    with search.bulk():
        for row in islice(unread, report.done):
            importer.pass_over(row)
            _tell(progress, report)
        for some in _parted(unread, at_once):
            for taken in importer.take(some):
                _note(report, taken)
                report.category_count, report.categories = importer.categories_made()
                _tell(progress, report)
    return report


def _note(report: Report, taken: Taken | BadRow) -> None:
    if isinstance(taken, BadRow):
        report.leave_out(taken)
    else:
        report.count(taken.outcome, taken.stock)


def _tell(progress: Callable[[Report], None] | None, report: Report) -> None:
    if progress:
        progress(report)


def _parted(rows: Iterable[ImportRow | BadRow], at_once: int) -> Iterator[list[ImportRow | BadRow]]:
    """The rows, as many together as are taken together."""
    some: list[ImportRow | BadRow] = []
    size = 0
    for row in rows:
        some.append(row)
        size += row.size if isinstance(row, ImportRow) else 0
        if len(some) >= at_once or size > MOST_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


class _Importer:
    """One run: it remembers the categories it met and the SKUs it has seen."""

    def __init__(self, mark: str, source: str) -> None:
        self._mark = mark
        self._source = source
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

    def take(self, rows: Sequence[ImportRow | BadRow]) -> Iterator[Taken | BadRow]:
        """Import rows, as far as it is asked: what becomes of each, in their order."""
        known = _known_of(rows)
        for are_new, some in groupby(rows, lambda row: _is_new(row, known)):
            if are_new:
                yield from self._make(cast(Iterable[ImportRow], some))
            else:
                yield from (self._taken(row, known) for row in some)

    def _make(self, rows: Iterable[ImportRow]) -> list[Taken | BadRow]:
        """Import rows of products that are new and have no photographs, all at once."""
        drafts = [_or_bad(self._draft, row) for row in rows]
        self._save([draft for draft in drafts if isinstance(draft, _Draft)])
        return [draft if isinstance(draft, BadRow) else self._taken_of(draft) for draft in drafts]

    def _draft(self, row: ImportRow) -> _Draft:
        self._check(row)
        product, category = _new(row), self._categories.of(row)
        fill(product, row, category)
        for variant, pieces in zip(product.variants, row.stock, strict=False):
            # As whoever counts them will say.
            variant.available = pieces > 0
        return _Draft(row, product, category)

    def _save(self, drafts: Sequence[_Draft]) -> None:
        """Save those of the drafts for which that can be done at once."""
        products = [draft.product for draft in drafts]
        if products and making.take_skus(products):
            for draft in drafts:
                self._sign(draft.product, draft.category, Outcome.CREATED)
            # First, so that whoever learns of a product learns of its pieces as well.
            told = [(draft.product, draft.row) for draft in drafts]
            for draft, stock in zip(drafts, self._counted(told, is_shown=True), strict=True):
                draft.stock = stock
            making.save(products)

    def _taken_of(self, draft: _Draft) -> Taken | BadRow:
        if draft.product._state.adding:
            # By itself it says why not, or can be made after all.
            return self._taken(draft.row, {})
        self._want_photographs(draft.product, draft.row)
        return Taken(Outcome.CREATED, draft.stock)

    def _taken(self, row: ImportRow | BadRow, known: Mapping[str, Product]) -> Taken | BadRow:
        """Import one row by itself."""
        if isinstance(row, BadRow):
            return row
        return _or_bad(lambda row: self._take_one(row, known.get(row.sku)), row)

    def _take_one(self, row: ImportRow, seen: Product | None) -> Taken:
        """`seen` is its product as it was a moment ago. Raises RowRefused or BadImage."""
        self._check(row)
        if seen and self._says_nothing_new(row, seen):
            return self._followed(seen, row, Outcome.UNCHANGED)
        try:
            return self._store_in_turn(row)
        except IntegrityError:
            # Another import made the product between our look and our write: it is there now.
            return self._store_in_turn(row)

    def _check(self, row: ImportRow) -> None:
        """Raise RowRefused where an earlier row has its SKU, or it has too many of something."""
        earlier = self._lines.setdefault(hash(key_of(row.sku)), row.line)
        if earlier != row.line:
            raise RowRefused(
                _("The SKU %(sku)s is already used in %(place)s.")
                % {"sku": quoted(row.sku), "place": quoted(place_of(earlier))}
            )
        check_numbers(row)

    def _says_nothing_new(self, row: ImportRow, seen: Product) -> bool:
        """Whether that can be told without a look at photographs or at what happened since."""
        if row.photographs or wanted.are_fetched(row) or self._earlier(seen):
            return False
        return not fill(seen, row, self._categories.of(row))

    def _sign(self, product: Product, category: Category, outcome: Outcome) -> None:
        """From here on the row is good: what it needs may be made."""
        product.category = self._categories.kept(category)
        product.imported = self._mark and f"{self._mark}:{outcome.value}"
        product.source = self._source or product.source

    def _store_in_turn(self, row: ImportRow) -> Taken:
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

    def _store(self, row: ImportRow) -> Taken:
        product = _known(row) or _new(row)
        earlier = self._earlier(product)
        outcome = earlier or (Outcome.UPDATED if product.pk else Outcome.CREATED)
        category = self._categories.of(row)
        changed = fill(product, row, category)
        shown = _shown(product, row.photographs)
        if changed or [each.digest for each in shown] != _digests_of(product):
            product.take_skus()
            self._sign(product, category, outcome)
            product.save_with_photographs(pictures.stored(shown))
        elif earlier is None:
            outcome = Outcome.UNCHANGED
        return self._followed(product, row, outcome)

    def _followed(self, product: Product, row: ImportRow, outcome: Outcome) -> Taken:
        """What became of a product, once others were told what its row says for them."""
        self._want_photographs(product, row)
        (stock,) = self._counted([(product, row)], is_shown=False)
        return Taken(outcome, stock)

    def _want_photographs(self, product: Product, row: ImportRow) -> None:
        if wanted.are_fetched(row):
            wanted.want(product, row, said_status(row, product), self._mark)

    def _counted(
        self, told: Sequence[tuple[Product, ImportRow]], *, is_shown: bool
    ) -> list[Counted]:
        """Tell whoever counts stock how many pieces rows name of their products, if they name any;
        what was counted of each."""
        pieces = {str(product.pk): _pieces(product, row) for product, row in told if row.stock}
        if not pieces:
            return [NOTHING_COUNTED] * len(told)
        answers = pieces_named.send(Product, pieces=pieces, mark=self._mark, is_shown=is_shown)
        # Django's stubs know of no answers but texts.
        counted = [cast(Mapping[str, Counted], answer) for _receiver, answer in answers]
        return [_summed(each.get(str(product.pk)) for each in counted) for product, _row in told]

    def _earlier(self, product: Product) -> Outcome | None:
        """What this import made of it before it was broken off, if it got so far."""
        mark, _colon, outcome = (product.imported or "").rpartition(":")
        return Outcome(outcome) if self._mark and mark == self._mark else None


def _or_bad[T](take: Callable[[ImportRow], T], row: ImportRow) -> T | BadRow:
    """What is made of a row, or why nothing is."""
    try:
        return take(row)
    except (RowRefused, BadImage) as refused:
        return BadRow(row.line, str(refused))


def _known_of(rows: Sequence[ImportRow | BadRow]) -> dict[str, Product]:
    """The products that are there already by the SKUs of the rows."""
    skus = [row.sku for row in rows if isinstance(row, ImportRow)]
    return {product.sku: product for product in Product.objects.filter(sku__in=skus).order_by()}


def _is_new(row: ImportRow | BadRow, known: Mapping[str, Product]) -> bool:
    """Whether a row makes a product without photographs."""
    if isinstance(row, BadRow) or row.photographs or row.formerly:
        return False
    return row.sku not in known


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
    check_shown(row, None)
    return Product(sku=row.sku, status=wanted_status(row, None))


def _digests(row: ImportRow) -> set[str]:
    return {pictures.digest(read()) for read in row.photographs}


def _digests_of(product: Product) -> list[str]:
    return [photograph.digest for photograph in product.photographs]


def _pieces(product: Product, row: ImportRow) -> dict[str, int]:
    """How many pieces the row names, by SKU."""
    return dict(zip((offer.sku for offer in product.offers()), row.stock, strict=True))


def _summed(counted: Iterable[Counted | None]) -> Counted:
    told = [each for each in counted if each]
    return Counted(sum(each.taken for each in told), sum(each.left for each in told))


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
