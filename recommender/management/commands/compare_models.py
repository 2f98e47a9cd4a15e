"""A convolutional and a recurrent network side by side on Fashion-MNIST."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from recommender import packages
from recommender.conf import conf
from recommender.management.progress import bar


class Command(BaseCommand):
    help = (
        "Train a convolutional and a recurrent network on Fashion-MNIST and compare them. Stop it "
        "at any time; run it again to go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            help="folder of the four files (default: fashion-mnist/ in VITRINE_DATA_DIR; without "
            "it Keras downloads them)",
        )
        parser.add_argument("--epochs", type=int, help="of each network (default: 20)")
        parser.add_argument(
            "--seeds", type=int, default=3, help="how many times each (default: %(default)s)"
        )
        parser.add_argument(
            "--out",
            type=Path,
            default=conf.VAR_DIR / "results" / "fashion-mnist",
            help="folder for the report, and for what a stopped run goes on from (default: "
            "%(default)s)",
        )
        parser.add_argument(
            "--pictures", type=int, help="take no more of each part, to see how it goes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        packages.require("tensorflow", "sklearn", "matplotlib")
        from recommender.lab.fashion_mnist import comparison, data, report, training

        try:
            parts = data.read(self._folder(options["data"]), options["pictures"])
        except data.WrongFile as error:
            raise CommandError(str(error)) from error
        budget = training.Budget(epochs=options["epochs"] or training.EPOCHS)
        console = Console()
        with bar(console) as progress:

            def following(title: str, steps: int) -> training.Done:
                task = progress.add_task(title, total=steps)
                return lambda done: progress.advance(task, done)

            try:
                seeds = range(1, options["seeds"] + 1)
                results = comparison.compare(parts, budget, seeds, options["out"], following)
            except FileExistsError as error:
                raise CommandError(f"{error} with --out.") from error
        page, figures = report.write(results, parts.test, options["out"])
        for name, figure in figures.items():
            goal = f"  goal {figure.goal}" if figure.goal else ""
            self.stdout.write(f"{name:<24} {figure.value:.4f}{goal}")
        self.stdout.write(self.style.SUCCESS(f"Report: {page}"))

    def _folder(self, named: Path | None) -> Path:
        """Where the four files are. Raises CommandError."""
        from recommender.lab.fashion_mnist import data

        folder = named or (conf.DATA_DIR and conf.DATA_DIR / "fashion-mnist")
        if folder and not data.missing(folder):
            return folder
        if named:
            raise CommandError(f"{named} lacks {', '.join(data.missing(named))}.")
        try:
            return data.fetch()
        except Exception as error:
            raise CommandError(
                f"Fashion-MNIST could not be downloaded ({error}): name the folder of its four "
                "files with --data."
            ) from error
