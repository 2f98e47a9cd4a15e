"""The last step on one's own photographs: what is nearest to each, to a photograph, to items."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from recommender import packages, search
from recommender.conf import conf
from recommender.encoder import calibration_of, load_encoder, load_file
from recommender.images import BadImage, open_picture
from recommender.management.progress import bar


class Command(BaseCommand):
    help = "What looks alike in a prepared catalogue, as a contact sheet, CSV and JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("catalogue", type=Path, help="a folder that prepare wrote")
        asked = parser.add_mutually_exclusive_group()
        asked.add_argument("--photo", type=Path, help="a picture (default: every item)")
        asked.add_argument("--liked", nargs="+", metavar="ITEM", help="items that somebody likes")
        parser.add_argument("-k", type=int, default=5, help="how many (default: %(default)s)")
        parser.add_argument("--encoder", choices=search.ENCODERS)
        parser.add_argument("--weights", type=Path, help="an encoder that train wrote")
        parser.add_argument(
            "--out",
            type=Path,
            help="folder for what is found (default: recommendations/ in the results folder)",
        )

    def handle(self, *args: Any, catalogue: Path, **options: Any) -> None:
        packages.require("sklearn")
        from recommender.lab.catalogue import recommending

        if not (catalogue / "styles.csv").is_file():
            raise CommandError(f"No styles.csv in {catalogue}: prepare it first.")
        trained = options["weights"]
        encoder = load_file(trained) if trained else load_encoder(options["encoder"])
        calibration = None if trained else calibration_of(options["encoder"])
        with bar(Console()) as progress:
            task = progress.add_task("Encoding", total=None)
            shelf = recommending.Shelf(
                catalogue,
                encoder,
                calibration,
                lambda done: progress.advance(task, done),
            )
            progress.update(task, total=len(shelf.rows), completed=len(shelf.rows))
        found = self._asked(shelf, options)
        out = options["out"] or conf.VAR_DIR / "results" / "recommendations" / catalogue.name
        page = recommending.write(found, shelf, out)
        for one in found[:1]:
            for match in one.matches:
                self.stdout.write(f"{one.query}: {match.item} {match.similarity:.3f}")
        self.stdout.write(self.style.SUCCESS(f"Contact sheet: {page}"))

    def _asked(self, shelf: Any, options: dict[str, Any]) -> list[Any]:
        from recommender.lab.catalogue.recommending import UnknownItem

        k, photo = options["k"], options["photo"]
        try:
            if photo:
                return [shelf.of_photograph(photo.name, open_picture(photo), k)]
            if options["liked"]:
                return [shelf.of_liked(options["liked"], k)]
            return list(shelf.of_every_item(k))
        except (BadImage, OSError, UnknownItem) as error:
            raise CommandError(str(error)) from error
