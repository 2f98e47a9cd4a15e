"""What the merchant is told of a photograph before and after its product is saved."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recommender import search
from recommender.images import open_picture
from recommender.search import Copy, Match, Opinion, PhotoVector, SearchUnavailable
from shop.catalog import pictures
from shop.catalog.looks import looks_of
from shop.catalog.models import Category, Product, Status
from tests.drawn import encoded, jpeg, picture
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

LOOK = "/admin/catalog/product/look/"
SHIRTS = (("Rust", 0), ("Navy", 0), ("Sage", 2), ("Black", 3))


@pytest.fixture
def shirts(coats: Category, monkeypatch: pytest.MonkeyPatch) -> list[Product]:
    """Four shirts, the nearest first, to an encoder that sees something rust in everything."""
    made = [
        make_product(
            coats,
            number,
            kind="Shirt",
            colours=[colour],
            photographs=[pictures.read_photograph(jpeg("Shirt", colour, shift)).store()],
        )
        for number, (colour, shift) in enumerate(SHIRTS)
    ]

    def by_vector(query: object, k: int, accept: Any, diversity: float) -> list[Match]:
        shown = accept([str(product.pk) for product in made])
        near = [product for product in made if str(product.pk) in shown]
        return [
            Match(str(product.pk), product.photographs[0].name, 0.98 - place / 20, 0.9)
            for place, product in enumerate(near)
        ]

    monkeypatch.setattr(search, "vector_of", lambda _: PhotoVector("e", np.ones(4)))
    monkeypatch.setattr(search, "by_vector", by_vector)
    seen = search.Opinions(Opinion("Shirts", 0.9), Opinion("Rust", 0.8))
    monkeypatch.setattr(search, "opinions_of", lambda _: seen)
    return made


def sent(client: Client, **more: str) -> str:
    content = encoded(picture("Shirt", "Rust").crop((10, 15, 230, 290)))
    file = SimpleUploadedFile("again.jpg", content)
    return client.post(LOOK, {"picture": file, **more}).content.decode()


def test_what_is_there_already_is_shown_beside_it(
    admin_client: Client, shirts: list[Product]
) -> None:
    html = sent(admin_client)
    assert f"% like SKU {shirts[0].sku}. Is it the same?" in html
    assert html.count("<figure>") == 2
    assert shirts[0].photographs[0].stem in html
    assert "data:image/jpeg;base64," in html


def test_its_own_product_is_no_double(admin_client: Client, shirts: list[Product]) -> None:
    assert "% like SKU" not in sent(admin_client, without=str(shirts[0].pk))
    page = admin_client.get(f"/admin/catalog/product/{shirts[0].pk}/looks/").content.decode()
    assert "It is no photograph that the shop shows already." in page


def test_drafts_of_one_upload_know_one_another(
    shirts: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, other = shirts[0], shirts[3]
    for one in (draft, other):
        one.status = Status.DRAFT
        one.save()
    assert not looks_of(open_picture(jpeg("Shirt", "Rust"))).doubles

    def among(picture: object, query: object, items: list[str]) -> list[Copy]:
        return [Copy(item, draft.photographs[0].name, 0.98) for item in items]

    monkeypatch.setattr(search, "copies_among", among)
    found = looks_of(open_picture(jpeg("Shirt", "Rust")), without=str(other.pk)).doubles
    assert [(one.product, one.percent) for one in found] == [(draft, 98)]


def test_the_same_design_in_another_colour_is_offered(shirts: list[Product]) -> None:
    told = looks_of(open_picture(jpeg("Shirt", "Rust")), without=str(shirts[0].pk))
    # Navy and Sage are near and of other families; what is farther away is another design.
    assert [product.colour for product in told.colourways] == ["Navy", "Sage"]


def test_facts_are_suggested_in_the_words_of_the_shop(shirts: list[Product]) -> None:
    told = looks_of(open_picture(jpeg("Bag", "Rust")))
    assert (told.kind, told.colour) == ("Shirt", "Rust")
    assert told.category == str(shirts[0].category_id)


def test_where_likes_disagree_nothing_is_suggested(shirts: list[Product]) -> None:
    for number, product in enumerate(shirts):
        product.kind = f"Kind {number}"
        product.save()
    assert looks_of(open_picture(jpeg("Bag", "Rust"))).kind == ""


def test_a_colourway_shares_its_style(admin_client: Client, shirts: list[Product]) -> None:
    address = f"/admin/catalog/product/{shirts[1].pk}/colourway/"
    for _ in range(2):
        answer = admin_client.post(address)
        told = json.loads(answer["HX-Trigger"])["fill"]
        assert told == {"field": "style", "value": shirts[1].sku}
    assert Product.objects.get(pk=shirts[1].pk).style == shirts[1].sku


def test_nothing_stands_in_the_way(
    admin_client: Client, shirts: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = SimpleUploadedFile("no.jpg", b"no picture")
    assert "keeps nobody from saving" in admin_client.post(LOOK, {"picture": bad}).content.decode()

    def away(_: object) -> PhotoVector:
        raise SearchUnavailable("The index is not loaded.")

    monkeypatch.setattr(search, "vector_of", away)
    assert "keeps nobody from saving" in sent(admin_client)
    brief = f"/admin/catalog/product/{shirts[0].pk}/looks/?brief"
    assert "The index is not loaded." in admin_client.get(brief).content.decode()


def test_a_row_of_many_says_it_in_brief(admin_client: Client, shirts: list[Product]) -> None:
    twin = make_product(
        shirts[0].category,
        9,
        status=Status.DRAFT,
        photographs=[pictures.read_photograph(jpeg("Shirt", "Rust")).store()],
    )
    brief = admin_client.get(f"/admin/catalog/product/{twin.pk}/looks/?brief").content.decode()
    assert f"% like SKU {shirts[0].sku}" in brief


def test_only_who_may_see_products_may_ask(client: Client, shirts: list[Product]) -> None:
    assert client.post(LOOK).status_code == 302
    assert client.get(f"/admin/catalog/product/{shirts[0].pk}/looks/").status_code == 302
