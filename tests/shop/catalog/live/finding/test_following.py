"""What people find by words follows the store, and starts from what a worker built."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db.utils import DatabaseError
from pymongo.errors import AutoReconnect

from shop.catalog.availability import show_available
from shop.catalog.live import following as live
from shop.catalog.live import keeper as catalogue
from shop.catalog.live import snapshot as columns
from shop.catalog.live.finding import building, reading, snapshot
from shop.catalog.live.finding.following import Following
from shop.catalog.live.finding.keeper import WordsKeeper
from shop.catalog.live.keeper import NotLoaded
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Text
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db


class Shop:
    """The products in memory, and their words, as one process has them."""

    def __init__(self) -> None:
        self._products = live.Following.begin()
        self._words = Following()

    def find(self, text: str, language: str = "en") -> list[str]:
        found = self._words.look(self._products.look()).search(text, language)
        assert found is not None
        names = {str(one.pk): one.name for one in Product.objects.with_ids(found.ids())}
        return [names[key] for key in found.ids()]


@pytest.fixture
def shop(coats: Category) -> Shop:
    for number in range(3):
        make_product(coats, number)
    return Shop()


def test_what_is_saved_is_found_and_what_goes_is_not(shop: Shop, coats: Category) -> None:
    assert shop.find("piece") == ["Piece 0", "Piece 1", "Piece 2"]
    first, second, third = Product.objects.order_by("position")
    first.name = "Something else"
    first.save()
    second.status = Status.DRAFT
    second.save()
    third.delete()
    make_product(coats, 4)
    assert shop.find("piece") == ["Piece 4"]
    assert shop.find("something") == ["Something else"]
    second.status = Status.PUBLISHED
    second.save()
    assert set(shop.find("piece")) == {"Piece 1", "Piece 4"}


def test_what_is_sold_out_comes_last(shop: Shop) -> None:
    first = Product.objects.get(name="Piece 0")
    assert show_available(str(first.pk), {offer.sku: False for offer in first.offers()})
    assert shop.find("piece") == ["Piece 1", "Piece 2", "Piece 0"]


def test_a_category_that_is_called_otherwise_is_found_so(shop: Shop, coats: Category) -> None:
    assert shop.find("Wanderlust") == []
    coats.name = "Wanderlust"
    coats.save()
    assert len(shop.find("Wanderlust")) == 3


def test_other_languages_are_found(shop: Shop) -> None:
    first = Product.objects.get(name="Piece 0")
    first.texts = [Text(language="de", name="Fingerhut in Blau")]
    first.save()
    assert shop.find("fingerhut", "de") == ["Piece 0"]


def test_a_change_by_hand_is_found(shop: Shop) -> None:
    Product.objects.filter(name="Piece 1").update(name="Renamed", brand="Lido")
    assert shop.find("lido") == ["Renamed"]


def test_a_process_starts_from_what_a_worker_built(shop: Shop, coats: Category) -> None:
    assert building.build(always=True) == 3
    make_product(coats, 5)
    Product.objects.get(name="Piece 0").delete()
    started = Shop()
    assert started.find("piece") == ["Piece 1", "Piece 2", "Piece 5"]
    assert shop.find("piece") == started.find("piece")


def test_nothing_is_built_for_a_few_changes(shop: Shop, coats: Category) -> None:
    assert building.build() == 3
    name = snapshot.latest()
    make_product(coats, 5)
    assert building.build() == 0
    assert snapshot.latest() == name


def test_a_damaged_index_is_left_and_made_anew(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    building.build(always=True)
    name = snapshot.latest()
    assert name
    largest = max(Path(columns.folder(), name).iterdir(), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1] + b"x")
    assert Shop().find("piece") == ["Piece 0", "Piece 1", "Piece 2"]
    assert "is damaged and is put aside" in caplog.text
    assert building.build() == 3


def test_an_index_that_was_read_lives_on_when_the_next_is_built(
    shop: Shop, coats: Category
) -> None:
    building.build(always=True)
    reader = Shop()
    assert len(reader.find("piece")) == 3
    make_product(coats, 6)
    building.build(always=True)
    assert len(reader.find("piece")) == 4


def test_all_threads_see_what_one_has_just_written(shop: Shop, coats: Category) -> None:
    keeper = WordsKeeper()
    keeper.fresh_view()
    make_product(coats, 7)
    with ThreadPoolExecutor(3) as pool:
        views = list(pool.map(lambda _: keeper.fresh_view(), range(3)))
    for view in views:
        found = view.search("piece 7", "en")
        assert found is not None
        assert found.ids() == [str(Product.objects.get(name="Piece 7").pk)]
    keeper.stop()
    catalogue.keeper().stop()


def test_the_keeper_moves_over_to_a_newer_index(shop: Shop, coats: Category) -> None:
    keeper = WordsKeeper()
    keeper.fresh_view()
    building.build(always=True)
    make_product(coats, 8)
    found = keeper.fresh_view().search("piece", "en")
    assert found is not None
    assert len(found) == 4
    assert keeper.view().built.searcher.num_docs == 3
    keeper.stop()


def test_why_no_words_are_read_is_said(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue.keeper().fresh_view()

    def away(*arguments: object) -> None:
        # As Django says it, of which the driver's error alone says why.
        raise DatabaseError from AutoReconnect("nobody is at home")

    monkeypatch.setattr(reading, "documents", away)
    keeper = WordsKeeper()
    with pytest.raises(NotLoaded):
        keeper.view()
    keeper.stop()
    assert "The live words is not refreshed: nobody is at home" in caplog.text
