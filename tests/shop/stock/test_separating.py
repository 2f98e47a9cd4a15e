"""Sizes that shared a SKU, and so a count, until SKUs were kept apart."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from bson import ObjectId
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from pymongo.collection import Collection

from shop.catalog.models import Category, Product, Separated
from shop.stock.counting import count
from shop.stock.models import Movement, Stock
from shop.stock.separating import take_note
from shop.stock.tasks import clear_expired

pytestmark = pytest.mark.django_db


@pytest.fixture
def category() -> Category:
    return Category.objects.create(name="Coats", slug="coats")


def as_it_was(category: Category, sku: str, *variants: tuple[str, str]) -> str:
    """A product as documents had it, of whose sizes some have no SKU; its id."""
    product = Product.objects.create(
        sku=str(ObjectId()), name="Coat", category=category, price_cents=1
    )
    stored = [{"size": size, "sku": own, "available": True} for size, own in variants]
    documents().update_one({"_id": product.pk}, {"$set": {"sku": sku, "variants": stored}})
    return str(product.pk)


def documents() -> Collection[dict[str, Any]]:
    collection: Collection[dict[str, Any]] = connections["catalog"].get_collection(
        "catalog_product"
    )
    return collection


def migrate(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the migration says."""
    migration = import_module("shop.catalog.migrations.0013_skus_in_documents")
    with connections["catalog"].schema_editor() as editor:
        migration.store_skus(apps, editor)
    return [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]


def skus_of(key: str) -> list[str]:
    return [offer.sku for offer in Product.objects.get(pk=key).offers()]


def test_what_was_made_is_stored(category: Category, capsys: pytest.CaptureFixture[str]) -> None:
    key = as_it_was(category, "lo-1", ("One size", ""), ("M", "own"))
    assert migrate(capsys) == []
    assert skus_of(key) == ["LO-1-ONE-SIZE", "own"]
    assert not Separated.objects.exists()


def test_the_first_keeps_what_was_shared_and_the_others_are_told(
    category: Category, capsys: pytest.CaptureFixture[str]
) -> None:
    boots = as_it_was(category, "B", ("38", ""), ("38+", ""), ("39", ""))
    hats = as_it_was(category, "H", ("小", ""), ("中", ""), *[("M", "twice")] * 6)
    scarf = as_it_was(category, "B-39")
    said = migrate(capsys)
    assert skus_of(boots)[:2] == ["B-38", "B-38-PLUS"]
    assert skus_of(scarf) == ["B-39"]
    assert skus_of(hats)[::2][:2] == ["H-", "twice"]
    every = skus_of(boots) + skus_of(scarf) + skus_of(hats)
    assert len(set(every)) == len(every) == 12
    assert "Coat (B) in 38+ shared the SKU B-38 and has B-38-PLUS now: count its pieces." in said
    assert len(said) == Separated.objects.count() == 8
    assert migrate(capsys) == []
    assert skus_of(boots) + skus_of(scarf) + skus_of(hats) == every


def test_pieces_stay_with_the_first_and_the_others_wait_for_a_count(
    category: Category,
    capsys: pytest.CaptureFixture[str],
    admin_client: Client,
) -> None:
    key = as_it_was(category, "B", ("38", ""), ("38+", ""))
    count(key, {"B-38": 7})
    migrate(capsys)
    clear_expired()
    take_note()
    assert dict(Stock.objects.values_list("sku", "on_hand")) == {"B-38": 7, "B-38-PLUS": 0}
    assert [offer.available for offer in Product.objects.get(pk=key).offers()] == [True, False]
    assert not Separated.objects.exists()
    assert Movement.objects.filter(sku="B-38-PLUS", key="B-38").count() == 1

    said = StringIO()
    call_command("reconcile_stock", dry_run=True, stdout=said)
    assert "1 to be counted, as they shared another size's pieces: B-38-PLUS" in said.getvalue()
    shelf = reverse("admin:stock_stock_changelist") + "?level=to-be-counted"
    page = admin_client.get(shelf)
    assert [row.sku for row in page.context["cl"].result_list] == ["B-38-PLUS"]
    assert "It had the SKU B-38 together with another size" in page.content.decode()

    count(key, {"B-38-PLUS": 2})
    assert not Stock.objects.to_be_counted().exists()


def test_pieces_that_two_products_shared_are_the_first_s_from_then_on(
    category: Category, capsys: pytest.CaptureFixture[str]
) -> None:
    first = as_it_was(category, "LO-1", ("S", ""))
    second = as_it_was(category, "lo-1", ("S", ""))
    count(second, {"LO-1-S": 3})
    documents().update_one({"sku": "LO-1"}, {"$set": {"variants.0.available": False}})
    Stock.objects.update(shown_available=True)
    migrate(capsys)
    clear_expired()
    assert dict(Stock.objects.values_list("product", "on_hand")) == {first: 3, second: 0}
    assert Product.objects.get(pk=first).is_available
    assert not Product.objects.get(pk=second).is_available
    Product.objects.get(pk=second).delete()
    assert Stock.objects.get().sku == "LO-1-S"


def test_what_was_never_counted_stays_so(
    category: Category, capsys: pytest.CaptureFixture[str]
) -> None:
    as_it_was(category, "B", ("38", ""), ("38+", ""))
    migrate(capsys)
    take_note()
    assert not Stock.objects.exists()
    assert not Separated.objects.exists()
