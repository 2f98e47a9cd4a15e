"""What two pictures have in common is told where it is on either, and in which colour."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recommender.encoder.correspondence import (
    DETAIL_STRIDE,
    STRIDE,
    Parts,
    Rings,
    Seen,
    corresponding,
)
from recommender.encoder.localiser import Localiser
from tests.recommender.encoder.rings import within

# As a tower's: the last column of the last map reaches beyond the frame.
ROWS, COLUMNS, CHANNELS = 12, 9, 8
FEW_ROWS, FEW_COLUMNS = 6, 5
HEIGHT, WIDTH = ROWS * DETAIL_STRIDE, COLUMNS * DETAIL_STRIDE
ALL = (0, 0, WIDTH, HEIGHT)
GREY, NAVY, RUST = (128, 128, 128), (30, 40, 90), (170, 70, 40)
DARKER_RUST = (130, 45, 20)

Cells = set[tuple[int, int]]


def localiser(*box: float) -> Localiser:
    """Takes the same box, in shares of the frame, for the thing of every picture."""
    matrix = np.zeros((FEW_ROWS * FEW_COLUMNS * CHANNELS, 4), np.float32)
    return Localiser(matrix, np.array(box, np.float32))


EVERYWHERE = localiser(0, 0, 1, 1)


def block(top: int, left: int, rows: int = 3, columns: int = 3) -> Cells:
    return set(itertools.product(range(top, top + rows), range(left, left + columns)))


def seen(
    *blocks: tuple[Cells, np.ndarray],
    colours: dict[tuple[int, int, int], Cells] | None = None,
    placed: tuple[int, int, int, int] = ALL,
) -> Seen:
    """A grey picture with details at some cells, and nothing else that its tower tells."""
    detail_map = np.zeros((ROWS, COLUMNS, CHANNELS), np.float32)
    pixels = np.full((ROWS, DETAIL_STRIDE, COLUMNS, DETAIL_STRIDE, 3), GREY, np.uint8)
    for cells, features in blocks:
        for cell in cells:
            detail_map[cell] = features
    for colour, cells in (colours or {}).items():
        for row, column in cells:
            pixels[row, :, column] = colour
    return Seen(pixels.reshape(HEIGHT, WIDTH, 3), detail_map, few({}), placed)


def few(cells: dict[tuple[int, int], np.ndarray]) -> np.ndarray:
    """A last feature map with something at some cells."""
    feature_map = np.zeros((FEW_ROWS, FEW_COLUMNS, CHANNELS), np.float32)
    for cell, features in cells.items():
        feature_map[cell] = features
    return feature_map


def something(channel: int, strength: float = 1.0) -> np.ndarray:
    return strength * np.eye(CHANNELS, dtype=np.float32)[channel]


def near(cosine: float) -> np.ndarray:
    """What has that cosine with something of channel 0."""
    return cosine * something(0) + (1 - cosine**2) ** 0.5 * something(1)


def cells(rings: Rings) -> Cells:
    """Those whose middle is within, of a picture that fills the frame."""
    half = DETAIL_STRIDE // 2
    middles = within(rings, (WIDTH, HEIGHT))[half::DETAIL_STRIDE, half::DETAIL_STRIDE]
    return {(int(row), int(column)) for row, column in np.argwhere(middles)}


def test_what_both_show_is_told_wherever_it_is_and_nothing_else():
    one = seen((block(1, 1), something(0)), (block(7, 5), something(1)))
    # How strongly a cell responds says little.
    other = seen((block(6, 0), something(0, 5.0)), (block(0, 5), something(2)))
    first, second = corresponding(one, other, EVERYWHERE)
    assert cells(first.shape) == block(1, 1)
    assert cells(second.shape) == block(6, 0)


def test_how_much_alike_two_must_be_is_the_same_whatever_else_there_is():
    for cosine, expected in ((0.4, set()), (0.5, block(1, 1)), (0.9, block(1, 1))):
        for more in ([], [(block(7, 5), something(7))]):
            one = seen((block(1, 1), something(0)), *more)
            other = seen((block(1, 1), near(cosine)), *more)
            first, second = corresponding(one, other, EVERYWHERE)
            seventh = block(7, 5) if more else set()
            assert cells(first.shape) == cells(second.shape) == expected | seventh


def test_what_is_far_less_like_it_in_detail_than_the_rest_is_not_alike():
    """As where something was printed over."""
    plain, printed = block(2, 2, 6, 3), block(2, 5, 6, 2)
    one = seen((plain, something(0)), (printed, something(0)))
    for cosine, expected in ((0.6, plain), (0.8, plain | printed)):
        other = seen((plain, something(0)), (printed, near(cosine)))
        _, second = corresponding(one, other, EVERYWHERE)
        assert cells(second.shape) == expected
    # Where nothing is nearer it is the nearest.
    all_printed = seen((plain | printed, near(0.6)))
    _, second = corresponding(one, all_printed, EVERYWHERE)
    assert cells(second.shape) == plain | printed


def test_the_last_map_counts_as_much_where_it_sees():
    """Half a cell of its own below and right of its square."""
    alike = [seen((block(2, 2, 6, 5), features)) for features in (something(0), near(0.4))]
    one, other = (
        each._replace(feature_map=few(dict.fromkeys(block(1, 1, 2, 2), something(3))))
        for each in alike
    )
    first, _ = corresponding(one, other, EVERYWHERE)
    told = np.array(sorted(cells(first.shape)))
    middle = (told.mean(axis=0) + 0.5) * DETAIL_STRIDE
    assert middle == pytest.approx(2 * STRIDE + STRIDE / 2, abs=DETAIL_STRIDE / 2)


def test_what_has_another_colour_is_like_it_in_shape_alone():
    whole, upper, lower = block(2, 2, 6, 4), block(2, 2, 3, 4), block(5, 2, 3, 4)
    rust = seen((whole, something(0)), colours={RUST: whole})
    navy = seen((whole, something(0)), colours={NAVY: whole})
    both = seen((whole, something(0)), colours={RUST: upper, NAVY: lower})

    first, second = corresponding(rust, navy, EVERYWHERE)
    assert cells(first.shape) == cells(second.shape) == whole
    assert first.colour == second.colour == ()
    first, second = corresponding(both, rust, EVERYWHERE)
    assert cells(first.shape) == cells(second.shape) == whole
    assert cells(first.colour) == upper
    assert cells(second.colour) == whole


def test_what_is_printed_is_of_no_plain_colour():
    """Though it is one in the middle."""
    whole = block(2, 2, 6, 4)
    plain = seen((whole, something(0)), colours={(100, 100, 100): whole})
    pixels = plain.pixels.copy()
    pixels[::4], pixels[1::4] = 50, 50
    pixels[2::4], pixels[3::4] = 150, 150
    first, second = corresponding(plain, plain._replace(pixels=pixels), EVERYWHERE)
    assert cells(first.shape) == cells(second.shape) == whole
    assert first.colour == second.colour == ()


def test_a_shade_is_the_same_colour_and_an_edge_no_other_one():
    whole, edge = block(2, 2, 6, 4), block(2, 2, 1, 1)
    lit = seen((whole, something(0)), colours={RUST: whole})
    shaded = seen((whole, something(0)), colours={DARKER_RUST: whole})
    edged = seen((whole, something(0)), colours={RUST: whole - edge, NAVY: edge})
    for other in (shaded, edged):
        for parts in corresponding(lit, other, EVERYWHERE):
            assert cells(parts.shape) == whole
            assert parts.colour == parts.shape


def test_what_lies_beside_the_thing_counts_for_nothing():
    both = seen((block(1, 1), something(0)), (block(8, 5), something(1)))
    upper = localiser(0, 0, 1, 0.5)
    for parts in corresponding(both, both, upper):
        assert cells(parts.shape) == block(1, 1)
    # Nor is anything like what lies beside the other's.
    below = seen((block(8, 5), something(0)))
    first, _ = corresponding(seen((block(1, 1), something(0))), below, upper)
    assert first == Parts((), ())


def test_the_ground_within_the_box_is_no_part_of_the_thing():
    """It looks like what lies around; a thing of the ground's colour does not."""
    everywhere = block(0, 0, ROWS, COLUMNS)
    thing = block(4, 2, 5, 4)
    box = localiser(1 / COLUMNS, 2 / ROWS, 7 / COLUMNS, 10 / ROWS)
    one = seen((everywhere, something(7)), (thing, something(0)))
    for parts in corresponding(one, one, box):
        assert cells(parts.shape) == thing


