"""The very picture, be it altered, is told from one that looks much like it."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from recommender.copies import COPY_FROM, Asked
from recommender.images import open_picture
from recommender.twins import NO_PICTURE, STORED, Pictures, thumbnail
from tests.drawn import GROUND, encoded, picture

Change = Callable[[Image.Image], Image.Image]

COLOURS = ("Rust", "Navy", "Sage")
CLOSE = np.array([0.9, 0.95, 0.92], np.float32)


@pytest.fixture
def shirts() -> Iterator[list[str]]:
    """One cut in three colours, by their names in storage."""
    names = [
        default_storage.save(
            "photographs/shirt.jpg", ContentFile(encoded(picture("Shirt", colour)))
        )
        for colour in COLOURS
    ]
    yield names
    for name in names:
        default_storage.delete(name)


CHANGES: dict[str, Change] = {
    "nothing": lambda shirt: shirt,
    "smaller": lambda shirt: shirt.resize((60, 75)),
    "blurred": lambda shirt: shirt.filter(ImageFilter.GaussianBlur(3)),
    "darker": lambda shirt: ImageEnhance.Brightness(shirt).enhance(0.6),
    "less contrast": lambda shirt: ImageEnhance.Contrast(shirt).enhance(0.7),
    "mirrored": ImageOps.mirror,
    "recompressed": lambda shirt: open_picture(encoded(shirt, quality=20)),
    "cropped": lambda shirt: shirt.crop((20, 10, shirt.width - 10, shirt.height - 30)),
    "turned": lambda shirt: shirt.rotate(12, expand=True, fillcolor="white"),
    "turned and mirrored": lambda shirt: ImageOps.mirror(
        shirt.rotate(-9, expand=True, fillcolor="white")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", range(len(COLOURS)))
def test_an_altered_picture_is_known_again_among_others(
    shirts: list[str], change: str, place: int
) -> None:
    altered = CHANGES[change](picture("Shirt", COLOURS[place]))
    assert STORED.place_of_twin(thumbnail(altered), shirts, CLOSE) == place


def test_another_colour_or_another_thing_is_no_twin(shirts: list[str]) -> None:
    for other in (picture("Shirt", "Black"), picture("Bag", "Navy")):
        assert STORED.place_of_twin(thumbnail(other), shirts[:1] + shirts[2:], CLOSE[:2]) is None


PENDANTS = {"burgundy": (110, 40, 62), "teal": (40, 92, 98), "navy": (36, 46, 92)}


def pendant(colour: str) -> Image.Image:
    """A small thing: most of its picture is ground."""
    drawn = Image.new("RGB", (240, 300), GROUND)
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((95, 160, 145, 225), fill=PENDANTS[colour])
    return drawn


@pytest.mark.parametrize("change", CHANGES)
def test_a_small_thing_in_another_colour_is_no_twin(change: str) -> None:
    """Though nearly all of both pictures is the same."""
    altered = CHANGES[change](pendant("burgundy"))
    pictures = Pictures(pendant)
    assert pictures.place_of_twin(thumbnail(altered), ["teal", "navy"], CLOSE[:2]) is None
    assert pictures.place_of_twin(thumbnail(altered), ["teal", "burgundy"], CLOSE[:2]) == 1
    assert Asked(pendant("burgundy")).likeness(pendant("teal")) > COPY_FROM


def test_what_is_far_by_its_vector_is_not_looked_at(shirts: list[str]) -> None:
    navy = thumbnail(picture("Shirt", "Navy"))
    assert STORED.place_of_twin(navy, shirts, np.array([0.9, 0.79, 0.9], np.float32)) is None
    assert STORED.place_of_twin(navy, [], np.empty(0, np.float32)) is None


def test_a_plain_picture_is_no_twin_of_another(shirts: list[str]) -> None:
    for plain in (thumbnail(Image.new("RGB", (50, 50), "white")), NO_PICTURE):
        assert STORED.place_of_twin(plain, shirts, CLOSE) is None


def test_a_photograph_that_is_gone_or_damaged_is_no_twin(shirts: list[str]) -> None:
    damaged = default_storage.save("photographs/damaged.jpg", ContentFile(b"no picture"))
    names = ["photographs/gone.jpg", damaged, shirts[1]]
    assert STORED.place_of_twin(thumbnail(picture("Shirt", "Navy")), names, CLOSE) == 2
    default_storage.delete(damaged)


def test_what_could_not_be_read_is_read_again() -> None:
    there: dict[str, Image.Image] = {}
    pictures = Pictures(there.get)
    for asked in ("nothing", "cropped"):
        query = thumbnail(CHANGES[asked](picture("Shirt", "Navy")))
        assert pictures.place_of_twin(query, COLOURS, CLOSE) is None
        there |= {colour: picture("Shirt", colour) for colour in COLOURS}
        assert pictures.place_of_twin(query, COLOURS, CLOSE) == 1
        there.clear()
        pictures = Pictures(there.get)


def test_what_was_found_out_is_not_looked_at_again() -> None:
    opened: list[str] = []

    def open_it(name: str) -> Image.Image:
        opened.append(name)
        return picture("Shirt", name)

    pictures = Pictures(open_it)
    bag = thumbnail(picture("Bag", "Navy"))
    assert pictures.place_of_twin(bag, COLOURS, CLOSE) is None
    asked = len(opened)
    assert set(opened) == set(COLOURS)
    assert pictures.place_of_twin(bag, COLOURS, CLOSE) is None
    assert len(opened) == asked
    sage = thumbnail(picture("Shirt", "Sage"))
    assert pictures.place_of_twin(sage, COLOURS, CLOSE) == 2
    assert len(opened) == asked
