"""What the catalogue shows follows what the stock says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.utils import DatabaseError
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from shop.catalog.models import Category, Product
from shop.stock import counting, following, reserving
from shop.stock.models import Movement, Reservation, Stock
from shop.stock.tasks import clear_expired, reconcile

pytestmark = pytest.mark.django_db
ONE_SIZE = "COAT-ONE-SIZE"


@pytest.fixture
def committed(
    coat: Product, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> DjangoCaptureOnCommitCallbacks:
    """Commits what is in the block; the coat's sizes are counted: 2, 0 and 1 pieces."""
    with django_capture_on_commit_callbacks(execute=True):
        counting.count(str(coat.pk), {"COAT-S": 2, "COAT-M": 0, ONE_SIZE: 1})
    return django_capture_on_commit_callbacks


def shown() -> list[str]:
    """The SKUs of the coat that the catalogue shows as available."""
    return [offer.sku for offer in Product.objects.get(sku="COAT").offers() if offer.available]


def test_from_the_first_count(committed: DjangoCaptureOnCommitCallbacks) -> None:
    assert shown() == ["COAT-S", ONE_SIZE]


def test_through_a_sale(committed: DjangoCaptureOnCommitCallbacks) -> None:
    with committed(execute=True):
        reserving.reserve("a", {"COAT-S": 2}, seconds=60)
    assert shown() == [ONE_SIZE]
    with committed(execute=True):
        reserving.release("a")
    assert shown() == ["COAT-S", ONE_SIZE]
    with committed(execute=True):
        reserving.reserve("b", {"COAT-S": 2, ONE_SIZE: 1}, seconds=60)
        reserving.commit("b")
    assert shown() == []
    with committed(execute=True):
        reserving.restock("COAT-S", 1, Movement.Reason.CANCELLED)
    assert shown() == ["COAT-S"]


def test_what_time_freed_is_shown_by_the_task(committed: DjangoCaptureOnCommitCallbacks) -> None:
    with committed(execute=True):
        reserving.reserve("a", {"COAT-S": 2}, seconds=60)
    Reservation.objects.update(expires=timezone.now())
    assert shown() == [ONE_SIZE]
    clear_expired()
    assert shown() == ["COAT-S", ONE_SIZE]
    assert Reservation.objects.get().state == Reservation.State.EXPIRED


def test_what_could_not_be_shown_is_made_up_for(
    committed: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseError("the catalogue is away")

    with monkeypatch.context() as patch, committed(execute=True):
        patch.setattr(following, "show_available", away)
        reserving.reserve("a", {ONE_SIZE: 1}, seconds=60)
    assert shown() == ["COAT-S", ONE_SIZE]
    clear_expired()
    assert shown() == ["COAT-S"]


def test_a_form_that_was_opened_before_a_sale_is_corrected(
    committed: DjangoCaptureOnCommitCallbacks,
) -> None:
    opened = Product.objects.get(sku="COAT")
    with committed(execute=True):
        reserving.reserve("a", {ONE_SIZE: 1}, seconds=60)
    with committed(execute=True):
        opened.name = "Longer coat"
        opened.save()
    assert shown() == ["COAT-S"]
    assert Product.objects.get(sku="COAT").name == "Longer coat"


def test_the_nightly_task_heals_what_others_wrote(
    committed: DjangoCaptureOnCommitCallbacks,
) -> None:
    with committed(execute=False):
        coat = Product.objects.get(sku="COAT")
        coat.variants[0].available = False
        coat.variants[1].available = True
        coat.save()
    assert shown() == ["COAT-M", ONE_SIZE]
    reconcile()
    assert shown() == ["COAT-S", ONE_SIZE]


def test_a_product_without_sizes(coat: Product, committed: DjangoCaptureOnCommitCallbacks) -> None:
    scarf = Product.objects.create(
        sku="SCARF", name="Scarf", category=Category.objects.get(), price_cents=1900
    )
    with committed(execute=True):
        counting.count(str(scarf.pk), {"SCARF": 0})
    assert not Product.objects.get(sku="SCARF").offers()[0].available
    with committed(execute=True):
        counting.count(str(scarf.pk), {"SCARF": 4})
    assert Product.objects.get(sku="SCARF").offers()[0].available


def test_what_nobody_counts_stays_as_the_merchant_set_it(coat: Product) -> None:
    reconcile()
    assert shown() == ["COAT-S", ONE_SIZE]


def test_a_deleted_product_takes_its_stock_along(
    coat: Product, committed: DjangoCaptureOnCommitCallbacks
) -> None:
    coat.delete()
    assert not Stock.objects.exists()
    assert sum(Movement.objects.values_list("delta", flat=True)) == 0


def test_settled_reservations_of_long_ago_are_forgotten(
    committed: DjangoCaptureOnCommitCallbacks,
) -> None:
    for key in ("old", "new", "held"):
        reserving.reserve(key, {"made to measure": 1}, seconds=60)
    long_ago = timezone.now() - timedelta(days=91)
    for key in ("old", "new"):
        reserving.commit(key)
    Reservation.objects.exclude(key="new").update(expires=long_ago)
    reconcile()
    assert set(Reservation.objects.values_list("key", flat=True)) == {"new", "held"}


def test_a_size_that_its_product_has_no_more_is_not_low(coat: Product, settings: Any) -> None:
    settings.LOW_STOCK = 3
    counting.count(str(coat.pk), {"COAT-S": 2, "COAT-M": 0})
    sizes = list(coat.variants)
    coat.variants = [size for size in sizes if size.sku == ONE_SIZE]
    coat.save()
    assert not Stock.objects.low().exists()
    assert not Stock.objects.sold_out().exists()
    assert Stock.objects.get(sku="COAT-S").on_hand == 2
    coat.variants = sizes
    coat.save()
    assert [row.sku for row in Stock.objects.low()] == ["COAT-S"]
    assert [row.sku for row in Stock.objects.sold_out()] == ["COAT-M"]