def test_who_wears_it_is_no_part_of_the_thing():
    """A face above a shirt, on both."""
    face, shirt = block(1, 3), block(4, 1, 6, 7)
    one = seen((face, something(0)), (shirt, something(1)))
    # Of a cell the last map's numbers come first.
    wearer = np.zeros(2 * CHANNELS + 1, np.float32)
    wearer[CHANNELS], wearer[-1] = 1, -0.5
    taught = replace(EVERYWHERE, wearer=wearer)
    for parts in corresponding(one, one, taught):
        assert cells(parts.shape) == shirt
    for parts in corresponding(one, one, EVERYWHERE):
        assert cells(parts.shape) == face | shirt


def test_on_both_there_is_something_or_on_none():
    """Two cells apart are like a block, and too small to be told."""
    one = seen((block(1, 1), something(0)))
    other = seen((block(1, 1, 1, 1) | block(5, 5, 1, 1), something(0)))
    assert corresponding(one, other, EVERYWHERE) == (Parts((), ()), Parts((), ()))


def test_what_reaches_the_edge_goes_on_beyond_it():
    one = seen((block(0, 0, ROWS, 4), something(0)))
    first, _ = corresponding(one, one, EVERYWHERE)
    (ring,) = first.shape
    across, down = np.array(ring).T
    assert across.min() < 0
    assert across.max() == pytest.approx(4 / COLUMNS, abs=0.5 / COLUMNS)
    assert down.min() < 0
    assert down.max() > 1


