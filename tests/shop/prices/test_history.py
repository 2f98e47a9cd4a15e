"""Every change of a price is kept, whoever made it, and tells what a piece cost at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.utils import DatabaseError
from django.utils import timezone

from shop.catalog.imports import import_rows
from shop.catalog.models import Product, Status
from shop.catalog.parts import FormerPrice, Variant
from shop.catalog.pricing import Price
from shop.prices import listening
from shop.prices.history import price_then
from shop.prices.models import PriceRecord
from shop.prices.recording import record
from shop.prices.tasks import record_missed
from tests.shop.catalog.catalogues import row

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(milliseconds=1)


class Clock:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = NOON
        patch.setattr(timezone, "now", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def coat(clock: Clock, coats: Any) -> Product:
    """€50 since noon, in M and L."""
    return Product.objects.create(
        sku="COAT",
        name="Coat",
        category=coats,
        price_cents=5000,
        variants=[Variant(size="M"), Variant(size="L")],
    )


@pytest.fixture
def coats(db: None) -> Any:
    from shop.catalog.models import Category

    return Category.objects.create(name="Coats", slug="coats")


def kept() -> list[tuple[datetime, int]]:
    records = PriceRecord.objects.order_by("pk")
    return [(found.since, found.price_cents) for found in records]


def then(product: Product, at: datetime, sku: str = "COAT-M") -> int | None:
    found = price_then(str(product.pk), sku, at)
    return found and found.cents


def test_a_change_counts_from_its_moment_on(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    coat.price_cents = 4500
    coat.save()
    assert kept() == [(NOON, 5000), (NOON + HOUR, 4500)]
    assert then(coat, NOON - TICK) is None
    assert then(coat, NOON) == then(coat, NOON + HOUR - TICK) == 5000
    assert then(coat, NOON + HOUR) == then(coat, NOON + 900 * HOUR) == 4500


def test_what_says_nothing_of_prices_is_not_kept(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    coat.name, coat.variants[0].available = "Cape", False
    coat.save()
    assert kept() == [(NOON, 5000)]


def test_a_sale_is_known_before_while_and_after_it_is_on(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    # Finer than MongoDB keeps it.
    begins = NOON + 2 * HOUR + timedelta(microseconds=1700)
    coat.sale_price_cents, coat.sale_from, coat.sale_until = 3900, begins, NOON + 5 * HOUR
    coat.save()
    first = NOON + 2 * HOUR + TICK
    moments = (NOON + HOUR, first - TICK, first, NOON + 5 * HOUR - TICK, NOON + 5 * HOUR)
    assert [then(coat, at) for at in moments] == [5000, 5000, 3900, 3900, 5000]
    assert price_then(str(coat.pk), "COAT-M", first) == Price(3900, None, NOON + 5 * HOUR)
    clock.now = NOON + 4 * HOUR
    coat.sale_price_cents = None
    coat.save()
    assert then(coat, NOON + 4 * HOUR - TICK) == 3900
    assert then(coat, NOON + 4 * HOUR) == 5000
    record_missed()
    assert len(kept()) == 3


def test_a_price_of_its_own(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    coat.variants[1].price_cents = 5900
    coat.save()
    assert then(coat, NOON, "COAT-L") == 5000
    assert then(coat, clock.now, "COAT-L") == 5900
    assert then(coat, clock.now, "COAT-M") == 5000
    clock.now += HOUR
    coat.variants = coat.variants[:1]
    coat.save()
    assert then(coat, NOON + HOUR, "COAT-L") == 5900


def test_an_import_is_kept_too(coats: Any, clock: Clock) -> None:
    import_rows([row(price_cents=4990)])
    clock.now += HOUR
    import_rows([row(price_cents=4990)])
    import_rows([row(price_cents=3990)])
    assert kept() == [(NOON, 4990), (NOON + HOUR, 3990)]


def test_what_is_deleted_keeps_its_history(coat: Product, clock: Clock) -> None:
    key = str(coat.pk)
    coat.delete()
    assert price_then(key, "COAT-M", NOON) == Price(5000)


# What was missed


def test_a_product_of_before_costs_what_it_does_since_it_was_saved_last(
    coat: Product, clock: Clock
) -> None:
    PriceRecord.objects.all().delete()
    clock.now += HOUR
    record_missed()
    assert kept() == [(NOON, 5000)]


def test_what_others_wrote_is_found(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    Product.objects.filter(pk=coat.pk).update(price_cents=4700)
    clock.now += HOUR
    record_missed()
    record_missed()
    assert kept() == [(NOON, 5000), (NOON + 2 * HOUR, 4700)]


def test_a_product_is_saved_while_its_history_is_away(
    coat: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseError("SQL is away")

    clock.now += HOUR
    with monkeypatch.context() as patch:
        patch.setattr(listening, "record", away)
        coat.price_cents = 4700
        coat.save()
    clock.now += HOUR
    assert then(coat, clock.now) == 5000
    record_missed()
    assert then(coat, NOON + HOUR) == 4700


def test_of_two_that_save_at_once_the_one_that_is_stored_counts(
    coat: Product, clock: Clock
) -> None:
    slow = Product.objects.get(pk=coat.pk)
    slow.price_cents = 1500
    coat.price_cents = 2000
    coat.save()
    record(slow)
    assert [cents for _, cents in kept()] == [5000, 2000, 1500, 2000]


def test_a_clock_that_is_behind_turns_no_order_around(coat: Product, clock: Clock) -> None:
    clock.now -= HOUR
    coat.price_cents = 4500
    coat.save()
    assert kept() == [(NOON, 5000), (NOON, 4500)]
    assert then(coat, NOON) == 4500


def test_a_sweep_asks_sql_seldom(coats: Any, django_assert_num_queries: Any) -> None:
    for number in range(20):
        Product.objects.create(
            sku=f"C-{number}", name="Coat", category=coats, price_cents=100 + number
        )
    # A savepoint, what is known, and the end of the savepoint.
    with django_assert_num_queries(3):
        record_missed()
    PriceRecord.objects.filter(price_cents__gte=103).delete()
    with django_assert_num_queries(4):
        record_missed()
    assert PriceRecord.objects.count() == 20


# What a sale may be compared with


def lower(coat: Product, cents: int | None, **dates: datetime) -> Product:
    coat.sale_price_cents = cents
    coat.sale_from, coat.sale_until = dates.get("begins"), dates.get("ends")
    coat.save()
    return Product.objects.get(pk=coat.pk)


def struck(product: Product, at: datetime | None = None) -> list[int | None]:
    return [product.price_of(offer, at).former_cents for offer in product.offers()]


def test_a_sale_is_saved_with_what_it_cost_before(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    coat.variants[1].price_cents = 5900
    coat.save()
    clock.now += HOUR
    coat = lower(coat, 3900)
    assert struck(coat) == [5000, 5000], "large ones cost 50 as well an hour ago"
    clock.now += HOUR
    assert struck(lower(coat, 3500)) == [5000, 5000]
    clock.now += HOUR
    assert struck(lower(coat, None)) == [None, None]
    clock.now += HOUR
    assert struck(lower(coat, 3600)) == [None, None], "it cost less just now"


def test_a_new_product_on_sale_was_never_dearer(coats: Any, clock: Clock) -> None:
    cape = Product(sku="CAPE", name="Cape", category=coats, price_cents=5000)
    assert struck(lower(cape, 3900)) == [None]


def test_what_a_draft_said_nobody_paid(coats: Any, clock: Clock) -> None:
    draft = Product(sku="C", name="Cape", category=coats, price_cents=9900, status=Status.DRAFT)
    draft.save()
    clock.now += HOUR
    draft.status = Status.PUBLISHED
    assert struck(lower(draft, 3900)) == [None]


def test_a_sale_to_come_knows_what_it_will_be_compared_with(coat: Product, clock: Clock) -> None:
    coat = lower(coat, 3900, begins=NOON + 2 * HOUR, ends=NOON + 5 * HOUR)
    moments = (NOON + HOUR, NOON + 2 * HOUR, NOON + 5 * HOUR)
    assert [struck(coat, at)[0] for at in moments] == [None, 5000, None]


def test_without_the_history_nothing_is_claimed_until_it_is_there_again(
    coat: Product, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseError("SQL is away")

    clock.now += HOUR
    with monkeypatch.context() as patch:
        patch.setattr(listening, "former_of", away)
        coat = lower(coat, 3900)
    assert struck(coat) == [None, None]
    record_missed()
    coat = Product.objects.get(pk=coat.pk)
    assert struck(coat) == [5000, 5000]
    revision = coat.revision
    record_missed()
    assert Product.objects.get(pk=coat.pk).revision == revision, "nothing was to be mended"


def test_what_others_claimed_is_mended(coat: Product, clock: Clock) -> None:
    clock.now += HOUR
    lower(coat, 3900)
    typed = [FormerPrice(sku="COAT-M", cents=99900)]
    Product.objects.filter(pk=coat.pk).update(former=typed)
    record_missed()
    assert struck(Product.objects.get(pk=coat.pk)) == [5000, 5000]


def test_many_sales_are_mended_with_one_question(
    coats: Any, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        product = Product.objects.create(sku=f"C-{number}", category=coats, price_cents=900)
        lower(product, 800)
    with django_assert_num_queries(4):
        record_missed()
