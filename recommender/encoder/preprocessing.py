"""A picture of any size and mode -> the pixels that an encoder takes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from recommender.encoder.weights import Tower

Pixels = npt.NDArray[np.uint8]

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
WHITE = (255, 255, 255)

# How much larger than the result a cheap box filter may leave a picture before the real filter.
REDUCING_GAP = 3.0


def pixels(picture: Image.Image, tower: Tower) -> Pixels:
    """The picture as uint8 (height, width, 3), RGB in [0, 255], of the size that a tower asks for.

    Raises ValueError or KeyError for a fit or filter that does not exist, nothing for the picture.
    """
    picture = _in_rgb(picture)
    if tower.fit == "stretch":
        return np.asarray(_resized(picture, tower.size, tower.resample))
    if tower.fit == "pad":
        return np.asarray(_padded(picture, tower))
    raise ValueError(f"Unknown fit {tower.fit!r}: use 'stretch' or 'pad'.")


def decode_side(towers: Sequence[Tower]) -> int | None:
    """The side in pixels at which a large JPEG may be decoded for all of them; None: in full.

    It is such that the picture is never enlarged afterwards: padded, its shorter side need not
    exceed the shorter side of the frame. A tower that takes the nearest pixel would see other
    pixels in a picture that was decoded smaller.
    """
    if any(tower.resample == "nearest" for tower in towers):
        return None
    return max(min(tower.size) if tower.fit == "pad" else max(tower.size) for tower in towers)


def _resized(picture: Image.Image, size: tuple[int, int], resample: str) -> Image.Image:
    height, width = size
    gap = None if resample == "nearest" else REDUCING_GAP
    return picture.resize((width, height), FILTERS[resample], reducing_gap=gap)


def place(size: tuple[int, int], tower: Tower) -> tuple[int, int, int, int]:
    """Where in its frame a tower sees a picture of that (width, height), in pixels of the frame:
    left, top, width and height.
    """
    height, width = tower.size
    if tower.fit == "stretch":
        return 0, 0, width, height
    scale = min(width / size[0], height / size[1])
    inner = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    return (width - inner[0]) // 2, (height - inner[1]) // 2, *inner


def in_picture(
    frame: Sequence[float], size: tuple[int, int], tower: Tower
) -> tuple[int, int, int, int]:
    """A part of what a tower sees of a picture of that (width, height), in pixels of the picture.

    Takes and gives left, top, right and bottom; takes shares of the tower's frame. What lies
    outside the picture is cut off, and a pixel is left of each side at least.
    """
    height, width = tower.size
    left, top, inner_width, inner_height = place(size, tower)
    across = [(share * width - left) / inner_width for share in frame[::2]]
    down = [(share * height - top) / inner_height for share in frame[1::2]]
    (first, last), (upper, lower) = _within(across, size[0]), _within(down, size[1])
    return first, upper, last, lower


def _within(shares: Sequence[float], side: int) -> tuple[int, int]:
    """From and to in pixels of a side."""
    start = min(max(round(shares[0] * side), 0), side - 1)
    return start, min(max(round(shares[1] * side), start + 1), side)


def _padded(picture: Image.Image, tower: Tower) -> Image.Image:
    height, width = tower.size
    left, top, *inner = place(picture.size, tower)
    canvas = Image.new("RGB", (width, height), WHITE)
    canvas.paste(_resized(picture, (inner[1], inner[0]), tower.resample), (left, top))
    return canvas


def _in_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    if (
        picture.mode == "La"
    ):  # of the premultiplied modes, the one that Pillow converts in two steps
        picture = picture.convert("LA")
    if picture.has_transparency_data:
        return _on_white(picture.convert("RGBA"))
    if picture.mode.startswith("I;16"):
        # Pillow would clip 16 bits to 8, that is to white.
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    return picture.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", picture.size, WHITE)
    return Image.alpha_composite(ground, picture).convert("RGB")
