"""What every page of the shop has in common, and the ways it may fail."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pymongo.errors import ServerSelectionTimeoutError
from pytest_django import Settings

from shop.catalog.models import Category, Product, ProductQuerySet, Status
from shop.catalog.parts import Text
from tests.processes import wait_until


class Links(HTMLParser):
    """The addresses that a page refers to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {"href", "src", "action", "hx-get"}
        if ("method", "post") in attributes:
            # What a form sends changes something: no address to look at.
            return
        self.found |= {value for name, value in attributes if name in names and value}
        for name, value in attributes:
            if name == "srcset" and value:
                self.found |= {part.split()[0] for part in value.split(",")}


PAGES = [
    "/",
    "/c/coats/",
    "/c/coats/?sort=-price&colour=Navy",
    "/p/piece-0/",
    "/p/piece-0/similar/",
    "/photo/",
    "/search/",
    "/search/?q=parka",
    "/search/?q=nothing+like+it",
    "/offline/",
    "/nowhere/",
]


def test_every_page_has_one_heading_a_title_and_no_cookie(
    client: Client, products: list[Product]
) -> None:
    for address in PAGES:
        response = client.get(address)
        html = response.content.decode()
        assert response.status_code == (404 if address == "/nowhere/" else 200), address
        assert html.count("<h1") == 1, address
        assert re.search(r"<title>[^<]*Vitrine[^<]*</title>", html), address
        # Nobody has a session for looking.
        assert not response.cookies, address
        # The header shows what is in the visitor's bag.
        assert "Cookie" in response["Vary"], address


def test_the_bar_marks_where_one_is_in_every_language(
    client: Client, products: list[Product]
) -> None:
    current = re.compile(r'class="bar__link" href="([^"]+)" aria-current="page"')
    for address in ("/", "/de/", "/wishlist/", "/de/wishlist/", "/basket/", "/", "/de/"):
        assert current.findall(client.get(address).content.decode()) == [address]
    assert current.findall(client.get("/c/coats/").content.decode()) == []


def test_a_card_follows_its_product_in_every_language(
    client: Client, products: list[Product]
) -> None:
    assert "€10.00" in client.get("/c/coats/").content.decode()
    products[0].price_cents = 777
    products[0].save()
    shelf = client.get("/c/coats/").content.decode()
    assert "€7.77" in shelf
    assert "€10.00" not in shelf
    assert "7,77\u00a0€" in client.get("/de/c/coats/").content.decode()


def test_a_card_follows_a_write_that_only_the_database_makes(
    client: Client, products: list[Product]
) -> None:
    """Such as one of an import, or of a size that was sold out."""
    assert "Piece 0" in client.get("/c/coats/").content.decode()
    Product.objects.filter(pk=products[0].pk).update(name="Duffel")
    shelf = client.get("/c/coats/").content.decode()
    assert "Duffel" in shelf
    assert "Piece 0" not in shelf


@pytest.mark.slow
def test_a_kept_card_shows_a_sale_once_it_is_on(client: Client, products: list[Product]) -> None:
    def shelf() -> str:
        return client.get("/c/coats/").content.decode()

    begins = timezone.now() + timedelta(seconds=1)
    products[0].sale_price_cents, products[0].sale_from = 777, begins
    products[0].save()
    assert "€7.77" not in shelf() or timezone.now() >= begins
    wait_until(lambda: "€7.77" in shelf())


def test_hearts_are_named_in_the_language_of_the_page(
    client: Client, products: list[Product]
) -> None:
    products[0].texts = [Text(language="de", name="Mantel")]
    products[0].save()
    for _ in range(2):
        assert 'aria-label="Keep Piece 0"' in client.get("/c/coats/").content.decode()
        assert 'aria-label="Mantel merken"' in client.get("/de/c/coats/").content.decode()


def test_no_page_needs_inline_scripts_or_styles(client: Client, products: list[Product]) -> None:
    inline = re.compile(r"\sstyle=|<style|\son\w+=|<script(?![^>]*(src=|application/ld\+json))")
    for address in PAGES:
        assert not inline.search(client.get(address).content.decode()), address


