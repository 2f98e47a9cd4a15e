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


def _padded(picture: Image.Image, tower: Tower) -> Image.Image:
    height, width = tower.size
    scale = min(width / picture.width, height / picture.height)
    inner = (max(1, round(picture.height * scale)), max(1, round(picture.width * scale)))
    canvas = Image.new("RGB", (width, height), WHITE)
    corner = ((width - inner[1]) // 2, (height - inner[0]) // 2)
    canvas.paste(_resized(picture, inner, tower.resample), corner)
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
