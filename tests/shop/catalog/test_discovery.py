"""What search engines and shared links read: addresses, facts, sitemaps, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from shop.catalog import sitemaps
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Attribute
from tests.shop.catalog.shelves import make_product

SITE = "http://testserver"
XML = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
ONE = frozenset({"description", "robots", "og:title", "og:url", "og:image", "twitter:card"})


class Head(HTMLParser):
    """What a page says to machines: `meta` by name, `canonical`, `data` by schema.org's type."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.canonical: str | None = None
        self.title = ""
        self.data: dict[str, Any] = {}
        self._within = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._within = tag if tag == "title" else found.get("type") or ""
        if tag == "link" and found["rel"] == "canonical":
            assert self.canonical is None, "two addresses"
            self.canonical = found["href"]
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            assert name not in self.meta or name not in ONE, f"{name} twice"
            self.meta[name] = found["content"] or ""

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "title":
            self.title += data
        if self._within == "application/ld+json":
            found = json.loads(data)
            assert found["@context"] == "https://schema.org"
            self.data[found["@type"]] = found


@pytest.fixture
def head(client: Client) -> Callable[[str], Head]:
    return lambda address: Head(client.get(address).content.decode())


# Pages that are found


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/", "/"),
        ("/?utm_source=mail", "/"),
        ("/c/coats/", "/c/coats/"),
        ("/c/coats/?colour=Navy&sort=price", "/c/coats/"),
        ("/p/piece-2/?from=panel", "/p/piece-2/"),
    ],
)
def test_a_page_that_is_found_has_one_address(
    head: Callable[[str], Head], products: list[Product], asked: str, canonical: str
) -> None:
    found = head(asked)
    assert found.canonical == found.meta["og:url"] == SITE + canonical
    assert "robots" not in found.meta
    assert found.meta["og:title"]
    assert found.title.startswith(found.meta["og:title"])
    assert found.meta["og:description"] == found.meta["description"]
    assert 1 <= len(found.meta["description"]) <= 170


@pytest.mark.slow
def test_each_page_of_a_category_has_its_own_address(
    head: Callable[[str], Head], coats: Category, alike_by_order: None
) -> None:
    for number in range(31):
        make_product(coats, number)
    assert head("/c/coats/?page=2").canonical == f"{SITE}/c/coats/?page=2"
    assert head("/c/coats/?page=99").canonical == f"{SITE}/c/coats/?page=2"


@pytest.mark.parametrize(
    "address",
    ["/search/?q=coat", "/photo/", "/basket/", "/p/piece-2/similar/", "/offline/", "/p/nothing/"],
)
def test_other_pages_are_not_found(
    head: Callable[[str], Head], products: list[Product], address: str
) -> None:
    found = head(address)
    assert found.meta["robots"] == "noindex"
    assert found.canonical is None


def test_a_shared_link_shows_the_picture(
    client: Client, head: Callable[[str], Head], products: list[Product]
) -> None:
    for address in ("/", "/c/coats/", "/p/piece-2/"):
        meta = head(address).meta
        assert meta["twitter:card"] == "summary_large_image"
        assert (meta["og:image:width"], meta["og:image:height"]) == ("40", "50")
        picture = client.get(meta["og:image"])
        assert picture["Content-Type"] == "image/jpeg"
        picture.close()
    meta = head("/p/piece-2/").meta
    assert meta["og:type"] == "product"
    assert meta["product:price:amount"] == "30.00"
    assert meta["product:price:currency"] == "EUR"
    assert meta["product:availability"] == "in stock"


def test_pages_without_a_picture_are_shared_too(
    head: Callable[[str], Head], coats: Category, alike_by_order: None
) -> None:
    make_product(coats, 0, photographs=[])
    for address in ("/", "/c/coats/", "/p/piece-0/"):
        meta = head(address).meta
        assert "og:image" not in meta
        assert meta["twitter:card"] == "summary"


def test_descriptions(
    head: Callable[[str], Head], coats: Category, products: list[Product]
) -> None:
    assert head("/p/piece-2/").meta["description"] == "Piece 2, €30.00. Soft <and> warm."
    coats.description = ""
    coats.save()
    from shop.catalog import remember

    remember.forget_all()
    description = head("/c/coats/").meta["description"]
    assert description == "Coats at Vitrine, each with what looks like it."


# Facts


def test_the_facts_of_a_product(head: Callable[[str], Head], products: list[Product]) -> None:
    found = head("/p/piece-2/").data["Product"]
    pictures = found.pop("image")
    assert len(pictures) == 2
    assert all(picture.startswith(f"{SITE}/pictures/") for picture in pictures)
    assert found == {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Piece 2",
        "sku": "SKU-coats-2",
        "url": f"{SITE}/p/piece-2/",
        "description": "Soft <and> warm.",
        "color": "Sage",
        "category": "Coats",
        "size": ["M", "L"],
        "audience": {"@type": "PeopleAudience", "suggestedGender": "male"},
        "offers": {
            "@type": "Offer",
            "price": "30.00",
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/NewCondition",
            "seller": {"@type": "Organization", "name": "Vitrine"},
            "url": f"{SITE}/p/piece-2/",
        },
    }


def test_what_else_is_known_of_a_product(
    head: Callable[[str], Head], products: list[Product]
) -> None:
    product = products[2]
    product.brand, product.material, product.gtin, product.mpn = "Lido", "Wool", "96385074", "L-7"
    product.colours = ["Sage", "Rust"]
    product.attributes = [Attribute(name="Collar", value="Shawl")]
    product.save()
    found = head("/p/piece-2/").data["Product"]
    assert found["brand"] == {"@type": "Brand", "name": "Lido"}
    assert (found["material"], found["gtin"], found["mpn"]) == ("Wool", "96385074", "L-7")
    assert found["color"] == "Sage/Rust"
    assert found["additionalProperty"] == [
        {"@type": "PropertyValue", "name": "Collar", "value": "Shawl"}
    ]


