"""The second step on one's own photographs: teach the shop's encoder what they show."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommender import packages
from recommender.conf import conf
from recommender.encoder import EncoderUnavailable
from recommender.encoder.source import FASHION_FILE


class Command(BaseCommand):
    help = (
        "Teach an encoder the labels of a prepared catalogue. Stop it at any time; run it again to "
        "go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("catalogue", type=Path, help="a folder that prepare wrote")
        parser.add_argument(
            "--layers",
            choices=("heads", "all"),
            default="heads",
            help="what is learnt: new layers on what the towers see, in minutes, or all of the "
            "ResNet50 (default: %(default)s)",
        )
        parser.add_argument(
            "--weights",
            type=Path,
            default=FASHION_FILE,
            help="what it starts from (default: the weights in the box)",
        )
        parser.add_argument("--epochs", type=float, help="of all layers (default: 5)")
        parser.add_argument(
            "--run",
            type=Path,
            help="folder for checkpoints, the weights and the report (default: runs/ in "
            "VITRINE_VAR, by the catalogue's name)",
        )

    def handle(self, *args: Any, catalogue: Path, layers: str, **options: Any) -> None:
        packages.require("tensorflow", "sklearn", "matplotlib")
        if not (catalogue / "styles.csv").is_file():
            raise CommandError(f"No styles.csv in {catalogue}: prepare it first.")
        from recommender.lab.catalogue import training

        plan = training.PLAN
        if options["epochs"]:
            (stage,) = plan.stages
            plan = replace(plan, stages=(replace(stage, epochs=options["epochs"]),))
        run = options["run"] or conf.VAR_DIR / "runs" / f"{catalogue.name}-{layers}"
        say = self.stdout.write
        try:
            made = training.transfer(catalogue, run, layers, options["weights"], plan, say)
        except (training.TooFew, EncoderUnavailable, FileExistsError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Report: {run / 'report.html'}")
        self.stdout.write(self.style.SUCCESS(f"Weights: {made}"))
