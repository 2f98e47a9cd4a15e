"""What training does to a photograph."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recommender.lab.augment import PHONE, STUDIO, Strength, alter, background_mask

# Nothing but the side and, now and then, noise. A background of nothing at all would be a phone's.
STILL = Strength(
    rotate=0, zoom=(1, 1), stretch=0, light=0, tint=0, saturation=0,
    background=1e-9, recompress=0, blur=0, erase=0,
)  # fmt: skip
SIZE = (80, 60)
GREEN = (40, 160, 60)
BACKDROPS = [np.full((90, 90, 3), GREEN, np.uint8)]


def garment() -> np.ndarray:
    """A red shirt with a white print and one dark sleeve, on white."""
    picture = np.full((80, 60, 3), 255, np.uint8)
    picture[20:60, 15:45] = (180, 30, 40)
    picture[35:45, 25:35] = 255
    picture[20:50, 3:15] = (60, 0, 10)
    return picture


def altered(
    seed: int,
    strength: Strength = STUDIO,
    picture: np.ndarray | None = None,
    size: tuple[int, int] = SIZE,
) -> np.ndarray:
    random = np.random.default_rng(seed)
    return alter(garment() if picture is None else picture, size, random, strength, BACKDROPS)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("strength", [STUDIO, PHONE])
@pytest.mark.parametrize("size", [(96, 64), (32, 48)])
def test_a_picture_gets_the_size_asked_for_and_differs_each_time(
    strength: Strength, size: tuple[int, int]
):
    pictures = [altered(seed, strength, size=size) for seed in range(20)]
    assert {(found.shape, found.dtype.name) for found in pictures} == {((*size, 3), "uint8")}
    assert len({found.tobytes() for found in pictures}) == 20


@given(st.integers(2, 300), st.integers(2, 300), st.integers(0, 50))
def test_any_picture_can_be_altered(height: int, width: int, seed: int):
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    for strength in (STUDIO, PHONE):
        assert altered(seed, strength, picture, (40, 32)).shape == (40, 32, 3)


@pytest.mark.parametrize("strength", [STUDIO, PHONE])
def test_one_seed_gives_one_picture(strength: Strength):
    for seed in range(10):
        assert altered(seed, strength).tobytes() == altered(seed, strength).tobytes()


def test_the_photograph_itself_stays_as_it_is():
    picture = garment()
    for seed in range(20):
        altered(seed, STUDIO.times(2), picture)
    np.testing.assert_array_equal(picture, garment())


def test_without_strength_only_the_side_changes():
    sides = [garment(), garment()[:, ::-1]]
    nearest = []
    for seed in range(20):
        distances = [distance(altered(seed, STILL), side) for side in sides]
        assert min(distances) < 6
        assert max(distances) > 12
        nearest.append(int(np.argmin(distances)))
    assert set(nearest) == {0, 1}


def test_the_colour_survives():
    """Colour is a label: light may change it, another colour may not come of it."""
    for seed in range(30):
        red, green, blue = altered(seed, size=(96, 64))[38:58, 20:44].reshape(-1, 3).mean(axis=0)
        assert red > max(green, blue)


def test_a_shirt_may_lie_on_another_background():
    grounds = []
    for seed in range(30):
        found = altered(seed, replace(STILL, background=1))
        # The shirt and its white print stay, left or right as they may lie.
        sides = [
            distance(found[22:58, 16:44], side[22:58, 16:44])
            for side in (garment(), garment()[:, ::-1])
        ]
        assert min(sides) < 8
        grounds.append(found[:15].reshape(-1, 3).mean(axis=0))
    others = np.abs(np.array(grounds) - 255).max(axis=1)
    assert np.mean(others > 20) > 0.9
    assert np.mean(np.abs(np.array(grounds) - GREEN).max(axis=1) < 12) > 0.2


def test_a_studio_photograph_that_grows_smaller_is_surrounded_by_white():
    for seed in range(10):
        smaller = altered(seed, replace(STILL, zoom=(0.5, 0.5)), np.full((80, 60, 3), 90, np.uint8))
        corners = smaller[[0, 0, -1, -1], [0, -1, 0, -1]].astype(int)
        assert np.sort(np.abs(corners - 255).max(axis=1))[1] < 40
        assert (np.abs(smaller.astype(int) - 90) < 40).all(axis=2).mean() == pytest.approx(
            0.25, abs=0.06
        )


def test_a_phone_photograph_is_mostly_surrounded_by_its_own_floor():
    floor = np.full((80, 60, 3), 90, np.uint8)
    strength = replace(STILL, background=0, zoom=(0.5, 0.5))
    whole = [
        bool((np.abs(altered(seed, strength, floor).astype(int) - 90) < 40).all())
        for seed in range(60)
    ]
    assert 0.5 < np.mean(whole) < 0.9


@pytest.mark.parametrize("zoom", [0.7, 1.4])
def test_zoom_is_by_area_its_square(zoom: float):
    dark = np.full((80, 60, 3), 255, np.uint8)
    dark[30:50, 22:38] = 0
    for seed in range(10):
        found = altered(seed, replace(STILL, zoom=(zoom, zoom)), dark)
        share = (found < 128).all(axis=2).sum() / (20 * 16)
        assert share == pytest.approx(zoom**2, abs=0.12)


def test_rotation_stays_within_its_angle():
    """The middle of a long bar stays where it is; its ends say how far it turned."""
    bar = np.full((101, 101, 3), 255, np.uint8)
    bar[49:52, 10:91] = 0
    slopes = []
    for seed in range(40):
        found = altered(seed, replace(STILL, rotate=20), bar, (101, 101))
        down, across = np.nonzero(found.max(axis=2) < 128)
        slopes.append(np.degrees(np.arctan(np.polyfit(across, down, 1)[0])))
    assert max(np.abs(slopes)) < 22
    assert min(slopes) < -8
    assert max(slopes) > 8


def test_a_covered_part_is_a_small_box_of_one_colour():
    flat = np.full((80, 60, 3), (90, 120, 60), np.uint8)
    shares = []
    for seed in range(30):
        found = altered(seed, replace(STILL, erase=1), flat)
        changed = np.abs(found.astype(int) - flat).max(axis=2) > 40
        shares.append(changed.mean())
    assert 0 < np.median(shares) < 0.13
    assert max(shares) < 0.16


def test_blur_and_recompression_cost_detail():
    fine = np.random.default_rng(0).integers(0, 256, (80, 60, 3), np.uint8)
    for change in ({"blur": 1.0}, {"recompress": 1.0}):
        for seed in range(10):
            plain, found = (
                altered(seed, replace(STILL, **changes), fine) for changes in ({}, change)
            )
            assert distance(found, plain) > 10


def spread(picture: np.ndarray, measure: Callable[[np.ndarray], float], **changes: float) -> float:
    """How much that measure of a picture differs from one seed to another, relatively."""
    found = [measure(altered(seed, replace(STILL, **changes), picture)) for seed in range(40)]
    return float(np.std(found) / np.mean(found))


def brightness(picture: np.ndarray) -> float:
    return float(picture.mean())


def contrast(picture: np.ndarray) -> float:
    return float(picture.std() / picture.mean())


def warmth(picture: np.ndarray) -> float:
    return float(picture[:, :, 0].mean() / picture[:, :, 2].mean())


def saturation(picture: np.ndarray) -> float:
    return float(np.ptp(picture.reshape(-1, 3).mean(axis=0)))


@pytest.mark.parametrize(
    ("field", "measure"),
    [
        ("light", brightness),
        ("light", contrast),
        ("tint", warmth),
        ("saturation", saturation),
    ],
)
def test_light_differs_from_picture_to_picture(field: str, measure: Callable[[np.ndarray], float]):
    picture = np.full((80, 60, 3), (90, 120, 60), np.uint8)
    picture[20:60] = (60, 80, 40)
    assert spread(picture, measure, **{field: 0.4}) > 0.1
    # Noise is what is left.
    assert spread(picture, measure) < 0.05


def test_turning_and_stretching_keeps_corners_square():
    """The two bars of a cross: stretched first, turned then."""
    cross = np.full((101, 101, 3), 255, np.uint8)
    cross[49:52, 20:81] = (0, 0, 255)
    cross[20:81, 49:52] = (255, 0, 0)
    ratios = []
    for seed in range(30):
        found = altered(seed, replace(STILL, rotate=20, stretch=0.4), cross, (101, 101)).astype(int)
        down, across = np.nonzero(found[:, :, 2] - found[:, :, 0] > 120)
        flat = np.polyfit(across, down, 1)[0]
        length = np.ptp(across) / np.cos(np.arctan(flat))
        down, across = np.nonzero(found[:, :, 0] - found[:, :, 2] > 120)
        steep = np.polyfit(down, across, 1)[0]
        assert np.degrees(np.arctan(flat) + np.arctan(steep)) == pytest.approx(0, abs=3)
        ratios.append(length / (np.ptp(down) / np.cos(np.arctan(steep))))
    assert min(ratios) < 0.75
    assert max(ratios) > 1.3
    assert max(np.abs(np.log(ratios))) < 0.9


@given(st.floats(0, 1), st.floats(0, 1))
def test_strength_can_be_scaled_in_two_goes(one: float, other: float):
    for strength in (STUDIO, PHONE):
        twice, once = strength.times(one).times(other), strength.times(one * other)
        for name, value in vars(once).items():
            assert getattr(twice, name) == pytest.approx(value)


def test_strength_scales_every_alteration():
    half = STUDIO.times(0.5)
    for name, value in vars(STUDIO).items():
        if name != "zoom":
            assert getattr(half, name) == value / 2
    assert half.zoom == pytest.approx(tuple(edge**0.5 for edge in STUDIO.zoom))
    assert STUDIO.times(1) == STUDIO
    assert STUDIO.times(0).zoom == (1, 1)


def test_the_background_is_the_white_that_reaches_the_border():
    mask = background_mask(garment())
    assert mask is not None
    expected = (garment() == 255).all(axis=2)
    expected[35:45, 25:35] = False
    np.testing.assert_array_equal(mask, expected)


def test_a_shadow_is_no_background_but_paper_white_is():
    picture = garment()
    picture[garment()[:, :, 1] == 255] = 240
    picture[70:, :] = 225
    mask = background_mask(picture)
    assert mask is not None
    assert mask[:19].all()
    assert not mask[70:].any()


@pytest.mark.parametrize("shade", [0, 200, 255])
def test_a_picture_of_one_shade_has_no_background(shade: int):
    assert background_mask(np.full((80, 60, 3), shade, np.uint8)) is None


def test_a_photograph_without_a_background_keeps_what_it_has():
    floor = np.asarray(Image.new("RGB", (60, 80), (120, 90, 60)))
    for seed in range(10):
        assert distance(altered(seed, replace(STILL, background=1), floor), floor) < 8
