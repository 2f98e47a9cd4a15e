"""A picture's bytes -> upright RGB in sRGB, and what that costs in memory; without Django.

`recommender.images` decides by the cost where it happens: in the process that asks, or in one of
its own, which is to start fast. Hence NumPy is imported only where a picture needs it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pillow_heif
from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

if TYPE_CHECKING:
    import numpy as np

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF")
MAX_SIDE = 2048
# At which a JPEG decoder can read a picture, as divisors of its size.
FRACTIONS = (8, 4, 2)
# The largest that cameras make, 11656 x 8742.
MAX_PIXELS = 102_000_000
# Pillow refuses to open what has twice as many.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Bytes that Pillow's memory takes for a pixel; four in every mode that is not here.
STORED = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2}
# What decoders of whole pictures hold beside that, in bytes a pixel: the planes, the canvas, the
# copy that is handed over. Measured with Pillow 13.0, and rounded up.
BESIDE = {"WEBP": 13, "AVIF": 9}
STRIP_PIXELS = 1_000_000

# A file of 25 MB in the smallest pieces that are usual takes half as many.
MOST_READS = 100_000
# Of a TIFF's tags together: a picture of 12 million pixels in the smallest tiles has half as many.
MOST_NUMBERS = 200_000

BITS_PER_SAMPLE, SAMPLES_PER_PIXEL, TILE_WIDTH, TILE_HEIGHT = 258, 277, 322, 323
# Kinds of TIFF tags that stay as they are.
BYTES_OR_TEXT = {1, 2, 7}


class TooManyParts(Exception):
    """A file in more pieces than a picture needs: each takes time, and memory beside the pixels."""


class TooLargeScreen(Exception):
    """A GIF of more pixels than are accepted."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height


class _File(io.BytesIO):
    """A file that can be read only so often: Pillow keeps every chunk and marker that it meets."""

    _reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads > MOST_READS:
            raise TooManyParts
        return super().read(size)


def opened(data: bytes) -> Image.Image:
    """Read the header only; the format is told by content, never by a file's name.

    Raises TooManyParts or TooLargeScreen beside what Pillow does.
    """
    if data.startswith(b"GIF8"):
        _check_screen(data)
    if data.startswith((b"II", b"MM")):
        _check_tags(data)
    return Image.open(_File(data), formats=FORMATS)


def _check_screen(data: bytes) -> None:
    """Pillow may fill a frame as it opens a GIF, before anybody can ask for the size."""
    width, height = struct.unpack("<HH", data[6:10].ljust(4, b"\0"))
    if width * height > MAX_PIXELS:
        raise TooLargeScreen(width, height)


