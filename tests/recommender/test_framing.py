"""Bars and frames come off, whatever their colours; a thing's own ground does not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from recommender import framing
from recommender.framing import Box

Colour = tuple[int, int, int]

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
WIDTHS = st.tuples(*[st.integers(0, 200)] * 4)
WHITE = (255, 255, 255)


def patchwork(seed: int, size: tuple[int, int] = (180, 240)) -> Image.Image:
    """Large patches of chance colours, from edge to edge."""
    patches = np.random.default_rng(seed).integers(0, 256, (7, 6, 3), np.uint8)
    return Image.fromarray(patches).resize(size, Image.Resampling.NEAREST)


def has_patch_of(picture: Image.Image, colour: Colour) -> bool:
    """A patch of a border's own colour belongs to the border as well as to the picture."""
    patches = np.asarray(picture).reshape(-1, 3).astype(int)
    return bool(np.abs(patches - colour).max(axis=1).min() <= 3 * framing.TOLERANCE)


def as_jpeg(picture: Image.Image, quality: int = 75) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)


def coat(ground: Colour = WHITE, size: tuple[int, int] = (180, 240)) -> Image.Image:
    """A thing on a plain ground, as catalogues show it."""
    picture = Image.new("RGB", size, ground)
    width, height = size
    outline = [(0.5, 0.1), (0.8, 0.3), (0.7, 0.9), (0.3, 0.9), (0.2, 0.3)]
    points = [(x * width, y * height) for x, y in outline]
    ImageDraw.Draw(picture).polygon(points, fill=(40, 60, 110))
    return picture


def off(box: Box, picture: Image.Image, borders: tuple[int, int, int, int]) -> int:
    """By how many pixels of the picture, at most, an edge is away from where it was put."""
    left, top, _, _ = borders
    placed = (left, top, left + picture.width, top + picture.height)
    return max(abs(one - other) for one, other in zip(box, placed, strict=True))


