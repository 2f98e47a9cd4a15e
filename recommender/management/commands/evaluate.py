"""Measure the encoder on photographs that training never saw."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from recommender import packages, search
from recommender.conf import conf
from recommender.encoder import load_encoder
from recommender.management import labelled_data


class Command(BaseCommand):
    help = "Precision and recall at k on the test splits, with a report to look at."

    def add_arguments(self, parser: ArgumentParser) -> None:
        labelled_data.add_option(parser)
        parser.add_argument(
            "--results",
            type=Path,
            default=conf.VAR_DIR / "results",
            help="folder for the report (default: %(default)s)",
        )
        parser.add_argument("--encoder", choices=search.ENCODERS)
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, *args: Any, **options: Any) -> None:
        packages.require("matplotlib")
        data = labelled_data.checked(options["data"])
        from recommender.lab import evaluation, report

        say = self.stderr.write if options["json"] else self.stdout.write
        encoder = load_encoder(options["encoder"])
        exact = load_encoder(options["encoder"], precision="f32")
        result = evaluation.evaluate(encoder, exact, data, say)
        title = f"{encoder.name} {encoder.fingerprint}"
        page = report.write(result, options["results"] / encoder.fingerprint, title)
        if options["json"]:
            self.stdout.write(
                json.dumps({"bench": "evaluate", "figures": _figures(result.figures)})
            )
            return
        for name, figure in result.figures.items():
            goal = f"  goal {figure.goal:.3f}" if figure.goal else ""
            interval = f"[{figure.low:.3f}, {figure.high:.3f}]"
            self.stdout.write(f"{name:<48} {figure.value:.3f} {interval}{goal}")
        self.stdout.write(self.style.SUCCESS(f"Report: {page}"))


def _figures(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: asdict(figure) | {"unit": "share", "goal": figure.goal and f">= {figure.goal:.3f}"}
        for name, figure in figures.items()
    }
