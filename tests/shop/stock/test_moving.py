"""Sizes that get other SKUs keep their pieces."""

from __future__ import annotations

import pytest

from shop.catalog.models import Product
from shop.stock import counting, mending, reserving
from shop.stock.models import Movement, Stock
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


def test_a_sku_may_go_to_the_next_size(counted: Product) -> None:
    name_sizes(counted, "COAT-M", "COAT-L")
    assert pieces() == sums() == {"COAT-M": 2, "COAT-L": 3}


def test_skus_that_change_places_keep_their_pieces(counted: Product) -> None:
    """The labels may have been changed, or the names of the sizes."""
    name_sizes(counted, "COAT-M", "COAT-S")
    assert pieces() == {"COAT-S": 2, "COAT-M": 3}


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
