"""The losses beside plain sums, and a faster layer beside Keras's own."""

from types import ModuleType

import numpy as np
import pytest

from recommender.lab.datasets import MISSING

pytestmark = pytest.mark.usefixtures("keras")


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def unit(count: int, length: int = 8) -> np.ndarray:
    rows = np.random.default_rng(0).standard_normal((count, length)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_known_label_costs_its_smoothed_crossentropy_a_missing_one_nothing():
    from recommender.lab.objectives import known_crossentropy

    logits = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    labels = np.array([0, 4, MISSING, 2], np.int32)
    wanted = np.eye(5)[labels] * 0.95 + 0.01
    expected = -(wanted * np.log(softmax(logits))).sum(axis=1) * (labels != MISSING)
    np.testing.assert_allclose(np.asarray(known_crossentropy(labels, logits)), expected, rtol=1e-5)


def test_two_views_have_to_find_each_other_among_the_batch():
    from recommender.lab.objectives import TEMPERATURE, two_views

    vectors = unit(6)
    photographs = np.array([5, 5, 9, 9, 2, 2], np.int32)
    expected = []
    for row, other in enumerate((1, 0, 3, 2, 5, 4)):
        scores = vectors @ vectors[row] / TEMPERATURE
        scores[row] = -np.inf
        expected.append(-np.log(softmax(scores)[other]))
    found = np.asarray(two_views(photographs, vectors))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_views_that_agree_cost_less():
    from recommender.lab.objectives import two_views

    photographs = np.array([0, 0, 1, 1], np.int32)
    agreeing = unit(2).repeat(2, axis=0)
    crossed = agreeing[[0, 2, 1, 3]]
    assert np.mean(two_views(photographs, agreeing)) < np.mean(two_views(photographs, crossed))


def test_a_head_answers_with_scaled_cosines(keras: ModuleType):
    from recommender.lab.objectives import FIRST_SCALE, CosineHead

    head = CosineHead(3)
    vectors = unit(5)
    logits = np.asarray(head(vectors))
    centres = np.asarray(head.centres)
    cosines = vectors @ (centres / np.linalg.norm(centres, axis=0))
    np.testing.assert_allclose(logits, FIRST_SCALE * cosines, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_the_fused_normalisation_is_keras_s(keras: ModuleType, training: bool):
    from recommender.lab.objectives import FusedBatchNormalization

    batch = np.random.default_rng(2).normal(3, 2, (16, 5, 4, 6)).astype(np.float32)
    own, other = FusedBatchNormalization(), keras.layers.BatchNormalization()
    for layer in (own, other):
        layer.build(batch.shape)
        layer.gamma.assign(np.linspace(0.5, 2, 6))
        layer.beta.assign(np.linspace(-1, 1, 6))
    found, expected = (np.asarray(layer(batch, training=training)) for layer in (own, other))
    np.testing.assert_allclose(found, expected, atol=1e-4)
    for name in ("moving_mean", "moving_variance"):
        # The fused kernel's variance is that of a sample, n / (n - 1) times as large.
        np.testing.assert_allclose(
            np.asarray(getattr(own, name)), np.asarray(getattr(other, name)), rtol=5e-3
        )
