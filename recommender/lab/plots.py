"""Plots for a run folder and a report; matplotlib draws, files come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

Series = Mapping[str, Sequence[float]]
# As many labels leave room for a number in each field.
FEW = 12


def curves(path: Path, x: Sequence[float], panels: Mapping[str, Series], x_label: str) -> None:
    """Draw each panel's series over ``x``, side by side, into ``path``."""
    figure = Figure(figsize=(5.5 * len(panels), 4), layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for axis, (title, series) in zip(axes, panels.items(), strict=True):
        for name, values in series.items():
            axis.plot(x, values, marker="o", markersize=3, label=name)
        axis.set(title=title, xlabel=x_label)
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
    figure.savefig(path)


def confusion(
    path: Path,
    actual: np.ndarray,
    found: np.ndarray,
    names: Sequence[str],
    most: int = 25,
    axes: tuple[str, str] = ("label of the query", "label of the nearest neighbour"),
) -> None:
    """Draw how often the label ``actual`` (n,) was answered by ``found`` (n,), rows sum to one.

    ``axes`` are what the rows and the columns are called; where they are few, each field has its
    share in figures. Only the ``most`` frequent labels are shown; where one is missing (negative),
    none counts.
    """
    known = (actual >= 0) & (found >= 0)
    actual, found = actual[known], found[known]
    counts = np.bincount(actual, minlength=len(names))
    shown = np.sort(np.argsort(-counts)[: min(most, int((counts > 0).sum()))])
    table = np.zeros((len(names), len(names)))
    np.add.at(table, (actual, found), 1)
    table = table[np.ix_(shown, shown)] / counts[shown, None]
    figure = Figure(figsize=(10, 9), layout="constrained")
    axis = figure.subplots()
    figure.colorbar(axis.imshow(table, vmin=0, vmax=1, cmap="magma_r"), shrink=0.7)
    labels = [names[n] for n in shown]
    axis.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
    axis.set_yticks(range(len(labels)), labels, fontsize=7)
    if len(labels) <= FEW:
        for row, column in np.ndindex(table.shape):
            share = table[row, column]
            ink = "white" if share > 0.5 else "black"
            axis.text(column, row, f"{share:.1%}", ha="center", va="center", fontsize=8, color=ink)
    axis.set(xlabel=axes[1], ylabel=axes[0])
    figure.savefig(path)
