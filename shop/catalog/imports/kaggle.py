"""Kaggle's "Fashion Product Images": `styles.csv` and a folder or zip of `<id>.jpg`.

A `productDisplayName` is used where there is one. The set names no prices, sizes or descriptions:
those are derived from the kind of article (`kinds.py`), the same ones at every import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from shop.catalog.imports import kinds
from shop.catalog.imports.archives import Archive
from shop.catalog.imports.rows import BadRow, ImportRow
from shop.catalog.imports.tables import Table

COLUMNS = ("id", "gender", "articletype", "basecolour", "season", "usage")
NAME = "productdisplayname"


def is_styles(table: Table) -> bool:
    """Whether a table has the columns of Kaggle's `styles.csv`."""
    return set(COLUMNS) <= set(table.columns)


def rows(table: Table, images: Archive) -> Iterator[ImportRow | BadRow]:
    """The products of a `styles.csv`, in its order."""
    by_id = {PurePosixPath(name).stem: name for name in images.pictures()}
    for record in table.records(texts=(NAME,)):
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        picture = by_id.get(values["id"])
        if picture is None:
            yield BadRow(
                line,
                _("There is no photograph %(name)s in %(archive)s.")
                % {"name": f"{values['id']}.jpg", "archive": images.title},
            )
        else:
            yield _row(line, values, images, picture)


def _row(line: int, values: Mapping[str, str], images: Archive, picture: str) -> ImportRow:
    known = {name: "" if value in ("NA", "nan") else value for name, value in values.items()}
    kind, colour, gender = known["articletype"], known["basecolour"], known["gender"].lower()
    return ImportRow(
        sku=known["id"],
        name=known.get(NAME) or f"{colour} {kind}".strip(),
        category=kinds.shelf_for(kind).category,
        gender=gender,
        kind=kind,
        colours=[colour] if colour else [],
        season=known["season"],
        usage=known["usage"],
        price_cents=kinds.price_for(kind, known["id"]),
        description=_description(known),
        sizes=kinds.sizes_for(kind, gender),
        photographs=(images.picture(picture),),
        line=line,
    )


def _description(known: Mapping[str, str]) -> str:
    what = f"{known['basecolour']} {known['articletype'].lower()}".strip().capitalize()
    use = f" for {known['usage'].lower()} wear" if known["usage"] else ""
    year = known.get("year", "").removesuffix(".0")
    season = f" {known['season']} {year}.".replace(" .", ".") if known["season"] else ""
    return f"{what}{use}.{season}"
