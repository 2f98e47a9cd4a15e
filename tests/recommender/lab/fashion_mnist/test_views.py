"""How pictures are altered for training, and that a batch can be made again."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

# Keras takes seconds to import, and has warnings of its own under NumPy 2.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def views(keras: ModuleType) -> ModuleType:
    from recommender.lab.fashion_mnist import views

    return views


@pytest.fixture
def pictures() -> np.ndarray:
    """A bright corner on a dark ground, so that it shows where everything went."""
    pixels = np.zeros((64, 28, 28), np.uint8)
    pixels[:, 8:12, 8:12] = 255
    return pixels


def test_pictures_are_scaled_to_one(views: ModuleType, pictures: np.ndarray):
    plain = views.plain(pictures)
    assert (plain.shape, plain.dtype) == ((64, 28, 28, 1), np.float32)
    assert (plain.min(), plain.max()) == (0, 1)


def test_a_view_is_near_its_picture_or_its_mirror_image(
    views: ModuleType, pictures: np.ndarray, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(views, "COVERED_SHARE", 0)
    seen = views.altered(views.plain(pictures), np.random.default_rng(0))[..., 0]
    weight = seen / seen.sum(axis=(1, 2), keepdims=True)
    down = (weight.sum(axis=2) * np.arange(28)).sum(axis=1)
    right = (weight.sum(axis=1) * np.arange(28)).sum(axis=1)
    # A corner at (9.5, 9.5); shifted by two, and turned and zoomed about the middle.
    assert np.abs(down - 9.5).max() < 4
    mirrored = right > 14
    assert 16 < mirrored.sum() < 48
    assert np.abs(np.where(mirrored, 27 - right, right) - 9.5).max() < 4
    # What is only shifted stays as sharp as it was.
    sharp = np.isin(seen, (0, 1)).all(axis=(1, 2))
    assert 16 < sharp.sum() < 48


def test_half_of_the_views_are_covered_in_part(views: ModuleType):
    nothing = np.zeros((200, 28, 28, 1), np.float32)
    seen = views.covered(nothing, np.random.default_rng(0))
    covered = (seen > 0).sum(axis=(1, 2, 3))
    assert 70 < (covered > 0).sum() < 130
    assert covered.max() == views.COVER**2


def test_a_batch_is_the_same_again_and_another_one_in_the_next_epoch(
    views: ModuleType, pictures: np.ndarray
):
    from recommender.lab.fashion_mnist.data import Pictures

    known = Pictures(pictures, np.arange(64, dtype=np.int32) % 10)

    def batch(epoch: int) -> tuple[np.ndarray, np.ndarray]:
        seen, targets = views.Views(known, batch=16, seed=3, epoch=epoch)[2]
        return seen, targets["kind"]

    for again, first in zip(batch(1), batch(1), strict=True):
        np.testing.assert_array_equal(again, first)
    assert not np.array_equal(batch(1)[1], batch(2)[1])


def test_an_epoch_shows_every_picture_once(views: ModuleType, pictures: np.ndarray):
    from recommender.lab.fashion_mnist.data import Pictures

    one_of_each = Pictures(pictures[:10], np.arange(10, dtype=np.int32))
    epoch = views.Views(one_of_each, batch=5, seed=3, epoch=0)
    shown = np.concatenate([epoch[step][1]["kind"] for step in range(len(epoch))])
    assert set(shown.ravel()) == {0, 1}
    assert (shown.sum(axis=1) == 1).all()
    assert sorted(shown.argmax(axis=1)) == list(range(10))
