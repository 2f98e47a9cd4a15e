"""`manage.py save_oscar API PATH`: keep what a shop of django-oscar tells, for import_catalog."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog.imports import ImportRefused, oscar_api
from shop.fetching import Later, Refused


class Command(BaseCommand):
    help = "Save the products that the API of a shop of django-oscar tells of into a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("api", help="where the API is, as https://shop.example/api/")
        parser.add_argument("path", type=Path, help="the file to write, for import_catalog")

    def handle(self, *, api: str, path: Path, **options: Any) -> None:
        try:
            number = _put(api, path)
        except (Refused, Later, ImportRefused) as reason:
            raise CommandError(f"{api}: {reason}") from reason
        self.stdout.write(f"{path} holds {number} products.")


def _put(api: str, path: Path) -> int:
    """Write all of it before it takes the place of what was there: how many products there are."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    number = 0
    try:
        with partial.open("w", encoding="utf-8") as file:
            for product in oscar_api.products(api):
                file.write(",\n" if number else "[\n")
                json.dump(product, file, ensure_ascii=False)
                number += 1
            file.write("\n]\n" if number else "[]\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return number
