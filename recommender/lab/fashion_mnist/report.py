"""The comparison as a page that a person wants to read, with its plots and its numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.template import Context, Engine
from sklearn.neighbors import NearestNeighbors

from .. import plots
from ..figures import Figure, Goal
from ..retrieval import precision_at
from ..sheets import Tile, draw
from .comparison import Result
from .data import CLASSES, Pictures
from .networks import NETWORKS

GOALS = {
    "cnn_accuracy": Goal(">=", 0.945),
    "rnn_accuracy": Goal(">=", 0.905),
    "cnn_precision_at_5": Goal(">=", 0.93),
    "minutes": Goal("<=", 40),
}
NEIGHBOURS = 5
PIXELS = "pixels"
TITLES = {name: network.title for name, network in NETWORKS.items()} | {
    PIXELS: "Raw pixels, no network"
}
QUERIES_SHOWN, WRONG_SHOWN, PER_ROW = 10, 24, 6


@dataclass(frozen=True)
class Found:
    """The five nearest other test pictures of each one, int (n, 5), by what they were found."""

    name: str
    seed: int
    rows: np.ndarray


@dataclass(frozen=True)
class ByClass:
    """How one class fares with each network: precision and recall, means over the seeds."""

    name: str
    shares: dict[str, tuple[float, float]]


def write(
    results: Sequence[Result], test: Pictures, folder: Path
) -> tuple[Path, dict[str, Figure]]:
    """Write ``report.html``, its plots and ``figures.json`` into ``folder``.

    Return the page's path and the figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = [Found(r.facts.network, r.facts.seed, nearest(r.vectors)) for r in results]
    found.append(Found(PIXELS, 0, nearest(test.pixels.reshape(len(test), -1) / np.float32(255))))
    figures = figures_of(results, found, test)
    (folder / "figures.json").write_text(json.dumps(as_json(figures), indent=1))
    _plots(results, test, folder)
    sheets = neighbour_rows(found, test)
    for name, rows in sheets.items():
        draw(rows, folder / f"neighbours-{name}.png")
    wrong = wrong_rows(results, test)
    draw(wrong, folder / "both-wrong.png")
    context = {
        "figures": figures,
        "summary": list(summary(results, figures)),
        "seeds": len({result.facts.seed for result in results}),
        "classes": by_class(results, test),
        "networks": NETWORKS.values(),
        "queries": list(zip(*sheets.values(), strict=True)),
        "ways": [TITLES[name] for name in sheets],
        "wrong": wrong,
        "test": len(test),
    }
    engine = Engine(dirs=[str(Path(__file__).parent), str(Path(__file__).parents[1])])
    page = folder / "report.html"
    template = engine.get_template("comparison.html")
    page.write_text(template.render(Context(context)), encoding="utf-8")
    return page, figures


def nearest(vectors: np.ndarray) -> np.ndarray:
    """The five other rows nearest to each by Euclidean distance, nearest first: int (n, 5)."""
    search = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="euclidean")
    rows: np.ndarray = search.fit(vectors).kneighbors(return_distance=False)
    return rows


def figures_of(
    results: Sequence[Result], found: Sequence[Found], test: Pictures
) -> dict[str, Figure]:
    """Accuracy, precision at 5 and minutes; means over the seeds with their intervals."""
    values: dict[str, list[float]] = {}
    for result in results:
        right = float((result.answers == test.labels).mean())
        values.setdefault(f"{result.facts.network}_accuracy", []).append(right)
    for one in found:
        share = float(precision_at(one.rows, test.labels, NEIGHBOURS).mean())
        values.setdefault(f"{one.name}_precision_at_{NEIGHBOURS}", []).append(share)
    minutes: dict[int, float] = {}
    for result in results:
        minutes[result.facts.seed] = minutes.get(result.facts.seed, 0) + result.facts.minutes
    values["minutes"] = list(minutes.values())
    return {name: Figure.of_runs(some, GOALS.get(name)) for name, some in values.items()}


def as_json(figures: dict[str, Figure], digits: int = 4) -> dict[str, dict[str, object]]:
    """The figures for a file; an interval that one seed leaves open is null."""
    return {
        name: {
            "value": round(figure.value, digits),
            "low": None if math.isnan(figure.low) else round(figure.low, digits),
            "high": None if math.isnan(figure.high) else round(figure.high, digits),
            "runs": figure.queries,
            "goal": str(figure.goal) if figure.goal else None,
        }
        for name, figure in figures.items()
    }


