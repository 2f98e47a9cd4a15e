"""Every bad file gets one plain sentence, never another error, and costs little."""

import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from recommender import decoding, large_pictures
from recommender.images import BadImage, open_picture

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF"]


def saved(format: str, size: tuple[int, int] = (96, 96)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(file, format)
    return file.getvalue()


SAVED = {format: saved(format) for format in FORMATS}


def reason(data: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        open_picture(data)
    text = str(caught.value)
    assert text[0].isupper()
    assert text.endswith(".")
    assert "\n" not in text
    return text


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def test_an_empty_file():
    assert reason(b"") == "The file is empty."


@pytest.mark.parametrize(
    "data", [b"just some text", b"%PDF-1.7", b"\x00" * 5000, "žluťoučký kůň".encode()]
)
def test_what_is_no_picture(data: bytes):
    assert "not a picture" in reason(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        b"  <!DOCTYPE html><html></html>",
        b"<!-- a comment --><svg/>",
    ],
)
def test_svg_and_html(data: bytes):
    assert "SVG or HTML" in reason(data)


def test_a_postscript_file_is_never_run():
    assert "not a picture" in reason(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_500, 9_800), (2**31 - 1, 1_000)])
def test_too_many_pixels_are_refused_from_the_header(size: tuple[int, int]):
    tracemalloc.start()
    assert "million pixels" in reason(png_header(*size))
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_decompression_bomb():
    """A hundred megapixels of one colour in a hundred kilobytes."""
    file = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    assert "million pixels" in reason(file.getvalue())


@pytest.mark.slow
def test_a_bomb_in_the_text_of_a_png():
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    data = SAVED["PNG"]
    assert reason(data[:33] + bomb + data[33:])


def test_a_file_over_the_limit(tmp_path: Path):
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.write(SAVED["JPEG"])
        file.truncate(30 * 1024**2)
    assert reason(path.read_bytes()) == "The file is larger than 25 MB."
    with pytest.raises(BadImage), path.open("rb") as opened:
        open_picture(opened)
    with pytest.raises(BadImage):
        open_picture(path)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 7)])
def test_too_few_pixels(size: tuple[int, int]):
    assert f"only {size[0]} x {size[1]} pixels" in reason(saved("PNG", size))


def with_chunks(number: int) -> bytes:
    """A PNG with so many empty chunks that nobody knows."""
    data = SAVED["PNG"]
    return data[:33] + chunk(b"prVt", b"") * number + data[33:]


def with_markers(number: int) -> bytes:
    """A JPEG with so many empty markers of an application before its picture."""
    data = SAVED["JPEG"]
    return data[:2] + b"\xff\xe5\0\2" * number + data[2:]


@pytest.mark.parametrize("made_of", [with_chunks, with_markers])
def test_a_file_in_countless_pieces(
    made_of: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(decoding, "MOST_READS", 200)
    assert open_picture(made_of(1)).size == (96, 96)
    assert "too much memory or time" in reason(made_of(200))


def test_countless_pieces_after_the_pixels(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decoding, "MOST_READS", 200)
    data = SAVED["PNG"]
    assert "too much memory or time" in reason(data[:-12] + chunk(b"prVt", b"") * 200 + data[-12:])


def tiff(width: int, height: int, numbers: dict[int, list[int]], big: bool = False) -> bytes:
    """One of no compression and eight bits, with further tags of 32-bit numbers."""
    plain = {256: [width], 257: [height], 258: [8], 259: [1], 262: [1], 277: [1]}
    tags = sorted((plain | numbers).items())
    header, length, number, room = ("<2sHHHQ", "<Q", "Q", 8) if big else ("<2sHL", "<H", "L", 4)
    start = struct.pack(header, b"II", *((43, 8, 0, 16) if big else (42, 8)))
    size = 4 + 2 * room
    end = len(start) + struct.calcsize(length) + len(tags) * size + room
    listed, beside = b"", b""
    for tag, values in tags:
        written = struct.pack(f"<{len(values)}L", *values)
        if len(written) > room:
            place = struct.pack("<" + number, end + len(beside))
            beside += written
        else:
            place = written.ljust(room, b"\0")
        listed += struct.pack("<HH" + number, tag, 4, len(values)) + place
    return start + struct.pack(length, len(tags)) + listed + bytes(room) + beside


@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_of_countless_strips(big: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decoding, "MOST_NUMBERS", 100)
    strips = {273: [8] * 16, 278: [1], 279: [16] * 16}
    assert open_picture(tiff(16, 16, strips, big)).size == (16, 16)
    assert "too much memory or time" in reason(tiff(16, 16, strips | {273: [8] * 100}, big))


def test_a_tile_larger_than_its_tiff(monkeypatch: pytest.MonkeyPatch):
    tiles = {322: [1024], 323: [1024], 324: [8], 325: [1024**2]}
    picture = decoding.opened(tiff(64, 64, tiles))
    assert 1024**2 <= decoding.planned(picture, 64) < 1024**2 + 50_000
    monkeypatch.setattr(large_pictures, "MOST_BYTES", 1_000_000)
    assert "too much memory or time" in reason(tiff(64, 64, tiles))


def test_the_screen_of_a_gif_is_looked_at_before_a_frame_is_filled():
    """What is no picture beyond its size is found too large, not damaged."""
    assert "at most 102 million pixels" in reason(b"GIF89a" + struct.pack("<HH", 13_900, 13_700))


@pytest.mark.parametrize("size", [(8, 801), (2_000, 16)])
def test_a_picture_of_which_shrinking_leaves_a_line(size: tuple[int, int]):
    assert "at most 100 times as long" in reason(saved("PNG", size))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_file_cut_short(format: str, share: float):
    data = SAVED[format]
    assert "damaged or incomplete" in reason(data[: max(16, int(len(data) * share))])


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_compressed_tiff_cut_short(share: float):
    """It tells its size at its end."""
    file = io.BytesIO()
    Image.effect_noise((96, 96), 80).save(file, "TIFF", compression="tiff_lzw")
    data = file.getvalue()
    assert "damaged or incomplete" in reason(data[: int(len(data) * share)])


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
@given(places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), min_size=1, max_size=8))
def test_flipped_bytes_give_a_picture_or_a_reason(format: str, places: list[tuple[float, int]]):
    data = bytearray(SAVED[format])
    for place, flip in places:
        data[int(place * len(data))] ^= flip
    either(bytes(data))


MAGIC = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"RIFF....WEBP"]


@given(start=st.sampled_from([b"", *MAGIC]), rest=st.binary(max_size=300))
@example(start=b"", rest=b"\0")
def test_any_bytes_give_a_picture_or_a_reason(start: bytes, rest: bytes):
    either(start + rest)


def either(data: bytes) -> None:
    if not data:
        return
    try:
        picture = open_picture(data)
    except BadImage:
        return
    assert picture.mode == "RGB"
