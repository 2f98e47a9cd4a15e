"""The fixed alterations that evaluation asks an encoder to see through."""

import io

import numpy as np
import pytest
from PIL import Image

from recommender.lab import alterations
from tests.drawn import encoded
from tests.recommender.lab.labelled import draw

EVERY = alterations.EACH | {"all at once": alterations.all_at_once}
SIZE = (60, 80)


def shirt() -> Image.Image:
    picture = draw("Shirts", "Red", 1)
    # Lopsided, so that a mirrored one is another.
    picture.paste((20, 20, 20), (12, 20, 22, 70))
    return picture


def altered(name: str, seed: int) -> Image.Image:
    return EVERY[name](shirt(), np.random.default_rng(seed))


@pytest.mark.parametrize("name", EVERY)
def test_a_seed_decides(name: str):
    assert altered(name, 1).tobytes() == altered(name, 1).tobytes()


@pytest.mark.parametrize("name", ["crop", "rotate", "light", "all at once"])
def test_another_seed_gives_another_picture(name: str):
    assert len({altered(name, seed).tobytes() for seed in range(12)}) > 1


@pytest.mark.parametrize("name", EVERY)
def test_an_alteration_changes_a_copy_in_rgb(name: str):
    original, random = shirt(), np.random.default_rng(1)
    changed = EVERY[name](original, random)
    assert changed.mode == "RGB"
    assert changed.tobytes() != original.tobytes()
    assert original.tobytes() == shirt().tobytes()


@pytest.mark.parametrize("name", ["flip", "recompress", "light"])
def test_what_does_not_move_the_frame_keeps_the_size(name: str):
    assert altered(name, 1).size == SIZE


def test_a_crop_is_a_piece_of_60_to_90_per_cent():
    across, down = np.meshgrid(np.arange(250), np.arange(200))
    places = np.stack((across, down, np.zeros_like(across)), axis=2).astype(np.uint8)
    shares, corners = [], set()
    for seed in range(200):
        random = np.random.default_rng(seed)
        piece = np.asarray(alterations.crop(Image.fromarray(places), random))
        left, top = piece[0, 0, :2]
        height, width = piece.shape[:2]
        np.testing.assert_array_equal(piece, places[top : top + height, left : left + width])
        shares.append(height * width / places[:, :, 0].size)
        corners.add((int(left), int(top)))
    # Edges are rounded to whole pixels.
    assert 0.59 < min(shares) < 0.65
    assert 0.85 < max(shares) < 0.91
    assert len(corners) > 100


def test_a_flip_puts_left_to_right():
    original = np.asarray(shirt())
    np.testing.assert_array_equal(np.asarray(altered("flip", 0)), original[:, ::-1])


def test_a_rotation_has_white_corners_and_loses_nothing():
    dark = Image.new("RGB", SIZE, (10, 10, 10))
    for seed in range(8):
        turned = np.asarray(alterations.rotate(dark, np.random.default_rng(seed)))
        assert (turned[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
        assert (turned < 128).all(axis=2).sum() == pytest.approx(60 * 80, rel=0.05)


def test_a_rotation_goes_15_degrees_to_either_side():
    """Around the middle, where a dot to its right moves up or down."""
    dotted = Image.new("RGB", (200, 200), "white")
    dotted.paste((0, 0, 0), (170, 97, 177, 104))
    angles = set()
    for seed in range(20):
        turned = np.asarray(alterations.rotate(dotted, np.random.default_rng(seed)).convert("L"))
        down, across = (edges.mean() for edges in np.nonzero(turned < 128))
        middle = (np.array(turned.shape) - 1) / 2
        angles.add(round(np.degrees(np.arctan2(middle[0] - down, across - middle[1]))))
    assert angles == {15, -15}


def test_recompressing_is_jpeg_at_quality_40():
    with Image.open(io.BytesIO(encoded(shirt(), quality=40))) as expected:
        assert altered("recompress", 0).tobytes() == expected.tobytes()


def test_light_is_a_quarter_more_or_less():
    grey = Image.new("RGB", SIZE, (120, 80, 160))
    found = {
        alterations.light(grey, np.random.default_rng(seed)).getpixel((5, 5)) for seed in range(20)
    }
    assert found == {(150, 100, 200), (90, 60, 120)}


def test_all_at_once_is_one_after_the_other():
    expected, random = shirt(), np.random.default_rng(2)
    for alteration in alterations.EACH.values():
        expected = alteration(expected, random)
    assert altered("all at once", 2).tobytes() == expected.tobytes()
