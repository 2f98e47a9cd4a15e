"""`manage.py import_orders PATH`: hold a CSV file of orders against those that there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog.imports import ImportRefused
from shop.catalog.imports.sources import content_of
from shop.orders import files

ROWS_SHOWN = 20
REFUSED = 2


class Command(BaseCommand):
    help = (
        "Hold a CSV file, as export_orders writes it, against the orders that there are, and say "
        "what differs. It changes and makes none: see docs/exchange.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a file of orders")

    def handle(self, *, path: Path, **options: Any) -> None:
        try:
            with path.open("rb") as file:
                report = files.compare(content_of(file, path.name), path.name)
        except (ImportRefused, OSError) as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        for row in report.differing[:ROWS_SHOWN]:
            self.stderr.write(f"{row.place}: {row.reason}")
        self.stdout.write(f"{report}.")
