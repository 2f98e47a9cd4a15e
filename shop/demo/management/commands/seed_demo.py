"""`manage.py seed_demo`: draw the demo catalogue and import it."""

from __future__ import annotations

import os
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from drawings.catalogue import DemoProduct, draw_catalogue
from shop.catalog.imports import import_rows
from shop.demo.seeding import prepare_categories, rows_of, stock_shelves
from shop.demo.terms import prepare_terms


class Command(BaseCommand):
    help = (
        "Draw the demo catalogue and import it. The same seed draws the same pictures; a second "
        "run changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="how things fall (default: 7)")
        parser.add_argument("--count", type=int, default=240, help="products (default: 240)")
        parser.add_argument(
            "--drawers",
            type=int,
            default=os.process_cpu_count() or 1,
            help="processes that draw (default: one for each processor; 0: none but this one)",
        )

    def handle(self, *, seed: int, count: int, drawers: int, **options: Any) -> None:
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        if drawers < 0:
            raise CommandError("--drawers cannot be below 0.")
        try:
            products = list(draw_catalogue(seed, count))
        except ValueError as too_many:
            raise CommandError(str(too_many)) from too_many
        _import(products, drawers, console)


def _import(products: list[DemoProduct], drawers: int, console: Console) -> None:
    shelves = prepare_categories()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("drawing the demo catalogue", total=len(products))
        report = import_rows(
            rows_of(products, shelves, drawers),
            progress=lambda report: bar.update(task, completed=report.done),
        )
    stock_shelves(products)
    prepare_terms()
    for row in report.bad:
        console.print(f"{row.line}: {row.reason}", markup=False)
    console.print(f"{str(report).capitalize()}.")
