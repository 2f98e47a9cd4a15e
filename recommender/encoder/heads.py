"""What an encoder makes of its towers' pooled features: a vector whose cosine is likeness.

Matrices are float32 (d in, d out), biases float32 (d out,).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# A vector is shifted by this before it is scaled to length 1, so that an all-zero one has a
# direction; it is far below the resolution of any other.
TINY = 1e-12


class Dense(NamedTuple):
    """A linear step: ``features @ matrix + bias``."""

    matrix: Floats
    bias: Floats


class Attribute(NamedTuple):
    """A classifier of one attribute (kind, colour, ...): ``softmax(unit vector @ matrix)``.

    ``matrix`` is float32 (d, classes). ``weight`` is what agreeing in this attribute counts beside
    agreeing in the learned vector, which counts 1.
    """

    matrix: Floats
    weight: float


class Beside(NamedTuple):
    """What the last tower sees, hardly changed, beside what the layers make of all towers.

    What was never taught is seen by it alone. ``projection`` takes the tower's features, scaled to
    length 1, less their mean, to their principal components. It counts as much as the learned
    vector where the picture is an everyday one, and ``white`` times as much where it lies on plain
    white, as the logistic regression ``everyday`` sees it in the same features.
    """

    projection: Dense
    everyday: Dense
    white: float


class Head(NamedTuple):
    """``layers`` with GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415) between them.

    They take the pooled features of all towers side by side, and what comes out is scaled to
    length 1. A single layer holds a learned projection as well as centring with PCA.
    """

    layers: tuple[Dense, ...]
    attributes: tuple[Attribute, ...] = ()
    beside: Beside | None = None
