"""Which kind of catalogue lies at a path, and a reader for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.imports import csv_zip, folders, foreign, kaggle
from shop.catalog.imports.archives import (
    FEED_ENDINGS,
    MAX_CSV_BYTES,
    Archive,
    Folder,
    Zip,
    is_page,
    is_table,
    natural_order,
)
from shop.catalog.imports.formats import known
from shop.catalog.imports.formats.listing import Listing
from shop.catalog.imports.rows import (
    BadRow,
    ImportRefused,
    ImportRow,
    RowRefused,
    counted,
    named,
)
from shop.catalog.imports.styles import FOLDER, Styles
from shop.catalog.imports.tables import Table, read_table

# Browsers save pages with all their pictures within.
MAX_PAGE_BYTES = 16 * 1024**2


@dataclass
class Source:
    """A catalogue to import. Iterating it, as often as wanted, yields its rows in a steady order.

    Close it (or use it as a context manager) to let go of its files.
    """

    layout: str
    total: int
    _rows: Callable[[], Iterator[ImportRow | BadRow]]
    _archive: Archive
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[ImportRow | BadRow]:
        return chain(self._archive.bad, self._rows())

    def products(self) -> Iterator[ImportRow | BadRow]:
        """The same without files that are no use to any row."""
        return self._rows()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *exception: object) -> None:
        self._archive.close()


def open_source(path: Path, images: Path | None = None) -> Source:
    """The catalogue at `path`; `images` names its photographs where they lie elsewhere.

    Known are: a folder or zip with Kaggle's `styles.csv`; a CSV file with a zip or folder of
    photographs beside it, a shop's own or one that another shop wrote; a feed in XML; a page, or
    a folder or zip of pages; folders (or a zip) of photographs by class. Raises ImportRefused.
    """
    if not path.exists():
        raise ImportRefused(_("%(path)s does not exist.") % {"path": path})
    if path.is_dir():
        return _open_folder(path, images)
    if path.suffix.lower() in FEED_ENDINGS or is_table(path.name) or is_page(path.name):
        return _source_of_file(path, images)
    if images:
        raise _no_use(images, path)
    return source_of_archive(Zip(path, path.name))


def source_of_archive(archive: Archive) -> Source:
    """A catalogue that lies in one archive: a CSV file and photographs, or folders by class."""
    tables = [name for name in archive.names if is_table(name)]
    styles = _topmost([name for name in tables if _is_styles(name)])
    chosen = styles or tables
    if len(chosen) > 1:
        if listing := _listed_together(
            [(name, partial(_read_in, archive, name)) for name in chosen]
        ):
            return _source_of_listing(listing, chosen, archive, [])
        raise ImportRefused(
            _("%(archive)s holds several CSV files: %(names)s.")
            % {"archive": archive.title, "names": named(chosen, len(chosen))}
        )
    if chosen:
        return source_of_content(_read_in(archive, chosen[0]), chosen[0], archive)
    pages = sorted(filter(is_page, archive.names), key=natural_order)
    if listing := known.in_pages(partial(_read_pages, archive, pages)):
        return _source_of_listing(listing, pages, archive, [])
    if not folders.pictures(archive):
        raise ImportRefused(
            _(
                "%(archive)s holds no CSV file, no photographs in folders by class and no page "
                "that tells of a product."
            )
            % {"archive": archive.title}
        )
    return Source(
        layout="folders by class",
        total=len(folders.products(archive)) + len(archive.bad),
        _rows=lambda: folders.rows(archive),
        _archive=archive,
        notes=_passed_over(archive, folders.pictures(archive)),
    )


def source_of_content(
    content: bytes, title: str, images: Archive, folder: Path | None = None
) -> Source:
    """A catalogue that is one file, told by what it holds, with photographs.

    `folder` is where the file lies, if that is not among the photographs. Raises ImportRefused.
    """
    if known.is_page(content):
        return _source_of_page(content, title, images)
    if listing := known.in_json(content, title) or known.in_xml(content, title):
        return _source_of_listing(listing, [title], images, [])
    table = read_table(content, title)
    if kaggle.is_styles(table):
        return _source_of_kaggle(table, images, folder)
    if listing := known.in_table(table):
        return _source_of_listing(listing, [title], images, table.notes)
    return _source_of_own(table, images)


def _source_of_page(content: bytes, title: str, images: Archive) -> Source:
    listing = known.in_pages(lambda: iter([(title, content)]))
    if listing is None:
        raise ImportRefused(
            _("%(title)s is a page that tells of no product with a price in schema.org's JSON-LD.")
            % {"title": title}
        )
    return _source_of_listing(listing, [title], images, [])


def _read_pages(archive: Archive, names: Sequence[str]) -> Iterator[tuple[str, bytes] | BadRow]:
    for name in names:
        try:
            yield name, archive.read(name, MAX_PAGE_BYTES)
        except RowRefused as refused:
            yield BadRow(name, str(refused))


def _listed_together(files: Sequence[tuple[str, Callable[[], bytes]]]) -> Listing | None:
    """What two files, each by its title and how to read it, list together; None where nothing."""
    if len(files) != 2:
        return None
    try:
        tables = [read_table(read(), title) for title, read in files]
    except ImportRefused:
        # Two tables that belong together can both be read.
        return None
    listing = known.in_tables(tables)
    notes = chain.from_iterable(table.notes for table in tables)
    return listing and replace(listing, notes=(*notes, *listing.notes))


def _source_of_own(table: Table, images: Archive) -> Source:
    csv_zip.check(table)
    return Source(
        layout="CSV and photographs",
        total=csv_zip.total(table) + len(images.bad),
        _rows=lambda: csv_zip.rows(table, images),
        _archive=images,
        notes=[
            *table.notes,
            *csv_zip.notes(table),
            *_passed_over(images, [*csv_zip.pictures(table, images), table.title]),
        ],
    )


def _source_of_listing(
    listing: Listing, titles: Sequence[str], images: Archive, notes: list[str]
) -> Source:
    summary = foreign.summary(listing, images)
    return Source(
        layout=listing.layout,
        total=summary.total + len(images.bad),
        _rows=lambda: foreign.rows(listing, images),
        _archive=images,
        notes=[
            *notes,
            *listing.notes,
            *summary.notes,
            *_passed_over(images, [*summary.pictures, *titles]),
        ],
    )


def _source_of_kaggle(table: Table, images: Archive, folder: Path | None) -> Source:
    beside = folder / FOLDER if folder else None
    styles = Styles(Folder(beside) if beside and beside.is_dir() else images)
    used = [*kaggle.pictures(table, images), table.title, *styles.names.values()]
    return Source(
        layout="Kaggle's styles.csv",
        total=table.size + len(images.bad),
        _rows=lambda: kaggle.rows(table, images, styles),
        _archive=images,
        notes=[*table.notes, *kaggle.notes(styles), *_passed_over(images, used)],
    )


def _is_styles(name: str) -> bool:
    return PurePosixPath(name).name.lower() == "styles.csv"


def _topmost(names: list[str]) -> list[str]:
    """Those of the fewest folders: Kaggle's zip holds a second copy of itself in one of its own."""
    depths = [len(PurePosixPath(name).parts) for name in names]
    return [name for name, depth in zip(names, depths, strict=True) if depth == min(depths)]


