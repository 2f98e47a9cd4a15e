"""Vectors that belong together, in groups: what many people sent, each a little different."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Of photographs of clothes whose cosine is at least this, four in five show one kind of thing.
TOGETHER = 0.8


def groups(vectors: Floats, least: int, together: float = TOGETHER) -> list[np.ndarray]:
    """The rows of each group of at least `least`, the largest first; a row is in one at most.

    `vectors` are float32 (n, d), of length 1. A group is one row with all that are near it and in
    none before; the row with most about it comes first (the greedy cover of Chvatal 1979). Needs n
    x n bytes and less time than to look at the photographs. Returns int arrays, ascending.
    """
    near = _near(vectors, together)
    counts = near.sum(axis=1, dtype=np.int64)
    found: list[np.ndarray] = []
    while len(counts) and counts.max() >= least:
        rows = np.flatnonzero(near[counts.argmax()])
        found.append(rows)
        counts -= near[:, rows].sum(axis=1, dtype=np.int64)
        near[rows] = False
        near[:, rows] = False
        counts[rows] = 0
    return found


def _near(vectors: Floats, together: float) -> npt.NDArray[np.bool_]:
    """Which rows are how near which, bool (n, n), a part at a time: as floats they take more."""
    near = np.empty((len(vectors), len(vectors)), bool)
    for start in range(0, len(vectors), 1024):
        part = slice(start, start + 1024)
        np.greater_equal(vectors[part] @ vectors.T, together, out=near[part])
    np.fill_diagonal(near, True)
    return near
