"""What a training step sees."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.encoder.preprocessing import pixels
from recommender.lab import batches
from recommender.lab.batches import TrainingBatches, framed, sampling_weights, served_spec
from recommender.lab.datasets import Examples, read_splits, subset

SIZE = (48, 32)


@pytest.fixture(scope="module")
def train(data: Path) -> Examples:
    return read_splits(data).train


def steps(train: Examples, first: int, count: int, seed: int = 3) -> list:
    drawn = TrainingBatches(train, size=SIZE, batch=16, steps=count, first_step=first, seed=seed)
    return [drawn[step] for step in range(len(drawn))]


def test_two_views_of_each_photograph_lie_side_by_side(train: Examples):
    (pictures, targets), *_ = steps(train, 0, 1)
    assert pictures.shape == (16, *SIZE, 3)
    assert pictures.dtype == np.uint8
    rows = targets["embedding"]
    assert (rows[::2] == rows[1::2]).all()
    assert not np.array_equal(pictures[0], pictures[1])
    for attribute, labels in train.labels.items():
        np.testing.assert_array_equal(targets[attribute], labels[rows])


def test_a_step_is_the_same_wherever_a_run_begins(train: Examples):
    """So that a resumed run sees what an unbroken one would."""
    whole, resumed = steps(train, 0, 6), steps(train, 4, 2)
    for expected, found in zip(whole[4:], resumed, strict=True):
        np.testing.assert_array_equal(expected[0], found[0])
        np.testing.assert_array_equal(expected[1]["embedding"], found[1]["embedding"])
    other = steps(train, 4, 2, seed=4)
    assert not np.array_equal(other[0][0], resumed[0][0])


def test_phone_photographs_have_their_share_and_rare_kinds_more_than_theirs(train: Examples):
    kinds = train.labels["articleType"]
    rare = np.flatnonzero(kinds == 0)[:5]
    keep = (kinds != 0) | np.isin(np.arange(len(train)), rare)
    some = subset(train, keep)
    weights = sampling_weights(some)
    assert weights.sum() == pytest.approx(1)
    assert weights[~some.studio].sum() == pytest.approx(batches.PHONE_SHARE)
    of_rare = weights[some.labels["articleType"] == 0]
    of_common = weights[some.labels["articleType"] == 1]
    assert of_rare.mean() > of_common.mean()
    assert of_rare.sum() < of_common.sum()


def test_studio_photographs_alone_are_all_there_is(train: Examples):
    studio = subset(train, train.studio)
    assert sampling_weights(studio).sum() == pytest.approx(1)


def test_unaltered_pictures_are_what_the_shop_will_show(train: Examples):
    spec = served_spec(SIZE)
    expected = [pixels(Image.fromarray(picture), spec) for picture in train.pictures[:5]]
    np.testing.assert_array_equal(framed(train.pictures[:5], SIZE), np.stack(expected))