@dataclass(frozen=True)
class Summary:
    """A line of the table at the top; what raw pixels do not have is None."""

    title: str
    accuracy: Figure | None
    precision: Figure
    parameters: int | None = None
    minutes: Figure | None = None
    images_per_s: Figure | None = None
    mirrored: int | None = None


def summary(results: Sequence[Result], figures: dict[str, Figure]) -> Iterator[Summary]:
    """Both networks, then raw pixels."""
    for name, title in TITLES.items():
        facts = [result.facts for result in results if result.facts.network == name]
        precision = figures[f"{name}_precision_at_{NEIGHBOURS}"]
        if not facts:
            yield Summary(title, None, precision)
            continue
        yield Summary(
            title,
            figures[f"{name}_accuracy"],
            precision,
            facts[0].parameters,
            Figure.of_runs([one.minutes for one in facts]),
            Figure.of_runs([one.images_per_s for one in facts]),
            sum(one.mirrored for one in facts),
        )


def by_class(results: Sequence[Result], test: Pictures) -> list[ByClass]:
    """Precision and recall of every class that the test pictures have."""
    return [
        ByClass(
            CLASSES[number],
            {
                name: _precision_and_recall(
                    [r.answers for r in results if r.facts.network == name], test.labels, number
                )
                for name in NETWORKS
            },
        )
        for number in np.unique(test.labels)
    ]


def _precision_and_recall(
    answers: Sequence[np.ndarray], labels: np.ndarray, number: int
) -> tuple[float, float]:
    """The means over the runs; a class that is never answered has precision 0."""
    shares = []
    for answer in answers:
        right = ((answer == number) & (labels == number)).sum()
        shares.append((right / max((answer == number).sum(), 1), right / (labels == number).sum()))
    precision, recall = np.mean(shares, axis=0)
    return float(precision), float(recall)


def neighbour_rows(found: Sequence[Found], test: Pictures) -> dict[str, list[list[Tile]]]:
    """Some queries, a class each, with what each network of the first seed finds nearest."""
    rng = np.random.default_rng(0)
    queries = [int(rng.choice(np.flatnonzero(test.labels == n))) for n in np.unique(test.labels)]
    shown: dict[str, list[list[Tile]]] = {}
    for one in found:
        if one.name not in shown:
            rows = [_row(test, query, one.rows[query]) for query in queries[:QUERIES_SHOWN]]
            shown[one.name] = rows
    return shown


def _row(test: Pictures, query: int, neighbours: np.ndarray) -> list[Tile]:
    asked = test.labels[query]
    tiles = [Tile(_shown(test, query), CLASSES[asked])]
    for other in neighbours:
        label = test.labels[other]
        agrees = ["kind"] if label == asked else []
        tiles.append(Tile(_shown(test, int(other)), CLASSES[label], agrees))
    return tiles


def wrong_rows(results: Sequence[Result], test: Pictures) -> list[list[Tile]]:
    """Some of the pictures that no network of any seed gets right, and what they are taken for."""
    never = np.all([result.answers != test.labels for result in results], axis=0)
    rows = np.random.default_rng(0).permutation(np.flatnonzero(never))[:WRONG_SHOWN]
    first = {r.facts.network: r.answers for r in reversed(results)}
    tiles = [
        Tile(
            _shown(test, int(row)),
            f"{CLASSES[test.labels[row]]}: "
            + ", ".join(f"{name} {CLASSES[answers[row]]}" for name, answers in first.items()),
        )
        for row in rows
    ]
    return [tiles[start : start + PER_ROW] for start in range(0, len(tiles), PER_ROW)]


def _shown(pictures: Pictures, row: int) -> np.ndarray:
    """Dark on white, as a shop shows it."""
    shown: np.ndarray = 255 - pictures.pixels[row]
    return shown


def _plots(results: Sequence[Result], test: Pictures, folder: Path) -> None:
    epochs = max(len(result.facts.history) for result in results)
    panels = {
        title: {
            f"{result.facts.network}, seed {result.facts.seed}": [
                epoch[key] for epoch in result.facts.history
            ]
            for result in results
        }
        for title, key in (("training loss", "loss"), ("validation accuracy", "accuracy"))
    }
    plots.curves(folder / "curves.png", range(1, epochs + 1), panels, "epoch")
    for name in NETWORKS:
        runs = [result.answers for result in results if result.facts.network == name]
        labels = np.tile(test.labels, len(runs))
        axes = ("what it is", "what it is taken for")
        answers = np.concatenate(runs)
        plots.confusion(folder / f"confusion-{name}.png", labels, answers, CLASSES, axes=axes)
