"""What a piece costs, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.catalog.pricing import Price, Sale, Span, price_at
from tests.shop.catalog.shelves import make_product

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("begins", "ends", "at", "is_on"),
    [
        (None, None, NOON, True),
        (NOON, None, NOON - TICK, False),
        (NOON, None, NOON, True),
        (None, NOON, NOON - TICK, True),
        (None, NOON, NOON, False),
        (NOON, NOON + DAY, NOON + DAY - TICK, True),
        (NOON, NOON + DAY, NOON + DAY, False),
        (NOON, NOON, NOON, False),
        (NOON + DAY, NOON, NOON + DAY / 2, False),
    ],
)
def test_a_sale_is_on_from_one_moment_until_before_the_other(
    begins: datetime | None, ends: datetime | None, at: datetime, is_on: bool
) -> None:
    assert Sale(1, begins, ends).is_on(at) == is_on


@pytest.mark.parametrize(
    ("usual", "sale", "former", "price"),
    [
        (5000, None, 5000, Price(5000)),
        (5000, 4000, 5000, Price(4000, 5000, NOON)),
        (5500, 4000, 4500, Price(4000, 4500, NOON)),
        (5500, 4000, None, Price(4000, None, NOON)),
        (5500, 4000, 4000, Price(4000, None, NOON)),
        (3500, 4000, 5000, Price(3500)),
        (4000, 4000, 5000, Price(4000)),
    ],
)
def test_a_sale_makes_nothing_dearer(
    usual: int, sale: int | None, former: int | None, price: Price
) -> None:
    on = None if sale is None else Sale(sale, None, NOON)
    assert price_at(usual, on, NOON - TICK, former) == price


def test_of_equal_prices_the_one_that_is_lowered_least_is_named() -> None:
    span = Span.of([Price(4000, 5500), Price(4000, 5000), Price(4000)])
    assert span.lowest == Price(4000)
    assert not span.differs
    with pytest.raises(ValueError, match="no price"):
        Span.of([])


def test_a_product_with_prices_of_its_own_for_some_sizes() -> None:
    product = Product(
        sku="S",
        price_cents=5000,
        sale_price_cents=4000,
        sale_from=NOON,
        sale_until=NOON + DAY,
        variants=[
            Variant(size="S", price_cents=3500),
            Variant(size="M"),
            Variant(size="XXL", price_cents=5900),
        ],
    )

    def costs(at: datetime) -> list[int]:
        return [product.price_of(offer, at).cents for offer in product.offers()]

    assert costs(NOON - TICK) == [3500, 5000, 5900]
    assert costs(NOON) == [3500, 4000, 4000]
    assert costs(NOON + DAY) == [3500, 5000, 5900]
    assert product.span() == Span(Price(3500), Price(5900))
    product.variants[0].available = False
    assert product.span() == Span(Price(5000), Price(5900)), "nobody can have the cheapest"
    for variant in product.variants:
        variant.available = False
    assert product.span().lowest == Price(3500)


def test_a_sale_survives_the_database(coats: Category) -> None:
    ends = NOON + timedelta(milliseconds=250)
    kept = make_product(coats, 0, sale_price_cents=900, sale_until=ends)
    found = Product.objects.get(pk=kept.pk)
    assert found.sale == Sale(900, None, ends)
    assert found.price_of(found.offers()[0], ends - timedelta(milliseconds=1)).cents == 900
    assert found.price_of(found.offers()[0], ends).cents == 1000
