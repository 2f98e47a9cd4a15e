"""Which photographs are of one kind, and which kinds are left out of a training."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.lab import kinds
from recommender.lab.datasets import ARTICLES_OF_GARMENT, MISSING, Examples, Splits

ARTICLES = sorted({*sum(ARTICLES_OF_GARMENT.values(), ()), *kinds.UNSEEN_ARTICLES, "Belts"})
GARMENTS = sorted(ARTICLES_OF_GARMENT)
SUBCATEGORIES = ["Accessories", "Dress", "Nightwear", "Topwear"]
SUBCATEGORY_OF = {"Belts": "Accessories", "Dresses": "Dress", "Nightdress": "Nightwear"}


def photographs(*shown: str) -> Examples:
    """One of each: of a studio those that are named as article types are, of a phone the others."""
    studio = np.array([name == "" or name[0].isupper() for name in shown])
    articles = [ARTICLES.index(name) if name in ARTICLES else MISSING for name in shown]
    garments = [GARMENTS.index(name) if name in GARMENTS else MISSING for name in shown]
    subcategories = [
        SUBCATEGORIES.index(SUBCATEGORY_OF.get(name, "Topwear")) if name in ARTICLES else MISSING
        for name in shown
    ]
    return Examples(
        ids=list(shown),
        pictures=[np.zeros((4, 3, 3), np.uint8) for _ in shown],
        labels={
            "articleType": np.array(articles, np.int32),
            "garment": np.array(garments, np.int32),
            "subCategory": np.array(subcategories, np.int32),
        },
        classes={"articleType": ARTICLES, "garment": GARMENTS, "subCategory": SUBCATEGORIES},
        studio=studio,
    )


def test_a_phone_s_photograph_shows_a_garment_and_a_studio_s_an_article():
    examples = photographs("hat", "Caps", "")
    assert kinds.kinds_of(examples).tolist() == ["hat", "Caps", ""]


def test_all_ten_classes_of_the_phone_photographs_have_article_types():
    assert len(ARTICLES_OF_GARMENT) == 10
    assert all(ARTICLES_OF_GARMENT.values())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jeans", "Jeans", True),
        ("Jeans", "Trousers", False),
        ("pants", "pants", True),
        ("pants", "shorts", False),
        ("pants", "Trousers", True),
        ("Trousers", "pants", True),
        ("pants", "Shorts", False),
        ("longsleeve", "Sweaters", True),
        ("", "", False),
        ("hat", "", False),
    ],
)
def test_one_kind(one: str, other: str, same: bool):
    found = np.array([[0]])
    assert kinds.same_kind(photographs(one), photographs(other), found).tolist() == [[same]]


def test_each_found_row_is_compared_with_its_query():
    queries, gallery = photographs("hat", "Belts"), photographs("Belts", "Caps", "shoes")
    found = np.array([[0, 1, 2], [2, 1, 0]])
    expected = [[False, True, False], [False, False, True]]
    assert kinds.same_kind(queries, gallery, found).tolist() == expected


def candidates_of(examples: Examples) -> list[dict[str, set[str]]]:
    found = kinds.candidates(examples)
    assert found.keys() == examples.classes.keys()
    return [
        {name: set(np.array(examples.classes[name])[of[row]]) for name, of in found.items()}
        for row in range(len(examples))
    ]


def test_what_is_known_of_one_kind_of_photograph_tells_what_the_other_may_be():
    phone, dress, top, belt, unknown = candidates_of(
        photographs("dress", "Dresses", "Tops", "Belts", "")
    )
    assert phone["garment"] == {"dress"}
    assert phone["articleType"] == set(ARTICLES_OF_GARMENT["dress"])
    # There are no nightdresses and tunics here.
    assert phone["subCategory"] == {"Dress"}
    assert dress["articleType"] == {"Dresses"}
    assert dress["subCategory"] == {"Dress"}
    assert dress["garment"] == {"dress"}
    assert top["garment"] == {"longsleeve", "t-shirt"}
    assert belt == {"articleType": {"Belts"}, "garment": set(), "subCategory": {"Accessories"}}
    assert not any(unknown.values())


def test_a_rare_subcategory_is_none_of_a_garment_s():
    usual, rare = ["Dresses"] * 99, ["Nightdress"]
    assert candidates_of(photographs("dress", *usual, *rare))[0]["subCategory"] == {"Dress"}
    both = photographs("dress", *usual, *(3 * rare))
    assert candidates_of(both)[0]["subCategory"] == {"Dress", "Nightwear"}


def test_studio_photographs_alone_are_what_they_are_known_as():
    examples = photographs("Caps", "Tops", "")
    alone = Examples(
        examples.ids,
        examples.pictures,
        {"articleType": examples.labels["articleType"]},
        {"articleType": ARTICLES},
        examples.studio,
    )
    assert [of["articleType"] for of in candidates_of(alone)] == [{"Caps"}, {"Tops"}, set()]


def test_a_product_is_of_a_garment_or_of_none():
    examples = photographs("Belts", "Caps", "Nightdress", "Watches", "", "hat")
    assert kinds.has_garment(examples).tolist() == [False, True, True, False, False, False]


def test_what_is_left_out_is_asked_about_and_what_goes_with_it_is_not():
    examples = photographs("hat", "Caps", "Watches", "shoes", "Belts", "Waistcoat")
    assert kinds.unseen(examples).tolist() == [True, False, True, False, False, False]


def test_a_training_without_the_unseen_meets_nothing_that_shows_them():
    examples = photographs(*ARTICLES, *GARMENTS)
    left = kinds.without_unseen(examples).ids
    assert {"Belts", "Tshirts", "Jeans", "shoes", "dress"} <= set(left)
    gone = {
        *kinds.UNSEEN_ARTICLES,
        *kinds.UNSEEN_GARMENTS,
        "Caps",
        "Jackets",
        "Waistcoat",
        "Skirts",
    }
    assert not gone & set(left)
    assert "Lounge Shorts" not in left


def test_a_training_without_the_unseen_keeps_the_numbers_of_the_classes(whole: Splits):
    left = kinds.without_unseen(whole.train)
    assert 0 < len(left) < len(whole.train)
    assert left.classes == whole.train.classes
    assert not kinds.unseen(left).any()
    assert set(kinds.kinds_of(left)) == {"Shirts", "Jeans", "shirt", "pants"}
