"""Our own feeds come in again as another shop's would."""

from __future__ import annotations

import pytest

from shop.catalog import remember
from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.feeds.feeds import Feed
from shop.stock import counting
from tests.shop.catalog.foreign_files import rows
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(db: None) -> list[Product]:
    remember.forget_all()
    coats = Category.objects.create(name="Coats", slug="coats")
    sizes = [Variant(size=size) for size in ("S", "M")]
    told = {"description": "Cool & <light>.\n\nLinen.", "gender": "girls", "brand": "Mare"}
    return [
        make_product(coats, 0, colours=["Navy", "White"], style="Lido", variants=sizes, **told),
        make_product(coats, 1, colours=[], style="", variants=[], gtin="4006381333931"),
    ]


@pytest.mark.parametrize("name", ["google-en.xml", "google-en.tsv", "meta-en.xml", "meta-en.tsv"])
def test_a_feed_of_our_own_says_what_our_products_say(products: list[Product], name: str) -> None:
    shirt, _coat = products
    counting.count(str(shirt.pk), {offer.sku: n for n, offer in enumerate(shirt.offers())}, key="x")
    feed = Feed.named(name)
    assert feed
    read = rows("".join(feed.text("https://shop.example")).encode())
    of_shirt = next(row for row in read if row.style)
    of_coat = next(row for row in read if not row.style)
    assert (of_shirt.name, of_shirt.gender, of_shirt.colours) == (
        shirt.name,
        "girls",
        ["Navy", "White"],
    )
    assert (of_shirt.category, of_shirt.facts["brand"]) == ("Coats", "Mare")
    assert of_shirt.sizes == ("S", "M")
    assert of_shirt.prices == (shirt.price_cents,) * 2
    assert of_shirt.skus == tuple(offer.sku for offer in shirt.offers())
    assert (of_shirt.stock or of_shirt.available) in ((0, 1), (False, True))
    assert (of_coat.sizes, of_coat.facts["gtin"]) == (("One size",), "4006381333931")
