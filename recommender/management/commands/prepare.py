"""The first step on one's own photographs: a catalogue that the others read, and an account."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from recommender.management.progress import bar


def column(text: str) -> tuple[str, str]:
    """Parse ``NAME=COLUMN``."""
    name, equals, named = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text!r} is not NAME=COLUMN, as in product=title")
    return name, named


class Command(BaseCommand):
    help = (
        "Make a catalogue of a folder of photographs or of a table: upright, small, without "
        "duplicates, split by product; and an account of what was left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source",
            type=Path,
            help="a folder with one folder for each kind, perhaps within train, validation and "
            "test; or a CSV file",
        )
        parser.add_argument("folder", type=Path, help="a new folder for the catalogue")
        parser.add_argument(
            "--column",
            type=column,
            action="append",
            default=[],
            metavar="NAME=COLUMN",
            help="the column of a table that holds the id, photo (else images/<id>.jpg), product, "
            "part, articleType, baseColour, subCategory or gender; repeatable (default: Kaggle's)",
        )

    def handle(self, *args: Any, source: Path, folder: Path, **options: Any) -> None:
        from recommender.lab.catalogue import preparing, sources

        columns = dict(options["column"])
        if unknown := set(columns) - set(sources.COLUMNS):
            raise CommandError(
                f"--column knows no {', '.join(sorted(unknown))}: {', '.join(sources.COLUMNS)}."
            )
        try:
            photographs = sources.read(source, columns)
            with bar(Console()) as progress:
                task = progress.add_task("Preparing", total=len(photographs))
                account = preparing.prepare(
                    photographs, folder, lambda done: progress.advance(task, done)
                )
        except (sources.BadSource, FileExistsError) as error:
            raise CommandError(str(error)) from error
        parts = ", ".join(f"{count} {part}" for part, count in account.parts.items())
        self.stdout.write(f"{account.kept} of {account.read} photographs: {parts}.")
        self.stdout.write(f"{len(account.left_out)} left out.")
        self.stdout.write(self.style.SUCCESS(f"Account: {folder / 'account.html'}"))
