"""A picture that was altered on its way is told from one that looks much like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from recommender.copies import COPY_FROM, KEPT, Asked, kept, likenesses, likenesses_to, parts
from recommender.images import open_picture
from tests.drawn import GROUND, SIZE, encoded, picture

Change = Callable[[Image.Image], Image.Image]


def printed(colour: str = "Rust", seed: int = 0) -> Image.Image:
    """A shirt with a print of its own."""
    shirt = picture("Shirt", colour)
    draw, random = ImageDraw.Draw(shirt), np.random.default_rng(seed)
    for _ in range(6):
        x, y = random.integers(SIZE[0] // 3, 2 * SIZE[0] // 3), random.integers(80, 240)
        draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill=tuple(random.integers(0, 255, 3)))
    return shirt


def cropped(left: float, top: float, share: float) -> Change:
    def crop(shirt: Image.Image) -> Image.Image:
        width, height = shirt.size
        x, y = left * (1 - share) * width, top * (1 - share) * height
        box = (x, y, x + share * width, y + share * height)
        return shirt.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]

    return crop


def turned(angle: float) -> Change:
    return lambda shirt: shirt.rotate(
        angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255)
    )


CHANGES: dict[str, Change] = {
    "nothing": lambda shirt: shirt,
    "smaller": lambda shirt: shirt.resize((60, 75)),
    "mirrored": ImageOps.mirror,
    "darker": lambda shirt: ImageEnhance.Brightness(shirt).enhance(0.6),
    "recompressed": lambda shirt: open_picture(encoded(shirt, quality=20)),
    "cropped": cropped(0.2, 0.9, 0.85),
    "cropped and mirrored": lambda shirt: ImageOps.mirror(cropped(0.7, 0.4, 0.9)(shirt)),
    "turned": turned(10),
    "turned back": turned(-15),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_altered_picture_is_the_same(change: Change) -> None:
    assert Asked(change(printed())).likeness(printed()) >= COPY_FROM


def test_a_large_picture_is_seen_as_a_stored_one_is() -> None:
    large = printed().resize((1600, 2000), Image.Resampling.LANCZOS)
    stored = open_picture(encoded(large, quality=95), for_side=KEPT)
    likeness = Asked(kept(large)).likeness(kept(stored))
    assert likeness > 0.995
    assert max(large.size) == 2000, "it was changed"


@pytest.mark.parametrize("colour", ["black", "white", "#777"])
def test_flat_borders_are_seen_through(colour: str) -> None:
    letterboxed = ImageOps.pad(printed(), (400, 300), color=colour)
    assert Asked(letterboxed).likeness(printed()) < COPY_FROM
    whole, inner = parts(letterboxed)
    assert whole is letterboxed
    assert Asked(inner).likeness(printed()) >= COPY_FROM


@pytest.mark.parametrize("size", [(400, 300), (240, 420), (300, 360)])
def test_more_of_the_same_ground_makes_no_difference(size: tuple[int, int]) -> None:
    shirt, other = printed(), printed(seed=1)
    wider = ImageOps.pad(shirt, size, color=GROUND)
    first, second, third = likenesses_to(wider, [other, shirt, shirt])
    assert first < COPY_FROM <= second
    # Of what is farther only what is as it is.
    assert third < second


def test_what_has_no_borders_is_looked_at_once() -> None:
    assert parts(shirt := printed()) == [shirt]


@pytest.mark.parametrize("other", [printed(seed=1), printed("Navy"), picture("Bag", "Rust")])
def test_another_print_colour_or_thing_is_another(other: Image.Image) -> None:
    assert Asked(other).likeness(printed()) < COPY_FROM


@settings(max_examples=25)
@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    other=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    seed=st.integers(0, 9),
)
def test_pictures_of_any_shape_have_a_likeness(
    size: tuple[int, int], other: tuple[int, int], seed: int
) -> None:
    random = np.random.default_rng(seed)

    def noise(size: tuple[int, int]) -> Image.Image:
        return Image.fromarray(random.integers(0, 255, (*size[::-1], 3), dtype=np.uint8))

    assert -1 <= Asked(noise(size)).likeness(noise(other)) <= 1 + 1e-5


def test_a_plain_picture_is_like_none() -> None:
    plain = Image.new("RGB", (50, 50), "white")
    assert Asked(plain).likeness(printed()) < COPY_FROM
    assert Asked(printed()).likeness(plain) < COPY_FROM
    assert Asked(plain).likeness(plain) < COPY_FROM


@pytest.fixture
def stored() -> Iterator[list[str]]:
    names = [
        default_storage.save("photographs/shirt.jpg", ContentFile(content))
        for content in (encoded(printed()), b"no picture", encoded(printed(seed=1)))
    ]
    yield names
    for name in names:
        default_storage.delete(name)


def test_what_is_gone_or_damaged_is_like_nothing(stored: list[str]) -> None:
    found = likenesses(printed(), [*stored, "photographs/gone.jpg"])
    assert found[0] >= COPY_FROM > found[2]
    assert found[1] == found[3] == 0
