"""Exact search by scikit-learn, with cosine or Euclidean distance: the oracle of the tests."""

from typing import Literal

import numpy as np
from sklearn.neighbors import NearestNeighbors

from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex

Metric = Literal["cosine", "euclidean"]


class ExactIndex(ScanIndex):
    """`sklearn.neighbors.NearestNeighbors` by brute force.

    On unit rows both metrics give the same neighbours: |a - b|^2 = 2 - 2 cos(a, b).
    """

    def __init__(self, rows: Rows | None = None, *, metric: Metric = "cosine") -> None:
        super().__init__(rows)
        self.metric = metric
        self._fitted: tuple[Rows, NearestNeighbors] | None = None

    def _nearest(self, rows: Rows, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        distances, places = self._neighbours(rows).kneighbors(queries, k)
        if self.metric == "cosine":
            return places, 1.0 - distances
        return places, 1.0 - distances**2 / 2.0

    def _neighbours(self, rows: Rows) -> NearestNeighbors:
        """Fitted to these rows, once for all searches until they change."""
        fitted = self._fitted
        if fitted is None or fitted[0] is not rows:
            search = NearestNeighbors(algorithm="brute", metric=self.metric)
            self._fitted = fitted = rows, search.fit(rows.vectors)
        return fitted[1]
