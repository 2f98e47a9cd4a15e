"""The page of a product: its colours and sizes, what they cost, and who sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shop.basket.models import Line
from shop.catalog.availability import show_available
from shop.catalog.choosing import choice_of
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Attribute, Variant
from tests.shop.catalog.shelves import make_product


@pytest.fixture
def shirt(coats: Category, alike_by_order: None) -> Product:
    """In navy (S sold out, M) and rust (S, dearer; with the second photograph), €50."""
    product = make_product(coats, 0, name="Shirt", colours=["Navy", "Rust"], price_cents=5000)
    product.variants = [
        Variant(colour="Navy", size="S", available=False),
        Variant(colour="Navy", size="M"),
        Variant(
            colour="Rust", size="S", price_cents=5500, photographs=[product.photographs[1].name]
        ),
    ]
    product.save()
    return product


def page(client: Client, address: str = "/p/shirt/") -> str:
    return client.get(address).content.decode()


def skus(html: str) -> list[str]:
    return re.findall(r'name="sku" value="([^"]+)"', html)


def test_a_colour_is_chosen_and_then_a_size(client: Client, shirt: Product) -> None:
    html = page(client)
    assert skus(html) == ["SKU-COATS-0-NAVY-S", "SKU-COATS-0-NAVY-M"]
    assert re.findall(r'href="(\?colour=[^"]+)"( aria-current="true")?', html) == [
        ("?colour=Navy", ' aria-current="true"'),
        ("?colour=Rust", ""),
    ]
    assert '<link rel="canonical" href="http://testserver/p/shirt/">' in html
    rust = page(client, "/p/shirt/?colour=rust")
    assert skus(rust) == ["SKU-COATS-0-RUST-S"]
    assert "€55.00" in rust
    assert '<link rel="canonical" href="http://testserver/p/shirt/">' in rust


def test_the_pictures_of_the_chosen_colour_come_first(client: Client, shirt: Product) -> None:
    first, second = shirt.photographs
    for address, names in (("", [first, second]), ("?colour=Rust", [second, first])):
        html = page(client, f"/p/shirt/{address}")
        gallery = html[html.index("data-gallery") : html.index('class="facts"')]
        shown = dict.fromkeys(re.findall(r"/(\w+)\.jpg", gallery))
        assert list(shown) == [photograph.stem.rpartition("/")[2] for photograph in names]


def test_a_size_without_pictures_shows_those_of_its_colour_and_no_other(shirt: Product) -> None:
    navy, rust = shirt.photographs
    shirt.photographs = [rust, navy]
    shirt.variants.append(Variant(colour="Rust", size="M"))
    navy_m, rust_m = shirt.variants[1], shirt.variants[3]
    assert shirt.photographs_of(rust_m) == [rust, navy]
    assert shirt.photographs_of(navy_m) == [navy, rust]
    assert shirt.cover_of(navy_m) == navy
    shirt.photographs = []
    assert shirt.cover_of(navy_m) is None


def test_without_a_choice_it_is_the_first_colour_that_can_be_had(shirt: Product) -> None:
    show_available(str(shirt.pk), {"SKU-COATS-0-NAVY-M": False})
    shirt.refresh_from_db()
    assert [offer.available for offer in shirt.offers()] == [False, False, True]
    for wanted in ("", "Plaid"):
        assert [colour.name for colour in choice_of(shirt, wanted).colours if colour.chosen] == [
            "Rust"
        ]
    assert not choice_of(shirt, "Navy").is_available


def test_a_size_of_one_colour_sells_out_by_itself(shirt: Product) -> None:
    shirt.variants.append(Variant(colour="Rust", size="M"))
    shirt.save()
    show_available(str(shirt.pk), {"SKU-COATS-0-RUST-M": False, "SKU-COATS-0-NAVY-S": True})
    shirt.refresh_from_db()
    assert [offer.available for offer in shirt.offers()] == [True, True, True, False]


def test_documents_of_before_there_were_colours_follow_the_stock(
    coats: Category, catalogue: Any
) -> None:
    product = make_product(coats, 0)
    old = {"$unset": {"variants.$[].colour": "", "variants.$[].photographs": ""}}
    catalogue.update_one({"_id": product.pk}, old)
    show_available(str(product.pk), {"SKU-COATS-0-M": False, "SKU-COATS-0-L": True})
    found = Product.objects.get(pk=product.pk)
    assert [offer.available for offer in found.offers()] == [False, True]


@pytest.fixture
def catalogue(db: None) -> Any:
    from shop.config.routers import catalogue_connection

    return catalogue_connection().get_collection(Product._meta.db_table)


def test_colours_without_sizes(client: Client, coats: Category, alike_by_order: None) -> None:
    variants = [Variant(colour="Navy"), Variant(colour="Rust")]
    make_product(coats, 0, name="Bag", variants=variants)
    html = page(client, "/p/bag/?colour=Rust")
    assert '<input type="hidden" name="sku" value="SKU-COATS-0-RUST">' in html
    assert 'class="sizes"' not in html
    ways = html[html.index('id="colours"') : html.index('class="buy"')]
    assert "<img" not in ways, "which picture shows which is not known"


def test_what_is_in_one_colour_offers_no_choice(coats: Category) -> None:
    one = make_product(coats, 0, variants=[Variant(colour="Navy", size=size) for size in "SM"])
    assert choice_of(one).colours == ()
    assert [offer.size for offer, _ in choice_of(one).offers] == ["S", "M"]


# What it costs


def test_a_sale_shows_what_it_cost_before(client: Client, shirt: Product) -> None:
    shirt.sale_price_cents, shirt.sale_until = 4200, timezone.now() + timedelta(days=1)
    shirt.save()
    html = page(client)
    price = re.search(r'facts__price">(.+?)</p>', html, re.DOTALL)
    assert price
    assert re.sub(r"<[^>]+>|\s+", " ", price[1]).split() == ["€42.00", "instead", "of", "€50.00"]
    assert "Until " in html
    card = page(client, "/c/coats/")
    assert "€42.00" in card
    assert "€50.00</s>" in card


def test_a_card_shows_a_sale_the_moment_it_begins(
    client: Client, shirt: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = timezone.now() + timedelta(minutes=1)
    shirt.sale_price_cents, shirt.sale_from = 4200, begins
    shirt.save()
    assert "from €50.00" in page(client, "/c/coats/")
    monkeypatch.setattr(timezone, "now", lambda: begins)
    html = page(client, "/c/coats/")
    assert "€42.00" in html
    assert "from €50.00" not in html


def test_sizes_that_cost_more_say_so(client: Client, coats: Category, alike_by_order: None) -> None:
    sizes = [Variant(size="M"), Variant(size="XXL", price_cents=1200)]
    make_product(coats, 0, variants=sizes)
    html = page(client, "/p/piece-0/")
    assert "from €10.00" in html
    assert "€12.00" in html
    assert "from €10.00" in page(client, "/c/coats/")


def test_facts(client: Client, shirt: Product) -> None:
    shirt.brand, shirt.material = "Lido", "Linen"
    shirt.attributes = [Attribute(name="Collar <i>", value="Button-down")]
    shirt.save()
    html = page(client)
    for fact in ("Lido", "Linen", "Collar &lt;i&gt;", "Button-down", "Navy", "Rust"):
        assert fact in html


# Who sees it


def test_by_its_link_alone(client: Client, shirt: Product) -> None:
    shirt.status = Status.LINK
    shirt.save()
    html = page(client)
    assert html.count('name="robots" content="noindex"') == 1
    assert 'rel="canonical"' not in html
    assert 'id="alike"' not in html
    assert 'id="viewed"' not in html
    assert "heart" not in html[: html.index("foot")].partition('class="product"')[2]
    for address in ("/", "/c/coats/", "/search/?q=shirt", "/sitemap-products.xml"):
        assert "/p/shirt/" not in page(client, address)
    assert client.get("/p/shirt/similar/").status_code == 404
    client.post("/basket/add/", {"product": str(shirt.pk), "sku": "SKU-COATS-0-RUST-S"})
    assert Line.objects.get().price_cents == 5500
    for variant in shirt.variants:
        variant.available = False
    shirt.save()
    html = page(client)
    assert "Sold out." in html
    assert 'href="#alike"' not in html


def test_what_is_archived_is_gone(client: Client, shirt: Product) -> None:
    shirt.status = Status.ARCHIVED
    shirt.save()
    response = client.get("/p/shirt/")
    assert response.status_code == 410
    # A browser that kept it would show it still when the product is sold again.
    assert response["Cache-Control"] == "no-cache"
    html = response.content.decode()
    assert "Shirt is no longer sold." in html
    assert 'content="noindex"' in html
    assert "€" not in html
    assert "/p/shirt/" not in page(client, "/c/coats/")


def test_a_draft_is_for_staff(client: Client, shirt: Product, django_user_model: Any) -> None:
    shirt.status = Status.DRAFT
    shirt.save()
    assert client.get("/p/shirt/").status_code == 404
    client.force_login(django_user_model.objects.create_user("shopper"))
    assert client.get("/p/shirt/").status_code == 404
    client.force_login(django_user_model.objects.create_superuser("merchant"))
    for status in (Status.DRAFT, Status.ARCHIVED):
        Product.objects.filter(pk=shirt.pk).update(status=status)
        response = client.get("/p/shirt/")
        assert response.status_code == 200
        html = response.content.decode()
        assert f"{status.label}: only staff see this page" in html
        assert 'content="noindex"' in html
        # Of a draft they see what shoppers will.
        button = re.search('<form class="buy".*?<button class="button"([^>]*)>', html, re.DOTALL)
        assert (button and button[1]) == (" disabled" if status == Status.DRAFT else None)
