"""`manage.py reconcile_skus`: register the SKUs that products have, and name those that clash."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog import registering
from shop.catalog.remember import DATABASE_ERRORS


class Command(BaseCommand):
    help = (
        "Makes the registry of SKUs fit the catalogue: what products have is registered for them, "
        "what no product has is free. A SKU that two products have stays with the one that it is "
        "registered for, and the other is named: give it another SKU in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what does not fit, change nothing"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        try:
            found = registering.differences()
            if not dry_run:
                registering.mend(found)
        except DATABASE_ERRORS as away:
            raise CommandError(f"A database is away: {away}") from away
        self._tell(found, dry_run)

    def _tell(self, found: registering.Differences, dry_run: bool) -> None:
        if not any(found):
            self.stdout.write("Every product has its SKUs, and no two have one.")
            return
        done = "would be" if dry_run else "are"
        missing = sum(map(len, found.missing.values()))
        if missing:
            self.stdout.write(f"{missing} SKUs {done} registered for their products.")
        if found.idle:
            self.stdout.write(f"{len(found.idle)} SKUs that no product has {done} free.")
        for product, sentence in found.clashes:
            self.stdout.write(f"{product.name} ({product.sku}): {sentence}")
