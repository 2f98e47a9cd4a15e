"""`manage.py export_stock PATH`: write what is on hand of every size into a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop.catalog.exports.writing import csv_text, put
from shop.catalog.models import Product
from shop.stock import files


class Command(BaseCommand):
    help = (
        "Write what is on hand of every size into a CSV file. Change the numbers in the column "
        "on_hand and give it to import_stock: what is sold meanwhile is taken into account."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file to write")

    def handle(self, *, path: Path, **options: Any) -> None:
        put(csv_text(files.COLUMNS, files.rows(Product.objects.all())), path)
        self.stdout.write(f"{path} is written.")
