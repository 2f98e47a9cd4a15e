"""Fit the score of a new encoder on photographs that it was not trained on.

The pairs are those that a shop shows: each photograph with its nearest neighbours, which are of one
kind with it or not, and with altered copies of itself, which are.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

from recommender.encoder import calibration, graph, weights
from recommender.encoder.calibration import Calibration
from recommender.encoder.runtime import Network

from . import alterations
from .batches import framed
from .datasets import MISSING, Examples, subset
from .export import SERVED
from .retrieval import neighbours

KIND = "articleType"
SHOWN = 24
BATCH = 32


def calibrate(file: Path, examples: Examples) -> Calibration:
    """Fit the score of the encoder in ``file`` on ``examples``, and write it beside the file.

    Raises ValueError where the neighbours are all of one kind, or none of them is.
    """
    examples = subset(examples, examples.labels[KIND] != MISSING)
    loaded = weights.load(file)
    network = Network(graph.encoder(loaded), threads=0, precision="f32")

    def encode(pictures: list[np.ndarray]) -> np.ndarray:
        frames = framed(pictures, loaded.spec.size)
        batches = (frames[start : start + BATCH] for start in range(0, len(frames), BATCH))
        return np.concatenate(list(network.run(batches)))

    vectors = encode(examples.pictures)
    altered = [encode(_altered(examples.pictures, change)) for change in alterations.EACH.values()]
    fitted = fit(vectors, examples.labels[KIND], altered, _kinds(file, examples))
    calibration.write(fitted, file)
    return fitted


def fit(
    vectors: np.ndarray, kinds: np.ndarray, altered: list[np.ndarray], columns: tuple[int, int]
) -> Calibration:
    """The regression for vectors, float32 (n, d), of which ``altered`` has n each as well.

    ``kinds`` is int (n,), ``columns`` where the vectors hold the probabilities of the kinds.
    """
    unfitted = Calibration(columns, 0.0, 0.0, 0.0)
    found = neighbours(vectors, min(SHOWN, len(vectors) - 1))
    of = np.repeat(np.arange(len(vectors)), found.shape[1])
    terms = [unfitted.terms(vectors[of], vectors[found.ravel()])]
    terms += [unfitted.terms(copies, vectors) for copies in altered]
    same = [kinds[of] == kinds[found.ravel()], *(np.ones(len(copies)) for copies in altered)]
    regression = LogisticRegression(C=100, max_iter=1000)
    regression.fit(
        np.concatenate([np.column_stack(pair) for pair in terms]),
        np.concatenate(same).astype(int),
    )
    closeness, agreement = regression.coef_[0]
    return replace(
        unfitted,
        closeness=round(float(closeness), 4),
        agreement=round(float(agreement), 4),
        offset=round(float(regression.intercept_[0]), 4),
    )


def _altered(pictures: list[np.ndarray], change: alterations.Alteration) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [np.asarray(change(Image.fromarray(picture), random)) for picture in pictures]


def _kinds(file: Path, examples: Examples) -> tuple[int, int]:
    """The columns of the kinds: the vectors' classifiers follow in the order of ``SERVED``."""
    projection = weights.load(file).projection
    if projection is None:
        raise ValueError(f"{file} has no classifiers.")
    served = [name for name in SERVED if name in examples.classes]
    widths = [attribute.matrix.shape[1] for attribute in projection.attributes]
    start = projection.matrix.shape[1] + sum(widths[: served.index(KIND)])
    return start, start + widths[served.index(KIND)]
