"""The few directions in which somebody looks: several tastes at once, the newest in front."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]

MOST = 4
# What is at least so near a taste is of it: the thousandth of 31,342 studio photographs is at .72.
ALIKE = 0.75


class Taste(NamedTuple):
    """`direction`, float32 (d,), of length 1; `weight` as all that is of it; the places of that."""

    direction: Rows
    weight: float
    members: list[int]


def tastes(rows: Rows, weights: npt.ArrayLike, alike: float = ALIKE) -> list[Taste]:
    """What somebody looked at, the latest first, in groups, the group of the latest first.

    `rows` are vectors, float32 (n, d), of length 1; `weights`, (n,), how much each counts. Each
    joins the nearest taste so far (leader clustering: Hartigan, 1975), or begins one while there
    are fewer than MOST.
    """
    shares = np.asarray(weights, np.float32)
    groups: list[list[int]] = []
    sums: list[Rows] = []
    for place, row in enumerate(rows):
        near = [float(row @ _unit(one)) for one in sums]
        if near and (max(near) >= alike or len(groups) == MOST):
            group = int(np.argmax(near))
            groups[group].append(place)
            sums[group] = sums[group] + shares[place] * row
        else:
            groups.append([place])
            sums.append(shares[place] * row)
    return [
        Taste(_unit(one), float(shares[group].sum()), group)
        for one, group in zip(sums, groups, strict=True)
    ]


def _unit(vector: Rows) -> Rows:
    unit: Rows = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    return unit
