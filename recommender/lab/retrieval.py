"""How good are the neighbours: precision and recall at k, leave-one-out, by cosine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

BLOCK = 1024


def neighbours(vectors: np.ndarray, k: int) -> np.ndarray:
    """The k nearest other rows of each row, nearest first: int64 (n, k).

    ``vectors``: float32 (n, d), rows of length 1.
    """
    k = min(k, len(vectors) - 1)
    blocks = []
    for start, similarity in _similarities(vectors, vectors):
        rows = np.arange(len(similarity))
        similarity[rows, start + rows] = -np.inf
        blocks.append(_nearest(similarity, k))
    return np.concatenate(blocks)


def nearest(queries: np.ndarray, gallery: np.ndarray, k: int) -> np.ndarray:
    """The k rows of ``gallery`` nearest to each query, nearest first: int64 (n, k)."""
    k = min(k, len(gallery))
    return np.concatenate([_nearest(block, k) for _, block in _similarities(queries, gallery)])


def precision_at(found: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """For each query the share of its first k neighbours that carry its label: float64 (n,).

    Queries whose label is missing (negative) are left out.
    """
    known = labels >= 0
    shares: np.ndarray = (labels[found[known, :k]] == labels[known, None]).mean(axis=1)
    return shares


def recall_at(found: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """For each query, of the others that carry its label, the share among its first k.

    Queries that share their label with nobody are left out.
    """
    _, places, counts = np.unique(labels, return_inverse=True, return_counts=True)
    others = counts[places] - 1
    usable = (labels >= 0) & (others > 0)
    hits: np.ndarray = (labels[found[usable, :k]] == labels[usable, None]).sum(axis=1)
    return hits / others[usable]


def interval(
    values: np.ndarray, rounds: int = 1000, seed: int = 0, parts: Sequence[np.ndarray] = ()
) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of ``values`` (Efron 1979, percentile method).

    With ``parts``, int (m,) each, of the mean of the means of these places, each drawn by itself.
    """
    rng = np.random.default_rng(seed)
    samples = [values[part] for part in parts] or [values]
    means = [np.mean([_drawn_mean(one, rng) for one in samples]) for _ in range(rounds)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _drawn_mean(values: np.ndarray, rng: np.random.Generator) -> float:
    return float(values[rng.integers(len(values), size=len(values))].mean())


def _similarities(queries: np.ndarray, gallery: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    for start in range(0, len(queries), BLOCK):
        yield start, queries[start : start + BLOCK] @ gallery.T


def _nearest(similarity: np.ndarray, k: int) -> np.ndarray:
    best = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(similarity, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1)


def mean_precision(
    found: np.ndarray, labels: dict[str, np.ndarray], attributes: Sequence[str], k: int
) -> dict[str, float]:
    """Mean precision at k of each attribute."""
    return {a: float(precision_at(found, labels[a], k).mean()) for a in attributes}
