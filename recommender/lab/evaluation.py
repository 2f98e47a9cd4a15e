"""How well an encoder finds what looks alike, on photographs that training never saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from . import alterations
from .datasets import ATTRIBUTES, Examples, read_reference, read_splits, subset
from .retrieval import interval, nearest, neighbours, precision_at, recall_at

DEPTHS = (1, 5, 10, 20)
ALTERED_GALLERY = 3000
LEAST_COSINE = 0.99
GOALS = {
    "fashion-products.articleType.precision_at_5": 0.85,
    "fashion-products.baseColour.precision_at_5": 0.60,
    "fashion-products.subCategory.precision_at_5": 0.97,
    "fashion-products.gender.precision_at_5": 0.90,
    "clothing-cc0.garment.precision_at_1": 0.88,
    "altered.photograph.recall_at_1": 0.97,
}


class Encodes(Protocol):
    """What evaluation needs of an encoder."""

    def encode(self, pictures: Sequence[Image.Image]) -> np.ndarray:
        """Float32 (n, d), rows of length 1."""


@dataclass(frozen=True)
class Figure:
    """A mean over queries with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    queries: int
    goal: float | None = None
    against: str = ""

    @classmethod
    def of(cls, values: np.ndarray, goal: float | None = None, against: str = "") -> Figure:
        low, high = interval(values)
        return cls(float(values.mean()), low, high, len(values), goal, against)


@dataclass
class Evaluation:
    """Figures by name, and for each set what a person looks at: queries and what was found."""

    figures: dict[str, Figure] = field(default_factory=dict)
    galleries: dict[str, tuple[Examples, np.ndarray]] = field(default_factory=dict)


def evaluate(
    encoder: Encodes, exact: Encodes, data: Path, report: Callable[[str], None] = print
) -> Evaluation:
    """Measure ``encoder`` on the test splits below ``data``; ``exact`` is the same in float32."""
    splits = read_splits(data)
    result = Evaluation()
    products = subset(splits.test, splits.test.studio)
    report(f"fashion-products: {len(products)} products")
    vectors = encode(encoder, products)
    _by_attribute(result, "fashion-products", products, vectors)
    report("clothing-cc0: test against train")
    _clothing(result, encoder, splits.train, splits.test)
    report(f"altered: {ALTERED_GALLERY} photographs")
    _altered(result, encoder, products, vectors)
    report("reference: 300 products beside ImageNet's own vectors")
    _reference(result, encoder, data / "resnet50-imagenet-reference")
    report("rounding: the same network in float32")
    _rounding(result, products, vectors, encode(exact, products))
    return result


def encode(encoder: Encodes, examples: Examples) -> np.ndarray:
    """Vectors of the photographs: float32 (n, d)."""
    return encoder.encode([Image.fromarray(picture) for picture in examples.pictures])


def _by_attribute(result: Evaluation, name: str, examples: Examples, vectors: np.ndarray) -> None:
    found = neighbours(vectors, max(DEPTHS))
    for key, values in _attribute_values(examples, found):
        figure = f"{name}.{key}"
        result.figures[figure] = Figure.of(values, GOALS.get(figure))
    result.galleries[name] = examples, found


def _attribute_values(examples: Examples, found: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for attribute in ATTRIBUTES:
        labels = examples.labels[attribute]
        for k in DEPTHS:
            yield f"{attribute}.precision_at_{k}", precision_at(found, labels, k)
            yield f"{attribute}.recall_at_{k}", recall_at(found, labels, k)


def _clothing(result: Evaluation, encoder: Encodes, train: Examples, test: Examples) -> None:
    gallery, queries = subset(train, ~train.studio), subset(test, ~test.studio)
    found = nearest(encode(encoder, queries), encode(encoder, gallery), max(DEPTHS))
    agree = gallery.labels["garment"][found] == queries.labels["garment"][:, None]
    for k in DEPTHS:
        figure = f"clothing-cc0.garment.precision_at_{k}"
        result.figures[figure] = Figure.of(agree[:, :k].mean(axis=1), GOALS.get(figure))


def _altered(result: Evaluation, encoder: Encodes, products: Examples, vectors: np.ndarray) -> None:
    count = min(ALTERED_GALLERY, len(products))
    pictures = [Image.fromarray(picture) for picture in products.pictures[:count]]
    hits = []
    for name, alteration in (*alterations.EACH.items(), ("all", alterations.all_at_once)):
        rng = np.random.default_rng(0)
        queries = encoder.encode([alteration(picture, rng) for picture in pictures])
        found = nearest(queries, vectors[:count], 1)[:, 0]
        hit = (found == np.arange(count)).astype(float)
        result.figures[f"altered.{name}.recall_at_1"] = Figure.of(hit)
        if name != "all":
            hits.append(hit)
    figure = "altered.photograph.recall_at_1"
    result.figures[figure] = Figure.of(np.concatenate(hits), GOALS[figure])


def _reference(result: Evaluation, encoder: Encodes, folder: Path) -> None:
    examples, stored = read_reference(folder)
    usual = dict(_attribute_values(examples, neighbours(stored, max(DEPTHS))))
    found = neighbours(encode(encoder, examples), max(DEPTHS))
    for key, values in _attribute_values(examples, found):
        baseline = float(usual[key].mean())
        against = f"the usual ImageNet ResNet50 with max pooling: {baseline:.3f}"
        goal = baseline if key.endswith("precision_at_5") else None
        result.figures[f"reference.{key}"] = Figure.of(values, goal, against)
    result.galleries["reference"] = examples, found


def _rounding(
    result: Evaluation, products: Examples, rounded: np.ndarray, exact: np.ndarray
) -> None:
    """What the processor's faster numbers cost: the least cosine, the change of precision."""
    cosines = np.sum(rounded * exact, axis=1, dtype=np.float64)
    least = float(cosines.min())
    result.figures["rounding.least_cosine"] = Figure(
        least, least, float(cosines.max()), len(cosines), LEAST_COSINE, "float32"
    )
    found, expected = (neighbours(vectors, 5) for vectors in (rounded, exact))
    for attribute in ATTRIBUTES:
        labels = products.labels[attribute]
        change = precision_at(found, labels, 5) - precision_at(expected, labels, 5)
        result.figures[f"rounding.{attribute}.precision_at_5_change"] = Figure.of(
            change, against="float32"
        )
