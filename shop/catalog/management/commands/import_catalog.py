"""`manage.py import_catalog PATH`: bring a catalogue in from files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from bson import ObjectId
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shop.catalog.imports import (
    BadRow,
    ImportRefused,
    Previewed,
    Report,
    Source,
    fetching,
    import_rows,
    open_source,
    previewing,
    wanted,
)
from shop.catalog.imports.previewing import MOST
from shop.catalog.imports.rows import place_of
from shop.catalog.money import units

BAD_ROWS_SHOWN = 20
REFUSED = 2
LOOK_S = 1.0


class Command(BaseCommand):
    help = (
        "Import products: Kaggle's styles.csv with images/ or images.zip, photographs in folders "
        "by class (or a zip of them), or a CSV file with a zip of photographs: your own, or that "
        "of another shop (docs/exchange.md). It can be broken off and run again; a second run "
        "changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", type=Path, help="a folder, a table, a feed, a page or a zip file"
        )
        parser.add_argument("--images", type=Path, help="a zip or folder of photographs elsewhere")
        parser.add_argument("--limit", type=int, help="import only the first N rows")

        parser.add_argument(
            "--preview",
            action="store_true",
            help=f"only say what would become of the first {MOST} products",
        )

    def handle(
        self,
        *,
        path: Path,
        images: Path | None,
        limit: int | None,
        preview: bool,
        **options: Any,
    ) -> None:
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        if limit is not None and limit < 1:
            raise CommandError("--limit must be at least 1.")
        try:
            with open_source(path, images) as source:
                if preview:
                    _preview(source, limit or MOST, console)
                else:
                    console.print(f"Importing {escape(str(path))} ({source.layout}).")
                    mark = str(ObjectId())
                    _show(_import(source, limit, mark, console), console)
                    _fetch(mark, console)
        except ImportRefused as refused:
            # Another status than what may pass: it is of no use to try this again.
            raise CommandError(str(refused), returncode=REFUSED) from refused


def _preview(source: Source, most: int, console: Console) -> None:
    console.print(f"{source.layout}, {source.total} rows. Nothing is written.")
    for each in previewing.preview(source, most):
        if isinstance(each, BadRow):
            console.print(f"[red]{escape(each.place)}[/]: {escape(each.reason)}")
        else:
            console.print(f"[bold]{escape(place_of(each.row.line))}[/]: {escape(_told(each))}")
    for note in source.notes:
        console.print(f"[yellow]{escape(note)}")


def _told(each: Previewed) -> str:
    """What becomes of a product, in one line."""
    row = each.row
    price = f"{units(row.price_cents):.2f}" if row.price_cents else "no price"
    facts = (
        "changes what is there" if each.product else "new",
        each.status.value,
        f"in {row.category}",
        price,
        f"sizes {', '.join(row.sizes)}" if row.sizes else "",
        f"{each.photographs} photographs",
        f"missing: {', '.join(each.missing)}" if each.missing else "",
    )
    return f"{row.name} ({row.sku}): {'; '.join(filter(None, facts))}"


def _bar(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console)


def _import(source: Source, limit: int | None, mark: str, console: Console) -> Report:
    with _bar(console) as bar:
        task = bar.add_task("products", total=min(source.total, limit or source.total))
        return import_rows(
            islice(source, limit),
            report=Report(notes=list(source.notes)),
            progress=lambda report: bar.update(task, completed=report.done),
            mark=mark,
        )


def _fetch(mark: str, console: Console) -> None:
    """Fetch the photographs that the import names by addresses, or watch a worker do it."""
    total = left = wanted.waiting(mark)
    if not total:
        return
    console.print("Fetching photographs. Workers go on where this is broken off.")
    with _bar(console) as bar:
        task = bar.add_task("products", total=total)
        while left:
            if fetching.drain(LOOK_S):
                time.sleep(LOOK_S)
            left = wanted.waiting(mark)
            bar.update(task, completed=total - left)
    _show_bad(wanted.faults(mark), console)


def _show(report: Report, console: Console) -> None:
    for note in report.remarks:
        console.print(f"[yellow]{escape(note)}")
    _show_bad(report.bad, console, report.bad_count)
    console.print(f"{str(report).capitalize()}.")


def _show_bad(bad: Sequence[BadRow], console: Console, number: int = 0) -> None:
    for row in bad[:BAD_ROWS_SHOWN]:
        console.print(f"[red]{escape(row.place)}[/]: {escape(row.reason)}")
    more = max(number, len(bad)) - BAD_ROWS_SHOWN
    if more > 0:
        console.print(f"... and {more} more like these.")
