"""What may be put into a basket, and what is refused in which words."""

from __future__ import annotations

import pytest

from shop.basket.basket import MOST_LINES, MOST_OF_ONE, Refused, add, clear, remove, set_quantity
from shop.basket.models import Basket, Line
from shop.catalog.models import Product, Status
from shop.stock.reserving import reserve


def quantities(basket: Basket) -> dict[str, int]:
    return dict(basket.lines.values_list("sku", "quantity"))


def test_pieces_of_one_size_share_a_line(basket: Basket, shirt: Product, bag: Product) -> None:
    add(basket, shirt, "SHIRT-S")
    add(basket, shirt, "SHIRT-S", 2)
    add(basket, bag, "BAG")
    assert quantities(basket) == {"SHIRT-S": 3, "BAG": 1}
    line = basket.lines.get(sku="SHIRT-S")
    assert (str(line), line.price_cents) == ("Linen shirt (S)", 4900)
    assert str(basket.lines.get(sku="BAG")) == "Bag"


@pytest.mark.parametrize(
    ("sku", "has", "more", "words"),
    [
        ("", 0, 1, "Choose a size first."),
        ("SHIRT-XXL", 0, 1, "Choose a size first."),
        ("SHIRT-M", 0, 1, "Linen shirt (M) is sold out."),
        ("SHIRT-S", 0, 6, "Only 5 left of Linen shirt (S)."),
        ("SHIRT-S", 4, 2, "Only 5 left of Linen shirt (S), and your bag holds 4."),
        ("SHIRT-L", 9, 2, "You can buy at most 10 of one piece."),
    ],
)
def test_what_cannot_be_had_is_refused(
    basket: Basket, shirt: Product, sku: str, has: int, more: int, words: str
) -> None:
    if has:
        add(basket, shirt, sku, has)
    with pytest.raises(Refused) as refused:
        add(basket, shirt, sku, more)
    assert str(refused.value) == words
    assert quantities(basket) == ({sku: has} if has else {})


def test_what_others_hold_cannot_be_had(basket: Basket, bag: Product) -> None:
    reserve("somebody", {"BAG": 2}, seconds=60)
    with pytest.raises(Refused, match="sold out"):
        add(basket, bag, "BAG")


def test_where_nobody_counts_the_catalogue_says_what_is_sold_out(
    basket: Basket, shirt: Product
) -> None:
    add(basket, shirt, "SHIRT-L", MOST_OF_ONE)
    shirt.variants[2].available = False
    with pytest.raises(Refused, match="sold out"):
        add(basket, shirt, "SHIRT-L")


def test_an_unpublished_product_is_not_sold(basket: Basket, bag: Product) -> None:
    bag.status = Status.DRAFT
    with pytest.raises(Refused):
        add(basket, bag, "BAG")


def test_a_basket_has_an_end(basket: Basket, bag: Product) -> None:
    Line.objects.bulk_create(
        Line(basket=basket, sku=f"X{number}", quantity=1, price_cents=1, name="X")
        for number in range(MOST_LINES)
    )
    with pytest.raises(Refused, match="full"):
        add(basket, bag, "BAG")


def test_quantities_change_within_bounds(basket: Basket, shirt: Product) -> None:
    line = add(basket, shirt, "SHIRT-S")
    set_quantity(basket, line.pk, 4)
    assert quantities(basket) == {"SHIRT-S": 4}
    set_quantity(basket, line.pk, 1000)
    assert quantities(basket) == {"SHIRT-S": MOST_OF_ONE}
    set_quantity(basket, line.pk, 0)
    assert quantities(basket) == {}


def test_what_is_taken_out_can_be_named(basket: Basket, shirt: Product, bag: Product) -> None:
    line = add(basket, shirt, "SHIRT-S", 3)
    add(basket, bag, "BAG")
    removed = remove(basket, line.pk)
    assert removed is not None
    assert (str(removed), removed.quantity) == ("Linen shirt (S)", 3)
    assert remove(basket, line.pk) is None
    assert quantities(basket) == {"BAG": 1}
    clear(basket)
    assert quantities(basket) == {}


def test_another_basket_is_not_touched(basket: Basket, bag: Product) -> None:
    line = add(basket, bag, "BAG")
    stranger = Basket.objects.create()
    set_quantity(stranger, line.pk, 2)
    assert remove(stranger, line.pk) is None
    assert quantities(basket) == {"BAG": 1}
