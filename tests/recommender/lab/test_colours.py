"""Colours that were told by eye, beside the labels of a shop's products."""

import numpy as np

from recommender.lab.colours import FAMILIES, has_colour, same_colour, told_colours
from recommender.lab.datasets import MISSING, Examples

COLOURS = ["Blue", "Navy Blue", "Red", "Multi"]


def examples(ids: list[str], colours: list[int]) -> Examples:
    return Examples(
        ids,
        [np.zeros((1, 1, 3), np.uint8)] * len(ids),
        {"baseColour": np.array(colours, np.int32)},
        {"baseColour": COLOURS},
        np.zeros(len(ids), bool),
    )


def test_every_colour_told_has_words_and_no_word_is_in_two_families():
    assert set(told_colours().values()) <= set(FAMILIES)
    words = [word for some in FAMILIES.values() for word in some]
    assert len(words) == len(set(words))


def test_of_both_parts_some_were_told():
    parts = [id.split("/")[0] for id in told_colours()]
    assert min(parts.count("validation"), parts.count("test")) > 50


def test_a_product_is_of_a_colour_by_any_word_of_its_family():
    blue = next(id for id, family in told_colours().items() if family == "blue")
    queries = examples([blue, "nobody/told/this.jpg"], [MISSING] * 2)
    assert has_colour(queries).tolist() == [True, False]
    shop = examples(list("abcde"), [0, 1, 2, 3, MISSING])
    found = np.array([[4, 3, 2, 1, 0]])
    agree = same_colour(examples([blue], [MISSING]), shop, found)
    assert agree.tolist() == [[False, False, False, True, True]]
