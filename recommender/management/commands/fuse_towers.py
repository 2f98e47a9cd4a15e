"""Make the encoder of two towers: the recipe that made the one in the box."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from recommender import packages
from recommender.conf import conf
from recommender.encoder.source import FASHION_FILE
from recommender.management import labelled_data


class Command(BaseCommand):
    help = "Learn a head on the ResNet50 of `train_encoder` and on EfficientNet-Lite2 together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        labelled_data.add_option(parser)
        parser.add_argument(
            "--resnet50",
            type=Path,
            default=FASHION_FILE,
            help="what `train_encoder` wrote (default: the weights in the box)",
        )
        parser.add_argument(
            "--lite2",
            type=Path,
            default=FASHION_FILE,
            help="what `tune_tower` wrote (default: the tower in the box)",
        )
        parser.add_argument(
            "--run",
            type=Path,
            default=conf.VAR_DIR / "runs" / "fused",
            help="folder for what the towers see, and for the weights (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        packages.require("tensorflow", "sklearn")
        data = labelled_data.checked(options["data"])
        from recommender.lab import datasets, fusing

        self.stdout.write(f"Reading photographs from {data} ...")
        splits = datasets.read_splits(data)
        made = fusing.fuse(
            options["resnet50"], options["lite2"], splits, options["run"], self.stdout.write
        )
        self.stdout.write(self.style.SUCCESS(f"Weights: {made}"))
