"""Which product is meant by a name that another program has for it."""

from __future__ import annotations

import pytest

from shop.catalog.models import Category, Product, Status
from shop.catalog.named import product_named
from shop.catalog.parts import Variant
from shop.skus.models import Registration
from tests.shop.catalog.shelves import make_product


@pytest.fixture
def coat(coats: Category) -> Product:
    sizes = [Variant(size="M", sku="LC-M"), Variant(size="L", sku="LC-L")]
    return make_product(coats, 1, sku="LONG-COAT", style="long-coat-2", variants=sizes)


@pytest.mark.parametrize("name", ["LONG-COAT", "long-coat", "lc-l", "piece-1", "long-coat-2"])
def test_by_sku_slug_and_handle(coat: Product, name: str) -> None:
    assert product_named(name) == coat


def test_by_id_before_all(coat: Product, coats: Category) -> None:
    make_product(coats, 2, sku=str(coat.pk))
    assert product_named(str(coat.pk)) == coat


@pytest.mark.parametrize("name", ["", "nothing", "\0", "LONG-COAT\0", "f" * 24, "ä" * 1000])
def test_what_names_nothing(coat: Product, name: str) -> None:
    assert product_named(name) is None


def test_of_a_design_the_first_colour(coat: Product, coats: Category) -> None:
    other = make_product(coats, 0, style="long-coat-2")
    assert product_named("long-coat-2") == other


def test_what_may_not_be_bought_is_not_found(coat: Product) -> None:
    names = (str(coat.pk), "LONG-COAT", "piece-1", "long-coat-2")
    for status, found in ((Status.DRAFT, 0), (Status.LINK, 3), (Status.ARCHIVED, 0)):
        coat.status = status
        coat.save()
        # By its style only what shoppers find.
        assert len(list(filter(None, map(product_named, names)))) == found


def test_a_sku_that_was_registered_and_never_written_is_nobodys(coat: Product) -> None:
    Registration.objects.create(key="new", sku="NEW", owner=str(coat.pk))
    assert product_named("NEW") is None
