"""Sizes that get other SKUs keep their pieces."""

from __future__ import annotations

import pytest
from django.db.models import Model
from pytest_django import DjangoCaptureOnCommitCallbacks

from shop.catalog.models import Product
from shop.catalog.parts import Variant
from shop.stock import counting, mending, reserving
from shop.stock.models import Movement, Reservation, Stock
from shop.stock.moving import followed, is_counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(coat: Product) -> Product:
    counting.count(str(coat.pk), {"COAT-S": 2, "COAT-M": 3}, key="import")
    return coat


def pieces() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def sums() -> dict[str, int]:
    found: dict[str, int] = {}
    for sku, delta in Movement.objects.values_list("sku", "delta"):
        found[sku] = found.get(sku, 0) + delta
    return {sku: total for sku, total in found.items() if total}


def name_sizes(product: Product, *skus: str) -> None:
    """As a form or an import does that read the product a while ago."""
    for variant, sku in zip(product.variants, skus, strict=False):
        variant.sku = sku
    product.save()


def test_pieces_follow_their_size(counted: Product) -> None:
    name_sizes(counted, "4006", "4007")
    assert pieces() == sums() == {"4006": 2, "4007": 3}
    assert mending.differences().fit
    # Their product is told of by both, as before.
    assert set(Stock.objects.values_list("product", flat=True)) == {str(counted.pk)}


def test_who_holds_a_piece_gets_it(counted: Product) -> None:
    reserving.reserve("held", {"COAT-S": 2}, seconds=60)
    name_sizes(counted, "4006")
    assert reserving.available(["4006"]) == {"4006": 0}
    reserving.commit("held")
    assert pieces() == {"4006": 0, "COAT-M": 3}


def test_what_was_sold_comes_back_to_its_size(counted: Product) -> None:
    reserving.reserve("sold", {"COAT-S": 1}, seconds=60)
    reserving.commit("sold")
    name_sizes(counted, "4006")
    name_sizes(counted, "4008")
    reserving.restock("COAT-S", 1, Movement.Reason.RETURNED, key="return")
    assert pieces() == sums() == {"4008": 2, "COAT-M": 3}
    assert is_counted("COAT-S")
    assert not is_counted("COAT-ONE-SIZE")


@pytest.mark.parametrize("skus", [("COAT-M", "COAT-S"), ("COAT-M", "COAT-L"), ("COAT-L", "COAT-S")])
def test_a_sku_that_is_still_there_keeps_its_pieces(
    counted: Product, skus: tuple[str, str]
) -> None:
    """The labels may have been changed, or the names of the sizes."""
    name_sizes(counted, *skus)
    # Nobody knows how many there are of what came beside them.
    there = {"COAT-S": 2, "COAT-M": 3, "COAT-L": 0}
    assert reserving.available(skus) == {sku: there[sku] for sku in skus}


def test_sizes_that_are_called_otherwise_keep_their_pieces(counted: Product) -> None:
    for variant, size in zip(counted.variants, ("M", "L", "One size"), strict=True):
        variant.size = size
    counted.save()
    assert pieces() == {"COAT-S": 2, "COAT-M": 3}


def test_what_comes_while_counted_sizes_go_is_counted_from_zero(
    counted: Product, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    counted.variants = [Variant(size="Small"), Variant(size="Medium")]
    with django_capture_on_commit_callbacks(execute=True):
        counted.save()
    assert reserving.available([offer.sku for offer in counted.offers()]) == {
        "COAT-SMALL": 0,
        "COAT-MEDIUM": 0,
    }
    assert [str(row) for row in Stock.objects.to_be_counted()] == ["COAT-MEDIUM", "COAT-SMALL"]
    assert not any(offer.available for offer in Product.objects.get().offers())


def test_a_size_that_comes_alone_is_not_counted(counted: Product) -> None:
    counted.variants = [*counted.variants, Variant(size="XL")]
    counted.save()
    assert pieces() == {"COAT-S": 2, "COAT-M": 3}


@pytest.mark.parametrize("sizes", [("One size",), ()])
def test_a_product_that_is_one_piece_stays_so(coat: Product, sizes: tuple[str, ...]) -> None:
    coat.variants = [] if sizes else [Variant(size="One size", sku="COAT-1")]
    coat.save()
    (before,) = coat.offers()
    counting.count(str(coat.pk), {before.sku: 5})
    coat.variants = [Variant(size=size, sku="4006") for size in sizes]
    coat.save()
    assert pieces() == {coat.offers()[0].sku: 5}


def test_an_order_takes_its_pieces_by_whatever_sku(counted: Product) -> None:
    wants = {"COAT-S": 2}
    reserving.reserve("late", wants, seconds=0)
    Reservation.objects.close_overdue()
    name_sizes(counted, "4006")
    # Whoever wanted them goes on to pay, with what the order says.
    reserving.reserve("late", wants, seconds=60)
    assert reserving.available(["4006"]) == {"4006": 0}
    reserving.commit("late")
    assert pieces() == {"4006": 0, "COAT-M": 3}


def test_what_was_closed_is_sold_by_the_new_sku(counted: Product) -> None:
    reserving.reserve("late", {"COAT-S": 2}, seconds=0)
    Reservation.objects.close_overdue()
    name_sizes(counted, "4006")
    reserving.commit("late")
    assert pieces() == {"4006": 0, "COAT-M": 3}


def test_a_save_that_fails_moves_nothing(counted: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as failing:
        failing.setattr(Model, "save", fail)
        with pytest.raises(RuntimeError):
            name_sizes(counted, "4006")
    assert pieces() == {"COAT-S": 2, "COAT-M": 3}
    name_sizes(counted, "4006")
    assert pieces() == {"4006": 2, "COAT-M": 3}


def test_pieces_of_a_size_that_is_gone_are_not_taken_for_those_that_come(counted: Product) -> None:
    counted.variants = counted.variants[:1]
    counted.save()
    name_sizes(counted, "COAT-M")
    assert pieces() == sums() == {"COAT-M": 2}


def test_a_product_without_sizes_takes_its_pieces_along(coat: Product) -> None:
    coat.variants = []
    coat.save()
    counting.count(str(coat.pk), {"COAT": 5})
    coat.sku = "PARKA"
    coat.save()
    assert pieces() == {"PARKA": 5}


def test_a_sku_that_is_not_counted_stays_so(coat: Product) -> None:
    name_sizes(coat, "4006", "4007")
    assert pieces() == {}
    assert followed("COAT-S") == "COAT-S"


@pytest.mark.parametrize(
    "names", [("COAT-S", "A", "COAT-S"), ("COAT-S", "A", "B", "A")], ids=" ".join
)
def test_a_sku_that_comes_again_is_found(counted: Product, names: tuple[str, ...]) -> None:
    for name in names[1:]:
        name_sizes(counted, name)
    assert {followed(name) for name in names} == {names[-1]}
