"""`manage.py reconcile_stock`: make the catalogue's sizes and the counted pieces fit again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog.remember import DATABASE_ERRORS
from shop.stock import mending


class Command(BaseCommand):
    help = (
        "Makes sizes and counts fit together after SQL or MongoDB came back older than the other. "
        "A size without a count is sold out until somebody counts it; a count goes to the product "
        "that has its SKU; one that no product has is ended, unless an order may still bring "
        "pieces back. What is changed stands among the movements of the stock."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what does not fit, change nothing"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        try:
            found = mending.differences()
            if not dry_run:
                mending.mend(found)
        except DATABASE_ERRORS as away:
            raise CommandError(f"A database is away: {away}") from away
        self._say("sold out until somebody counts them", found.uncounted, dry_run)
        self._say("counted under the product that has them now", found.moved, dry_run)
        self._say("not counted any more, as no product has them", found.orphans, dry_run)
        self._say("left as they are, as orders refer to them", found.kept, dry_run)
        if not any(found):
            self.stdout.write("Sizes and counts fit together.")

    def _say(self, done: str, skus: Collection[str], dry_run: bool) -> None:
        if skus:
            would = "to be " if dry_run else ""
            self.stdout.write(f"{len(skus)} {would}{done}: {', '.join(sorted(skus))}")
