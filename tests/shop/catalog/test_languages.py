"""The shop in two languages: pages by their address, merchants' pages as the merchant prefers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.urls import clear_url_caches, reverse
from django.utils.translation import override

from shop.catalog.models import Category, Product
from shop.catalog.money import price
from shop.catalog.templatetags.storefront import units
from shop.catalog.vocabulary import translated

LEFTOVERS = re.compile(r"\b(the|your|you|with|and|of|for|search|bag|price|size)\b", re.IGNORECASE)
# What merchants typed, and code.
NOT_OURS = re.compile(
    r"<(script|style|svg|noscript)\b.*?</\1>|Soft &lt;and&gt; warm\.|Long and warm\.|<[^>]*>", re.S
)


def alternates(html: str) -> dict[str, str]:
    return dict(
        re.findall(r'<link rel="alternate" hreflang="(.+?)" href="http://testserver(.+?)"', html)
    )


def test_address_says_the_language(client: Client, products: list[Product]) -> None:
    english, german = (client.get(f"{prefix}/p/piece-0/") for prefix in ("", "/de"))
    assert '<html lang="en">' in english.text
    assert "Add to bag" in english.text
    assert '<html lang="de">' in german.text
    assert "In den Warenkorb" in german.text
    assert (english["Content-Language"], german["Content-Language"]) == ("en", "de")


def test_page_is_the_same_for_whoever_asks(client: Client, products: list[Product]) -> None:
    client.cookies["django_language"] = "de"
    answer = client.get("/p/piece-0/", headers={"Accept-Language": "de"})
    assert "Add to bag" in answer.text
    assert "Accept-Language" not in answer.get("Vary", "")


def test_links_stay_in_the_language(client: Client, products: list[Product]) -> None:
    html = client.get("/de/c/coats/").text
    links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', html))
    others = [link for link in links if not link.startswith(("/de/", "/pictures/"))]
    assert others == ["/c/coats/"]


@pytest.mark.parametrize(
    "path", ["/", "/c/coats/", "/p/piece-0/", "/p/piece-0/similar/", "/photo/", "/search/?q=piece"]
)
def test_every_page_leads_to_itself_in_the_other_language(
    client: Client, products: list[Product], path: str
) -> None:
    links = f'href="{path}" hreflang="en"', f'href="/de{path}" hreflang="de"'
    for address in (path, f"/de{path}"):
        html = client.get(address).text
        assert all(link in html for link in links)


def test_search_engines_are_told_of_both(client: Client, products: list[Product]) -> None:
    for address in ("/p/piece-0/", "/de/p/piece-0/"):
        html = client.get(address).text
        assert alternates(html) == {
            "en": "/p/piece-0/",
            "de": "/de/p/piece-0/",
            "x-default": "/p/piece-0/",
        }
        assert f'<link rel="canonical" href="http://testserver{address}">' in html


@pytest.fixture
def german_shop() -> Iterator[None]:
    """The shop's own language is German; what Django keeps of addresses is of one setting only."""
    clear_url_caches()
    with override_settings(LANGUAGE_CODE="de", LANGUAGES=[("de", "Deutsch"), ("en", "English")]):
        yield
    clear_url_caches()


def test_shop_whose_own_language_is_german(
    german_shop: None, client: Client, products: list[Product]
) -> None:
    assert "In den Warenkorb" in client.get("/p/piece-0/").text
    english = client.get("/en/p/piece-0/").text
    assert "Add to bag" in english
    assert alternates(english)["x-default"] == "/p/piece-0/"
    assert client.get("/de/p/piece-0/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/de/healthz", "/de/metrics", "/de/admin/", "/de/api/products", "/de/sw.js"]
)
def test_what_is_the_same_in_every_language_has_one_address(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pictures_are_shared_by_all_languages(client: Client, products: list[Product]) -> None:
    html = client.get("/de/p/piece-0/").text
    assert '"/pictures/' in html
    assert "/de/pictures/" not in html


def test_fragments_are_kept_by_language(client: Client, products: list[Product]) -> None:
    for prefix in ("", "/de", "", "/de"):
        html = client.get(f"{prefix}/photo/").text
        shelf = re.search(r'class="shelf__link" href="(.+?)"', html)
        assert shelf is not None
        assert shelf[1] == f"{prefix}/c/coats/"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/c/coats/", "/c/coats/?colour=Navy&price_min=1000", "/p/piece-0/", "/photo/"),
        *("/p/piece-0/similar/", "/search/?q=piece", "/search/?q=nowhere", "/basket/"),
        *("/offline/", "/p/nothing/", "/account/login/", "/account/signup/", "/wishlist/"),
    ],
)
def test_no_english_is_left(client: Client, products: list[Product], path: str) -> None:
    assert english_in(client.get(f"/de{path}").text) == []


