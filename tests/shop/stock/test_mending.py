"""One database came back older than the other: sizes and counts are made to fit."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.models import F
from pytest_django import DjangoCaptureOnCommitCallbacks

from shop.catalog.models import Product
from shop.catalog.skus import BEING_SAVED
from shop.config.routers import CATALOG_DATABASE
from shop.operations import doctor
from shop.operations.doctor import State
from shop.skus.models import Registration
from shop.stock import counting, mending, reserving
from shop.stock.models import Movement, Stock

pytestmark = pytest.mark.django_db
ONE_SIZE = "COAT-ONE-SIZE"


@pytest.fixture
def counted(
    coat: Product, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Product:
    with django_capture_on_commit_callbacks(execute=True):
        counting.count(str(coat.pk), {"COAT-S": 2, "COAT-M": 3, ONE_SIZE: 1}, key="import")
    return coat


def reconcile(*options: str) -> str:
    said = StringIO()
    call_command("reconcile_stock", *options, stdout=said)
    return said.getvalue()


def sums() -> dict[str, int]:
    """What the movements of each SKU add up to."""
    found: dict[str, int] = {}
    for sku, delta in Movement.objects.values_list("sku", "delta"):
        found[sku] = found.get(sku, 0) + delta
    return found


def pieces() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def shown() -> list[str]:
    return [offer.sku for offer in Product.objects.get(sku="COAT").offers() if offer.available]


def lose_count() -> None:
    """Of one size the count is gone, and its movements are not."""
    Stock.objects.filter(sku="COAT-S").delete()


def older_sql() -> None:
    """SQL knows nothing of what was counted in one size since its backup."""
    Stock.objects.filter(sku="COAT-S").delete()
    Movement.objects.filter(sku="COAT-S").delete()


def older_mongodb(product: Product) -> None:
    """MongoDB does not have what was made since its backup; nobody deleted it."""
    documents = connections[CATALOG_DATABASE].get_collection(Product._meta.db_table)
    documents.delete_one({"_id": product.pk})


def test_what_fits_is_left_alone(counted: Product) -> None:
    before = pieces()
    assert mending.differences().fit
    assert "fit together" in reconcile()
    assert pieces() == before
    assert list(doctor.stock()) == []


def test_a_shop_that_counts_nothing_has_nothing_to_mend(coat: Product) -> None:
    assert "fit together" in reconcile()
    assert pieces() == {}


def test_a_size_whose_count_is_lost_is_sold_out_until_it_is_counted(counted: Product) -> None:
    lose_count()
    (finding,) = doctor.stock()
    assert finding.state is State.NOTE
    assert "sizes whose count is lost" in finding.detail
    assert "1 (COAT-S)" in finding.detail
    assert "reconcile_stock" in finding.remedy
    assert "1 sold out until somebody counts them: COAT-S" in reconcile()
    assert pieces() == {"COAT-S": 0, "COAT-M": 3, ONE_SIZE: 1}
    assert "COAT-S" not in shown()
    assert Movement.objects.filter(sku="COAT-S").first().key == mending.KEY
    assert list(doctor.stock()) == []


def test_what_was_never_counted_is_sold_on(counted: Product) -> None:
    older_sql()
    assert list(doctor.stock()) == []
    said = reconcile()
    assert "1 sizes were never counted" in said
    assert "fit together" in said
    assert pieces() == {"COAT-M": 3, ONE_SIZE: 1}
    assert "COAT-S" in shown()


def test_what_was_never_counted_is_sold_out_where_that_is_asked_for(counted: Product) -> None:
    older_sql()
    said = "1 never counted, and sold out until somebody counts them: COAT-S"
    assert said in reconcile("--uncounted", "--dry-run")
    assert "COAT-S" not in pieces()
    assert said in reconcile("--uncounted")
    assert pieces() == {"COAT-S": 0, "COAT-M": 3, ONE_SIZE: 1}
    assert "COAT-S" not in shown()
    assert sums() == pieces()


def test_it_can_only_say_what_it_would_do(counted: Product) -> None:
    lose_count()
    before = pieces()
    assert "Nothing is changed" in (said := reconcile("--dry-run"))
    assert "1 sold out" in said
    assert pieces() == before


@pytest.mark.parametrize("left", [3, 0])
def test_what_is_not_counted_on_purpose_stays_so(counted: Product, left: int) -> None:
    counting.count(str(counted.pk), {"COAT-M": left}, key="merchant")
    counting.stop_counting("COAT-M", key="merchant")
    assert list(doctor.stock()) == []
    assert "fit together" in reconcile("--uncounted")
    assert "COAT-M" not in pieces()


@pytest.mark.parametrize("ended_by_deletion", [True, False])
def test_countings_that_ended_before_that_was_a_movement(
    counted: Product, ended_by_deletion: bool
) -> None:
    """Then as now nobody ends what goes with its product."""
    Stock.objects.filter(sku="COAT-M").delete()
    key = "" if ended_by_deletion else "merchant"
    Movement.objects.create(sku="COAT-M", delta=-3, reason=Movement.Reason.COUNTED, key=key)
    migration = import_module("shop.stock.migrations.0003_stopped")
    migration.name_what_was_ended(apps, None)
    assert (list(mending.differences().lost) == ["COAT-M"]) is ended_by_deletion


def test_a_product_that_came_back_from_its_deletion_is_counted_again(counted: Product) -> None:
    """MongoDB came back from before; SQL knows that the product was deleted."""
    for sku in list(pieces()):
        counting.stop_counting(sku)
    reconcile()
    assert pieces() == {"COAT-S": 0, "COAT-M": 0, ONE_SIZE: 0}


def test_a_product_that_came_back_after_its_counts_were_ended_is_counted_again(
    counted: Product,
) -> None:
    """MongoDB came back from before the product was there, then in its newest state."""
    documents = connections[CATALOG_DATABASE].get_collection(Product._meta.db_table)
    document = documents.find_one({"_id": counted.pk})
    older_mongodb(counted)
    reconcile()
    assert pieces() == {}
    documents.insert_one(document)
    reconcile()
    assert pieces() == {"COAT-S": 0, "COAT-M": 0, ONE_SIZE: 0}


def test_a_count_without_a_product_is_ended_and_its_movements_stay(counted: Product) -> None:
    older_mongodb(counted)
    (finding,) = doctor.stock()
    assert "counts without a product: 3 (" in finding.detail
    assert "3 not counted any more" in reconcile()
    assert pieces() == {}
    assert sums() == {"COAT-S": 0, "COAT-M": 0, ONE_SIZE: 0}
    assert Movement.objects.filter(key=mending.KEY).count() == 3
    assert Movement.objects.filter(key="import").count() == 3
    assert list(doctor.stock()) == []


def sell() -> None:
    reserving.reserve("order 1", {"COAT-M": 1}, seconds=60)
    reserving.commit("order 1")


def hold() -> None:
    reserving.reserve("order 1", {"COAT-M": 1}, seconds=60)


@pytest.mark.parametrize("ordered", [sell, hold])
def test_a_count_that_an_order_refers_to_is_kept(
    counted: Product, ordered: Callable[[], None]
) -> None:
    ordered()
    older_mongodb(counted)
    assert "1 left as they are, as orders refer to them: COAT-M" in reconcile()
    assert list(pieces()) == ["COAT-M"]
    assert sums()["COAT-M"] == pieces()["COAT-M"]
    reserving.restock("COAT-M", 1, Movement.Reason.RETURNED, key="order 1")
    assert sums()["COAT-M"] == pieces()["COAT-M"]


def test_a_product_that_was_imported_anew_takes_its_counts_over(counted: Product) -> None:
    older_mongodb(counted)
    Registration.objects.update(since=F("since") - BEING_SAVED)
    again = Product.objects.create(
        sku="COAT",
        name="Long coat",
        category=counted.category,
        price_cents=9900,
        variants=counted.variants,
    )
    before = pieces()
    assert "3 counted under the product that has them now" in reconcile()
    assert pieces() == before
    assert set(Stock.objects.values_list("product", flat=True)) == {str(again.pk)}
    assert shown() == ["COAT-S", "COAT-M", ONE_SIZE]