@pytest.mark.slow
def test_no_internal_link_is_broken(
    client: Client, products: list[Product], settings: Settings
) -> None:
    # Nobody asks why so often.
    settings.API_PHOTO_RATE = 1000
    seen, waiting = set(), {"/"}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        # What is a shopper's own leads to the page that asks who it is.
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        if "html" not in response["Content-Type"]:
            # Read to its end, it closes its file, and not the test's database as `close` would.
            response.getvalue()
            continue
        for link in Links(response.content.decode()).found:
            target = urlsplit(urljoin(f"http://testserver{address}", link))
            if target.netloc == "testserver" and not target.path.startswith("/static/"):
                waiting |= {target._replace(scheme="", netloc="", fragment="").geturl()} - seen
    assert len(seen) > 50


def test_pages_are_only_read(client: Client, products: list[Product]) -> None:
    for address in set(PAGES) - {"/photo/", "/nowhere/"}:
        assert client.head(address).status_code == 200, address
        for method in (client.post, client.put, client.delete):
            assert method(address).status_code == 405, address


@pytest.mark.parametrize("address", ["/c/none/", "/p/none/", "/p/none/similar/", "/photo/00/"])
def test_what_is_not_there_is_not_found(client: Client, coats: Category, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


def test_an_unpublished_product_is_nowhere(client: Client, products: list[Product]) -> None:
    products[0].status = Status.DRAFT
    products[0].save()
    assert client.get("/p/piece-0/").status_code == 404
    for address in ("/", "/c/coats/", "/search/?q=piece", "/p/piece-1/"):
        assert "/p/piece-0/" not in client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/", "/c/coats/", "/p/piece-0/"])
def test_a_database_that_is_away_is_a_calm_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, no_memory: None, db: None, address: str
) -> None:
    def refuse(*_: object) -> None:
        raise ServerSelectionTimeoutError("nobody there")

    monkeypatch.setattr(ProductQuerySet, "_fetch_all", refuse)
    monkeypatch.setattr("shop.catalog.live.keeper.CatalogueKeeper.look", refuse)
    response = client.get(address)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Back in a moment" in response.content.decode()


def test_a_search_whose_words_are_not_in_memory_is_a_calm_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, no_memory: None, db: None
) -> None:
    def refuse(*_: object) -> None:
        raise ServerSelectionTimeoutError("nobody there")

    monkeypatch.setattr("shop.catalog.live.finding.keeper.WordsKeeper.look", refuse)
    response = client.get("/search/?q=coat")
    assert response.status_code == 503
    assert "Back in a moment" in response.content.decode()


def test_another_fault_stays_a_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch, products: list[Product]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("shop.catalog.views.similar_products", fail)
    client.raise_request_exception = False
    response = client.get("/p/piece-0/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_a_picture_is_kept_for_good(client: Client, products: list[Product]) -> None:
    name = products[0].photographs[0].name.removesuffix(".jpg")
    for extension, kind in (("avif", "avif"), ("webp", "webp"), ("jpg", "jpeg")):
        response = client.get(f"/pictures/160/{name}.{extension}")
        response.close()
        assert response["Content-Type"] == f"image/{kind}"
        assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "161/photographs/00/00000000000000000000000000000000.webp",
        "160/photographs/00/00000000000000000000000000000000.webp",
        "160/photographs/00/00000000000000000000000000000000.png",
        "160/../../../secret_key.jpg",
        "160/queries/%2e%2e/%2e%2e/secret_key.jpg",
        "99999999999999999999/x.jpg",
        "160/.jpg",
    ],
)
def test_no_other_file_is_served_as_a_picture(client: Client, address: str) -> None:
    assert client.get(f"/pictures/{address}").status_code == 404


def test_the_service_worker_rules_the_whole_shop(client: Client) -> None:
    response = client.get(reverse("service_worker"))
    assert response["Content-Type"] == "text/javascript"
    assert '"/offline/"' in response.content.decode()
