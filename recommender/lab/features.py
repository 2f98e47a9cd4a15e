"""What the towers of an encoder see of photographs: the pooled features that a head learns from.

They take minutes to compute and are the same each time, so a training keeps them in its folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from pathlib import Path

import numpy as np

from recommender.encoder import graph
from recommender.encoder.runtime import Network, Views, best_precision
from recommender.encoder.weights import Weights

from .batches import framed

BATCH = 32
THREADS = 2
# What is lost at most where it is stopped: some 20 seconds.
PART = 2048


class Features:
    """Computes features of the towers of `weights`, and keeps them in a folder, part by part."""

    def __init__(self, weights: Weights, folder: Path, report: Callable[[str], None]) -> None:
        self._towers = weights.spec.towers
        self._network = Network(graph.features(weights), threads=0, precision=best_precision())
        self._folder = folder / _digest(weights)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._report = report

    def of(self, name: str, count: int, shown: Callable[[int], np.ndarray]) -> np.ndarray:
        """Float16 (count, d), d the channels of all towers.

        `shown` gives picture n, uint8 (height, width, 3); `name` stands for these very pictures,
        and `shown` is not called for those that the folder has the features of.
        """
        parts = []
        for start in range(0, count, PART):
            stop = min(start + PART, count)
            file = self._folder / f"{name}-{start}-{stop}.npy"
            if not file.exists():
                partial = file.with_suffix(".partial.npy")
                np.save(partial, self._computed(range(start, stop), shown))
                partial.replace(file)
                self._report(f"{name}: {stop} of {count} photographs seen")
            parts.append(np.load(file))
        return np.concatenate(parts)

    def _computed(self, rows: range, shown: Callable[[int], np.ndarray]) -> np.ndarray:
        with ThreadPoolExecutor(THREADS) as pool:
            batches = self._network.run(self._views(rows, shown, pool))
            return np.concatenate([batch.astype(np.float16) for batch in batches])

    def _views(
        self, rows: range, shown: Callable[[int], np.ndarray], pool: ThreadPoolExecutor
    ) -> Iterator[Views]:
        for batch in batched(rows, BATCH, strict=False):
            pictures = list(pool.map(shown, batch))
            yield [framed(pictures, tower) for tower in self._towers]


def _digest(weights: Weights) -> str:
    """16 hex digits that differ where the towers or what they are shown do."""
    digest = hashlib.sha256(weights.spec.to_json().encode())
    for arrays in weights.towers:
        for name in sorted(arrays):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:16]
