import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recommender.encoder.preprocessing import decode_side, in_picture, pixels
from recommender.encoder.weights import Tower


def test_stretching_ignores_the_proportions():
    picture = Image.new("RGB", (100, 20), "red")
    result = pixels(picture, Tower("resnet50", (40, 30)))

    assert result.shape == (40, 30, 3)
    assert result.dtype == np.uint8
    assert (result == (255, 0, 0)).all()


@pytest.mark.parametrize("size", [(300, 30), (30, 300), (1, 5000), (5000, 1), (64, 80), (1, 1)])
def test_padding_centres_the_picture_on_white(size):
    result = pixels(Image.new("RGB", size, "black"), Tower("resnet50", (80, 64), fit="pad"))
    black = (result < 128).all(axis=2)
    rows, columns = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))

    assert result.shape == (80, 64, 3)
    assert abs(rows[0] - (79 - rows[-1])) <= 1
    assert abs(columns[0] - (63 - columns[-1])) <= 1
    assert len(rows) == 80 or len(columns) == 64
    assert (result[~black] == 255).all()


def test_transparent_means_white():
    picture = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert (pixels(picture, Tower("resnet50", (32, 32))) == 255).all()


def test_sixteen_bits_keep_their_greys():
    grey = Image.fromarray(np.full((10, 10), 0x8000, np.uint16))
    assert (pixels(grey, Tower("resnet50", (32, 32))) == 0x80).all()


def test_shrinking_averages_what_the_nearest_pixel_would_miss():
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::8] = 255
    picture = Image.fromarray(stripes)
    smooth = pixels(picture, Tower("resnet50", (32, 32), resample="bilinear"))[:, 2:-2]

    assert abs(int(smooth.max()) - int(smooth.min())) < 10
    assert pixels(picture, Tower("resnet50", (32, 32), resample="nearest")).max() in (0, 255)


def test_only_a_smooth_filter_may_see_a_picture_decoded_smaller():
    assert decode_side([Tower("resnet50", (80, 64))]) == 80
    assert decode_side([Tower("resnet50", (80, 64), resample="nearest")]) is None


@given(
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
    st.tuples(st.integers(32, 256), st.integers(32, 256)),
    st.sampled_from(["pad", "stretch"]),
)
def test_a_picture_decoded_at_that_side_is_not_enlarged(picture, frame, fit):
    width, height = picture
    side = decode_side([Tower("resnet50", frame, fit=fit)])
    assert side is not None
    # JPEG decoders shrink so that both sides stay at least as long as asked, if they were.
    decoded = min(1.0, side / min(width, height))
    scales = (frame[1] / width, frame[0] / height)
    needed = min(scales) if fit == "pad" else max(scales)

    assert decoded >= min(1.0, needed) - 1e-9


def test_an_unknown_fit_is_refused():
    with pytest.raises(ValueError, match="Unknown fit 'zoom'"):
        pixels(Image.new("RGB", (9, 9)), Tower("resnet50", (32, 32), fit="zoom"))


@given(
    st.tuples(st.integers(40, 900), st.integers(40, 900)),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.sampled_from(["pad", "stretch"]),
)
def test_a_part_of_the_frame_is_that_part_of_the_picture(
    size: tuple[int, int], shares: list[float], fit: str
):
    """What was painted there is seen there."""
    left, right = sorted(round(share * size[0]) for share in shares[::2])
    top, bottom = sorted(round(share * size[1]) for share in shares[1::2])
    thing = (left, top, max(right, left + 30), max(bottom, top + 30))
    thing = (*thing[:2], min(thing[2], size[0]), min(thing[3], size[1]))
    picture = Image.new("RGB", size, "white")
    picture.paste("black", thing)
    tower = Tower("resnet50", (192, 144), fit=fit)
    black = (pixels(picture, tower) < 128).all(axis=2)
    if not black.any():
        return
    rows, columns = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))
    frame = [columns[0] / 144, rows[0] / 192, (columns[-1] + 1) / 144, (rows[-1] + 1) / 192]
    # A pixel of the frame may be several of the picture.
    slack = 1 + max(size) / 144
    assert in_picture(frame, size, tower) == pytest.approx(thing, abs=slack)


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ((-3, -1, 7, 2), (0, 0, 60, 80)),
        ((0.5, 0.5, 0.1, 0.1), (30, 40, 31, 41)),
        ((2, 2, 3, 3), (59, 79, 60, 80)),
        ((-3, -3, -2, -2), (0, 0, 1, 1)),
    ],
)
def test_what_lies_outside_is_cut_off_and_something_is_left(frame, part):
    assert in_picture(frame, (60, 80), Tower("resnet50", (192, 144), fit="pad")) == part
