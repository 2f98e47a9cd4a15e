"""Boxes that were marked by hand, and how much of two boxes is shared."""

import pytest

from recommender.lab.boxes import marked_boxes, overlap
from recommender.lab.datasets import ARTICLES_OF_GARMENT


def test_marked_boxes_lie_in_their_photographs():
    boxes = marked_boxes()
    to_train = [name for name in boxes if name.startswith("train/")]
    assert (len(to_train), len(boxes)) == (120, 220)
    for name, (left, top, right, bottom) in boxes.items():
        assert name.removeprefix("train/").split("/")[0] in ARTICLES_OF_GARMENT
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((0, 0, 1, 1), (0, 0, 1, 1), 1.0),
        ((0, 0, 1, 1), (0, 0, 0.5, 1), 0.5),
        ((0, 0, 0.6, 1), (0.4, 0, 1, 1), 0.2),
        ((0, 0, 0.4, 0.4), (0.6, 0.6, 1, 1), 0.0),
        ((0, 0, 0.5, 1), (0.5, 0, 1, 1), 0.0),
        ((0.2, 0.2, 0.4, 0.4), (0, 0, 1, 1), 0.04),
    ],
)
def test_what_two_boxes_share(one, other, shared: float):
    assert overlap(one, other) == pytest.approx(shared)
    assert overlap(other, one) == pytest.approx(shared)
