"""Categories, products and their filters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from recommender import search
from shop.api.schemas import Sort
from shop.catalog.browsing import SORT_NAMES
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Attribute, Variant
from tests.drawn import LargePicture
from tests.shop.catalog.conftest import alike_by_order
from tests.shop.catalog.shelves import jpeg, make_product

__all__ = ["alike_by_order"]


def listed(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/products{query}")
    assert response.status_code == 200, response.content
    return response.json()


def euros(cents: int) -> dict[str, Any]:
    return {"cents": cents, "currency": "EUR"}


def names(client: Client, query: str) -> list[str]:
    return [product["name"] for product in listed(client, query)["items"]]


def test_categories(client: Client, coats: Category) -> None:
    assert client.get("/api/v1/categories").json() == [
        {
            "slug": "coats",
            "parent": None,
            "name": "Coats",
            "description": "Long and warm.",
            "url": "http://testserver/c/coats/",
        }
    ]


def test_a_product(client: Client, products: list[Product]) -> None:
    found = client.get(f"/api/v1/products/{products[2].pk}").json()
    photographs = found.pop("photographs")
    assert found == {
        "id": str(products[2].pk),
        "sku": "SKU-coats-2",
        "slug": "piece-2",
        "name": "Piece 2",
        "description": "Soft <and> warm.",
        "category": "coats",
        "gender": "men",
        "kind": "Jacket",
        "brand": "",
        "colour": "Sage",
        "colours": ["Sage"],
        "families": ["green"],
        "material": "",
        "style": "",
        "season": "",
        "usage": "",
        "gtin": "",
        "mpn": "",
        "attributes": [],
        "price": euros(3000),
        "sale": None,
        "available": True,
        "offers": [
            {
                "sku": f"SKU-COATS-2-{size}",
                "colour": "",
                "size": size,
                "price": euros(3000),
                "former_price": None,
                "available": size == "M",
            }
            for size in "ML"
        ],
        "url": "http://testserver/p/piece-2/",
    }
    assert len(photographs) == 2
    picture = client.get(photographs[0]["url"])
    assert picture["Content-Type"] == "image/jpeg"
    picture.close()


def test_a_product_by_its_sku(client: Client, products: list[Product]) -> None:
    assert client.get("/api/v1/products/sku-coats-2").json()["id"] == str(products[2].pk)
    assert client.get("/api/v1/products/sku-coats-99").status_code == 404


def test_what_is_known_of_a_product(client: Client, coats: Category) -> None:
    ends = timezone.now() + timedelta(days=1)
    product = make_product(
        coats,
        0,
        brand="Lido",
        colours=["Navy", "Rust"],
        material="Wool",
        gtin="96385074",
        mpn="L-7",
        attributes=[Attribute(name="Collar", value="Shawl")],
        price_cents=9000,
        sale_price_cents=7000,
        sale_until=ends,
        variants=[
            Variant(colour="Navy", size="M"),
            Variant(colour="Rust", size="M", price_cents=9500),
            Variant(colour="Rust", size="L", price_cents=6500),
        ],
    )
    found = client.get(f"/api/v1/products/{product.pk}").json()
    assert {name: found[name] for name in ("brand", "colours", "families", "material")} == {
        "brand": "Lido",
        "colours": ["Navy", "Rust"],
        "families": ["blue", "brown", "orange"],
        "material": "Wool",
    }
    assert (found["gtin"], found["mpn"]) == ("96385074", "L-7")
    assert found["attributes"] == [{"name": "Collar", "value": "Shawl"}]
    assert found["price"] == euros(6500)
    assert found["sale"] is None, "the cheapest costs what it always does"
    assert [
        (offer["sku"], offer["colour"], offer["price"], offer["former_price"])
        for offer in found["offers"]
    ] == [
        ("SKU-COATS-0-NAVY-M", "Navy", euros(7000), euros(9000)),
        ("SKU-COATS-0-RUST-M", "Rust", euros(7000), euros(9500)),
        ("SKU-COATS-0-RUST-L", "Rust", euros(6500), None),
    ]
    assert "status" not in found


def test_a_sale_that_is_on(client: Client, coats: Category) -> None:
    ends = timezone.now().replace(microsecond=0) + timedelta(days=1)
    product = make_product(coats, 2, sale_price_cents=2500, sale_until=ends)
    found = client.get(f"/api/v1/products/{product.pk}").json()
    assert found["price"] == euros(2500)
    assert found["sale"]["former_price"] == euros(3000)
    assert datetime.fromisoformat(found["sale"]["until"]) == ends


@pytest.mark.parametrize("key", ["nothing", "0" * 24])
def test_a_product_that_is_not_there(client: Client, db: None, key: str) -> None:
    assert client.get(f"/api/v1/products/{key}").status_code == 404


def test_an_unpublished_product_is_not_there(client: Client, coats: Category) -> None:
    hidden = make_product(coats, 0, status=Status.DRAFT)
    assert client.get(f"/api/v1/products/{hidden.pk}").status_code == 404
    assert listed(client)["count"] == 0


def test_whoever_knows_the_id_finds_what_is_not_listed(client: Client, coats: Category) -> None:
    known = make_product(coats, 0, status=Status.LINK)
    assert client.get(f"/api/v1/products/{known.pk}").json()["name"] == "Piece 0"
    assert listed(client)["count"] == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=Parka", ["Piece 0", "Piece 3"]),
        ("?colour=Navy&colour=Rust&gender=men", ["Piece 0", "Piece 4"]),
        ("?price_min=2500&price_max=4000", ["Piece 2", "Piece 3"]),
        ("?category=coats&sort=-price&page_size=2", ["Piece 5", "Piece 4"]),
        ("?category=hats", []),
        ("?q=sage+jacket", ["Piece 2", "Piece 5"]),
        ("?sort=newest&page_size=1", ["Piece 5"]),
    ],
)
def test_filters(client: Client, products: list[Product], query: str, found: list[str]) -> None:
    assert names(client, query) == found


def test_pages(client: Client, products: list[Product]) -> None:
    page = listed(client, "?page=2&page_size=4")
    assert [product["name"] for product in page.pop("items")] == ["Piece 4", "Piece 5"]
    assert page == {"count": 6, "page": 2, "pages": 2}
    assert listed(client, "?page=3&page_size=4")["items"] == []


def test_every_order_of_the_shop_can_be_asked_for() -> None:
    assert set(get_args(Sort)) == set(SORT_NAMES)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("?page=0", "query.page"),
        ("?page_size=101", "query.page_size"),
        ("?price_min=-1", "query.price_min"),
        ("?price_max=cheap", "query.price_max"),
        ("?sort=best", "query.sort"),
        ("?q=a%00b", "query.q"),
        ("?colour=%00", "query.colour.0"),
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, db: None, query: str, where: str) -> None:
    response = client.get(f"/api/v1/products{query}")
    assert response.status_code == 422
    assert [fault["where"] for fault in response.json()["errors"]] == [where]


def test_words_narrow_what_looks_alike(
    client: Client, products: list[Product], alike_by_order: None
) -> None:
    address = f"/api/v1/products/{products[0].pk}/similar?q=like this under 50&kind=Jacket"
    found = client.get(address).json()
    assert [match["product"]["name"] for match in found] == ["Piece 1", "Piece 2", "Piece 4"]
    picture = SimpleUploadedFile("coat.jpg", jpeg())
    found = client.post("/api/v1/photo-search?q=but a parka, zzyzxq", {"picture": picture}).json()
    assert [match["product"]["name"] for match in found] == ["Piece 0", "Piece 3"]


def test_similar_while_the_recommender_is_away(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise search.SearchUnavailable("The store is away.")

    monkeypatch.setattr(search, "similar", refuse)
    response = client.get(f"/api/v1/products/{products[0].pk}/similar")
    assert response.status_code == 503
    assert response.json()["detail"] == "The store is away."


def test_a_photo_that_is_none(client: Client, db: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    note = SimpleUploadedFile("note.jpg", b"not a picture")
    response = client.post("/api/v1/photo-search", {"picture": note})
    assert response.status_code == 422
    assert response.json()["detail"].startswith("This is not a picture")
    assert client.post("/api/v1/photo-search").json()["errors"][0]["where"] == "file.picture"
    assert client.post("/api/v1/photo-search", jpeg(), content_type="image/jpeg").status_code == 422


def test_a_photo_that_must_wait_for_other_large_ones(
    client: Client, db: None, large_pictures_wait: LargePicture
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    photo = SimpleUploadedFile("photo.png", large_pictures_wait.content)
    response = client.post("/api/v1/photo-search", {"picture": photo})
    assert response.status_code == 503
    assert "try again in a minute" in response.json()["detail"]
