"""Measure the encoder on photographs that training never saw."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recommender.encoder import load_encoder


class Command(BaseCommand):
    help = "Precision and recall at k on the test splits, with a report to look at."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            default=settings.DATA_DIR,
            help="folder with fashion-products/, clothing-cc0/, resnet50-imagenet-reference/ "
            "(default: VITRINE_DATA_DIR)",
        )
        parser.add_argument(
            "--results",
            type=Path,
            default=settings.VAR_DIR / "results",
            help="folder for the report (default: %(default)s)",
        )
        parser.add_argument("--encoder", help="fashion, imagenet or untrained")
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, *args: Any, **options: Any) -> None:
        data: Path | None = options["data"]
        if data is None or not (data / "fashion-products").is_dir():
            raise CommandError(
                f"No fashion-products/ in {data}. Name the folder of test data with --data "
                "or VITRINE_DATA_DIR."
            )
        from recommender.lab import evaluation, report

        say = self.stderr.write if options["json"] else self.stdout.write
        encoder = load_encoder(options["encoder"])
        result = evaluation.evaluate(encoder, data, say)
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
