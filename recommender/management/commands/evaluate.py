"""Measure the encoder on photographs that training never saw."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from recommender import packages, search
from recommender.conf import conf
from recommender.encoder import Encoder, calibration_of, load_encoder, load_file
from recommender.management import labelled_data

if TYPE_CHECKING:
    from recommender.lab.evaluation import Evaluation

# Every one has as many neighbours as are looked at first.
LEAST = 6


class Command(BaseCommand):
    help = "How well the encoder finds what looks alike, with a report to look at."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "catalogue",
            nargs="?",
            type=Path,
            help="measure on one's own photographs: a folder that prepare wrote",
        )
        labelled_data.add_option(parser)
        parser.add_argument(
            "--results",
            type=Path,
            default=conf.VAR_DIR / "results",
            help="folder for the report (default: %(default)s)",
        )
        parser.add_argument("--encoder", choices=search.ENCODERS)
        parser.add_argument(
            "--weights", type=Path, help="of a catalogue: an encoder that train wrote"
        )
        parser.add_argument(
            "--part",
            choices=("validation", "test"),
            default="test",
            help="photographs to measure on; choose by validation, publish test",
        )
        parser.add_argument(
            "--drawn",
            type=Path,
            help="folder of draw_dataset --seed 7 --count 240, which is the demo: real photographs "
            "are searched in it",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, *args: Any, **options: Any) -> None:
        packages.require("matplotlib", "sklearn")
        from recommender.lab import report

        say = self.stderr.write if options["json"] else self.stdout.write
        part, trained = options["part"], options["weights"]
        if trained and not options["catalogue"]:
            raise CommandError("--weights goes with a catalogue: prepare one first.")
        encoder = load_file(trained) if trained else load_encoder(options["encoder"])
        folder = options["results"] / encoder.fingerprint / part
        if catalogue := options["catalogue"]:
            result = self._own(encoder, catalogue, part)
            folder /= catalogue.name
        else:
            result = self._material(encoder, options, say)
        page = report.write(result, folder, f"{encoder.name} {encoder.fingerprint}", part)
        if options["json"]:
            self.stdout.write(
                json.dumps({"bench": "evaluate", "figures": _figures(result.figures)})
            )
            return
        for name, figure in result.figures.items():
            goal = f"  goal {figure.goal}" if figure.goal else ""
            interval = f"[{figure.low:.3f}, {figure.high:.3f}]"
            self.stdout.write(f"{name:<48} {figure.value:.3f} {interval}{goal}")
        self.stdout.write(self.style.SUCCESS(f"Report: {page}"))

    def _own(self, encoder: Encoder, catalogue: Path, part: str) -> Evaluation:
        from recommender.lab import datasets, evaluation

        if not (catalogue / "styles.csv").is_file():
            raise CommandError(f"No styles.csv in {catalogue}: prepare it first.")
        splits = datasets.read_catalogue(catalogue)
        examples = splits.test if part == "test" else splits.validation
        if len(examples) < LEAST:
            raise CommandError(
                f"{catalogue} has {len(examples)} photographs in its {part} part: {LEAST} or more "
                "can be searched for one another."
            )
        return evaluation.evaluate_catalogue(encoder, examples)

    def _material(
        self, encoder: Encoder, options: dict[str, Any], say: Callable[[str], None]
    ) -> Evaluation:
        data = labelled_data.checked(options["data"])
        drawn = options["drawn"]
        if drawn and not (drawn / "styles.csv").is_file():
            raise CommandError(f"No styles.csv in {drawn}. Draw it by draw_dataset first.")
        from recommender.lab import evaluation

        exact = load_encoder(options["encoder"], precision="f32")
        calibration = calibration_of(options["encoder"])
        subject = evaluation.Subject(encoder, exact, calibration, encoder.locate)
        return evaluation.evaluate(subject, data, options["part"], drawn, say)


def _figures(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: asdict(figure) | {"unit": "share", "goal": figure.goal and str(figure.goal)}
        for name, figure in figures.items()
    }
