"""Colours as they would be in white light."""

import numpy as np
import pytest
from PIL import Image

from recommender import lighting


def coat(light: tuple[float, float, float] = (1, 1, 1)) -> Image.Image:
    """A thing of two colours on white, in this light."""
    pixels = np.full((240, 180, 3), 255.0)
    pixels[40:120, 40:140] = (170, 30, 40)
    pixels[120:200, 40:140] = (20, 40, 120)
    return Image.fromarray((pixels * light).astype(np.uint8))


@pytest.mark.parametrize(
    "light", [(1, 0.85, 0.6), (0.7, 0.9, 1), (0.4, 0.4, 0.4)], ids=["lamp", "shade", "dark"]
)
def test_the_light_is_taken_out(light: tuple[float, float, float]):
    seen = lighting.in_white_light(coat(light))
    assert seen is not None
    assert seen.size == (180, 240)
    difference = np.asarray(seen, np.int16) - np.asarray(coat(), np.int16)
    assert np.abs(difference).max() <= 3


@pytest.mark.parametrize("light", [(1, 1, 1), (0.95, 0.9, 0.8)], ids=["white", "nearly white"])
def test_white_light_stays(light: tuple[float, float, float]):
    assert lighting.in_white_light(coat(light)) is None


def test_a_lamps_reflection_is_no_white():
    dark = coat((0.4, 0.4, 0.4))
    dark.paste("white", (10, 10, 20, 20))
    seen = lighting.in_white_light(dark)
    assert seen is not None
    assert seen.getpixel((170, 230)) == (255, 255, 255)


def test_black_stays_nearly_so():
    seen = lighting.in_white_light(Image.new("RGB", (180, 240), (3, 3, 3)))
    assert seen is not None
    assert seen.getpixel((0, 0)) == (18, 18, 18)


@pytest.mark.parametrize("mode", ["L", "LA", "La", "RGBA", "P", "CMYK", "1", "I;16"])
def test_any_mode_and_size_is_taken(mode: str):
    for size in ((1, 1), (3, 900)):
        seen = lighting.in_white_light(Image.new(mode, size))
        assert seen is None or (seen.mode, seen.size) == ("RGB", size)


@pytest.mark.parametrize("count", [1, 2, 3, 101, 50_000])
@pytest.mark.parametrize("levels", [1, 2, 17, 256])
def test_the_brightest_is_the_percentile(count: int, levels: int) -> None:
    values = np.random.default_rng(count).integers(0, levels, count)
    counted = lighting._brightest(np.bincount(values, minlength=256))
    assert counted == pytest.approx(np.percentile(values, lighting.BRIGHTEST))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB"])
def test_black_and_white_is_grey(mode: str):
    assert lighting.is_grey(coat().convert("L").convert(mode))


@pytest.mark.parametrize("light", [(1, 1, 1), (1, 1, 0.95)], ids=["white", "nearly white"])
def test_what_has_colours_is_not_grey(light: tuple[float, float, float]):
    assert not lighting.is_grey(coat(light))


def test_a_grey_thing_in_a_tinted_light_is_not_grey():
    grey = np.asarray(coat().convert("L").convert("RGB")) * (1, 0.98, 0.95)
    assert not lighting.is_grey(Image.fromarray(grey.astype(np.uint8)))
