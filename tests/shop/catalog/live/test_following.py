"""The products in memory follow the store, whoever wrote to it, and start from a snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bson import ObjectId
from django.utils import timezone, translation

from shop.catalog.availability import show_available
from shop.catalog.live import building, reading, snapshot
from shop.catalog.live.cards import products as cards
from shop.catalog.live.facts import order_key
from shop.catalog.live.following import Following
from shop.catalog.live.keeper import CatalogueKeeper, NotLoaded
from shop.catalog.live.view import EVERYTHING, Narrowing, View
from shop.catalog.models import Category, Product, Status, Tombstone
from shop.catalog.parts import Text, Variant
from shop.config.routers import catalogue_connection
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

PUBLISHED = Narrowing.to({"status": {"published"}})


@pytest.fixture
def pages_show_what_was_written() -> None:
    """Not here, where that is what is tested."""


def shown(following: Following, order: str = "featured") -> list[str]:
    view = following.look()
    ids = view.select(PUBLISHED).page(order, 0, 100)
    return [product.name for product in cards(view, ids)]


def counted(following: Following, attribute: str) -> dict[str, int]:
    return following.look().facets(PUBLISHED).counts[attribute]


@pytest.fixture
def following(coats: Category) -> Following:
    for number in range(4):
        make_product(coats, number)
    return Following.begin()


def test_what_is_saved_shows_and_what_goes_is_gone(following: Following, coats: Category) -> None:
    assert shown(following) == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]
    first, second, third, _ = Product.objects.order_by("position")
    first.name, first.position = "Last now", 9
    first.save()
    second.status = Status.DRAFT
    second.save()
    third.delete()
    make_product(coats, 5)
    assert shown(following) == ["Piece 3", "Piece 5", "Last now"]
    assert len(following.view) == 4
    second.status = Status.PUBLISHED
    second.save()
    assert shown(following)[0] == "Piece 1"


def test_what_is_sold_out_counts_so_and_comes_last(following: Following) -> None:
    assert counted(following, "size") == {"M": 4}
    first = Product.objects.get(name="Piece 0")
    assert show_available(str(first.pk), {offer.sku: False for offer in first.offers()})
    assert counted(following, "size") == {"M": 3}
    assert counted(following, "stock") == {"in": 3, "out": 1}
    assert shown(following)[-1] == "Piece 0"


@pytest.mark.slow
def test_a_sale_counts_from_its_moment_until_its_end(following: Following, coats: Category) -> None:
    begins = timezone.now() + timedelta(seconds=1)
    make_product(
        *(coats, 7),
        price_cents=9000,
        sale_price_cents=500,
        sale_from=begins,
        sale_until=begins + timedelta(seconds=1),
    )
    seen: list[tuple[str, int | None, dict[str, int]]] = []
    deadline = time.monotonic() + 20
    while len(seen) < 3 and time.monotonic() < deadline:
        view = following.look()
        (dearest,) = cards(view, view.select(PUBLISHED).page("-price", 0, 1))
        facets = view.facets(PUBLISHED)
        now = dearest.name, facets.lowest, facets.counts["sale"]
        if seen[-1:] != [now]:
            seen.append(now)
    usual = ("Piece 7", 1000, {})
    assert seen == [usual, ("Piece 3", 500, {"on": 1}), usual]


def test_the_price_is_the_lowest_that_can_be_had(following: Following, coats: Category) -> None:
    variants = [
        Variant(size="S", price_cents=100, available=False),
        Variant(size="M", price_cents=7000),
        Variant(size="L"),
    ]
    make_product(coats, 8, price_cents=8000, variants=variants)
    assert following.look().facets(PUBLISHED).highest == 7000


def test_names_are_ordered_in_each_language(following: Following, coats: Category) -> None:
    for number, (name, german) in enumerate((("Zebra", "Äpfel"), ("äon", ""), ("Aix", "Bär"))):
        texts = [Text(language="de", name=german)] if german else []
        make_product(coats, 10 + number, name=name, texts=texts)
    assert shown(following, "name:en")[:2] == ["Aix", "äon"]
    assert shown(following, "name:de")[:3] == ["äon", "Zebra", "Aix"]
    assert order_key("Straße") == order_key("STRASSE")


def test_what_was_made_without_a_revision_is_found_too(
    following: Following, coats: Category
) -> None:
    documents = catalogue_connection().get_collection(Product._meta.db_table)
    document = documents.find_one({"name": "Piece 0"})
    assert document is not None
    added = {"_id": ObjectId(), "revision": None, "sku": "bulk", "slug": "bulk", "name": "Bulk"}
    documents.insert_one(document | added)
    following._counted -= 1000
    assert "Bulk" in shown(following)


def test_a_removal_whose_tombstone_is_lost_is_noticed_by_counting(
    following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    Product.objects.filter(name="Piece 1").first()
    documents = catalogue_connection().get_collection(Product._meta.db_table)
    documents.delete_one({"name": "Piece 1"})
    following._counted -= 1000
    looks = [len(following.look()) for _ in range(3)]
    assert looks == [4, 4, 3]
    assert "holds 4 products of 3" in caplog.text


def told(following: Following) -> list[str]:
    return [Category.of_document(document).title for document in following.look().categories]


def test_categories_follow_too_and_start_from_the_snapshot(
    following: Following, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    bags = Category.objects.create(name="Bags", position=7, parent=coats)
    assert told(following) == ["Coats", "Bags"]
    coats.texts = [Text(language="de", name="Mäntel")]
    coats.save()
    with translation.override("de"):
        assert told(following) == ["Mäntel", "Bags"]
    assert building.build(always=True) == 4
    kept = snapshot.open_latest(reading.LANGUAGES)
    assert kept is not None
    assert kept.categories == following.view.categories == reading.categories()
    assert building.build() == 0
    key = bags.pk
    bags.delete()
    assert told(following) == ["Coats"]
    monkeypatch.setattr(reading, "changed_since", lambda moment: 1 / 0)
    seen: list[View] = []
    with pytest.raises(ZeroDivisionError):
        Following.begin(seen.append)
    (found,) = map(Category.of_document, seen[0].categories[1:])
    assert (found.pk, found.slug, found.parent_id) == (key, "bags", coats.pk)


def test_a_category_without_a_revision_comes_with_a_thorough_look(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    Category.objects.bulk_create([Category(name="Hats", slug="hats", position=3)])
    Category.objects.all().update(revision=timezone.now() - timedelta(days=1))
    monkeypatch.setattr("shop.catalog.live.following.THOROUGH_EVERY_S", -1)
    assert told(following) == ["Coats", "Hats"]


# Snapshots


def test_a_snapshot_is_where_the_next_process_starts(
    following: Following, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert building.build() == 4
    assert building.build() == 0, "nothing changed"
    assert following.is_outdated()
    monkeypatch.setattr(reading, "everything", lambda: pytest.fail("all were read"))
    make_product(coats, 5)
    Product.objects.get(name="Piece 0").delete()
    next_process = Following.begin()
    assert not next_process.is_outdated()
    assert shown(next_process) == ["Piece 1", "Piece 2", "Piece 3", "Piece 5"]
    assert next_process.view.facets(PUBLISHED) == following.look().facets(PUBLISHED)
    for order in ("featured", "newest", "price", "-price", "name:en", "name:de"):
        assert shown(next_process, order) == shown(following, order)
    assert next_process.view.with_text("piece 3") == following.view.with_text("piece 3")


def files_of_a_snapshot() -> list[str]:
    return [
        "manifest.json",
        "categories.json",
        "keys.npy",
        "column-price.npy",
        "order-name-de.npy",
        "data-text.npy",
    ]


@pytest.mark.parametrize("file", files_of_a_snapshot())
@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(path.read_bytes()[:-9] + b"?" * 9), Path.unlink]
)
def test_a_damaged_snapshot_is_left_and_made_anew(
    following: Following, file: str, damage: Callable[[Path], None]
) -> None:
    building.build()
    name = snapshot.latest()
    assert name is not None
    damage(snapshot.folder() / name / file)
    assert shown(Following.begin()) == ["Piece 0", "Piece 1", "Piece 2", "Piece 3"]
    assert snapshot.latest() is None
    assert building.build() == 4


def test_a_snapshot_of_another_store_is_left(
    following: Following, coats: Category, caplog: pytest.LogCaptureFixture
) -> None:
    building.build()
    documents = catalogue_connection().get_collection(Product._meta.db_table)
    documents.delete_many({})
    Tombstone.objects.all().delete()
    make_product(coats, 9)
    assert shown(Following.begin()) == ["Piece 9"]
    assert "is of another time" in caplog.text


def test_only_what_was_worth_it_is_built(following: Following, coats: Category) -> None:
    assert building.build() == 4
    make_product(coats, 6)
    assert building.build() == 0
    assert building.build(always=True) == 5


# A process


def test_a_view_of_now_has_what_was_just_written(coats: Category) -> None:
    keeper = CatalogueKeeper()
    try:
        assert len(keeper.fresh_view()) == 0
        for number in range(3):
            make_product(coats, number)
            assert len(keeper.fresh_view()) == number + 1
    finally:
        keeper.stop()


def test_what_changes_comes_by_itself(coats: Category) -> None:
    keepers = [CatalogueKeeper(), CatalogueKeeper()]
    try:
        for keeper in keepers:
            assert len(keeper.view()) == 0
        make_product(coats, 1)
        deadline = time.monotonic() + 30
        while any(len(keeper.view()) == 0 for keeper in keepers) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [len(keeper.view()) for keeper in keepers] == [1, 1]
    finally:
        for keeper in keepers:
            keeper.stop()


def test_without_a_store_there_is_no_view_and_with_one_again_there_is(
    coats: Category, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_product(coats, 1)
    keeper = CatalogueKeeper()
    with monkeypatch.context() as away:
        away.setattr(reading, "now", lambda: 1 / 0)
        with pytest.raises(NotLoaded):
            keeper.view()
    assert len(keeper.fresh_view()) == 1
    keeper.stop()
    assert caplog.text.count("is not refreshed") == 1
    assert keeper.view().select(EVERYTHING).ids()
