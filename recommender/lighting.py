"""The colours of a picture as they would be in white light of full strength."""

import numpy as np
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


def in_white_light(picture: Image.Image) -> Image.Image | None:
    """The picture with its brightest colour made white, RGB; None where it nearly is.

    The white patch of Land & McCann (1971), channel by channel, by a percentile. Takes any mode.
    """
    # Pillow converts "La" to nothing else.
    rgb = (picture.convert("LA") if picture.mode == "La" else picture).convert("RGB")
    small = np.asarray(rgb.reduce(-(-max(rgb.size) // SIDE)))
    brightest = np.percentile(small.reshape(-1, 3), BRIGHTEST, axis=0)
    gains = np.minimum(255 / np.maximum(brightest, 1), MOST)
    if gains.max() < DIM:
        return None
    levels = np.minimum(np.arange(256) * gains[:, np.newaxis] + 0.5, 255)
    return rgb.point(levels.astype(np.uint8).ravel().tolist())
