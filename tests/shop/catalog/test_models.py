"""Products and what follows from saving and deleting them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from bson import ObjectId
from django.core.files.storage import default_storage
from django.db import connections
from django.db.models import ProtectedError

from recommender import search
from recommender.store import database
from shop.catalog.models import SLUG_LENGTH, Category, Product, Status
from shop.catalog.skus import SkuTaken
from shop.catalog.tracking import track_all
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db


def in_threads(number: int, call: Callable[[int], Any]) -> list[Any]:
    """Runs `call` in several threads at the same moment; an exception is a result."""
    gate = Barrier(number)

    def run(index: int) -> Any:
        gate.wait()
        try:
            return call(index)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_products_of_the_same_name_have_addresses_of_their_own(coats: Category) -> None:
    slugs = [make_product(coats, n, name="Wool Coat").slug for n in range(3)]
    assert slugs == ["wool-coat", "wool-coat-sku-coats-1", "wool-coat-sku-coats-2"]


def test_similar_skus_do_not_share_an_address(coats: Category) -> None:
    skus = ("first", "A B", "A-B", "A_B")
    slugs = {make_product(coats, n, name="Coat", sku=sku).slug for n, sku in enumerate(skus)}
    assert len(slugs) == 4


@pytest.mark.parametrize("name", ["🧥", "毛皮", "x" * 160, "../../etc", '"><script>'])
def test_every_name_makes_an_address(coats: Category, name: str) -> None:
    product = make_product(coats, 1, name=name)
    assert 0 < len(product.slug) <= SLUG_LENGTH
    assert product.get_absolute_url() == f"/p/{product.slug}/"


def test_an_address_survives_a_change_of_name(coats: Category) -> None:
    product = make_product(coats, 1, name="Coat")
    product.name = "Cape"
    product.save()
    assert Product.objects.get(pk=product.pk).slug == "coat"


def test_a_sku_exists_once(coats: Category) -> None:
    make_product(coats, 1)
    with pytest.raises(SkuTaken):
        make_product(coats, 1)
    assert Product.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_want_the_same_address_at_once_both_get_one(coats: Category) -> None:
    made = in_threads(4, lambda n: make_product(coats, n, name="Coat").slug)
    assert len(set(made)) == 4
    assert "coat" in made


def test_saving_tells_the_recommender(coats: Category, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(search, "track", lambda *args, **kwargs: told.append((args, kwargs)))
    product = make_product(coats, 1, status=Status.DRAFT)
    assert told == [((str(product.pk), product.photo_names()), {"listed": False})]


def test_a_product_is_saved_while_the_recommender_is_away_and_tracked_later(
    coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise search.SearchUnavailable("away")

    with monkeypatch.context() as away:
        away.setattr(search, "track", refuse)
        product = make_product(coats, 1)
    assert search.status(str(product.pk)) == []
    assert track_all() == 1
    assert {s.photo for s in search.status(str(product.pk))} == set(product.photo_names())


def test_who_saved_first_and_tells_last_unlists_nothing(coats: Category) -> None:
    product = make_product(coats, 1)
    overtaken = Product.objects.get(pk=product.pk)
    overtaken.status = Status.DRAFT
    overtaken.photographs = []
    overtaken.track()
    assert {s.photo for s in search.status(str(product.pk))} == set(product.photo_names())
    assert all(found["listed"] for found in database.work().find({"item": str(product.pk)}))


def test_who_tells_of_what_was_deleted_meanwhile_brings_nothing_back(coats: Category) -> None:
    product = make_product(coats, 1)
    overtaken = Product.objects.get(pk=product.pk)
    product.delete()
    overtaken.track()
    assert search.status(str(overtaken.pk)) == []


def test_deleting_takes_files_and_vectors_along(coats: Category) -> None:
    product = make_product(coats, 1)
    item, names = str(product.pk), product.photo_names()
    product.delete()
    assert not any(default_storage.exists(name) for name in names)
    assert search.status(item) == []


def test_a_category_with_products_stays(coats: Category) -> None:
    make_product(coats, 1)
    with pytest.raises(ProtectedError):
        coats.delete()


def test_products_come_by_ids_in_their_order(coats: Category) -> None:
    statuses = (Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT)
    first, second, hidden = (
        make_product(coats, n, status=status) for n, status in enumerate(statuses)
    )
    ids = [str(second.pk), "nonsense", str(hidden.pk), "0" * 24, str(first.pk)]
    assert Product.objects.by_ids(ids) == [second, first]
    assert Product.objects.by_ids([]) == []


def test_products_are_asked_for_by_any_number_of_ids(coats: Category) -> None:
    product = make_product(coats, 1)
    ids = [*(str(ObjectId()) for _ in range(2000)), str(product.pk)]
    assert Product.objects.by_ids(ids) == [product]
    assert Product.objects.with_ids(ids).ids() == [str(product.pk)]
