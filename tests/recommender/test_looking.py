"""What of a picture is looked at is what finds the most alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from recommender.encoder import Calibration
from recommender.index.scan import ScanIndex
from recommender.looking import TURNS, Look, look
from tests.recommender.conftest import TinyEncoder

SIZE = (160, 120)
KINDS, COLOURS = 105, 46
CALIBRATION = Calibration(kinds=(0, 1), closeness=1.0, agreement=0.0, offset=0.0)


class Counting(TinyEncoder):
    """Sees a picture padded with white, as the real one does; counts its batches."""

    size = SIZE
    decode_side = min(SIZE)

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.sizes: list[tuple[int, int]] = []

    def encode(self, pictures: Iterable[Image.Image]) -> np.ndarray:
        frame = SIZE[::-1]
        pictures = list(pictures)
        self.sizes += [picture.size for picture in pictures]
        vectors = super().encode(ImageOps.pad(one, frame, color="white") for one in pictures)
        # Centred, or bright pictures would all be alike.
        centred = vectors - vectors.mean(axis=1, keepdims=True)
        self.batches.append(len(vectors))
        rows: np.ndarray = centred / np.linalg.norm(centred, axis=1, keepdims=True)
        return rows


class Telling(Counting):
    """Takes every picture for a thing of the first kind and colour."""

    def encode(self, pictures: Iterable[Image.Image]) -> np.ndarray:
        rows = super().encode(pictures)
        told = np.zeros((len(rows), KINDS + COLOURS), np.float32)
        told[:, [0, KINDS]] = 1
        vectors: np.ndarray = np.concatenate([rows, told], axis=1) / np.sqrt(3)
        return vectors


def patchwork(seed: int, size: tuple[int, int] = (180, 240)) -> Image.Image:
    patches = np.random.default_rng(seed).integers(0, 256, (7, 6, 3), np.uint8)
    return Image.fromarray(patches).resize(size, Image.Resampling.NEAREST)


def coat(left: float = 0.2, right: float = 0.8) -> Image.Image:
    """A thing on white; its two halves differ."""
    picture = Image.new("RGB", (180, 240), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((left * 180, 20, right * 180, 220), fill=(170, 30, 40))
    draw.ellipse((left * 180, 120, right * 180, 220), fill=(20, 40, 120))
    return picture


@pytest.fixture
def encoder() -> Counting:
    return Counting()


def index_of(encoder: Counting, pictures: Sequence[Image.Image]) -> ScanIndex:
    index = ScanIndex()
    index.add([f"item{n}|photo" for n in range(len(pictures))], encoder.encode(pictures))
    encoder.batches.clear()
    return index


@pytest.fixture
def shop(encoder: Counting) -> ScanIndex:
    return index_of(encoder, [*map(patchwork, range(12)), coat()])


def nearest(shop: ScanIndex, seen: Look) -> tuple[str, float]:
    ids, similarities = shop.search(seen.vector[np.newaxis], 1)
    return str(ids[0][0]), float(similarities[0][0])


def test_a_picture_without_bars_is_looked_at_as_it_is_in_one_pass(
    encoder: Counting, shop: ScanIndex
) -> None:
    picture = patchwork(4)
    seen = look(picture, encoder, shop, CALIBRATION)
    assert seen.picture is picture
    assert nearest(shop, seen)[0] == "item4|photo"
    assert encoder.batches == [1]


def test_a_large_picture_is_seen_as_stored_photographs_are(
    encoder: Counting, shop: ScanIndex
) -> None:
    picture = patchwork(4, (960, 1280))
    seen = look(picture, encoder, shop, CALIBRATION)
    assert seen.picture is picture
    assert encoder.sizes[-1] == (120, 160)
    assert nearest(shop, seen)[1] > 0.99


@pytest.mark.parametrize("colour", ["black", "white", "darkred"])
def test_what_is_within_bars_is_looked_at(encoder: Counting, shop: ScanIndex, colour: str) -> None:
    seen = look(ImageOps.expand(patchwork(4), (200, 0), colour), encoder, shop, CALIBRATION)
    assert max(abs(seen.picture.width - 180), abs(seen.picture.height - 240)) <= 4
    assert nearest(shop, seen)[0] == "item4|photo"
    assert encoder.batches == [1, 1]


def test_white_around_a_thing_on_white_is_left_out(encoder: Counting, shop: ScanIndex) -> None:
    sent = ImageOps.expand(coat(), (300, 0), "white")
    seen = look(sent, encoder, shop, CALIBRATION)
    assert seen.picture.width < 180
    assert nearest(shop, seen)[0] == "item12|photo"


def test_the_very_picture_of_the_shop_is_left_as_it_is(encoder: Counting) -> None:
    framed = ImageOps.expand(patchwork(4), 40, "black")
    small = ImageOps.expand(coat(), 200, "white")
    shop = index_of(encoder, [*map(patchwork, range(12)), framed, small, coat()])
    for picture in (framed, small):
        seen = look(picture, encoder, shop, CALIBRATION)
        assert seen.picture is picture
        assert nearest(shop, seen)[1] == pytest.approx(1)


def test_an_empty_shop_cuts_bars_off(encoder: Counting) -> None:
    seen = look(ImageOps.expand(patchwork(4), (200, 0), "black"), encoder, ScanIndex(), CALIBRATION)
    assert abs(seen.picture.width - 180) <= 4
    picture = patchwork(4)
    assert look(picture, encoder, ScanIndex(), CALIBRATION).picture is picture


def test_a_lamps_light_is_taken_out_where_that_finds_more(
    encoder: Counting, shop: ScanIndex
) -> None:
    by_lamp = Image.fromarray((np.asarray(coat()) * (1, 0.8, 0.4)).astype(np.uint8))
    seen = look(by_lamp, encoder, shop, CALIBRATION)
    assert seen.picture.getpixel((1, 1)) == (255, 255, 255)
    assert nearest(shop, seen)[0] == "item12|photo"
    reddish = index_of(encoder, [coat(), by_lamp])
    assert look(by_lamp, encoder, reddish, CALIBRATION).picture is by_lamp


@pytest.mark.parametrize("turn", TURNS)
def test_what_was_turned_is_turned_back(
    encoder: Counting, shop: ScanIndex, turn: Image.Transpose
) -> None:
    seen = look(patchwork(4).transpose(turn), encoder, shop, CALIBRATION)
    assert np.array_equal(np.asarray(seen.picture), np.asarray(patchwork(4)))
    assert nearest(shop, seen)[0] == "item4|photo"
    assert encoder.batches == [1, 1, 1, 1]


def test_bars_around_what_was_turned_come_off_first(encoder: Counting, shop: ScanIndex) -> None:
    turned = patchwork(4).transpose(Image.Transpose.ROTATE_90)
    seen = look(ImageOps.expand(turned, (0, 150), "black"), encoder, shop, CALIBRATION)
    assert nearest(shop, seen)[0] == "item4|photo"
    assert encoder.batches == [1, 1, 1, 1, 1]


def test_what_looks_like_nothing_in_the_shop_stays_as_it_came(encoder: Counting) -> None:
    shop = index_of(encoder, [coat()])
    picture = patchwork(4)
    assert look(picture, encoder, shop, CALIBRATION).picture is picture
    assert encoder.batches == [1, 1, 1, 1]


def test_without_calibration_nothing_is_turned(encoder: Counting, shop: ScanIndex) -> None:
    turned = patchwork(4).transpose(Image.Transpose.ROTATE_90)
    assert look(turned, encoder, shop, None).picture is turned
    assert encoder.batches == [1]


def test_in_black_and_white_it_says_nothing_of_a_colour() -> None:
    encoder = Telling()
    shop = index_of(encoder, [patchwork(4), coat()])
    start = encoder.encode([coat()]).shape[1] - KINDS - COLOURS
    telling = replace(CALIBRATION, kinds=(start, start + KINDS))
    colour = start + KINDS
    assert look(patchwork(4), encoder, shop, telling).vector[colour] > 0.5
    seen = look(patchwork(4).convert("L").convert("RGB"), encoder, shop, telling)
    assert seen.vector[colour] == 0
    assert np.linalg.norm(seen.vector) == pytest.approx(1)
