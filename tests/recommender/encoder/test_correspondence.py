"""What two pictures have in common is told where it is on either."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recommender.encoder.correspondence import STRIDE, Seen, Side, corresponding
from recommender.encoder.localiser import Localiser

ROWS, COLUMNS, CHANNELS = 6, 5, 8
# As a tower's: the last column reaches beyond the frame.
FRAME = ROWS * STRIDE, COLUMNS * STRIDE - 16
ALL = (0, 0, FRAME[1], FRAME[0])
NOTHING_USUAL = np.zeros(CHANNELS, np.float32)


def localiser(box: tuple[float, ...], usual: np.ndarray = NOTHING_USUAL) -> Localiser:
    """Takes the same box, in shares of the frame, for the thing of every picture."""
    matrix = np.zeros((ROWS * COLUMNS * CHANNELS, 4), np.float32)
    return Localiser(matrix, np.array(box, np.float32), usual)


EVERYWHERE = localiser((0, 0, 1, 1))


def seen(cells: dict[tuple[int, int], int], placed: tuple[int, ...] = ALL) -> Seen:
    """A picture with features at some cells: the row and column, and what is there."""
    feature_map = np.zeros((ROWS, COLUMNS, CHANNELS), np.float32)
    for cell, channel in cells.items():
        feature_map[*cell, channel] = 1
    return Seen(feature_map, placed)


def cells(side: Side) -> dict[tuple[int, int], float]:
    """The weights of the regions of a picture that fills the frame, by row and column."""
    height, width = FRAME
    return {
        (round(region.top * height / STRIDE), round(region.left * width / STRIDE)): region.weight
        for region in side.regions
    }


def test_what_both_show_makes_them_alike_and_nothing_else_does():
    one = seen({(1, 1): 0, (4, 3): 1})
    other = seen({(2, 2): 0, (0, 0): 2})
    first, second = corresponding(one, other, EVERYWHERE, FRAME)
    assert cells(first) == {(1, 1): pytest.approx(1)}
    assert cells(second) == {(2, 2): pytest.approx(1)}


def test_what_there_is_more_of_does_more():
    one = seen({(1, 1): 0, (3, 1): 1})
    other = seen({(1, 1): 0, (1, 3): 0, (3, 3): 0, (4, 1): 1})
    first, _second = corresponding(one, other, EVERYWHERE, FRAME)
    assert cells(first) == {(1, 1): pytest.approx(1), (3, 1): pytest.approx(1 / 3)}


def test_what_lies_beside_the_thing_counts_for_nothing():
    one, other = seen({(1, 1): 0, (5, 4): 0}), seen({(1, 1): 0, (5, 4): 0})
    upper = localiser((0, 0, 1, 0.5))
    for side in corresponding(one, other, upper, FRAME):
        assert cells(side) == {(1, 1): pytest.approx(1)}
        assert len(side.places) == 1


def test_what_every_picture_has_makes_none_alike():
    usual = np.zeros(CHANNELS, np.float32)
    usual[7] = 1
    floor = {(row, column): 7 for row in range(ROWS) for column in range(COLUMNS)}
    one, other = seen(floor | {(1, 1): 0}), seen(floor | {(1, 2): 0})
    for side, place in zip(
        corresponding(one, other, localiser((0, 0, 1, 1), usual), FRAME),
        ((1, 1), (1, 2)),
        strict=True,
    ):
        assert max(cells(side), key=cells(side).__getitem__) == place
    for side in corresponding(one, other, EVERYWHERE, FRAME):
        assert min(cells(side).values()) > 0.5


def test_places_are_paired_by_what_is_there():
    one = seen({(0, 0): 0, (2, 2): 1, (5, 4): 2})
    other = seen({(1, 0): 0, (2, 3): 1, (4, 4): 2})
    first, second = corresponding(one, other, EVERYWHERE, FRAME)
    height, width = FRAME

    def middle(cell: tuple[int, int]) -> tuple[float, float]:
        row, column = cell
        return (column + 0.5) * STRIDE / width, (row + 0.5) * STRIDE / height

    pairs = zip(first.places, second.places, strict=True)
    assert {tuple(here): tuple(there) for here, there in pairs} == {
        middle((0, 0)): middle((1, 0)),
        middle((2, 2)): middle((2, 3)),
        middle((5, 4)): middle((4, 4)),
    }


def test_what_lies_elsewhere_in_the_thing_is_another_place():
    first, second = corresponding(seen({(0, 0): 0}), seen({(5, 4): 0}), EVERYWHERE, FRAME)
    assert cells(first) == {(0, 0): pytest.approx(1)}
    assert cells(second) == {(5, 4): pytest.approx(1)}
    assert first.places == second.places == ()


def test_regions_are_shares_of_the_picture_and_not_of_what_is_padded():
    """A picture that takes the middle third of the frame's height."""
    placed = (0, 64, FRAME[1], 64)
    first, _second = corresponding(seen({(2, 1): 0}, placed), seen({(2, 1): 0}), EVERYWHERE, FRAME)
    (region,) = first.regions
    assert region.top == pytest.approx(0)
    assert region.bottom == pytest.approx(0.5)
    assert region.left == pytest.approx(32 / FRAME[1])
    (place,) = first.places
    assert place.y == pytest.approx(0.25)


maps = arrays.arrays(
    np.float32,
    (ROWS, COLUMNS, CHANNELS),
    elements=st.floats(0, 6, width=32, allow_subnormal=False),
)
boxes = st.tuples(*[st.floats(-2, 3)] * 4)


@given(maps, maps, boxes)
def test_whatever_is_seen_weights_and_places_can_be_drawn(
    one: np.ndarray, other: np.ndarray, box: tuple[float, ...]
):
    """An empty map and a box the wrong way round too."""
    sides = corresponding(Seen(one, ALL), Seen(other, ALL), localiser(box), FRAME)
    for side in sides:
        assert all(0 < region.weight <= 1 for region in side.regions)
        assert all(region.left < region.right for region in side.regions)
    assert len(sides[0].places) == len(sides[1].places) <= 3
    back = corresponding(Seen(other, ALL), Seen(one, ALL), localiser(box), FRAME)
    assert [side.regions for side in back] == [side.regions for side in reversed(sides)]
