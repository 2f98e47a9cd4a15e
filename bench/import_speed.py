"""How fast products come in, beside the commit before they had all that shops have.

Each commit has a shop and a process of its own; they take turns, so that what else the machine does
meanwhile meets both.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from bench import Figure
from bench.serving import PROJECT

BEFORE = "d2789f8"
PRODUCTS, ROUNDS = 5000, 10
SIDE = (300, 400)
COLUMNS = ("sku", "name", "category", "price", "colour", "kind", "sizes", "stock", "description")


def figures(folder: Path) -> dict[str, Figure]:
    """The rates of both. Raises RuntimeError where a product is missing, or the older commit."""
    catalogues = [_catalogue(folder / f"round-{number}", number) for number in range(ROUNDS)]
    rates: dict[str, list[float]] = {"before": [], "now": []}
    with _older(folder / "older") as older, ExitStack() as stack:
        trees = {"before": older, "now": PROJECT}
        importers = {
            name: stack.enter_context(_importer(tree, folder / f"shop-{name}"))
            for name, tree in trees.items()
        }
        for number, catalogue in enumerate(catalogues):
            # Whoever comes second meets files that the system has read already.
            for name in sorted(importers, reverse=bool(number % 2)):
                rates[name].append(_rate(importers[name], catalogue))
    ratio = median(now / then for then, now in zip(rates["before"], rates["now"], strict=True))
    against = f"{BEFORE}, {ROUNDS} paired rounds of {PRODUCTS // ROUNDS} products: "
    return {
        "rows_per_s": Figure(median(rates["now"]), "rows/s"),
        "rows_per_s_over_before": Figure(
            ratio, "times", ">= 0.95", f"{against}{median(rates['before']):.1f} rows/s"
        ),
    }


def _catalogue(folder: Path, number: int) -> Path:
    """A table of products, each with a photograph and pieces of three sizes."""
    random = np.random.default_rng(number)
    (folder / "images").mkdir(parents=True)
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for place in range(PRODUCTS // ROUNDS):
            sku = f"R{number}-{place:04}"
            facts = (f"Shirt {sku}", f"Shirts {place % 12}", "49.90", "Navy", "Shirt")
            table.writerow((sku, *facts, "S|M|L", "4|0|12", "Of soft linen, cut wide."))
            # As smooth as a photograph: noise takes an encoder longer than any picture does.
            shades = random.integers(0, 256, (8, 6, 3), np.uint8)
            Image.fromarray(shades).resize(SIDE).save(folder / "images" / f"{sku}.jpg")
    return folder / "products.csv"


@contextmanager
def _older(folder: Path) -> Iterator[Path]:
    """The older commit's files."""
    git = ["git", "-C", str(PROJECT), "worktree"]
    made = subprocess.run(
        [*git, "add", "--quiet", "--detach", str(folder), BEFORE], capture_output=True, text=True
    )
    if made.returncode:
        raise RuntimeError(f"It is compared with {BEFORE}, which is not here: {made.stderr}")
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


@contextmanager
def _importer(tree: Path, var: Path) -> Iterator[subprocess.Popen[str]]:
    var.mkdir()
    with subprocess.Popen(
        # -P: the folder of the script has modules whose names others have as well.
        [sys.executable, "-P", str(Path(__file__).with_name("import_rounds.py"))],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "VITRINE_VAR": str(var)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        _answer(process)
        yield process
        process.communicate()


def _rate(importer: subprocess.Popen[str], catalogue: Path) -> float:
    assert importer.stdin is not None
    importer.stdin.write(f"{catalogue}\n")
    importer.stdin.flush()
    seconds, created = _answer(importer)
    if created != PRODUCTS // ROUNDS:
        raise RuntimeError(f"{created} products of {catalogue} were made.")
    return PRODUCTS / ROUNDS / seconds


def _answer(importer: subprocess.Popen[str]) -> list[float]:
    assert importer.stdout is not None
    line = importer.stdout.readline()
    if not line:
        raise RuntimeError("An importing process ended; what it said stands above.")
    answer: list[float] = json.loads(line)
    return answer