def _passed_over(archive: Archive, used: Iterable[str]) -> list[str]:
    """One sentence about the files that a catalogue has no use for, if there are any."""
    known = set(used)
    others = [name for name in archive.names if name not in known]
    if not others:
        return []
    text = ngettext(
        "%(number)s file was passed over: %(names)s.",
        "%(number)s files were passed over: %(names)s.",
        len(others),
    )
    return [text % {"number": counted(len(others)), "names": named(others, len(others))}]


def open_images(path: Path) -> Archive:
    """The photographs in a folder or a zip file. Raises ImportRefused."""
    if not path.exists():
        raise ImportRefused(_("%(path)s does not exist.") % {"path": path})
    return Folder(path) if path.is_dir() else Zip(path, path.name)


def _open_folder(path: Path, images: Path | None) -> Source:
    tables = sorted(path.glob("*.csv"))
    styles = [table for table in tables if table.name.lower() == "styles.csv"]
    chosen = styles or tables
    if len(chosen) > 1:
        names = [table.name for table in chosen]
        if listing := _listed_together(
            [(each.name, partial(_content_of, each)) for each in chosen]
        ):
            pictures = open_images(images or _beside(chosen[0]))
            return _source_of_listing(listing, names, pictures, [])
        raise ImportRefused(
            _("%(path)s holds several CSV files (%(names)s): name the one to import.")
            % {"path": path, "names": named(names, len(names))}
        )
    if chosen:
        return _source_of_file(chosen[0], images)
    if images:
        raise _no_use(images, path)
    folder = Folder(path)
    if not folders.pictures(folder) and not any(map(is_page, folder.names)):
        return source_of_archive(open_images(_only_zip(path)))
    return source_of_archive(folder)


def _source_of_file(path: Path, images: Path | None) -> Source:
    return source_of_content(
        _content_of(path), path.name, open_images(images or _beside(path)), path.parent
    )


def _no_use(images: Path, path: Path) -> ImportRefused:
    return ImportRefused(
        _(
            "%(images)s cannot go with %(path)s: photographs elsewhere go with a CSV file, or with "
            "a folder that holds one."
        )
        % {"images": images, "path": path}
    )


def _beside(table: Path) -> Path:
    """Where the photographs of a CSV file usually lie."""
    folder = table.parent
    usual = (folder / "images", folder / "images.zip", table.with_suffix(".zip"))
    for candidate in (*usual, table.with_suffix("")):
        if candidate.exists() and candidate != table:
            return candidate
    zips = sorted(folder.glob("*.zip"))
    return zips[0] if len(zips) == 1 else folder


def _only_zip(folder: Path) -> Path:
    zips = sorted(folder.glob("*.zip"))
    usual = folder / "images.zip"
    if usual in zips:
        return usual
    if len(zips) != 1:
        reason = (
            _(
                "%(path)s holds no styles.csv, no CSV file, no folders of photographs and "
                "several zip files: name what to import."
            )
            if zips
            else _(
                "%(path)s holds no styles.csv, no CSV file, no folders of photographs and "
                "no zip file: name what to import."
            )
        )
        raise ImportRefused(reason % {"path": folder})
    return zips[0]


def _content_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return content_of(file, path.name)


def content_of(file: IO[bytes], title: str) -> bytes:
    """The bytes of a file of products. Raises ImportRefused where they are too many."""
    # Asked to read at most so many, a file makes room for all of them.
    if file.seek(0, os.SEEK_END) > MAX_CSV_BYTES:
        raise ImportRefused(
            _("%(name)s is larger than %(most)d MB.")
            % {"name": title, "most": MAX_CSV_BYTES // 1024**2}
        )
    file.seek(0)
    return file.read()


def _read_in(archive: Archive, name: str) -> bytes:
    try:
        return archive.read(name, MAX_CSV_BYTES)
    except RowRefused as refused:
        raise ImportRefused(str(refused)) from refused
