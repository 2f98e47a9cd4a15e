"""Exact search by scikit-learn, with cosine or Euclidean distance: the oracle of the tests."""

from typing import Literal

import numpy as np
from sklearn.neighbors import NearestNeighbors

from recommender.index.rows import RowIndex, Rows, answer, nothing

Metric = Literal["cosine", "euclidean"]


class ExactIndex(RowIndex):
    """`sklearn.neighbors.NearestNeighbors` by brute force.

    On unit rows both metrics give the same neighbours: |a - b|^2 = 2 - 2 cos(a, b).
    """

    def __init__(self, rows: Rows | None = None, *, metric: Metric = "cosine") -> None:
        super().__init__(rows)
        self.metric = metric
        self._fitted: tuple[Rows, NearestNeighbors] | None = None

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        rows, neighbours = self._neighbours()
        if not len(rows.ids):
            return nothing(queries)
        distances, places = neighbours.kneighbors(queries, min(k, len(rows.ids)))
        if self.metric == "cosine":
            return answer(rows, places, 1.0 - distances)
        return answer(rows, places, 1.0 - distances**2 / 2.0)

    def _neighbours(self) -> tuple[Rows, NearestNeighbors]:
        """Fitted to the rows as they are now, once for all searches until they change."""
        rows, fitted = self.rows, self._fitted
        if fitted is None or fitted[0] is not rows:
            search = NearestNeighbors(algorithm="brute", metric=self.metric)
            fitted = rows, search.fit(rows.vectors) if len(rows.ids) else search
            self._fitted = fitted
        return fitted
