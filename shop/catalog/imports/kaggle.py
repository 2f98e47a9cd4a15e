"""Kaggle's "Fashion Product Images": `styles.csv` and a folder or zip of `<id>.jpg`.

A `productDisplayName` is used where there is one. `styles.csv` names no prices, sizes or
descriptions: those are derived from the kind of article (`kinds.py`), the same at every import. The
full set has a `styles/<id>.json` for each product, which tells prices and descriptions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from shop.catalog.imports import kinds
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.rows import (
    BadRow,
    ImportRow,
    Place,
    ReadPicture,
    RowRefused,
    quoted,
)
from shop.catalog.imports.styles import Style, Styles
from shop.catalog.imports.tables import Table

COLUMNS = ("id", "gender", "articletype", "basecolour", "season", "usage")
NAME = "productdisplayname"


def is_styles(table: Table) -> bool:
    """Whether a table has the columns of Kaggle's `styles.csv`."""
    return set(COLUMNS) <= set(table.columns)


def rows(table: Table, images: Archive, styles: Styles) -> Iterator[ImportRow | BadRow]:
    """The products of a `styles.csv`, in its order."""
    pictures = _Pictures(images)
    for record in table.records(texts=(NAME,)):
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        try:
            picture = images.picture(pictures.of(values["id"]))
            yield _row(line, values, picture, styles.of(values["id"]))
        except RowRefused as refused:
            yield BadRow(line, str(refused), values["id"])


def pictures(table: Table, images: Archive) -> set[str]:
    """The names of the pictures that rows of the table mean."""
    return _Pictures(images).meant(table.values("id"))


def notes(styles: Styles) -> list[str]:
    """What there is to say of the files beside `styles.csv`."""
    if not styles.names:
        return []
    return [_("The prices of styles/*.json are taken as they are, whatever currency they are in.")]


class _Pictures:
    """The photographs by the ids that they are named after; of several, the topmost is meant."""

    def __init__(self, images: Archive) -> None:
        self._images = images
        self._by_id: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(images.pictures(), key=_depth):
            self._by_id[PurePosixPath(name).stem].append(name)

    def of(self, key: str) -> str:
        """Raises RowRefused where there is none, or no topmost one."""
        found = self._by_id.get(key, [])
        if not found:
            raise RowRefused(
                _("There is no photograph %(name)s in %(archive)s.")
                % {"name": quoted(f"{key}.jpg"), "archive": self._images.title}
            )
        if len(found) > 1 and _depth(found[0]) == _depth(found[1]):
            raise RowRefused(
                _("Both %(first)s and %(second)s are its photograph: leave out one of them.")
                % {"first": quoted(found[0]), "second": quoted(found[1])}
            )
        return found[0]

    def meant(self, keys: Iterable[str]) -> set[str]:
        """Those that are named after one of these, of several the topmost."""
        found = (self._by_id.get(key, []) for key in keys)
        return {name for names in found for name in names if _depth(name) == _depth(names[0])}


def _depth(name: str) -> int:
    return len(PurePosixPath(name).parts)


def _row(
    line: Place, values: Mapping[str, str], picture: ReadPicture, style: Style | None
) -> ImportRow:
    known = {name: "" if value in ("NA", "nan") else value for name, value in values.items()}
    kind, colour, gender = known["articletype"], known["basecolour"], known["gender"].lower()
    return ImportRow(
        sku=known["id"],
        name=known.get(NAME) or f"{colour} {kind}".strip(),
        category=kinds.shelf_for(kind).category,
        gender=gender,
        kind=kind,
        colours=list(dict.fromkeys(filter(None, (colour, *(style.colours if style else ()))))),
        season=known["season"],
        usage=known["usage"],
        price_cents=(style and style.price_cents) or kinds.price_for(kind, known["id"]),
        description=(style and style.description) or _description(known),
        sizes=kinds.sizes_for(kind, gender),
        photographs=(picture,),
        line=line,
        facts={"brand": style.brand, "sale_price_cents": style.sale_price_cents} if style else {},
    )


def _description(known: Mapping[str, str]) -> str:
    what = f"{known['basecolour']} {known['articletype'].lower()}".strip().capitalize()
    use = f" for {known['usage'].lower()} wear" if known["usage"] else ""
    year = known.get("year", "").removesuffix(".0")
    season = f" {known['season']} {year}.".replace(" .", ".") if known["season"] else ""
    return f"{what}{use}.{season}"
