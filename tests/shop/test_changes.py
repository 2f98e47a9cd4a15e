"""Whatever is written of a product revises it, and what goes leaves a tombstone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from shop.catalog import changes, remember
from shop.catalog.models import Category, FormerAddress, Product, Tombstone
from shop.shoppers.admin import ReviewAdmin
from shop.shoppers.models import Review, ReviewState
from shop.shoppers.tasks import reconcile_ratings
from shop.stock.counting import count, count_news, stop_counting
from shop.stock.following import follow_all
from shop.stock.models import Stock
from shop.stock.reserving import commit, reserve, restock
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Commits = Callable[..., Any]


@pytest.fixture
def coat(django_capture_on_commit_callbacks: Commits) -> Product:
    """A coat within Women > Coats, of whose size M four pieces are counted and told."""
    remember.forget_all()
    women = Category.objects.create(name="Women")
    coats = Category.objects.create(name="Coats", parent=women)
    product = make_product(coats, 1)
    with django_capture_on_commit_callbacks(execute=True):
        count(str(product.pk), {piece(product): 4})
    return product


def piece(product: Product) -> str:
    return product.offers()[0].sku


def sell_one(coat: Product) -> None:
    reserve("someone", {piece(coat): 1}, seconds=60)
    commit("someone")


def review(coat: Product) -> Review:
    ada = User.objects.create(username="ada")
    facts = {"product": str(coat.pk), "product_name": coat.name, "stars": 5, "text": "It fits."}
    return Review.objects.create(user=ada, state=ReviewState.SHOWN, **facts)


def rename(category: Category) -> None:
    category.name = "Overcoats"
    category.save()


WRITES: dict[str, Callable[[Product], object]] = {
    "saved": lambda coat: coat.save(),
    "updated by a query": lambda coat: Product.objects.filter(pk=coat.pk).update(kind="Cape"),
    "sold": sell_one,
    "brought back": lambda coat: restock(piece(coat), 1, "returned"),
    "counted": lambda coat: count(str(coat.pk), {piece(coat): 9}),
    "counted by a file": lambda coat: count_news({str(coat.pk): {piece(coat): 9}}, key="import"),
    "sold out": lambda coat: count(str(coat.pk), {piece(coat): 0}),
    "no longer counted": lambda coat: stop_counting(piece(coat)),
    "reviewed": review,
    "its category renamed": lambda coat: rename(coat.category),
    "the category above renamed": lambda coat: rename(coat.category.parent),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whatever_is_written_revises_the_product(
    coat: Product,
    write: Callable[[Product], object],
    django_capture_on_commit_callbacks: Commits,
) -> None:
    Product.objects.update(revision=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        write(coat)
    (change,) = changes.products_since(LONG_AGO + timedelta(days=1))
    assert change.id == coat.pk
    assert change.revision is not None


def test_what_nobody_touched_is_not_among_what_changed(coat: Product) -> None:
    other = make_product(coat.category, 2)
    Product.objects.update(revision=LONG_AGO)
    other.save()
    assert [change.id for change in changes.products_since(timezone.now() - timedelta(days=1))] == [
        other.pk
    ]


@pytest.mark.parametrize("state", [ReviewState.SHOWN, ReviewState.REFUSED])
def test_a_judged_review_revises_the_product(
    coat: Product, state: ReviewState, django_capture_on_commit_callbacks: Commits
) -> None:
    review(coat)
    Product.objects.update(revision=LONG_AGO)
    judge = ReviewAdmin.show if state == ReviewState.SHOWN else ReviewAdmin.refuse
    with django_capture_on_commit_callbacks(execute=True):
        judge(None, None, Review.objects.all())
    assert Review.objects.get().state == state
    assert len(changes.products_since(LONG_AGO + timedelta(days=1))) == 1


def rating(coat: Product) -> float | None:
    return Product.objects.get(pk=coat.pk).rating


def test_a_product_is_found_by_what_its_buyers_think(
    coat: Product, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    make_product(coat.category, 2)
    with django_capture_on_commit_callbacks(execute=True):
        first = review(coat)
        grace = User.objects.create(username="grace")
        facts = {"product": str(coat.pk), "state": ReviewState.SHOWN, "stars": 4}
        second = Review.objects.create(user=grace, **facts)
        Review.objects.create(
            user=User.objects.create(username="al"), **facts | {"state": "waiting"}
        )
    assert rating(coat) == 4.5
    html = client.get("/search/?rating=4").content.decode()
    assert html.count('class="card__name"') == 1
    assert re.search(r'value="4" checked>4 stars and up<span class="soft">1<', html)
    with django_capture_on_commit_callbacks(execute=True):
        ReviewAdmin.refuse(None, None, Review.objects.filter(pk=first.pk))
        second.stars = 3
        second.save()
    assert rating(coat) == 3
    assert client.get("/search/?rating=4").context["pieces"] == 0
    assert client.get("/search/?rating=3&rating=4").content.decode().count("card__name") == 1
    with django_capture_on_commit_callbacks(execute=True):
        Review.objects.all().delete()
    assert rating(coat) is None


def test_a_rating_that_a_document_lost_is_told_again(
    coat: Product, django_capture_on_commit_callbacks: Commits
) -> None:
    other = make_product(coat.category, 2)
    with django_capture_on_commit_callbacks(execute=True):
        review(coat)
    Product.objects.filter(pk=coat.pk).update(rating=None)
    Product.objects.filter(pk=other.pk).update(rating=2)
    reconcile_ratings()
    assert (rating(coat), rating(other)) == (5, None)


def test_a_deleted_review_revises_the_product(
    coat: Product, django_capture_on_commit_callbacks: Commits
) -> None:
    written = review(coat)
    Product.objects.update(revision=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        written.delete()
    assert len(changes.products_since(LONG_AGO + timedelta(days=1))) == 1


def test_pieces_that_went_while_mongodb_was_away_are_told_later(coat: Product) -> None:
    Product.objects.update(revision=LONG_AGO)
    sell_one(coat)
    assert changes.products_since(LONG_AGO + timedelta(days=1)) == []
    follow_all()
    assert len(changes.products_since(LONG_AGO + timedelta(days=1))) == 1
    assert Stock.objects.get().shown_available is True


def test_revisions_are_by_mongodb_s_clock(coat: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    before = connections["catalog"].database.command("hello")["localTime"].replace(tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: LONG_AGO)
    coat.save()
    coat.refresh_from_db()
    assert coat.revision >= before
    assert coat.changed == LONG_AGO


def test_what_was_made_is_among_what_changed_even_before_it_has_a_revision(coat: Product) -> None:
    Product.objects.update(revision=None)
    Category.objects.update(revision=None)
    future = timezone.now() + timedelta(days=1)
    assert [change.id for change in changes.products_since(future)] == [coat.pk]
    assert len(changes.categories_since(future)) == 2
    changes.tend()
    assert changes.products_since(future) == changes.categories_since(future) == []


def test_a_category_is_revised(coat: Product) -> None:
    Category.objects.update(revision=LONG_AGO)
    rename(coat.category)
    changed = changes.categories_since(LONG_AGO + timedelta(days=1))
    assert [change.id for change in changed] == [coat.category.pk]


# Removals


def test_what_goes_leaves_a_tombstone(coat: Product) -> None:
    item, shelf = str(coat.pk), str(coat.category.pk)
    before = timezone.now() - timedelta(seconds=1)
    coat.delete()
    coat.category.delete()
    removals = changes.removals_since(before)
    assert [(removal.kind, removal.item) for removal in removals] == [
        ("product", item),
        ("category", shelf),
    ]
    assert removals[0].removed >= before
    assert changes.removals_since(timezone.now() + timedelta(days=1)) == []


def test_a_removal_that_failed_is_none(coat: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Product, *args: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("django.db.models.Model.delete", fail)
    changes.bury(Product, coat)
    with pytest.raises(OSError, match="no room"):
        coat.delete()
    assert Tombstone.objects.filter(item=str(coat.pk)).exists()
    assert changes.removals_since(LONG_AGO) == []


def test_old_tombstones_are_dropped(coat: Product) -> None:
    new, old = str(ObjectId()), str(ObjectId())
    now = timezone.now()
    Tombstone.objects.create(kind="product", item=new, removed=now)
    long_ago = now - timedelta(days=changes.TOMBSTONE_DAYS, minutes=1)
    Tombstone.objects.create(kind="product", item=old, removed=long_ago)
    changes.tend()
    assert [removal.item for removal in changes.removals_since(LONG_AGO)] == [new]


# Addresses


def move(entry: Product | Category, slug: str) -> None:
    found = type(entry).objects.get(pk=entry.pk)
    found.slug = slug
    found.save()


@pytest.mark.parametrize("page", ["/p/{}/", "/p/{}/similar/", "/de/p/{}/"])
def test_a_product_s_former_addresses_lead_to_it(client: Any, coat: Product, page: str) -> None:
    move(coat, "trench")
    move(coat, "mac")
    for former in ("piece-1", "trench"):
        answer = client.get(page.format(former) + "?from=mail")
        assert answer.status_code == 301
        assert answer["Location"] == page.format("mac") + "?from=mail"
        # A browser that kept it would turn in a circle once the product is back at the address.
        assert answer["Cache-Control"] == "no-cache"
    assert client.get(page.format("mac")).status_code == 200
    assert client.get(page.format("never")).status_code == 404


def test_a_category_s_former_address_leads_to_it(client: Any, coat: Product) -> None:
    former = coat.category.slug
    move(coat.category, "outerwear")
    answer = client.get(f"/c/{former}/?sort=price")
    assert (answer.status_code, answer["Location"]) == (301, "/c/outerwear/?sort=price")


def test_an_address_is_its_present_owner_s(client: Any, coat: Product) -> None:
    move(coat, "trench")
    other = make_product(coat.category, 2)
    move(other, "piece-1")
    page = client.get("/p/piece-1/")
    assert page.status_code == 200
    assert other.name in page.text
    move(other, "cape")
    assert client.get("/p/piece-1/")["Location"] == "/p/cape/"


def test_a_new_product_takes_no_address_that_leads_elsewhere(coat: Product) -> None:
    move(coat, "trench")
    assert make_product(coat.category, 5, name="Piece 1").slug != "piece-1"


def test_what_is_gone_leads_nowhere(client: Any, coat: Product) -> None:
    move(coat, "trench")
    Product.objects.get().delete()
    assert client.get("/p/piece-1/").status_code == 404
    assert not FormerAddress.objects.exists()
    assert make_product(Category.objects.get(name="Coats"), 1).slug == "piece-1"


def test_an_address_that_was_taken_back_leads_nowhere_else(client: Any, coat: Product) -> None:
    move(coat, "trench")
    move(coat, "piece-1")
    assert client.get("/p/piece-1/").status_code == 200
    assert client.get("/p/trench/")["Location"] == "/p/piece-1/"
