"""From the cosine of two vectors to a score that means the same from item to item.

How close two vectors must be to show one kind of thing differs between the crowded and the empty
regions of their space. An encoder that knows kinds tells how sure it is of them, and what that and
a cosine are worth together is measured on photographs that it was not trained on.

Two pictures can only be of one kind where both show a thing. Noise has neighbours as well, so what
somebody sends is first asked whether it shows anything that a shop of clothes may have.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.encoder.files import digest

Floats = npt.NDArray[np.float32]

# Equal vectors are as far as this from a distance of zero, and no network is surer than this.
LEAST_DISTANCE, LEAST_DOUBT = 0.01, 0.01
# Chances that add up to less were left out.
TINY = 1e-12
# What rounding may leave of a photograph at home in one on white.
LITTLE = 0.01
# What has a lower score is not close to what was asked for. Of the test split no picture by phone
# has less to its nearest in a shop with others by phone, and of pictures without clothes one in
# eighty has more.
CLOSE_FROM = 0.1


@dataclass(frozen=True)
class Domain:
    """A logistic regression on a vector: the chance that its picture shows clothes or the like.

    `weights` has a number for each of the vector's.
    """

    weights: tuple[float, ...]
    offset: float

    def chance(self, vector: Floats) -> float:
        """From 0 to 1, for a vector of length 1, float32 (d,)."""
        return float(_logistic(vector @ np.array(self.weights, np.float32) + self.offset))


@dataclass(frozen=True)
class AtHome:
    """What a score is made of where somebody photographed a thing at home, not on plain white.

    There what is of one kind lies farther apart, and so the encoder's opinions count more, that of
    the colour too: it is the chance that two photographs show one kind of thing in one colour.
    `opinions` are columns of a vector (from, to), as `Calibration.kinds`, each with its weight and
    with the log odds that stand for it where a picture says nothing. How much of a photograph at
    home a picture is, the encoder says by how long the columns from `beside` on are beside those
    before `learned`: `white` on plain white, 1 at home.
    """

    closeness: float
    offset: float
    opinions: tuple[tuple[int, int, float, float], ...]
    learned: int
    beside: int
    white: float

    def shares(self, rows: Floats) -> Floats:
        """How much of a photograph at home each is: float32 (n,), from 0 to 1."""
        learned, beside = rows[:, : self.learned], rows[:, self.beside :]
        squares = _products(beside, beside) / np.maximum(_products(learned, learned), TINY)
        return np.clip((np.sqrt(squares) - self.white) / (1 - self.white), 0, 1)

    def logits(self, ones: Floats, others: Floats) -> Floats:
        """As `Calibration.logits`, for `ones` that are such photographs."""
        logits = self.offset + self.closeness * _closeness(ones, others)
        for start, end, weight, usual in self.opinions:
            logits += weight * agreement(ones, others, (start, end), usual)
        return logits


@dataclass(frozen=True)
class Calibration:
    """A logistic regression (Platt 1999): the chance that two photographs show one kind of thing.

    It looks at -log(1.01 - cosine), weighted by `closeness`, and at the log odds that both are of
    one kind in the encoder's own opinion, weighted by `agreement`. `kinds` are the columns
    (from, to) of a vector that hold the roots of the kinds' probabilities, up to a factor. With
    `at_home` a query that somebody photographed there has another. With a `domain` it also tells
    pictures that show no such thing.
    """

    kinds: tuple[int, int]
    closeness: float
    agreement: float
    offset: float
    domain: Domain | None = None
    at_home: AtHome | None = None

    def scores(self, query: Floats, rows: Floats) -> Floats:
        """How sure it is, from 0 to 1, that each row shows the kind of thing that the query shows;
        of what was photographed at home, in its colour.

        `query` is float32 (d,), `rows` float32 (n, d), all of length 1; returns float32 (n,).
        """
        return _logistic(self.logits(query[np.newaxis], rows))

    def chance_of_a_thing(self, vector: Floats) -> float:
        """How sure it is, from 0 to 1, that a picture shows anything of which there are kinds.

        What somebody sends may show nothing of the sort, and then its scores are worth so much
        less. `vector` is float32 (d,), of length 1.
        """
        return self.domain.chance(vector) if self.domain else 1.0

    def logits(self, ones: Floats, others: Floats) -> Floats:
        """The log odds of each pair of rows, float32 (n,); one of the two may be a single row.

        What `ones` show is asked about, and it counts whether they are photographs at home.
        """
        logits = self.offset + self.closeness * _closeness(ones, others)
        logits += self.agreement * agreement(ones, others, self.kinds)
        if self.at_home:
            shares = self.at_home.shares(ones)
            # A shop's own photographs have next to none, and it takes longer than the rest.
            if (shares > LITTLE).any():
                logits += shares * (self.at_home.logits(ones, others) - logits)
        return logits


def _closeness(ones: Floats, others: Floats) -> Floats:
    """How close the rows of each pair are, -log(1.01 - cosine): float32 (n,)."""
    cosines = np.minimum(_products(ones, others), 1)
    return np.asarray(-np.log(1 + LEAST_DISTANCE - cosines), np.float32)


def agreement(ones: Floats, others: Floats, columns: tuple[int, int], usual: float = 0.0) -> Floats:
    """The log odds that both rows of each pair are of one kind, colour, ...: float32 (n,).

    `columns` (from, to) hold the roots of its chances. `usual` where one of them says nothing of
    it, as a picture in black and white of its colour.
    """
    roots, other_roots = (rows[:, slice(*columns)] for rows in (ones, others))
    known = _products(roots, roots) * _products(other_roots, other_roots)
    chance = _products(roots**2, other_roots**2) / np.maximum(known, TINY)
    chance = np.clip(chance, LEAST_DOUBT, 1 - LEAST_DOUBT)
    return np.where(known > TINY, np.log(chance / (1 - chance)), usual).astype(np.float32)


def _products(ones: Floats, others: Floats) -> Floats:
    """Of each pair of rows the inner product, float32 (n,); no matrix is made on the way."""
    products: Floats = np.einsum("ij,ij->i", ones, others)
    return products


def _logistic(logits: Floats) -> Floats:
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def write(calibration: Calibration, weights: Path, encoder: str) -> None:
    """Put it beside the weights that it was measured with, as JSON, by the encoder's name.

    It is no part of the weights: measuring anew must not make another encoder of them. What was
    measured with other weights goes.
    """
    fields = asdict(calibration) | {"sha256": digest(weights)}
    found = _found(weights).items()
    kept = {name: one for name, one in found if one.get("sha256") == fields["sha256"]}
    _beside(weights).write_text(json.dumps(kept | {encoder: fields}) + "\n")


def read(weights: Path, encoder: str) -> Calibration | None:
    """What `write` put beside these weights; None where there is nothing, or of other weights.

    Raises OSError, ValueError, TypeError or KeyError for a damaged file.
    """
    fields = dict(_found(weights).get(encoder, {}))
    if fields.pop("sha256", None) != digest(weights):
        return None
    kinds, domain, at_home = tuple(fields["kinds"]), fields.get("domain"), fields.get("at_home")
    if domain is not None:
        domain = Domain(tuple(domain["weights"]), domain["offset"])
    if at_home is not None:
        opinions = tuple(tuple(opinion) for opinion in at_home["opinions"])
        at_home = AtHome(**{**at_home, "opinions": opinions})
    return Calibration(**{**fields, "kinds": kinds, "domain": domain, "at_home": at_home})


def _found(weights: Path) -> dict[str, dict[str, Any]]:
    """The fields by the encoder's name. Raises OSError or ValueError for a damaged file."""
    file = _beside(weights)
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _beside(weights: Path) -> Path:
    return weights.with_suffix(".json")
