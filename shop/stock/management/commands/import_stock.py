"""`manage.py import_stock PATH`: take over what a CSV file says is on hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog.imports import ImportRefused
from shop.catalog.imports.sources import content_of
from shop.stock import files

BAD_ROWS_SHOWN = 20
REFUSED = 2


class Command(BaseCommand):
    help = (
        "Take over what a CSV file says is on hand of each SKU, as export_stock wrote it and "
        "somebody changed it. To import it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a file with the columns sku and on_hand")
        parser.add_argument("--by", default="import", help="who counted, for the movements")

    def handle(self, *, path: Path, by: str, **options: Any) -> None:
        try:
            with path.open("rb") as file:
                report = files.take(content_of(file, path.name), path.name, by=by)
        except (ImportRefused, OSError) as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        for row in report.bad[:BAD_ROWS_SHOWN]:
            self.stderr.write(f"{row.place}: {row.reason}")
        self.stdout.write(f"{report}.")
