"""What training and evaluation do to a photograph."""

import numpy as np
import pytest
from PIL import Image

from recommender.lab import alterations
from recommender.lab.augment import PHONE, STUDIO, Strength, alter, background_mask

STILL = Strength(
    rotate=0, zoom=(1, 1), stretch=0, light=0, tint=0, saturation=0,
    background=0, recompress=0, blur=0, erase=0,
)  # fmt: skip


def garment() -> np.ndarray:
    """A red shirt with a white print and one dark sleeve, on white."""
    picture = np.full((80, 60, 3), 255, np.uint8)
    picture[20:60, 15:45] = (180, 30, 40)
    picture[35:45, 25:35] = 255
    picture[20:50, 3:15] = (60, 0, 10)
    return picture


def drawn(seed: int, strength: Strength = STUDIO) -> np.ndarray:
    random = np.random.default_rng(seed)
    backdrops = [np.full((90, 90, 3), (40, 160, 60), np.uint8)]
    return alter(garment(), (96, 64), random, strength, backdrops)


@pytest.mark.parametrize("strength", [STUDIO, PHONE])
def test_an_altered_picture_has_the_size_asked_for_and_differs_each_time(strength: Strength):
    pictures = [drawn(seed, strength) for seed in range(20)]
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {((96, 64, 3), "uint8")}
    assert len({picture.tobytes() for picture in pictures}) == 20


def test_one_seed_gives_one_picture():
    assert drawn(5).tobytes() == drawn(5).tobytes()


def test_without_strength_only_the_side_changes():
    picture = Image.fromarray(garment()).resize((64, 85), Image.Resampling.BICUBIC)
    framed = np.full((96, 64, 3), 255, np.uint8)
    framed[5:90] = np.asarray(picture)
    sides = [framed, framed[:, ::-1]]
    nearest = []
    for seed in range(12):
        # Noise comes now and then even so.
        distances = [np.abs(drawn(seed, STILL).astype(int) - side).mean() for side in sides]
        assert min(distances) < 0.7 * max(distances)
        nearest.append(int(np.argmin(distances)))
    assert set(nearest) == {0, 1}


def test_the_colour_survives():
    """Colour is a label: light may change it, another colour may not come of it."""
    for seed in range(30):
        red, green, blue = drawn(seed)[38:58, 20:44].reshape(-1, 3).mean(axis=0)
        assert red > max(green, blue)


def test_strength_scales_every_alteration():
    half = STUDIO.times(0.5)
    assert half.rotate == STUDIO.rotate / 2
    assert half.background == STUDIO.background / 2
    assert half.zoom == pytest.approx(tuple(edge**0.5 for edge in STUDIO.zoom))
    none = STUDIO.times(0)
    assert (none.rotate, none.erase, none.zoom) == (0, 0, (1, 1))


def test_the_background_is_the_white_that_reaches_the_border():
    mask = background_mask(garment())
    assert mask is not None
    assert mask[0, 0]
    assert mask[79, 59]
    assert not mask[40, 30], "the print is white and belongs to the shirt"
    assert not mask[22, 8]


@pytest.mark.parametrize("shade", [0, 200, 255])
def test_a_picture_without_a_white_background_has_none(shade: int):
    assert background_mask(np.full((80, 60, 3), shade, np.uint8)) is None


def test_a_crop_keeps_60_to_90_per_cent():
    picture = Image.fromarray(garment()).resize((600, 800))
    for seed in range(30):
        cropped = alterations.crop(picture, np.random.default_rng(seed))
        assert 0.59 < cropped.width * cropped.height / 480_000 < 0.91


def test_a_flip_is_undone_by_another():
    picture = Image.fromarray(garment())
    random = np.random.default_rng(0)
    once = alterations.flip(picture, random)
    assert once.tobytes() != picture.tobytes()
    assert alterations.flip(once, random).tobytes() == picture.tobytes()


def test_a_rotation_has_white_corners_and_loses_nothing():
    dark = Image.new("RGB", (60, 80), (10, 10, 10))
    turned = np.asarray(alterations.rotate(dark, np.random.default_rng(0)))
    for corner in (turned[0, 0], turned[0, -1], turned[-1, 0], turned[-1, -1]):
        assert corner.tolist() == [255, 255, 255]
    assert (turned < 128).all(axis=2).sum() == pytest.approx(60 * 80, rel=0.05)


@pytest.mark.parametrize("name", [*alterations.EACH, "all at once"])
def test_every_alteration_changes_the_picture_and_keeps_its_mode(name: str):
    alteration = (alterations.EACH | {"all at once": alterations.all_at_once})[name]
    picture = Image.fromarray(garment())
    changed = alteration(picture, np.random.default_rng(1))
    assert changed.mode == "RGB"
    assert changed.tobytes() != picture.tobytes()
