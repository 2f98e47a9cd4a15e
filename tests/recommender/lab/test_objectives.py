"""The losses beside plain sums, and a faster layer beside Keras's own."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 1000)


@pytest.fixture(scope="module")
def objectives(keras: ModuleType) -> ModuleType:
    from recommender.lab import objectives

    return objectives


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def unit(count: int, length: int = 8, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, length)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


CANDIDATES = st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=9)


@given(CANDIDATES, SEEDS)
def test_candidates_cost_the_smoothed_crossentropy_of_all_together_none_costs_nothing(
    objectives: ModuleType, candidates: list[set[int]], seed: int
):
    logits = np.random.default_rng(seed).normal(0, 5, (len(candidates), 5)).astype(np.float32)
    expected = [
        -(0.95 * np.log(sum(row[one] for one in of)) + 0.01 * np.log(row).sum()) if of else 0.0
        for of, row in zip(candidates, softmax(logits.astype(float)), strict=True)
    ]
    given_candidates = np.array([[n in of for n in range(5)] for of in candidates], np.float32)
    found = np.asarray(objectives.crossentropy(given_candidates, logits))
    assert found.shape == (len(candidates),)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert not found[[not of for of in candidates]].any()


def plain_two_views(photographs: list[int], vectors: np.ndarray, temperature: float) -> list[float]:
    """Chen et al. 2020, equation 1, one view at a time; the mean where there are several others."""
    losses = []
    for row, photograph in enumerate(photographs):
        scores = vectors.astype(float) @ vectors[row] / temperature
        scores[row] = -np.inf
        log = np.log(softmax(scores) + 1e-300)
        others = [n for n, one in enumerate(photographs) if one == photograph and n != row]
        losses.append(-float(np.mean([log[n] for n in others])) if others else 0.0)
    return losses


@pytest.mark.parametrize(
    "photographs",
    [
        pytest.param([5, 5, 9, 9, 2, 2], id="as a batch has them"),
        pytest.param([5, 5, 9, 9, 5, 5], id="one drawn twice"),
        pytest.param([1, 2, 2, 3, 3, 4], id="some alone"),
        pytest.param([0, 0], id="one pair"),
    ],
)
def test_two_views_have_to_find_each_other_among_the_batch(
    objectives: ModuleType, photographs: list[int]
):
    vectors = unit(len(photographs))
    expected = plain_two_views(photographs, vectors, objectives.TEMPERATURE)
    for rows in (np.array(photographs, np.int32), np.array(photographs, np.int32)[:, None]):
        found = np.asarray(objectives.two_views(rows, vectors))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_views_that_agree_cost_less(objectives: ModuleType):
    photographs = np.array([0, 0, 1, 1], np.int32)
    agreeing = unit(2).repeat(2, axis=0)
    crossed = agreeing[[0, 2, 1, 3]]
    costs = [np.asarray(objectives.two_views(photographs, v)) for v in (agreeing, crossed)]
    assert (costs[0] < costs[1]).all()


@given(st.floats(-2, 5), SEEDS)
def test_a_head_answers_with_cosines_times_its_scale(
    objectives: ModuleType, log_scale: float, seed: int
):
    head = objectives.CosineHead(7)
    vectors = unit(5, seed=seed)
    head.build(vectors.shape)
    head.log_scale.assign(log_scale)
    # The length of a centre has no say.
    centres = 30 * np.random.default_rng(seed).standard_normal((8, 7)).astype(np.float32)
    head.centres.assign(centres)
    logits = np.asarray(head(vectors))
    scale = np.exp(log_scale)
    cosines = vectors @ (centres / np.linalg.norm(centres, axis=0))
    np.testing.assert_allclose(logits, scale * cosines, rtol=1e-3, atol=1e-4 * scale)
    assert np.abs(logits).max() <= scale * 1.0001
    np.testing.assert_allclose(
        vectors @ np.asarray(head.scaled_centres()), logits, rtol=1e-3, atol=1e-4 * scale
    )


def test_a_head_begins_with_its_first_scale(objectives: ModuleType):
    head = objectives.CosineHead(3)
    head.build((None, 8))
    centres = np.asarray(head.scaled_centres())
    np.testing.assert_allclose(np.linalg.norm(centres, axis=0), objectives.FIRST_SCALE, rtol=1e-5)


BATCH = np.random.default_rng(2).normal(3, 2, (16, 5, 4, 6)).astype(np.float32)


def normalisations(keras: ModuleType, objectives: ModuleType, dtype: str) -> list[Any]:
    """The project's and Keras's, alike and a little used."""
    layers = []
    for kind in (objectives.FusedBatchNormalization, keras.layers.BatchNormalization):
        layer = kind(dtype=dtype, momentum=0.8)
        layer.build(BATCH.shape)
        layer.gamma.assign(np.linspace(0.5, 2, 6))
        layer.beta.assign(np.linspace(-1, 1, 6))
        layer.moving_mean.assign(np.linspace(2, 4, 6))
        layer.moving_variance.assign(np.linspace(3, 5, 6))
        layers.append(layer)
    return layers


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("mixed_bfloat16", 0.05)])
@pytest.mark.parametrize("training", [True, False])
def test_the_fused_normalisation_is_keras_s(
    keras: ModuleType, objectives: ModuleType, training: bool, dtype: str, tolerance: float
):
    own, other = normalisations(keras, objectives, dtype)
    found, expected = (layer(BATCH, training=training) for layer in (own, other))
    assert found.dtype == expected.dtype
    found, expected = (np.asarray(keras.ops.cast(one, "float32")) for one in (found, expected))
    np.testing.assert_allclose(found, expected, atol=tolerance)
    # The fused kernel's variance is that of a sample, n / (n - 1) times as large.
    more = 0.2 * BATCH.var(axis=(0, 1, 2)) / (BATCH[..., 0].size - 1) if training else 0.0
    variance = np.asarray(other.moving_variance) + more
    np.testing.assert_allclose(own.moving_mean, other.moving_mean, rtol=tolerance / 10)
    np.testing.assert_allclose(own.moving_variance, variance, rtol=tolerance / 10)


def test_the_fused_normalisation_learns_as_keras_s(keras: ModuleType, objectives: ModuleType):
    import tensorflow as tf

    wanted = np.random.default_rng(3).normal(size=BATCH.shape).astype(np.float32)
    gradients = []
    for layer in normalisations(keras, objectives, "float32"):
        pictures = tf.Variable(BATCH)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(pictures, training=True) * wanted)
        sources = [pictures, layer.gamma.value, layer.beta.value]
        gradients.append([np.asarray(one) for one in tape.gradient(loss, sources)])
    for found, expected in zip(*gradients, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-3)


CLASSES = {"articleType": ["a", "b", "c"], "gender": ["d", "e"]}


def test_an_encoder_answers_for_every_attribute_and_with_a_unit_vector(
    keras: ModuleType, objectives: ModuleType
):
    pictures = keras.Input((None, None, 3))
    model = objectives.trainable_encoder(
        keras.Model(pictures, keras.layers.Conv2D(4, 3)(pictures)), CLASSES
    )
    answers = model(np.random.default_rng(0).random((5, 9, 7, 3), np.float32), training=True)
    assert {name: tuple(answer.shape) for name, answer in answers.items()} == {
        "articleType": (5, 3),
        "gender": (5, 2),
        "embedding": (5, objectives.DIMENSION),
    }
    vectors = np.asarray(answers["embedding"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for name, classes in CLASSES.items():
        np.testing.assert_allclose(
            answers[name],
            vectors @ np.asarray(model.get_layer(name).scaled_centres()),
            atol=1e-3,
        )
        assert len(classes) == answers[name].shape[1]


def test_every_answer_has_its_loss_and_weight(objectives: ModuleType):
    losses = objectives.losses(CLASSES)
    assert losses == {
        "articleType": objectives.crossentropy,
        "gender": objectives.crossentropy,
        "embedding": objectives.two_views,
    }
    assert set(losses) <= set(objectives.WEIGHTS)