def test_english_would_be_noticed(client: Client, products: list[Product]) -> None:
    assert english_in(client.get("/p/piece-0/").text)


def english_in(html: str) -> list[str]:
    body = NOT_OURS.sub(" ", html[html.index("<body>") :])
    said = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', html)
    return [words for words in (*body.split("  "), *said) if LEFTOVERS.search(words)]


def test_known_words_of_merchants_are_translated(client: Client, products: list[Product]) -> None:
    with override("de"):
        assert [
            translated(word) for word in ("Navy", "rust", "Fall", "One size", "M", "Sunset", "")
        ] == [*("Marine", "rostrot", "Herbst", "Einheitsgröße", "M", "Sunset", "")]
    assert translated("Navy") == "Navy"
    html = client.get("/de/c/coats/?colour=Navy&gender=women").text
    assert "Marine" in html
    assert "Damen" in html


@pytest.mark.parametrize(
    ("language", "cents", "currency", "text"),
    [
        ("en", 4990, "EUR", "€49.90"),
        ("de", 4990, "EUR", "49,90\u00a0€"),
        ("en", 123456789, "USD", "$1,234,567.89"),
        ("de", 123456789, "USD", "1.234.567,89\u00a0$"),
        ("en", 5, "GBP", "£0.05"),
        ("en", 4900, "CHF", "CHF\u00a049.00"),
        ("de", 4900, "CHF", "49,00\u00a0CHF"),
        ("de", 0, "INR", "0,00\u00a0₹"),
        ("en", -100, "EUR", "-€1.00"),
    ],
)
def test_price(language: str, cents: int, currency: str, text: str) -> None:
    with override(language):
        assert price(cents, currency) == text


@pytest.mark.parametrize(
    ("language", "cents", "text"),
    [("en", 4950, "49.50"), ("de", 4950, "49,50"), ("de", 4900, "49"), ("de", None, "")],
)
def test_price_in_a_field(language: str, cents: int | None, text: str) -> None:
    with override(language):
        assert units(cents) == text


def test_prices_of_a_german_form_are_understood(client: Client, products: list[Product]) -> None:
    html = client.get("/de/c/coats/?price_min=19,50&price_max=30").text
    assert "19,50\xa0€ bis 30,00\xa0€" in html
    assert "2 Stück" in html


def test_admin_speaks_as_the_merchant_prefers(admin_client: Client, coats: Category) -> None:
    path = reverse("admin:index")
    english = admin_client.get(path, headers={"Accept-Language": "en"})
    german = admin_client.get(path, headers={"Accept-Language": "de"})
    assert "Products by category" in english.text
    assert "Produkte nach Kategorie" in german.text
    assert {"Accept-Language", "Cookie"} <= set(re.split(", ?", german["Vary"]))


def test_merchant_chooses_the_language(admin_client: Client, coats: Category) -> None:
    path = reverse("admin:index")
    answer = admin_client.post(reverse("set_language"), {"language": "de", "next": path})
    assert answer["Location"] == path
    assert "Produkte nach Kategorie" in admin_client.get(path).text


def test_api_answers_in_the_callers_language(client: Client, products: list[Product]) -> None:
    path = "/api/v1/products/000000000000000000000000"
    assert "There is no such product." in client.get(path).text
    german = client.get(path, headers={"Accept-Language": "de"})
    assert "Dieses Produkt gibt es nicht." in german.json()["detail"]
