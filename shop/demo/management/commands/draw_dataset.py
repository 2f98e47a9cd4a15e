"""`manage.py draw_dataset`: draw the demo catalogue as pictures for `train_encoder`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track

from drawings.catalogue import draw_catalogue, largest_count
from drawings.dataset import write_dataset


class Command(BaseCommand):
    help = (
        "Draw the whole demo catalogue, labelled as fashion-products is. In drawn/ beside "
        "fashion-products/, train_encoder learns from it too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new folder, such as ../shared/data/drawn")
        parser.add_argument(
            "--seed", type=int, default=101, help="how things fall (default: 101; the demo's is 7)"
        )
        parser.add_argument(
            "--count", type=int, default=largest_count(), help="products (default: all)"
        )

    def handle(self, *, folder: Path, seed: int, count: int, **options: Any) -> None:
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        try:
            products = draw_catalogue(seed, count)
        except ValueError as too_many:
            raise CommandError(str(too_many)) from too_many
        shown = track(products, "drawing", total=count, console=console)
        try:
            pictures = write_dataset(shown, folder, drawers=os.process_cpu_count() or 1)
        except FileExistsError as there:
            raise CommandError(
                f"{folder} holds a data set already. Name another folder, or delete it first."
            ) from there
        console.print(f"{pictures} pictures of {count} products in {folder}.", markup=False)
