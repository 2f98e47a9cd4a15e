"""`python -m bench NAME [--json]`: a table for people, one JSON object for machines."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from dataclasses import asdict
from importlib import import_module
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench import Figure


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run a benchmark.")
    parser.add_argument("name", choices=benchmarks())
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--products", type=int, help="how many, where that can be chosen")
    options = parser.parse_args(arguments)
    sizes = {} if options.products is None else {"products": options.products}
    if missing := sizes.keys() - parameters(options.name):
        parser.error(f"{options.name} has no choice of {', '.join(missing)}.")
    figures = measured(options.name, **sizes)
    if options.json:
        print(json.dumps(report(options.name, figures)))
    else:
        Console().print(table(options.name, figures))


def benchmarks() -> list[str]:
    """The modules of this folder that have a `run`; the others are parts of them."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [file.stem for file in files if re.search(r"^def run\(", file.read_text(), re.MULTILINE)]


def parameters(name: str) -> set[str]:
    """What a benchmark's `run` can be told."""
    return set(signature(import_module(f"bench.{name}").run).parameters)


def measured(name: str, **sizes: int) -> dict[str, Figure]:
    """The figures of a benchmark, which has the shop's settings and a folder of its own."""
    with TemporaryDirectory(prefix="vitrine-bench-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.config.settings")
        os.environ["VITRINE_VAR"] = folder
        # Everything is asked from one address.
        os.environ["VITRINE_API_PHOTO_RATE"] = "1000000"
        figures: dict[str, Figure] = import_module(f"bench.{name}").run(Path(folder), **sizes)
        return figures


def report(name: str, figures: dict[str, Figure]) -> dict[str, object]:
    """The JSON object of a run."""
    return {"bench": name, "figures": {key: asdict(figure) for key, figure in figures.items()}}


def table(name: str, figures: dict[str, Figure]) -> Table:
    """A run as people read it."""
    drawn = Table(title=f"bench {name}")
    for heading in ("figure", "value", "unit", "goal", "met", "against"):
        drawn.add_column(heading, justify="right" if heading == "value" else "left")
    for key, figure in figures.items():
        value = f"{figure.value:,.4g}"
        drawn.add_row(key, value, figure.unit, figure.goal, figure.verdict, figure.against)
    return drawn


if __name__ == "__main__":
    main(sys.argv[1:])
