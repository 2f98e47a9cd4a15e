"""Bytes from a stranger -> an upright sRGB picture, or a BadImage that says why not."""

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pillow_heif
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF")
MAX_SIDE = 2048
MIN_SIDE = 8
MAX_PIXELS = 80_000_000

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
# Modes that shrink well as they are; the others (palettes, 16 bits) are converted first.
SHRINKABLE = {"L", "LA", "RGB", "RGBA", "CMYK"}

NOT_A_PICTURE = _(
    "This is not a picture: send a JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF file."
)
A_DRAWING = _(
    "This is an SVG or HTML document, not a photograph: send a JPEG, PNG, WebP or HEIC file."
)
DAMAGED = _("The picture is damaged or incomplete: save or send it once more.")


class BadImage(ValueError):
    """A file that is not a usable picture; its text is one plain sentence for a person."""


def open_picture(file: BinaryIO | bytes | Path, *, for_side: int | None = None) -> Image.Image:
    """Decode the first frame of `file` into an upright RGB picture in sRGB.

    Alpha is laid on white; the long side is at most MAX_SIDE pixels; no metadata remains.
    `for_side` (pixels) lets a large JPEG be decoded at a fraction of its size, with both sides
    still at least that long, for callers that shrink it to that anyway.

    Raises BadImage, and nothing else, for any content whatever. Errors of reading the file
    (FileNotFoundError and its like) pass through.
    """
    picture = _open(_read(file))
    _check_size(picture)
    try:
        return _decode(picture, for_side or MAX_SIDE)
    except Exception as error:
        # Decoders raise whatever their parsing stumbled over: OSError, SyntaxError, struct.error,
        # zlib.error, ValueError, MemoryError and more.
        raise BadImage(str(DAMAGED)) from error


def _read(file: BinaryIO | bytes | Path) -> bytes:
    limit: int = settings.MAX_UPLOAD_BYTES
    if isinstance(file, bytes):
        data = file
    elif isinstance(file, Path):
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    else:
        data = file.read(limit + 1)
    if not data:
        raise BadImage(gettext("The file is empty."))
    if len(data) > limit:
        raise BadImage(gettext("The file is larger than %(most)d MB.") % {"most": limit // 1024**2})
    return data


def _open(data: bytes) -> Image.Image:
    """Read the header only; the format is told by content, never by a file's name."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadImage(_too_many_pixels()) from error
    except Image.UnidentifiedImageError as error:
        raise BadImage(_why_unidentified(data)) from error
    except Exception as error:
        raise BadImage(str(DAMAGED)) from error


def _why_unidentified(data: bytes) -> str:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html", b"<!--")):
        return str(A_DRAWING)
    return str(NOT_A_PICTURE)


def _too_many_pixels() -> str:
    most = MAX_PIXELS // 1_000_000
    return gettext("The picture has more than %(most)d million pixels.") % {"most": most}


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadImage(_too_many_pixels())
    if min(width, height) < MIN_SIDE:
        raise BadImage(
            gettext(
                "The picture is only %(width)d x %(height)d pixels; "
                "each side needs at least %(least)d pixels."
            )
            % {"width": width, "height": height, "least": MIN_SIDE}
        )


def _decode(picture: Image.Image, side: int) -> Image.Image:
    picture.draft(None, (side, side))
    picture.load()
    orientation = _orientation(picture)
    picture = _shrunk(picture)
    picture = _shrunk(_on_white(_in_srgb(_in_8_bits(picture))))
    if orientation in UPRIGHT:
        picture = picture.transpose(UPRIGHT[orientation])
    picture.info.clear()
    return picture


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or the EXIF data are broken."""
    try:
        return int(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        return 1


def _shrunk(picture: Image.Image) -> Image.Image:
    if max(picture.size) > MAX_SIDE and picture.mode in SHRINKABLE:
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """Bring modes of more than 8 bits to "L", and palettes and rarities to "RGB" or "RGBA"."""
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in {"I", "F"}:
        return Image.fromarray(_stretched(np.asarray(picture, dtype=np.float64)))
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in {"L", "RGB", "CMYK"} else picture.convert("RGB")


def _stretched(values: np.ndarray) -> np.ndarray:
    """Map any range of numbers to 0..255: such files (32-bit TIFF) name no white point."""
    values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    low, high = values.min(), values.max()
    return ((values - low) * (255.0 / ((high - low) or 1.0))).astype(np.uint8)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Apply the embedded colour profile; the result is "RGB" or "RGBA"."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    colours = _through_profile(colours, picture.info.get("icc_profile"))
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
