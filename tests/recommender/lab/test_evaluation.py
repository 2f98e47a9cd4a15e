"""The figures, beside counting; a simple encoder stands before the evaluation as any other does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.lab import alterations
from recommender.lab.datasets import ATTRIBUTES, MISSING, Examples, Splits, read_reference, subset
from recommender.lab.evaluation import (
    DEPTHS,
    GOALS,
    LEAST_COSINE,
    Evaluation,
    Figure,
    encode,
    evaluate,
)


class Colours:
    """Sees four coloured quarters, each number rounded to a multiple of `step`; often mistaken."""

    def __init__(self, step: float = 0.0) -> None:
        self.step = step

    def encode(self, pictures: Sequence[Image.Image]) -> np.ndarray:
        boxes = [np.asarray(one.resize((2, 2), Image.Resampling.BOX)).ravel() for one in pictures]
        rows = np.array(boxes, np.float32) - 120.5
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        if self.step:
            rows = np.round(rows / self.step) * self.step
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def result(data: Path, said: list[str]) -> Evaluation:
    return evaluate(Colours(step=0.05), Colours(), data, said.append)


@pytest.fixture(scope="module")
def products(whole: Splits) -> Examples:
    return subset(whole.test, whole.test.studio)


def ranked(query: np.ndarray, gallery: np.ndarray) -> list[int]:
    return sorted(range(len(gallery)), key=lambda row: -float(query @ gallery[row]))


def counted_precision(vectors: np.ndarray, labels: np.ndarray, k: int) -> float:
    shares = []
    for query, label in enumerate(labels):
        others = [row for row in ranked(vectors[query], vectors) if row != query]
        if label != MISSING:
            shares.append(np.mean([labels[row] == label for row in others[:k]]))
    return float(np.mean(shares))


def test_a_figure_is_a_mean_with_its_interval():
    figure = Figure.of(np.array([0.0, 1, 1, 1]), 0.5, "another")
    assert (figure.value, figure.queries, figure.goal, figure.against) == (0.75, 4, 0.5, "another")
    assert 0 <= figure.low < 0.75 < figure.high <= 1


def test_every_attribute_is_measured_at_every_depth(result: Evaluation):
    for name in ("fashion-products", "reference"):
        for attribute in ATTRIBUTES:
            for k in DEPTHS:
                for measure in ("precision", "recall"):
                    figure = result.figures[f"{name}.{attribute}.{measure}_at_{k}"]
                    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    assert set(GOALS) <= set(result.figures)


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_products_are_searched_among_the_test_products(
    result: Evaluation, products: Examples, attribute: str
):
    vectors = encode(Colours(step=0.05), products)
    for k in (1, 5, 10):
        figure = result.figures[f"fashion-products.{attribute}.precision_at_{k}"]
        expected = counted_precision(vectors, products.labels[attribute], k)
        # Of equal likeness either may come first.
        assert figure.value == pytest.approx(expected, abs=0.02)
        assert figure.queries == (products.labels[attribute] != MISSING).sum()


def test_recall_grows_with_depth(result: Evaluation):
    for attribute in ATTRIBUTES:
        found = [
            result.figures[f"fashion-products.{attribute}.recall_at_{k}"].value for k in DEPTHS
        ]
        assert found == sorted(found)
        assert found[0] < found[-1]


def test_phone_photographs_are_searched_among_the_training_ones(result: Evaluation, whole: Splits):
    encoder = Colours(step=0.05)
    gallery, queries = (subset(part, ~part.studio) for part in (whole.train, whole.test))
    rows = encode(encoder, gallery)
    agree = np.array(
        [
            [
                gallery.labels["garment"][row] == queries.labels["garment"][query]
                for row in ranked(vector, rows)
            ]
            for query, vector in enumerate(encode(encoder, queries))
        ]
    )
    for k in DEPTHS:
        figure = result.figures[f"clothing-cc0.garment.precision_at_{k}"]
        # Of equal likeness either may come first.
        assert figure.value == pytest.approx(agree[:, :k].mean(), abs=0.1 if k == 1 else 0.04)
        assert figure.queries == len(queries)


def test_an_altered_photograph_is_looked_for_among_all(result: Evaluation, products: Examples):
    encoder = Colours(step=0.05)
    vectors = encode(encoder, products)
    each = []
    for name, alteration in alterations.EACH.items():
        random = np.random.default_rng(0)
        hits = [
            ranked(encoder.encode([alteration(Image.fromarray(picture), random)])[0], vectors)[0]
            == row
            for row, picture in enumerate(products.pictures)
        ]
        figure = result.figures[f"altered.{name}.recall_at_1"]
        assert figure.value == pytest.approx(np.mean(hits), abs=0.1)
        assert figure.queries == len(products)
        each.append(figure.value)
    whole = result.figures["altered.photograph.recall_at_1"]
    assert whole.value == pytest.approx(np.mean(each))
    assert whole.queries == len(alterations.EACH) * len(products)
    assert result.figures["altered.all.recall_at_1"].value <= max(each)


def test_the_reference_is_beside_what_its_own_vectors_reach(result: Evaluation, data: Path):
    examples, vectors = read_reference(data / "resnet50-imagenet-reference")
    for attribute in ATTRIBUTES:
        usual = counted_precision(vectors, examples.labels[attribute], 5)
        figure = result.figures[f"reference.{attribute}.precision_at_5"]
        assert figure.goal == pytest.approx(usual)
        assert f"{usual:.3f}" in figure.against
        assert result.figures[f"reference.{attribute}.precision_at_1"].goal is None


def test_rounding_is_measured_against_the_same_network(result: Evaluation, products: Examples):
    rounded, exact = (encode(encoder, products) for encoder in (Colours(step=0.05), Colours()))
    cosines = np.sum(rounded * exact, axis=1)
    figure = result.figures["rounding.least_cosine"]
    assert figure.value == pytest.approx(cosines.min(), abs=1e-6)
    assert (figure.goal, figure.queries) == (LEAST_COSINE, len(products))
    assert figure.value < 1
    for attribute in ATTRIBUTES:
        labels = products.labels[attribute]
        change = counted_precision(rounded, labels, 5) - counted_precision(exact, labels, 5)
        found = result.figures[f"rounding.{attribute}.precision_at_5_change"]
        assert found.value == pytest.approx(change, abs=0.02)


def test_nothing_that_was_trained_on_is_shown(result: Evaluation, whole: Splits):
    trained = {*whole.train.ids, *whole.validation.ids}
    for examples, found in result.galleries.values():
        assert not trained & set(examples.ids)
        assert found.shape == (len(examples), min(max(DEPTHS), len(examples) - 1))
    assert set(result.galleries) == {"fashion-products", "reference"}


def test_it_says_what_it_is_at(result: Evaluation, said: list[str], products: Examples):
    assert said[0] == f"fashion-products: {len(products)} products"
    assert [line.split(":")[0] for line in said] == [
        "fashion-products", "clothing-cc0", "altered", "reference", "rounding",
    ]  # fmt: skip
