"""`manage.py export_orders PATH`: write all orders into a CSV file, a row a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop.catalog.exports.writing import csv_text, put
from shop.orders import files
from shop.orders.models import Order


class Command(BaseCommand):
    help = "Write all orders into a CSV file, a row a line; it holds addresses and mails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file to write")

    def handle(self, *, path: Path, **options: Any) -> None:
        put(csv_text(files.COLUMNS, files.rows(Order.objects.all())), path)
        self.stdout.write(f"{path} is written.")
