"""What changed since the shopper last looked, in words, and told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from shop.basket.basket import add
from shop.basket.checking import checked
from shop.basket.models import Basket
from shop.catalog.models import Product, Status
from shop.catalog.parts import Photograph, Variant
from shop.stock.counting import count
from shop.stock.reserving import reserve


@pytest.fixture
def filled(basket: Basket, shirt: Product, bag: Product) -> Basket:
    """Three shirts in S and two bags."""
    add(basket, shirt, "SHIRT-S", 3)
    add(basket, bag, "BAG", 2)
    return basket


def test_what_is_as_it_was_can_be_bought(filled: Basket, shirt: Product, bag: Product) -> None:
    found = checked(filled)
    assert found.ok
    assert found.changes == []
    assert [(line.product, line.variant.size, line.sku) for line in found.lines] == [
        (shirt, "S", "SHIRT-S"),
        (bag, "", "BAG"),
    ]
    assert [(line.unit_cents, line.quantity, line.total_cents) for line in found.lines] == [
        (4900, 3, 14700),
        (12000, 2, 24000),
    ]
    assert (found.total_cents, found.pieces) == (38700, 5)
    assert found.wants() == {"SHIRT-S": 3, "BAG": 2}
    assert [list(line.choices) for line in found.lines] == [[1, 2, 3, 4, 5], [1, 2]]
    assert [line.is_scarce for line in found.lines] == [False, True]


def dearer(shirt: Product, bag: Product) -> None:
    Product.objects.filter(pk=shirt.pk).update(price_cents=5200)


def cheaper(shirt: Product, bag: Product) -> None:
    Product.objects.filter(pk=shirt.pk).update(price_cents=3950)


def fewer(shirt: Product, bag: Product) -> None:
    count(str(shirt.pk), {"SHIRT-S": 2})


def held_by_another(shirt: Product, bag: Product) -> None:
    reserve("another", {"BAG": 1}, seconds=60)


def sold_out(shirt: Product, bag: Product) -> None:
    count(str(bag.pk), {"BAG": 0})


def unpublished(shirt: Product, bag: Product) -> None:
    Product.objects.filter(pk=shirt.pk).update(status=Status.DRAFT)


def without_the_size(shirt: Product, bag: Product) -> None:
    Product.objects.filter(pk=shirt.pk).update(variants=shirt.variants[1:])


@pytest.mark.parametrize(
    ("happen", "change", "total_cents"),
    [
        (dearer, "The price of Linen shirt (S) rose from €49.00 to €52.00.", 39600),
        (cheaper, "The price of Linen shirt (S) fell from €49.00 to €39.50.", 35850),
        (fewer, "Only 2 left of Linen shirt (S).", 33800),
        (held_by_another, "Only 1 left of Bag.", 26700),
        (sold_out, "Bag is sold out, so it is no longer in your bag.", 14700),
        (unpublished, "Linen shirt (S) is no longer sold.", 24000),
        (without_the_size, "Linen shirt (S) is no longer sold.", 24000),
    ],
)
def test_a_change_is_told_once(
    filled: Basket,
    shirt: Product,
    bag: Product,
    happen: Callable[[Product, Product], None],
    change: str,
    total_cents: int,
) -> None:
    happen(shirt, bag)
    found = checked(filled)
    assert (found.changes, found.ok, found.total_cents) == ([change], False, total_cents)
    again = checked(filled)
    assert (again.changes, again.ok, again.total_cents) == ([], True, total_cents)


def test_a_sale_begins_and_ends_by_itself(
    basket: Basket, bag: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = timezone.now()
    bag.sale_price_cents, bag.sale_from, bag.sale_until = 9900, begins, begins + timedelta(days=2)
    bag.save()
    told = []
    for days in (-1, 0, 1, 2, 3):
        now = begins + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        if days == -1:
            add(basket, bag, "BAG")
        found = checked(basket)
        told.append((found.total_cents, found.changes))
    assert told == [
        (12000, []),
        (9900, ["The price of Bag fell from €120.00 to €99.00."]),
        (9900, []),
        (12000, ["The price of Bag rose from €99.00 to €120.00."]),
        (12000, []),
    ]


def test_a_variant_has_a_price_a_colour_and_a_picture_of_its_own(
    basket: Basket, bag: Product
) -> None:
    bag.colours = ["Navy", "Rust"]
    bag.photographs = [
        Photograph(name=f"{colour}.jpg", width=4, height=5, tint="#000000", digest=colour)
        for colour in ("navy", "rust")
    ]
    bag.variants = [
        Variant(sku="BAG-N", colour="Navy"),
        Variant(sku="BAG-R", colour="Rust", price_cents=12900, photographs=["rust.jpg"]),
    ]
    bag.save()
    count(str(bag.pk), {"BAG-N": 1, "BAG-R": 1})
    assert str(add(basket, bag, "BAG-R")) == "Bag (Rust)"
    with translation.override("de"):
        assert str(basket.lines.get()) == "Bag (Rostrot)"
    line = checked(basket).lines[0]
    assert (line.unit_cents, line.colour) == (12900, "Rust")
    assert line.cover
    assert line.cover.name == "rust.jpg"


def test_what_is_sold_out_leads_to_what_is_alike(
    filled: Basket, shirt: Product, bag: Product
) -> None:
    sold_out(shirt, bag)
    assert checked(filled).gone == [bag]


def test_nothing_is_compared_with_what_nobody_finds(
    filled: Basket, shirt: Product, bag: Product
) -> None:
    Product.objects.filter(pk=bag.pk).update(status=Status.LINK)
    sold_out(shirt, bag)
    found = checked(filled)
    assert len(found.changes) == 1
    assert found.gone == []


def test_several_changes_of_one_line(filled: Basket, shirt: Product, bag: Product) -> None:
    dearer(shirt, bag)
    fewer(shirt, bag)
    assert len(checked(filled).changes) == 2
    assert checked(filled).ok


def test_what_the_shopper_holds_is_theirs(filled: Basket) -> None:
    reserve("mine", {"SHIRT-S": 3, "BAG": 2}, seconds=60)
    assert checked(filled, key="mine").ok
    assert not checked(filled).ok


def test_an_empty_basket_asks_nothing(
    basket: Basket, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert not checked(Basket()).ok
    with CaptureQueriesContext(connections["catalog"]) as asked:
        assert not checked(basket).ok
    assert len(asked) == 0


def test_one_question_to_each_database(
    filled: Basket, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connections["catalog"]) as asked, django_assert_num_queries(2):
        checked(filled)
    assert len(asked) == 1
