"""The colours of a picture: whether it has any, and as they would be in white light."""

from itertools import batched

import numpy as np
import numpy.typing as npt
from PIL import Image

# The long side of the copy that is measured.
SIDE = 256
# What is brighter than all but one pixel in a hundred should be white: a lamp's reflection is not.
BRIGHTEST = 99
# A channel this far below white says so: an evening's lamp, a shade, too little light. One in five
# photographs of clothes at home is, and hardly any from a studio.
DIM = 1.35
# No channel is made stronger than this, or a dark room would turn to noise.
MOST = 6.0
# What is greyer than this, in levels of 255, in all but one pixel in a hundred was made so. It is
# asked of so many pixels each way.
GREY, SAMPLE = 2, 64


def in_white_light(picture: Image.Image) -> Image.Image | None:
    """The picture with its brightest colour made white, RGB; None where it nearly is.

    The white patch of Land & McCann (1971), channel by channel, by a percentile. Takes any mode.
    """
    rgb = _in_rgb(picture)
    counts = rgb.reduce(-(-max(rgb.size) // SIDE)).histogram()
    brightest = np.array([_brightest(np.array(each)) for each in batched(counts, 256, strict=True)])
    gains = np.minimum(255 / np.maximum(brightest, 1), MOST)
    if gains.max() < DIM:
        return None
    levels = np.minimum(np.arange(256) * gains[:, np.newaxis] + 0.5, 255)
    return rgb.point(levels.astype(np.uint8).ravel().tolist())


def is_grey(picture: Image.Image) -> bool:
    """Whether a picture of any mode has no colours, as in black and white."""
    sample = _in_rgb(picture.resize((SAMPLE, SAMPLE), Image.Resampling.NEAREST))
    red, green, blue = np.moveaxis(np.asarray(sample), -1, 0)
    # Channel by channel: ten times as fast as a reduction over three numbers.
    most, least = (of(of(red, green), blue) for of in (np.maximum, np.minimum))
    return bool((most - least > GREY).mean() <= 1 - BRIGHTEST / 100)


def _in_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        # Converting copies it.
        return picture
    # Pillow converts "La" to nothing else.
    return (picture.convert("LA") if picture.mode == "La" else picture).convert("RGB")


def _brightest(counts: npt.NDArray[np.int64]) -> float:
    """The percentile of a channel of which int64 (256,) pixels have each level.

    As `np.percentile` has it, ten times as fast.
    """
    place = BRIGHTEST / 100 * (counts.sum() - 1)
    below, above = np.searchsorted(counts.cumsum(), (int(place), int(place) + 1), side="right")
    return float(below + (place - int(place)) * (min(above, 255) - below))
