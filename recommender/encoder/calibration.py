"""From the cosine of two vectors to a score that means the same from item to item.

How close two vectors must be to show one kind of thing differs between the crowded and the empty
regions of their space. An encoder that knows kinds tells how sure it is of them, and what that and
a cosine are worth together is measured on photographs that it was not trained on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recommender.encoder.files import digest

Floats = npt.NDArray[np.float32]

# Equal vectors are as far as this from a distance of zero, and no network is surer than this.
LEAST_DISTANCE, LEAST_DOUBT = 0.01, 0.01
# Where the best score of all that was found is less, nothing is close to what was asked for.
CLOSE_FROM = 0.15


@dataclass(frozen=True)
class Calibration:
    """A logistic regression (Platt 1999): the chance that two photographs show one kind of thing.

    It looks at -log(1.01 - cosine), weighted by `closeness`, and at the log odds that both are of
    one kind in the encoder's own opinion, weighted by `agreement`. `kinds` are the columns
    (from, to) of a vector that hold the roots of the kinds' probabilities, up to a factor.
    """

    kinds: tuple[int, int]
    closeness: float
    agreement: float
    offset: float

    def scores(self, query: Floats, rows: Floats) -> Floats:
        """How sure it is, from 0 to 1, that each row shows the kind of thing that the query shows.

        `query` is float32 (d,), `rows` float32 (n, d), all of length 1; returns float32 (n,).
        """
        cosines, same_kind = self.terms(query[np.newaxis], rows)
        logits = self.offset + self.closeness * cosines + self.agreement * same_kind
        return (1 / (1 + np.exp(-logits))).astype(np.float32)

    def terms(self, ones: Floats, others: Floats) -> tuple[Floats, Floats]:
        """What the regression looks at, of each pair of rows; one of the two may be a single row.

        Returns the closeness and the log odds of one kind, float32 (n,) each.
        """
        cosines = np.minimum((ones * others).sum(axis=1), 1)
        chance = (self._kinds_of(ones) * self._kinds_of(others)).sum(axis=1)
        chance = np.clip(chance, LEAST_DOUBT, 1 - LEAST_DOUBT)
        return -np.log(1 + LEAST_DISTANCE - cosines), np.log(chance / (1 - chance))

    def _kinds_of(self, rows: Floats) -> Floats:
        weighted = rows[:, slice(*self.kinds)] ** 2
        return weighted / weighted.sum(axis=1, keepdims=True)


def write(calibration: Calibration, weights: Path) -> None:
    """Put it beside the weights that it was measured with, as JSON.

    It is no part of the weights: measuring anew must not make another encoder of them.
    """
    fields = asdict(calibration) | {"sha256": digest(weights)}
    _beside(weights).write_text(json.dumps(fields, indent=1) + "\n")


def read(weights: Path) -> Calibration | None:
    """What `write` put beside these weights; None where there is nothing, or of other weights.

    Raises OSError, ValueError or TypeError for a damaged file.
    """
    file = _beside(weights)
    if not file.exists():
        return None
    fields = json.loads(file.read_text())
    if fields.pop("sha256", None) != digest(weights):
        return None
    return Calibration(**{**fields, "kinds": tuple(fields["kinds"])})


def _beside(weights: Path) -> Path:
    return weights.with_suffix(".json")
