"""An evaluation as a page that people look at: figures, plots, contact sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from django.template import Context, Engine

from . import plots
from .datasets import MISSING, Examples, caption, described
from .evaluation import DEPTHS, Evaluation, Finds
from .figures import Figure
from .sheets import Tile

SHEET_ROWS, SHEET_NEIGHBOURS = 24, 5
KIND = "articleType"


def write(evaluation: Evaluation, folder: Path, encoder: str, part: str = "test") -> Path:
    """Write ``report.html`` and its plots into ``folder``; return the page's path.

    ``part`` is that of the photographs that were measured on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, (examples, _) in evaluation.galleries.items():
        _depth_plot(evaluation.figures, name, described(examples), folder / f"{name}.svg")
    first, found = next(iter(evaluation.galleries.values()))
    if KIND in described(first):
        _confusion_plot(first, found, folder / "confusion.svg")
    context = {
        "encoder": encoder,
        "part": part,
        "figures": evaluation.figures,
        "galleries": list(evaluation.galleries),
        "confusion": KIND in described(first),
        "sheets": {name: sheet(*gallery) for name, gallery in evaluation.galleries.items()},
        "failures": {name: failures(*gallery) for name, gallery in evaluation.galleries.items()},
        "finds": {name: finds_sheet(finds) for name, finds in evaluation.finds.items()},
    }
    engine = Engine(dirs=[str(Path(__file__).parent)])
    page = folder / "report.html"
    page.write_text(engine.get_template("report.html").render(Context(context)), encoding="utf-8")
    return page


def sheet(examples: Examples, found: np.ndarray) -> list[list[Tile]]:
    """Random queries, each with its nearest five: a row is the query's tile, then theirs."""
    return _rows(examples, found, np.arange(len(examples)))


def failures(examples: Examples, found: np.ndarray) -> list[list[Tile]]:
    """The same of queries with none of their own article type among the nearest five."""
    kinds = examples.labels.get(KIND, np.full(len(examples), MISSING))
    alike = (kinds[found[:, :SHEET_NEIGHBOURS]] == kinds[:, None]).any(axis=1)
    return _rows(examples, found, np.flatnonzero(~alike & (kinds >= 0)))


def finds_sheet(finds: Finds) -> list[list[Tile]]:
    """Queries to another set, each with the nearest five that were found there."""
    return [[_asked(finds, row), *_found(finds, row)] for row in range(len(finds.found))]


def _asked(finds: Finds, row: int) -> Tile:
    return Tile(finds.pictures[row], finds.captions[row], [])


def _found(finds: Finds, row: int) -> list[Tile]:
    pairs = zip(finds.found[row], finds.agree[row], strict=True)
    return [
        Tile(
            finds.gallery.pictures[other],
            caption(finds.gallery, other),
            ["right"] if agrees else [],
        )
        for other, agrees in list(pairs)[:SHEET_NEIGHBOURS]
    ]


def _rows(examples: Examples, found: np.ndarray, among: np.ndarray) -> list[list[Tile]]:
    rng = np.random.default_rng(0)
    queries = rng.choice(among, min(SHEET_ROWS, len(among)), replace=False)
    return [
        [_tile(examples, n, query) for n in (query, *found[query, :SHEET_NEIGHBOURS])]
        for query in queries
    ]


def _tile(examples: Examples, row: int, query: int) -> Tile:
    agrees = [
        attribute
        for attribute in described(examples)
        if row != query
        and examples.labels[attribute][row] == examples.labels[attribute][query] != MISSING
    ]
    return Tile(examples.pictures[row], caption(examples, row), agrees)


def _depth_plot(figures: dict[str, Figure], name: str, attributes: list[str], path: Path) -> None:
    panels = {
        measure: {
            attribute: [figures[f"{name}.{attribute}.{measure}_at_{k}"].value for k in DEPTHS]
            for attribute in attributes
            if f"{name}.{attribute}.{measure}_at_{DEPTHS[0]}" in figures
        }
        for measure in ("precision", "recall")
    }
    plots.curves(path, DEPTHS, panels, "k")


def _confusion_plot(examples: Examples, found: np.ndarray, path: Path) -> None:
    labels = examples.labels[KIND]
    plots.confusion(path, labels, labels[found[:, 0]], examples.classes[KIND])