def test_specks_are_not_told_and_too_little_is_nothing():
    nothing = Parts((), ())
    speck = seen((block(5, 5, 1, 2), something(0)))
    assert corresponding(speck, speck, EVERYWHERE) == (nothing, nothing)
    beside = seen((block(1, 1, 4, 4), something(0)), (block(8, 6, 1, 2), something(1)))
    for parts in corresponding(beside, beside, EVERYWHERE):
        assert cells(parts.shape) == block(1, 1, 4, 4)
    # Of all of the frame, or of half of it.
    little = seen((block(2, 1, 2, 3), something(0)))
    assert corresponding(little, little, EVERYWHERE) == (nothing, nothing)
    half, _ = corresponding(little, little, localiser(0, 0, 1, 0.5))
    assert cells(half.shape) == block(2, 1, 2, 3)


def test_lines_are_in_shares_of_the_picture_and_not_of_what_is_padded():
    """Of a picture that takes the middle third of the frame's height."""
    thing = block(4, 2, 4, 4)
    full = seen((thing, something(0)))
    padded = full._replace(placed=(0, HEIGHT // 3, WIDTH, HEIGHT // 3))
    (ring,) = corresponding(full, full, EVERYWHERE)[0].shape
    (within_it,) = corresponding(padded, full, EVERYWHERE)[0].shape
    assert np.array(within_it)[:, 0] == pytest.approx(np.array(ring)[:, 0])
    assert np.array(within_it)[:, 1] == pytest.approx(np.array(ring)[:, 1] * 3 - 1)


maps = arrays.arrays(
    np.float32,
    (ROWS, COLUMNS, CHANNELS),
    elements=st.floats(-6, 6, width=32, allow_subnormal=False),
    fill=st.sampled_from([0.0, 1.0]),
)
last_maps = arrays.arrays(
    np.float32, (FEW_ROWS, FEW_COLUMNS, CHANNELS), elements=st.sampled_from([0.0, 1.0, 6.0])
)
frames = arrays.arrays(
    np.uint8, (HEIGHT, WIDTH, 3), elements=st.just(200), fill=st.integers(0, 255)
)
sights = st.builds(Seen, frames, maps, last_maps, st.just(ALL))


@given(sights, sights, st.tuples(*[st.floats(-2, 3)] * 4))
def test_whatever_is_seen_can_be_drawn(one: Seen, other: Seen, box: tuple[float, ...]):
    """Of an empty map and with a box the wrong way round too."""
    sides = corresponding(one, other, localiser(*box))
    for ring in itertools.chain(*itertools.chain(*sides)):
        assert len(ring) > 2
        assert np.isfinite(ring).all()
    assert corresponding(other, one, localiser(*box)) == sides[::-1]
