"""What a product is, told by its kind, else its name or its category."""

from __future__ import annotations

import pytest

from shop.catalog.live.words import Document
from shop.catalog.live.words.documents import UNTYPED, things_of
from tests.shop.catalog.live.words.shelves_of_words import number


def things(
    name: str = "", kind: str = "", shelf: str = "", german: str = "", **facts: str
) -> set[str]:
    names = {"en": name, "de": german}
    shelves = ({"en": shelf},) if shelf else ()
    return things_of(Document(id=number(1), names=names, kind=kind, shelves=shelves))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "Dress"}, ["dress"]),
        ({"kind": "Tshirts"}, ["tshirt"]),
        ({"kind": "Sports Shoes"}, ["sportsshoes", "sneakers", "shoes"]),
        ({"kind": "Sweatshirts", "name": "Hooded sweatshirt"}, ["sweatshirt", "hoodie"]),
        ({"kind": "Dress", "name": "Shirt dress in sky"}, ["dress"]),
        ({"kind": "Heels", "name": "Block-heel sandals in red"}, ["heels", "shoes", "sandals"]),
        ({"name": "Shirt dress in sky"}, ["dress"]),
        ({"german": "Wickelkleid in Rot"}, ["dress"]),
        ({"german": "Kleid mit Gürtel"}, ["dress"]),
        ({"name": "Dress with a belt"}, ["dress"]),
        ({"name": "Anna", "shelf": "Dresses"}, ["dress"]),
        ({"name": "Shoe accessories"}, [UNTYPED]),
        ({"name": "Anna", "shelf": "New in"}, [UNTYPED]),
        ({"kind": "Gizmo", "name": "Canvas tote bag"}, ["tote", "handbag", "bag"]),
    ],
    ids=str,
)
def test_is_one_of_these_things(facts: dict[str, str], expected: list[str]) -> None:
    assert things(**facts) == set(expected)