def test_a_sale_says_until_when(head: Callable[[str], Head], products: list[Product]) -> None:
    ends = timezone.now().replace(microsecond=0) + timedelta(days=1)
    products[2].sale_price_cents, products[2].sale_until = 2500, ends
    products[2].save()
    found = head("/p/piece-2/")
    offer = found.data["Product"]["offers"]
    assert offer["price"] == found.meta["product:price:amount"] == "25.00"
    assert datetime.fromisoformat(offer["priceValidUntil"]) == ends
    assert found.meta["description"] == "Piece 2, €25.00. Soft <and> warm."


def test_pieces_that_cost_different_prices_are_offers_of_their_own(
    head: Callable[[str], Head], products: list[Product]
) -> None:
    products[2].variants[1].price_cents = 2800
    products[2].variants[1].available = True
    products[2].save()
    found = head("/p/piece-2/")
    offers = found.data["Product"]["offers"]
    assert [(offer["sku"], offer["name"], offer["price"]) for offer in offers] == [
        ("SKU-COATS-2-M", "Piece 2 (M)", "30.00"),
        ("SKU-COATS-2-L", "Piece 2 (L)", "28.00"),
    ]
    assert found.meta["product:price:amount"] == "28.00"
    assert found.meta["description"].startswith("Piece 2, from €28.00.")


def test_what_is_sold_out_says_so(
    client: Client, head: Callable[[str], Head], products: list[Product]
) -> None:
    from shop.stock.counting import count
    from shop.stock.following import follow_all

    count(str(products[2].pk), {"SKU-COATS-2-M": 0, "SKU-COATS-2-L": 0})
    follow_all()
    found = head("/p/piece-2/")
    assert found.data["Product"]["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert found.meta["product:availability"] == "out of stock"


def test_the_way_to_a_page(head: Callable[[str], Head], products: list[Product]) -> None:
    def trail(address: str) -> list[tuple[int, str, str]]:
        steps = head(address).data["BreadcrumbList"]["itemListElement"]
        return [(step["position"], step["name"], step["item"]) for step in steps]

    home, coats = (1, "Home", f"{SITE}/"), (2, "Coats", f"{SITE}/c/coats/")
    assert trail("/c/coats/") == [home, coats]
    assert trail("/p/piece-2/") == [home, coats, (3, "Piece 2", f"{SITE}/p/piece-2/")]


def test_the_name_of_the_shop(head: Callable[[str], Head], products: list[Product]) -> None:
    assert head("/").data["WebSite"]["name"] == "Vitrine"


def test_no_name_ends_the_script(
    client: Client, head: Callable[[str], Head], coats: Category, alike_by_order: None
) -> None:
    name = "</script><script>alert(1)</script>"
    product = make_product(coats, 0, name=name)
    address = product.get_absolute_url()
    assert "<script>alert" not in client.get(address).content.decode()
    assert head(address).data["Product"]["name"] == name


# Sitemaps and robots.txt


def addresses(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314
    return [found.text or "" for found in root.iterfind(".//s:loc", XML)]


def test_the_sitemap_leads_to_every_page(
    client: Client, products: list[Product], coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps.ProductSitemap, "limit", 4)
    make_product(coats, 9, status=Status.DRAFT)
    parts = addresses(client, "/sitemap.xml")
    assert [part.removeprefix(SITE) for part in parts] == [
        "/sitemap-shelves.xml",
        "/sitemap-products.xml",
        "/sitemap-products.xml?p=2",
        "/sitemap-shelves-de.xml",
        "/sitemap-products-de.xml",
        "/sitemap-products-de.xml?p=2",
    ]
    found = [address for part in parts for address in addresses(client, part.removeprefix(SITE))]
    pages = ["/", "/c/coats/", *(f"/p/piece-{number}/" for number in range(6))]
    german = [f"/de{page}" for page in pages]
    assert sorted(found) == sorted(SITE + page for page in (*pages, *german))
    assert [client.get(address).status_code for address in found] == [200] * len(found)


def test_a_product_says_when_it_changed(client: Client, products: list[Product]) -> None:
    html = client.get("/sitemap-products.xml").content.decode()
    assert f"<lastmod>{products[0].changed:%Y-%m-%d}</lastmod>" in html


def test_a_page_of_the_sitemap_is_cheap(
    client: Client, products: list[Product], mongo_queries: Callable[[], Any]
) -> None:
    # The categories, which every page knows, are remembered.
    client.get("/sitemap-shelves.xml")
    with mongo_queries() as queries:
        client.get("/sitemap-products.xml")
    assert len(queries) == 1


@pytest.mark.parametrize("path", ["/sitemap-hats.xml", "/sitemap-products.xml?p=9"])
def test_a_part_that_is_none(client: Client, products: list[Product], path: str) -> None:
    assert client.get(path).status_code == 404


def test_robots(client: Client, db: None) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(response.content.decode().splitlines())
    assert robots.site_maps() == [f"{SITE}/sitemap.xml"]
    for path in ("/", "/p/piece-2/", "/c/coats/?page=2", "/pictures/320/a.jpg"):
        assert robots.can_fetch("*", SITE + path)
    for path in ("/admin/", "/api/v1/products"):
        assert not robots.can_fetch("*", SITE + path)