def _check_tags(data: bytes) -> None:
    """Pillow makes a number of every entry of a TIFF's tags, and a tile of every offset."""
    order = "<" if data.startswith(b"II") else ">"
    # BigTIFF, the newer kind, counts in 64 bits.
    start, length, tag = ("8xQ", "Q", "HHQ8x") if data[2:3] == b"+" else ("4xL", "H", "HHL4x")
    try:
        (at,) = struct.unpack_from(order + start, data)
        (tags,) = struct.unpack_from(order + length, data[at:])
    except struct.error:
        return  # Pillow finds a word for it.
    at, size = at + struct.calcsize(order + length), struct.calcsize(order + tag)
    tags = min(tags, (len(data) - at) // size)
    listed = struct.iter_unpack(order + tag, data[at : at + tags * size])
    if sum(count for _, kind, count in listed if kind not in BYTES_OR_TEXT) > MOST_NUMBERS:
        raise TooManyParts


def planned(picture: Image.Image, side: int) -> int:
    """Settle at which fraction of its size a JPEG is read, so that both sides are still `side`.

    Returns the bytes that `decoded` will take at its worst.
    """
    whole = picture.width * picture.height
    beside = max(int(whole * _beside(picture)), _tile(picture))
    picture.draft(None, (side, side))
    pixels = picture.width * picture.height
    return pixels * _stored(picture) + max(beside, _narrowed(picture))


def reduced(picture: Image.Image, side: int | None) -> Image.Image:
    """An RGB picture at the fraction of its size at which `planned` has a JPEG read; None: all.

    So what somebody sends is seen as stored photographs are, which are decoded for no more.
    """
    if side is None:
        return picture
    shorter = min(picture.size)
    fraction = next((step for step in FRACTIONS if step * side <= shorter), 1)
    return picture.reduce(fraction) if fraction > 1 else picture


def decoded(picture: Image.Image) -> Image.Image:
    """The first frame of a planned picture: RGB, alpha on white, no side over MAX_SIDE.

    Raises whatever decoders stumble over: OSError, SyntaxError, struct.error, zlib.error,
    ValueError, MemoryError and more.
    """
    picture.load()
    orientation, profile = _orientation(picture), picture.info.get("icc_profile")
    picture = _on_white(_in_srgb(_shrunk(picture), profile))
    if orientation in UPRIGHT:
        picture = picture.transpose(UPRIGHT[orientation])
    picture.info.clear()
    return picture


def _stored(picture: Image.Image) -> int:
    return STORED.get(picture.mode, 4)


def _beside(picture: Image.Image) -> float:
    """Bytes a pixel that decoding holds beside the decoded picture."""
    if isinstance(picture, JpegImageFile):
        return _coefficients(picture)
    if picture.format == "TIFF":
        # A strip may be the whole picture; a turned one is copied.
        return max(_tiff_bytes(picture), _stored(picture))
    if picture.format == "HEIF":
        colours = 4 if str(picture.info.get("chroma")) == "420" else 7
        return colours + (2 if picture.mode == "RGBA" else 0)
    if picture.format == "GIF":
        return 1
    return BESIDE.get(picture.format or "", 0)


def _tiff_bytes(picture: Image.Image) -> float:
    """What a TIFF keeps for a pixel."""
    tags = picture.tag_v2  # type: ignore[attr-defined]
    bits = tags.get(BITS_PER_SAMPLE, (8,))
    return float(max(sum(bits), max(bits) * tags.get(SAMPLES_PER_PIXEL, 1)) / 8)


def _tile(picture: Image.Image) -> int:
    """Bytes of one tile of a TIFF, which may be larger than the picture."""
    if picture.format != "TIFF":
        return 0
    tags = picture.tag_v2  # type: ignore[attr-defined]
    return int(tags.get(TILE_WIDTH, 0) * tags.get(TILE_HEIGHT, 0) * _tiff_bytes(picture))


def _coefficients(picture: JpegImageFile) -> float:
    """Two bytes for each sample: a JPEG of several passes is kept until the last one is read."""
    sampling = [across * down for _, across, down, _ in picture.layer]
    return 2 * sum(sampling) / max(sampling)


def _narrowed(picture: Image.Image) -> int:
    """Bytes of the picture between its two steps of shrinking, and of the copy that alpha needs."""
    (width, _), (_, down) = _narrow(picture), _factors(picture)
    return 4 * width * (picture.height // down) * (2 if picture.has_transparency_data else 1)


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or the EXIF data are broken."""
    try:
        return int(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        return 1


# Shrinking


def _narrow(picture: Image.Image) -> tuple[int, int]:
    """The size that the picture is shrunk to."""
    scale = min(1.0, MAX_SIDE / max(picture.size))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _factors(picture: Image.Image) -> tuple[int, int]:
    """How many pixels are averaged across and down before Lanczos, as for `reducing_gap=2.0`."""
    width, height = _narrow(picture)
    return max(1, picture.width // width // 2), max(1, picture.height // height // 2)


def _shrunk(picture: Image.Image) -> Image.Image:
    """The picture in 8 bits a channel, no side over MAX_SIDE.

    Narrowed strip by strip first: only a strip is ever there in 8 bits and at full width.
    """
    (width, height), (across, down) = _narrow(picture), _factors(picture)
    in_8_bits = _to_8_bits(picture)
    if (width, height) == picture.size:
        # Every step below would copy it.
        return in_8_bits(picture)
    parts: list[Image.Image] = []
    box: tuple[float, float, float, float]
    for strip in _strips(picture, down):
        part = in_8_bits(strip).reduce((across, down))
        box = (0, 0, picture.width / across, part.height)
        parts.append(part.resize((width, part.height), Image.Resampling.LANCZOS, box))
    box = (0, 0, width, picture.height / down)
    return _stacked(parts).resize((width, height), Image.Resampling.LANCZOS, box)


def _stacked(parts: list[Image.Image]) -> Image.Image:
    """Pictures of one width and mode, one below the other; the list is emptied on the way."""
    whole = Image.new(parts[0].mode, (parts[0].width, sum(part.height for part in parts)))
    top = whole.height
    while parts:
        part = parts.pop()
        top -= part.height
        whole.paste(part, (0, top))
    return whole


def _strips(picture: Image.Image, multiple: int = 1) -> Iterator[Image.Image]:
    """The picture in full width from top to bottom, in a multiple of so many rows."""
    rows = max(1, STRIP_PIXELS // picture.width // multiple) * multiple
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


# Colours


def _to_8_bits(picture: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """What brings a strip of this picture to "L", "RGB", "RGBA" or "CMYK"."""
    if picture.mode.startswith("I;16"):
        return _high_bytes
    if picture.mode in {"I", "F"}:
        return _stretching(picture)
    if picture.has_transparency_data:
        return lambda strip: strip.convert("RGBA")
    if picture.mode in {"L", "RGB", "CMYK"}:
        return lambda strip: strip
    return lambda strip: strip.convert("RGB")


def _high_bytes(strip: Image.Image) -> Image.Image:
    import numpy as np

    return Image.fromarray((np.asarray(strip) >> 8).astype(np.uint8))


def _stretching(picture: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Map any range of numbers to 0..255: such files (32-bit TIFF) name no white point."""
    import numpy as np

    strips = (_finite(strip) for strip in _strips(picture))
    ranges = [(values.min(), values.max()) for values in strips]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    scale = 255.0 / ((high - low) or 1.0)
    return lambda strip: Image.fromarray(((_finite(strip) - low) * scale).astype(np.uint8))


def _finite(strip: Image.Image) -> np.ndarray:
    import numpy as np

    return np.nan_to_num(np.asarray(strip, dtype=np.float64), posinf=0.0, neginf=0.0)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply the embedded colour profile; the result is "RGB" or "RGBA"."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = _through_profile(picture.convert("RGB") if alpha else picture, profile)
    if alpha:
        colours.putalpha(alpha)
    return colours


def _through_profile(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # A broken or foreign profile: the numbers are taken for sRGB, as browsers do.
        else:
            if converted is not None:
                return converted
    return picture.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")
