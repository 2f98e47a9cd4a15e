"""What a training step sees."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import weights
from recommender.encoder.preprocessing import pixels
from recommender.lab import kinds
from recommender.lab.datasets import MISSING, Examples, Splits, subset

SIZE = (48, 32)

Step = tuple[np.ndarray, dict[str, np.ndarray]]
Steps = Callable[..., list[Step]]


@pytest.fixture(scope="module")
def batches(keras: ModuleType) -> ModuleType:
    from recommender.lab import batches

    return batches


@pytest.fixture(scope="module")
def train(whole: Splits) -> Examples:
    return whole.train


@pytest.fixture(scope="module")
def steps(batches: ModuleType, train: Examples) -> Steps:
    """Draws `count` steps from `first` on."""

    def draw(first: int, count: int, examples: Examples = train, **options: Any) -> list[Step]:
        drawn = batches.TrainingBatches(
            examples,
            **{"size": SIZE, "batch": 16, "steps": count, "first_step": first, "seed": 3} | options,
        )
        assert len(drawn) == count
        return [drawn[step] for step in range(count)]

    return draw


def one_colour_each(labels: list[int], studio: bool = True) -> Examples:
    """Photographs that are told apart by their colour alone."""
    count = len(labels)
    shades = np.random.default_rng(0).permutation(count) * (255 // count)
    known, missing = np.array(labels, np.int32), np.full(count, MISSING, np.int32)
    return Examples(
        ids=[str(n) for n in range(count)],
        pictures=[np.full((48, 32, 3), (shade, 128, 255 - shade), np.uint8) for shade in shades],
        labels={
            "articleType": known if studio else missing,
            "garment": missing if studio else known,
        },
        classes={"articleType": list("abcdefgh"), "garment": list("abcdefgh")},
        studio=np.full(count, studio),
    )


def test_two_views_of_each_photograph_lie_side_by_side(steps: Steps, train: Examples):
    for pictures, targets in steps(0, 5):
        assert pictures.shape == (16, *SIZE, 3)
        assert pictures.dtype == np.uint8
        rows = targets["embedding"]
        np.testing.assert_array_equal(rows[::2], rows[1::2])
        assert all(not np.array_equal(*pair) for pair in pictures.reshape(8, 2, *SIZE, 3))
        for attribute, candidates in kinds.candidates(train).items():
            np.testing.assert_array_equal(targets[attribute], candidates[rows])
            assert targets[attribute].dtype == np.float32


def test_the_labels_are_those_of_the_pictures(steps: Steps):
    examples = one_colour_each([0] * 10)
    known = np.array([picture[0, 0] for picture in examples.pictures], int)
    for pictures, targets in steps(0, 5, examples, strength=0.05):
        shown = np.median(pictures.reshape(16, -1, 3), axis=1)
        nearest = np.abs(shown[:, None] - known).sum(axis=2).argmin(axis=1)
        np.testing.assert_array_equal(nearest, targets["embedding"])


@pytest.mark.parametrize("first", [1, 4, 5])
def test_a_step_is_the_same_wherever_a_run_begins(steps: Steps, first: int):
    """So that a resumed run sees what an unbroken one would."""
    whole, resumed = steps(0, 6), steps(first, 6 - first)
    for expected, found in zip(whole[first:], resumed, strict=True):
        np.testing.assert_array_equal(expected[0], found[0])
        for name, labels in expected[1].items():
            np.testing.assert_array_equal(labels, found[1][name])


def test_another_seed_or_step_is_another_batch(steps: Steps):
    found = [*steps(0, 3), *steps(0, 3, seed=4)]
    assert len({pictures.tobytes() for pictures, _ in found}) == 6


def test_less_strength_alters_less(steps: Steps):
    def difference(strength: float) -> float:
        pictures, _ = steps(0, 1, strength=strength)[0]
        return float(np.abs(pictures[::2].astype(int) - pictures[1::2]).mean())

    assert difference(0.01) < difference(1)


def rare(train: Examples) -> Examples:
    """With five photographs only of the first article type."""
    kinds = train.labels["articleType"]
    few = np.flatnonzero(kinds == 0)[:5]
    return subset(train, (kinds != 0) | np.isin(np.arange(len(train)), few))


def test_a_share_of_the_views_is_as_people_send_pictures(batches: ModuleType, steps: Steps):
    """One alteration of the list takes all colour away, and no other does."""
    coloured = one_colour_each([0] * 10)
    greys = {}
    for share in (0.0, 0.5, 1.0):
        pictures = np.concatenate([views for views, _ in steps(0, 40, coloured, sent=share)])
        middle = pictures[:, SIZE[0] // 2, SIZE[1] // 2].astype(int)
        assert pictures.shape == (640, *SIZE, 3)
        greys[share] = (np.ptp(middle, axis=1) == 0).mean()
    assert greys[0.0] < greys[0.5] < greys[1.0]
    assert 0.5 < greys[1.0] * len(batches.SENT) < 2


def test_each_kind_is_drawn_by_its_number_to_a_power(batches: ModuleType, train: Examples):
    some = rare(train)
    found = batches.sampling_weights(some)
    share, power = batches.PHONE_SHARE, 1 - batches.BALANCE
    assert found.sum() == pytest.approx(1)
    for studio, attribute, part in (
        (True, "articleType", 1 - share),
        (False, "garment", share),
    ):
        labels = np.where(some.studio == studio, some.labels[attribute], MISSING)
        counts = np.bincount(labels[labels != MISSING])
        expected = part * counts**power / (counts**power).sum()
        for label, total in enumerate(expected):
            assert found[labels == label].sum() == pytest.approx(total)
            assert np.ptp(found[labels == label]) == pytest.approx(0)


def test_a_photograph_without_a_label_is_drawn_too(batches: ModuleType):
    """Its weight is that of the only one of its kind."""
    found = batches.sampling_weights(one_colour_each([0, 0, 0, 1, MISSING]))
    assert found[4] == pytest.approx(found[3])
    assert found[3] > found[0] > 0


@pytest.mark.parametrize("studio", [True, False])
def test_one_sort_of_photographs_alone_is_all_there_is(
    batches: ModuleType, train: Examples, studio: bool
):
    alone = subset(train, train.studio == studio)
    found = batches.sampling_weights(alone)
    assert found.sum() == pytest.approx(1)
    assert (found > 0).all()


@pytest.mark.parametrize("labels", [[0, 0, 1], [5, 5, 7], [MISSING] * 3])
def test_any_labels_may_be_absent(batches: ModuleType, labels: list[int]):
    for studio in (True, False):
        found = batches.sampling_weights(one_colour_each(labels, studio))
        assert found.sum() == pytest.approx(1)
        assert (found > 0).all()


@pytest.mark.slow
def test_what_is_drawn_follows_the_weights(batches: ModuleType, steps: Steps):
    examples = one_colour_each([0] * 6 + [1])
    drawn = [
        row
        for _, targets in steps(0, 30, examples, strength=0.1, batch=64)
        for row in targets["embedding"][::2]
    ]
    counts = np.bincount(drawn, minlength=7) / len(drawn)
    np.testing.assert_allclose(counts, batches.sampling_weights(examples), atol=0.05)


def test_an_epoch_shows_as_many_views_as_there_are_photographs(batches: ModuleType):
    examples = one_colour_each([0] * 9)
    assert [batches.steps_per_epoch(examples, batch) for batch in (2, 3, 8, 9, 10)] == [
        5, 3, 2, 1, 1,
    ]  # fmt: skip


def test_unaltered_pictures_are_what_the_shop_will_show(batches: ModuleType, whole: Splits):
    tower = batches.served_tower(SIZE)
    found = batches.framed(whole.test.pictures, tower)
    expected = [pixels(Image.fromarray(picture), tower) for picture in whole.test.pictures]
    assert found.shape == (len(whole.test), *SIZE, 3)
    np.testing.assert_array_equal(found, np.stack(expected))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_an_exported_encoder_is_shown_the_same(batches: ModuleType, weights_file, trained):
    ((name, spec),) = weights.read_specs(weights_file).items()
    (tower,) = spec.towers
    assert tower == batches.served_tower(trained.plan.stages[-1].size)
    assert (tower.fit, name) == ("pad", "fashion-resnet50")
