"""Pictures that show no clothes."""

import numpy as np
import pytest

from recommender.lab import nonsense


@pytest.fixture(scope="module")
def photographs() -> list[np.ndarray]:
    """Three with a garment that leaves one grey corner free, the last one all garment."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(4):
        busy = random.integers(0, 256, (100, 80, 3), dtype=np.uint8)
        if len(found) < 3:
            busy[80:, :16] = 90
        found.append(busy)
    return found


def test_the_four_sorts_come_by_turns(photographs: list[np.ndarray]):
    pictures, sorts = nonsense.pictures(photographs, 12)
    assert sorts.tolist() == list(nonsense.SORTS) * 3
    assert {(picture.mode, picture.size) for picture in pictures} == {("RGB", nonsense.SIZE)}
    assert len({picture.tobytes() for picture in pictures}) == 12 - 2


def test_a_number_decides_each(photographs: list[np.ndarray]):
    once, twice = (nonsense.pictures(photographs, 20)[0] for _ in range(2))
    assert [picture.tobytes() for picture in once] == [picture.tobytes() for picture in twice]


def test_what_is_fitted_by_is_not_what_is_measured_by(photographs: list[np.ndarray]):
    measured, _ = nonsense.pictures(photographs, 12)
    fitted, sorts = nonsense.pictures(photographs, 12, nonsense.TO_FIT)
    assert sorts.tolist() == list(nonsense.SORTS) * 3
    drawn = [
        picture.tobytes()
        for picture, sort in zip(fitted, sorts, strict=True)
        if sort in nonsense.DRAWN
    ]
    assert not set(drawn) & {picture.tobytes() for picture in measured}


def test_a_background_is_the_plainest_corner_of_the_plainest_photographs(
    photographs: list[np.ndarray],
):
    pictures, sorts = nonsense.pictures(photographs, 12)
    for picture, sort in zip(pictures, sorts, strict=True):
        if sort == "background":
            assert set(picture.get_flattened_data()) == {(90, 90, 90)}


def test_a_scene_has_sky_above_ground():
    for seed in range(5):
        picture = np.asarray(nonsense.scene(np.random.default_rng(seed)), float)
        assert picture.std() > 10
        assert picture[:20].mean() > 100


def test_text_has_lines_on_one_ground():
    for seed in range(5):
        picture = np.asarray(nonsense.text(np.random.default_rng(seed)))
        _, counts = np.unique(picture.reshape(-1, 3), axis=0, return_counts=True)
        assert 0.5 < counts.max() / counts.sum() < 0.99


def test_noise_is_of_many_sorts():
    spreads = [
        np.asarray(nonsense.noise(np.random.default_rng(seed)), float).std() for seed in range(20)
    ]
    assert min(spreads) < 30 < 60 < max(spreads)
