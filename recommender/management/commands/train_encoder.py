"""Train the encoder: the very recipe that made the weights in the box."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from recommender import packages
from recommender.conf import conf
from recommender.management import labelled_data


def stage(text: str) -> tuple[tuple[int, int], float, float]:
    """Parse ``HEIGHTxWIDTH:EPOCHS[:STRENGTH]``."""
    try:
        size, epochs, *strength = text.split(":", 2)
        height, width = size.split("x")
        return (int(height), int(width)), float(epochs), float(*strength or ["1"])
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text!r} is not HEIGHTxWIDTH:EPOCHS[:STRENGTH], as in 80x64:10 or 128x96:5:0.7"
        ) from error


class Command(BaseCommand):
    help = "Train the encoder on labelled photographs. Stop it at any time; run it again to go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        labelled_data.add_option(parser)
        parser.add_argument(
            "--run",
            type=Path,
            default=conf.VAR_DIR / "runs" / "fashion",
            help="folder for checkpoints, curves and the weights (default: %(default)s)",
        )
        parser.add_argument(
            "--stage",
            type=stage,
            action="append",
            metavar="HxW:EPOCHS[:STRENGTH]",
            help="input size, epochs and how hard photographs are altered (1: fully), in order; "
            "repeatable (default: the shipped recipe)",
        )
        parser.add_argument("--decay", type=float, help="epochs over which the rate falls to zero")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, **options: Any) -> None:
        packages.require("tensorflow", "sklearn", "matplotlib")
        data = labelled_data.checked(options["data"])
        from recommender.lab import datasets, training

        plan = training.RECIPE
        if options["stage"]:
            stages = tuple(training.Stage(*stage) for stage in options["stage"])
            plan = replace(plan, stages=stages)
        if options["decay"] is not None:
            plan = replace(plan, decay_epochs=options["decay"])
        plan = replace(plan, seed=options["seed"])
        self.stdout.write(f"Reading photographs from {data} ...")
        splits = datasets.read_splits(data)
        weights = training.run(splits, plan, options["run"], self.stdout.write)
        self.stdout.write(self.style.SUCCESS(f"Weights: {weights}"))
