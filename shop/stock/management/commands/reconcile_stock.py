"""`manage.py reconcile_stock`: make the catalogue's sizes and the counted pieces fit again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog.remember import DATABASE_ERRORS
from shop.stock import mending, separating
from shop.stock.models import Stock


class Command(BaseCommand):
    help = (
        "Makes sizes and counts fit together after SQL or MongoDB came back older than the other. "
        "A size whose count is lost is sold out until somebody counts it; a count goes to the "
        "product that has its SKU; one that no product has is ended, unless an order may still "
        "bring pieces back. What is changed stands among the movements of the stock."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what does not fit, change nothing"
        )
        parser.add_argument(
            "--uncounted",
            action="store_true",
            help="sell out what was never counted too: for a shop that counts every size and whose "
            "SQL came back from before some were counted",
        )

    def handle(self, *args: Any, dry_run: bool, uncounted: bool, **options: Any) -> None:
        try:
            if not dry_run:
                separating.take_note()
            found = mending.differences()
            to_be_counted = [row.sku for row in Stock.objects.to_be_counted()]
            if not dry_run:
                mending.mend(found, uncounted_too=uncounted)
        except DATABASE_ERRORS as away:
            raise CommandError(f"A database is away: {away}") from away
        self._say("to be counted, as they shared another size's pieces", to_be_counted)
        self._tell(found, dry_run, uncounted)

    def _tell(self, found: mending.Differences, dry_run: bool, uncounted: bool) -> None:
        if found.uncounted and not uncounted:
            self.stdout.write(
                f"{len(found.uncounted)} sizes were never counted, as far as SQL knows, and stay "
                "as they are. --uncounted sells them out until somebody counts them."
            )
        if found.fit and not (found.uncounted and uncounted):
            self.stdout.write("Sizes and counts fit together.")
            return
        if dry_run:
            self.stdout.write("Nothing is changed. Without --dry-run there would be:")
        self._say("sold out until somebody counts them", found.lost)
        if uncounted:
            self._say("never counted, and sold out until somebody counts them", found.uncounted)
        self._say("counted under the product that has them now", found.moved)
        self._say("not counted any more, as no product has them", found.orphans)
        self._say("left as they are, as orders refer to them", found.kept)

    def _say(self, done: str, skus: Collection[str]) -> None:
        if skus:
            self.stdout.write(f"{len(skus)} {done}: {', '.join(sorted(skus))}")