def cell(picture: Image.Image) -> int:
    """How many pixels the copy that is looked at makes one of."""
    return -(-max(picture.size) // framing.SIDE)


@given(st.integers(0, 99), COLOURS, WIDTHS)
@settings(max_examples=40, deadline=None)
def test_flat_borders_of_any_colour_and_width_come_off(
    seed: int, colour: Colour, borders: tuple[int, int, int, int]
) -> None:
    picture = patchwork(seed)
    if has_patch_of(picture, colour):
        return
    framed = ImageOps.expand(picture, borders, colour)
    assert off(framing.without_bars(framed), picture, borders) <= 2 * cell(framed)


def test_a_jpeg_hides_few_of_them() -> None:
    """What lies beside an edge shares a block of 16 pixels with it; nine in ten are found."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(200):
        picture = patchwork(int(rng.integers(100)))
        colour = tuple(int(level) for level in rng.integers(0, 256, 3))
        if has_patch_of(picture, colour):
            continue
        borders = tuple(int(width) for width in rng.integers(32, 200, 4) * rng.integers(0, 2, 4))
        box = framing.without_bars(as_jpeg(ImageOps.expand(picture, borders, colour)))
        found.append(off(box, picture, borders) <= 16 + 2)
    assert len(found) > 50
    assert np.mean(found) > 0.8


@given(st.integers(0, 99), st.integers(1, 700), st.integers(1, 700))
@settings(max_examples=40, deadline=None)
def test_a_picture_without_borders_stays(seed: int, width: int, height: int) -> None:
    rng = np.random.default_rng(seed)
    picture = Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8))
    box = framing.without_bars(picture)
    if min(width, height) > 2 * cell(picture):
        assert box == framing.whole(picture)
    assert box.width > 0
    assert box.height > 0


@given(COLOURS, st.integers(1, 700), st.integers(1, 700))
@settings(max_examples=40, deadline=None)
def test_a_flat_picture_stays(colour: Colour, width: int, height: int) -> None:
    picture = Image.new("RGB", (width, height), colour)
    assert framing.without_bars(picture) == framing.whole(picture)
    assert framing.blocks(picture, framing.whole(picture)) == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "P", "PA", "RGBA", "RGBa", "CMYK", "YCbCr"])
def test_takes_any_mode(mode: str) -> None:
    framed = ImageOps.expand(patchwork(3), 60, WHITE)
    for step in {"La": ["LA"], "RGBa": ["RGBA"], "PA": ["P"]}.get(mode, []):
        framed = framed.convert(step)
    assert off(framing.without_bars(framed.convert(mode)), patchwork(3), (60,) * 4) <= 4


def test_one_frame_within_another_comes_off() -> None:
    picture = patchwork(5)
    framed = ImageOps.expand(ImageOps.expand(picture, (0, 40), 0), 25, WHITE)
    assert off(framing.without_bars(as_jpeg(framed)), picture, (25, 65, 25, 65)) <= 4


@pytest.mark.parametrize("ground", [WHITE, (0, 0, 0), (180, 30, 60)])
def test_the_plain_ground_of_a_thing_is_no_border(ground: Colour) -> None:
    for picture in (coat(ground), as_jpeg(coat(ground)), coat(ground, (1200, 900))):
        assert framing.without_bars(picture) == framing.whole(picture)


def test_black_bars_come_off_a_thing_on_white_and_its_ground_stays() -> None:
    framed = ImageOps.expand(coat(), (120, 0), 0)
    assert off(framing.without_bars(as_jpeg(framed)), coat(), (120, 0, 120, 0)) <= 4


def test_a_card_with_round_corners_is_found() -> None:
    card, mask = patchwork(8), Image.new("L", (180, 240), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 179, 239), 24, fill=255)
    page = Image.new("RGB", (300, 400), (236, 238, 241))
    page.paste(card, (60, 90), mask)
    assert off(framing.without_bars(as_jpeg(page)), card, (60, 90, 0, 0)) <= 4


def screenshot(shown: Image.Image, ground: Colour, ink: Colour) -> tuple[Image.Image, Box]:
    """A shop on a phone: status bar, name, picture, words, button; where the picture is."""
    page = Image.new("RGB", (360, 780), ground)
    draw = ImageDraw.Draw(page)
    draw.text((16, 8), "9:41", ink, font_size=14)
    draw.text((60, 44), "A shop of coats", ink, font_size=20)
    left, top = (360 - shown.width) // 2, 90
    page.paste(shown, (left, top))
    below = top + shown.height + 20
    for line in range(4):
        draw.text((16, below + 22 * line), "Warm and soft, made of wool", ink, font_size=15)
    draw.rounded_rectangle((16, below + 100, 344, below + 145), 12, fill=(200, 30, 70))
    return page, Box(left, top, left + shown.width, top + shown.height)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    both = max(0, across) * max(0, down)
    return both / (one.width * one.height + other.width * other.height - both)


@pytest.mark.parametrize(("ground", "ink"), [(WHITE, (20, 20, 20)), ((18, 18, 20), WHITE)])
@pytest.mark.parametrize("size", [(360, 420), (260, 340)])
def test_the_picture_within_a_screenshot_is_found(
    ground: Colour, ink: Colour, size: tuple[int, int]
) -> None:
    page, place = screenshot(patchwork(2, size), ground, ink)
    sent = as_jpeg(page)
    found = framing.blocks(sent, framing.without_bars(sent))
    assert max(overlap(box, place) for box in found) > 0.85


def test_a_thing_is_found_on_the_ground_that_it_shares_with_the_screen() -> None:
    page, place = screenshot(coat(size=(300, 400)), WHITE, (20, 20, 20))
    shown = Box(place.left + 60, place.top + 40, place.left + 240, place.top + 360)
    (box,) = framing.blocks(as_jpeg(page), framing.whole(page))
    assert overlap(box, shown) > 0.75


def test_a_picture_without_a_plain_ground_has_no_blocks() -> None:
    rng = np.random.default_rng(0)
    for picture in (patchwork(1), Image.fromarray(rng.integers(0, 256, (300, 200, 3), np.uint8))):
        assert framing.blocks(picture, framing.whole(picture)) == []


@given(st.integers(0, 99), st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_blocks_lie_within_what_was_asked_for(seed: int, columns: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    few = rng.integers(0, 2, (rows, columns), np.uint8) * 255
    picture = Image.fromarray(few).resize((columns * 11, rows * 9), Image.Resampling.NEAREST)
    within = framing.without_bars(picture)
    for box in framing.blocks(picture, within):
        assert within.left <= box.left < box.right <= within.right
        assert within.top <= box.top < box.bottom <= within.bottom
        assert box != within
