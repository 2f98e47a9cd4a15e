"""What two pictures have in common is told where it is on either."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recommender.encoder.correspondence import STRIDE, Regions, Seen, corresponding
from recommender.encoder.localiser import Localiser

ROWS, COLUMNS, CHANNELS = 6, 5, 8
# As a tower's: the last column reaches beyond the frame.
FRAME = ROWS * STRIDE, COLUMNS * STRIDE - 16
ALL = (0, 0, FRAME[1], FRAME[0])


def localiser(*box: float) -> Localiser:
    """Takes the same box, in shares of the frame, for the thing of every picture."""
    matrix = np.zeros((ROWS * COLUMNS * CHANNELS, 4), np.float32)
    return Localiser(matrix, np.array(box, np.float32))


EVERYWHERE = localiser(0, 0, 1, 1)


def seen(cells: dict[tuple[int, int], np.ndarray], placed: tuple[int, ...] = ALL) -> Seen:
    """A picture with something at some cells, by row and column."""
    feature_map = np.zeros((ROWS, COLUMNS, CHANNELS), np.float32)
    for cell, features in cells.items():
        feature_map[cell] = features
    return Seen(feature_map, placed)


def something(channel: int, strength: float = 1.0) -> np.ndarray:
    return strength * np.eye(CHANNELS, dtype=np.float32)[channel]


def cells(regions: Regions) -> dict[tuple[int, int], float]:
    """The weights of the regions of a picture that fills the frame, by row and column."""
    height, width = FRAME
    return {
        (round(region.top * height / STRIDE), round(region.left * width / STRIDE)): region.weight
        for region in regions
    }


def test_what_both_show_is_told_wherever_it_is_and_nothing_else():
    one = seen({(1, 1): something(0), (4, 3): something(1)})
    # How strongly a cell responds says little.
    other = seen({(2, 4): something(0, 5.0), (0, 0): something(2)})
    first, second = corresponding(one, other, EVERYWHERE, FRAME)
    assert cells(first) == {(1, 1): pytest.approx(1)}
    assert cells(second) == {(2, 4): pytest.approx(1)}


def test_the_more_alike_the_more_it_weighs_whatever_else_there_is():
    def beside(cosine: float) -> np.ndarray:
        return cosine * something(0) + (1 - cosine**2) ** 0.5 * something(1)

    alike = {0.2: 0.0, 0.5: 0.5, 0.6: 0.75, 0.8: 1.0}
    for cosine, weight in alike.items():
        for more in ({}, {(5, 0): something(7)}):
            one, other = seen({(1, 1): something(0)} | more), seen({(1, 1): beside(cosine)} | more)
            first, second = corresponding(one, other, EVERYWHERE, FRAME)
            assert cells(first).get((1, 1), 0) == pytest.approx(weight, abs=1e-5)
            assert cells(second) == pytest.approx(cells(first))


def test_what_lies_beside_the_thing_counts_for_nothing():
    both = {(1, 1): something(0), (5, 4): something(1)}
    for regions in corresponding(seen(both), seen(both), localiser(0, 0, 1, 0.5), FRAME):
        assert cells(regions) == {(1, 1): pytest.approx(1)}
    # Nor is anything like what lies beside the other's.
    below = seen({(5, 4): something(0)})
    first, _ = corresponding(seen({(1, 1): something(0)}), below, localiser(0, 0, 1, 0.5), FRAME)
    assert first == ()


def test_what_half_of_lies_on_the_thing_counts_half():
    """The last column too, of which only half is seen."""
    both = seen({(1, 1): something(0), (3, 4): something(0), (5, 0): something(0)})
    box = localiser(0, 0, 1, 3.5 * STRIDE / FRAME[0])
    first, _ = corresponding(both, both, box, FRAME)
    assert cells(first) == {(1, 1): pytest.approx(1), (3, 4): pytest.approx(0.5)}
    box = localiser(0, 0, 1 - 8 / FRAME[1], 1)
    first, _ = corresponding(both, both, box, FRAME)
    assert cells(first)[3, 4] == pytest.approx(0.5)


def test_regions_are_shares_of_the_picture_and_not_of_what_is_padded():
    """Of a picture that takes the middle third of the frame's height."""
    padded = seen({(2, 1): something(0)}, (0, 64, FRAME[1], 64))
    first, _ = corresponding(padded, seen({(2, 1): something(0)}), EVERYWHERE, FRAME)
    (region,) = first
    assert region.top == pytest.approx(0)
    assert region.bottom == pytest.approx(0.5)
    assert region.left == pytest.approx(32 / FRAME[1])
    assert region.right == pytest.approx(64 / FRAME[1])


maps = arrays.arrays(
    np.float32,
    (ROWS, COLUMNS, CHANNELS),
    elements=st.floats(0, 6, width=32, allow_subnormal=False),
)


@given(maps, maps, st.tuples(*[st.floats(-2, 3)] * 4))
def test_whatever_is_seen_can_be_drawn(one: np.ndarray, other: np.ndarray, box: tuple[float, ...]):
    """Of an empty map and with a box the wrong way round too."""
    sides = corresponding(Seen(one, ALL), Seen(other, ALL), localiser(*box), FRAME)
    for regions in sides:
        assert all(0 < region.weight <= 1 for region in regions)
        assert all(region.left < region.right for region in regions)
    back = corresponding(Seen(other, ALL), Seen(one, ALL), localiser(*box), FRAME)
    assert back == sides[::-1]
