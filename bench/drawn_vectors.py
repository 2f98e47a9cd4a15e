"""Vectors drawn to follow real ones, for sizes of which there are no real ones.

`ENCODER` says what the encoder's vectors are like. For another encoder write its vectors of some
ten thousand photographs, float32 (n, d), to a file with `numpy.save`, and call

    python -m bench.drawn_vectors VECTORS.npy

It prints the `Likeness` that was measured, to be put in place of the one below, and how near the
neighbours of a vector are, real and drawn. Where those differ, shift the `shares`: more within a
design brings the first ten nearer, more between kinds the first thousand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

# Kinds of things, of which some are common and most are rare; things that resemble each other.
KINDS = 140
THINGS_PER_DESIGN = 10
BLOCK = 65_536
# For the comparison of real and drawn vectors.
RANKS = (1, 10, 100, 1000)
QUERIES = 300


@dataclass(frozen=True)
class Likeness:
    """What the vectors of an encoder are like.

    `mean` is the length of their mean, `variance` that around it, `components` some of the numbers
    of the principal components from 1 to `dimension`, `variances` those along them, relative to
    the first. Of the variance `shares` lie between kinds, among a kind's designs, within a design.
    """

    dimension: int
    mean: float
    variance: float
    components: tuple[int, ...]
    variances: tuple[float, ...]
    shares: tuple[float, float, float] = (0.62, 0.30, 0.08)

    def stretched(self, dimension: int) -> Likeness:
        """The same of vectors of another length."""
        components = np.array(self.components) * dimension / self.dimension
        return replace(self, dimension=dimension, components=tuple(components.tolist()))

    def scale(self) -> np.ndarray:
        """The standard deviation along each component, float32 (dimension,)."""
        components = np.arange(1, self.dimension + 1)
        known = np.log(self.components), np.log(self.variances)
        variances = np.exp(np.interp(np.log(components), *known))
        scale: np.ndarray = np.sqrt(self.variance * variances / variances.sum())
        return scale.astype(np.float32)


# Measured on 15,671 studio photographs. The median cosine to the 1st, 10th, 100th and 1000th
# neighbour is .97, .94, .85 and .61 there; drawn vectors come to .97, .91, .80 and .61: their near
# neighbours are a little farther and more alike in distance, so harder to tell apart.
ENCODER = Likeness(
    dimension=964,
    mean=0.568,
    variance=0.677,
    components=(1, 2, 3, 5, 9, 17, 33, 65, 129, 257, 513, 708, 964),
    variances=(
        1,
        0.62,
        0.34,
        0.22,
        0.14,
        0.087,
        0.037,
        9e-3,
        2e-3,
        3.8e-4,
        7.6e-5,
        1.5e-5,
        3.4e-6,
    ),
)


def draw(count: int, dimension: int, seed: int) -> np.ndarray:
    """`count` vectors as the encoder's, float32 (count, dimension), of length 1."""
    return np.concatenate(list(blocks(count, dimension, seed)))


def blocks(count: int, dimension: int, seed: int) -> Iterator[np.ndarray]:
    """The same in parts of at most BLOCK, so that a million need not be held twice."""
    return drawn(ENCODER.stretched(dimension), count, seed)


def drawn(likeness: Likeness, count: int, seed: int) -> Iterator[np.ndarray]:
    """`count` vectors of this likeness, in parts of at most BLOCK, float32 (n, d), of length 1."""
    random = np.random.default_rng(seed)
    dimension = likeness.dimension
    # Components do not lie along the numbers of a vector, each of which holds a little of all.
    axes = likeness.scale()[:, np.newaxis] * _rotation(dimension)
    mean = likeness.mean * _rotation(dimension)[-1]
    between, among, within = np.sqrt(likeness.shares, dtype=np.float32)
    kinds = between * random.standard_normal((KINDS, dimension), np.float32)
    popularity = 1 / np.arange(1, KINDS + 1)
    designs = max(1, count // THINGS_PER_DESIGN)
    kind_of = random.choice(KINDS, designs, p=popularity / popularity.sum())
    for start in range(0, count, BLOCK):
        chosen = random.integers(0, designs, min(BLOCK, count - start))
        rows = kinds[kind_of[chosen]]
        rows += among * _designs(chosen, dimension, seed)
        rows += within * random.standard_normal(rows.shape, np.float32)
        rows = rows @ axes + mean
        yield rows / np.linalg.norm(rows, axis=1, keepdims=True)


@lru_cache(maxsize=1)
def _rotation(dimension: int) -> np.ndarray:
    """Orthogonal directions, the rows of float32 (dimension, dimension)."""
    random = np.random.default_rng(dimension)
    rotation: np.ndarray = np.linalg.qr(random.standard_normal((dimension, dimension)))[0]
    return rotation.astype(np.float32)


def _designs(numbers: np.ndarray, dimension: int, seed: int) -> np.ndarray:
    """Each design's own direction, drawn from its number, so that none need be kept."""
    wanted, places = np.unique(numbers, return_inverse=True)
    directions = np.empty((len(wanted), dimension), np.float32)
    for row, number in zip(directions, wanted.tolist(), strict=True):
        np.random.default_rng((seed, number)).standard_normal(dtype=np.float32, out=row)
    return directions[places]


# Measuring


def measured(vectors: np.ndarray) -> Likeness:
    """The likeness of vectors, float32 (n, d) of length 1, with the shares of the present one."""
    mean = vectors.mean(axis=0)
    spread = np.linalg.eigvalsh(np.cov(vectors, rowvar=False))[::-1]
    dimension = len(spread)
    # Averaged between their neighbours, so that one odd component does not stand for many.
    numbers = [n for n in ENCODER.components if n < dimension] + [dimension]
    bounds = [1, *(round((a * b) ** 0.5) + 1 for a, b in pairwise(numbers)), dimension + 1]
    means = [spread[first - 1 : end - 1].mean() for first, end in pairwise(bounds)]
    relative = np.maximum(np.array(means) / means[0], 1e-9)
    return Likeness(
        dimension=dimension,
        mean=round(float(np.linalg.norm(mean)), 3),
        variance=round(float(spread.sum()), 3),
        components=tuple(numbers),
        variances=tuple(float(f"{one:.2g}") for one in relative),
        shares=ENCODER.shares,
    )


def nearness(vectors: np.ndarray, queries: np.ndarray) -> list[float]:
    """The median cosine of queries, float32 (q, d), to their neighbour of each of RANKS."""
    cosines = np.sort(queries @ vectors.T, axis=1)[:, ::-1]
    return [round(float(np.median(cosines[:, n - 1])), 3) for n in RANKS if n <= len(vectors)]


def main(arguments: Sequence[str]) -> None:
    (file,) = arguments
    real = np.load(file).astype(np.float32)
    real = np.random.default_rng(0).permutation(real)
    likeness = measured(real)
    same = np.concatenate(list(drawn(likeness, len(real), seed=0)))
    print(likeness)
    for name, vectors in (("real", real), ("drawn", same)):
        cosines = nearness(vectors[QUERIES:], vectors[:QUERIES])
        print(f"{name}: median cosines to neighbours {RANKS}: {cosines}")


if __name__ == "__main__":
    main(sys.argv[1:])
