"""Fit the score of a new encoder on photographs that it was not trained on.

The pairs are those that a shop shows: each photograph with its nearest neighbours, which are of one
kind with it or not, and with altered copies of itself, which are. What shows no clothes is drawn.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

from recommender.encoder import calibration, graph, weights
from recommender.encoder.calibration import AtHome, Calibration, Domain, agreement
from recommender.encoder.runtime import Network
from recommender.encoder.weights import Weights

from . import alterations, nonsense
from .batches import framed_for
from .colours import has_colour, same_colour
from .datasets import MISSING, Examples, subset
from .export import SERVED
from .kinds import same_kind
from .retrieval import nearest, neighbours

KIND = "articleType"
# What the opinion of one kind counts beside the closeness of the pictures. By itself the regression
# gives it as much again and tells kinds best; but what orders must find altered pictures and
# colours too, of which more than this loses some.
AGREEMENT = 0.05
# And what opinions count where somebody photographed at home: what it is, by the studio's words and
# by those for phone photographs, and its colour.
AT_HOME = {"articleType": 0.2, "baseColour": 0.2, "garment": 0.2}
SHOWN = 24
NONSENSE = 1000
# Hardly regularised: what shows no clothes is drawn, and lies far from what does.
DOMAIN_C = 100


def calibrate(file: Path, encoder: str, examples: Examples) -> Calibration:
    """Fit the score of an encoder in ``file`` on ``examples``, and write it beside the file.

    Raises ValueError where the neighbours are all of one kind, or none of them is.
    """
    loaded = weights.load(file, encoder)
    network = Network(graph.encoder(loaded), threads=0, precision="f32")

    def encode(pictures: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(list(network.run(framed_for(pictures, loaded.spec.towers))))

    vectors = encode(examples.pictures)
    at_home = [examples.pictures[row] for row in np.flatnonzero(~examples.studio)]
    drawn, _ = nonsense.pictures(at_home, NONSENSE, nonsense.TO_FIT)
    domain = fit_domain(vectors, examples.studio, encode([np.asarray(one) for one in drawn]))
    labelled = examples.labels[KIND] != MISSING
    shown = subset(examples, labelled)
    altered = [encode(_altered(shown.pictures, change)) for change in alterations.EACH.values()]
    columns = _columns(loaded, examples)
    fitted = fit(vectors[labelled], shown.labels[KIND], altered, columns[KIND])
    fitted = replace(fitted, domain=domain, at_home=_at_home(loaded, columns, vectors, examples))
    calibration.write(fitted, file, encoder)
    return fitted


def fit(
    vectors: np.ndarray, kinds: np.ndarray, altered: list[np.ndarray], columns: tuple[int, int]
) -> Calibration:
    """The regression for vectors, float32 (n, d), of which ``altered`` has n each as well.

    ``kinds`` is int (n,), ``columns`` where the vectors hold the probabilities of the kinds.
    """
    unfitted = Calibration(columns, 1.0, AGREEMENT, 0.0)
    found = neighbours(vectors, min(SHOWN, len(vectors) - 1))
    of = np.repeat(np.arange(len(vectors)), found.shape[1])
    logits = [unfitted.logits(vectors[of], vectors[found.ravel()])]
    logits += [unfitted.logits(copies, vectors) for copies in altered]
    same = [kinds[of] == kinds[found.ravel()], *(np.ones(len(copies)) for copies in altered)]
    scale, offset = _scale(np.concatenate(logits), np.concatenate(same).astype(int))
    return replace(
        unfitted,
        closeness=round(scale, 4),
        agreement=round(AGREEMENT * scale, 4),
        offset=round(offset, 4),
    )


def _scale(logits: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """What to multiply log odds, (n,), by and to add to them for how often they are right."""
    regression = LogisticRegression(C=100, max_iter=1000)
    regression.fit(logits[:, np.newaxis], right)
    return float(regression.coef_[0, 0]), float(regression.intercept_[0])


def fit_domain(vectors: np.ndarray, studio: np.ndarray, nonsense: np.ndarray) -> Domain:
    """What tells photographs of clothes, float32 (n, d), from pictures without, float32 (m, d).

    ``studio``, bool (n,), parts the photographs in two that count alike, which together count as
    much as the pictures without.
    """
    rows = np.concatenate([vectors, nonsense])
    parts = np.concatenate([np.where(studio, 0, 1), np.full(len(nonsense), 2)])
    share = np.array([1, 1, 2]) / np.maximum(np.bincount(parts, minlength=3), 1)
    regression = LogisticRegression(C=DOMAIN_C, max_iter=3000)
    regression.fit(rows, parts < 2, sample_weight=share[parts] * len(rows) / 4)
    weights = tuple(round(float(weight), 3) for weight in regression.coef_[0])
    return Domain(weights, round(float(regression.intercept_[0]), 3))


def _altered(pictures: list[np.ndarray], change: alterations.Alteration) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [np.asarray(change(Image.fromarray(picture), random)) for picture in pictures]


def _at_home(
    loaded: Weights, columns: dict[str, tuple[int, int]], vectors: np.ndarray, examples: Examples
) -> AtHome | None:
    """The score of photographs at home; None for an encoder that does not tell them apart."""
    head = loaded.head
    if head is None or head.beside is None:
        return None
    opinions = tuple(
        (*columns[name], weight, 0.0) for name, weight in AT_HOME.items() if name in columns
    )
    learned = head.layers[-1].matrix.shape[1]
    beside = vectors.shape[1] - head.beside.projection.matrix.shape[1]
    unfitted = AtHome(1.0, 0.0, opinions, learned, beside, round(head.beside.white, 4))
    return fit_at_home(unfitted, vectors, examples)


def fit_at_home(unfitted: AtHome, vectors: np.ndarray, examples: Examples) -> AtHome | None:
    """The regression for those photographs whose colour was told, ``vectors`` float32 (n, d).

    The pairs are those with the nearest studio photographs, and a score is how likely one is of the
    kind and of the colour: by the kind alone all that is near would be very close. None where these
    all are, or none is.
    """
    studio, told = examples.studio, has_colour(examples)
    if not studio.any() or not told.any():
        return None
    phones, products = vectors[told], vectors[studio]
    found = nearest(phones, products, min(SHOWN, len(products)))
    queries, gallery = subset(examples, told), subset(examples, studio)
    right = (same_kind(queries, gallery, found) & same_colour(queries, gallery, found)).ravel()
    if right.all() or not right.any():
        return None
    ones, others = np.repeat(phones, found.shape[1], axis=0), products[found.ravel()]
    scale, offset = _scale(unfitted.logits(ones, others), right)
    return replace(
        unfitted,
        closeness=round(scale, 4),
        offset=round(offset, 4),
        opinions=tuple(
            (start, end, round(weight * scale, 4), _usual(ones, others, (start, end)))
            for start, end, weight, _ in unfitted.opinions
        ),
    )


def _usual(ones: np.ndarray, others: np.ndarray, columns: tuple[int, int]) -> float:
    return round(float(agreement(ones, others, columns).mean()), 4)


def _columns(loaded: Weights, examples: Examples) -> dict[str, tuple[int, int]]:
    """The columns of each attribute: the vectors' classifiers follow in the order of ``SERVED``."""
    if loaded.head is None:
        raise ValueError(f"{loaded.spec.name} has no classifiers.")
    served = [name for name in SERVED if name in examples.classes]
    widths = [attribute.matrix.shape[1] for attribute in loaded.head.attributes]
    ends = loaded.head.layers[-1].matrix.shape[1] + np.cumsum([0, *widths])
    spans = zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    return dict(zip(served, spans, strict=True))
