"""The product page and the panel of similar products."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.catalog import views
from shop.catalog.alike import Alike
from shop.catalog.models import Category, Product, Status
from tests.shop.catalog.shelves import make_product


def test_a_product_page_shows_its_facts(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-2/").content.decode()
    for fact in ("Piece 2", "€30.00", "Soft &lt;and&gt; warm.", "Sage", "Jacket", "SKU-coats-2"):
        assert fact in html


def test_a_page_with_ones_own_address_is_not_compressed(
    client: Client, products: list[Product], django_user_model: type[User]
) -> None:
    address = products[0].get_absolute_url()
    accepts = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" in client.get(address, headers=accepts)
    client.force_login(django_user_model.objects.create_user("ada", "ada@x.example"))
    response = client.get(address, headers=accepts)
    assert "Content-Encoding" not in response
    assert 'value="ada@x.example"' in response.text


def test_sizes_are_radio_buttons_and_a_sold_out_one_cannot_be_chosen(
    client: Client, products: list[Product]
) -> None:
    html = client.get("/p/piece-2/").content.decode()
    assert '<input type="radio" name="sku" value="SKU-COATS-2-M" required>' in html
    assert '<input type="radio" name="sku" value="SKU-COATS-2-L" required disabled>' in html
    assert "sold out" in html


def test_every_photograph_has_its_size_and_formats(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-2/").content.decode()
    images = re.findall(r"<img [^>]+>", html)
    sized = [image for image in images if 'width="40" height="50"' in image]
    assert len(sized) == len(images) - 1, "only the empty frame of the enlarged view has no size"
    assert html.count('type="image/avif"') == html.count('type="image/webp"') == len(sized)


def test_search_engines_can_read_the_product(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-2/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    assert "<and>" not in found[1]
    data = json.loads(found[1])
    assert data["description"] == "Soft <and> warm."
    assert data["offers"]["price"] == "30.00"
    assert data["offers"]["availability"].endswith("InStock")
    assert '<link rel="canonical" href="http://testserver/p/piece-2/">' in html


def test_the_other_colours_of_a_design_are_linked(
    client: Client, coats: Category, alike_by_order: None
) -> None:
    for number, style in enumerate(("Lido", "Lido", "Pier", "", "", "Lido")):
        make_product(
            coats, number, style=style, status=Status.DRAFT if number == 5 else Status.PUBLISHED
        )
    html = client.get("/p/piece-0/").content.decode()
    facts, _, panel = html.partition("Looks alike")
    assert re.findall(r'class="way" href="([^"]+)"', facts) == ["/p/piece-1/"]
    assert "Rust" in facts
    assert "Piece 1" not in panel
    for address in ("/p/piece-2/", "/p/piece-3/"):
        assert "Also in" not in client.get(address).content.decode()


def test_a_panel_has_one_of_each_style(
    client: Client, coats: Category, alike_by_order: None
) -> None:
    for number in range(9):
        make_product(coats, number, style=f"Style {number // 2}")
    html = client.get("/p/piece-0/").content.decode()
    assert alike_in(html) == ["Piece 2", "Piece 4", "Piece 6", "Piece 8"]


def alike_in(html: str) -> list[str]:
    _, _, panel = html.partition("Looks alike")
    return re.findall(r'class="card__name">([^<]+)', panel)


def test_the_panel_has_as_many_as_the_setting_says(
    client: Client, products: list[Product], settings: Any
) -> None:
    assert settings.SIMILAR_K == 5
    assert alike_in(client.get("/p/piece-5/").content.decode()) == [f"Piece {n}" for n in range(5)]
    settings.SIMILAR_K = 2
    assert len(alike_in(client.get("/p/piece-5/").content.decode())) == 2


def test_the_wide_panel_is_a_page_or_a_fragment(client: Client, products: list[Product]) -> None:
    page = client.get("/p/piece-0/similar/")
    fragment = client.get("/p/piece-0/similar/", headers={"HX-Request": "true"})
    assert page.content.decode().count("<h1") == 1
    assert fragment.content.decode().strip().startswith("<li")
    for response in (page, fragment):
        assert "HX-Request" in response["Vary"]
        assert len(re.findall(r'class="card__name">', response.content.decode())) == 5


def test_the_wide_panel_can_be_narrowed(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-0/similar/?kind=Parka&price_max=90").content.decode()
    assert re.findall(r'class="card__name">([^<]+)', html) == ["Piece 3"]
    assert "1 piece<" in html
    assert 'href="?price_max=90"' in html
    assert 'name="kind" value="Jacket"' in html
    assert 'name="sort"' not in html


def test_each_filter_of_the_wide_panel_says_what_choosing_it_shows(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "WIDE_K", 3)
    address = "/p/piece-0/similar/"
    counts = {
        (menu.name, option.value): option.count
        for menu in client.get(address).context["menus"]()
        for option in menu.options
    }
    # It is one itself, and is not shown beside itself.
    assert counts["kind", "Parka"] == 1
    # There are four, and three are shown.
    assert counts["kind", "Jacket"] == 3
    for (name, value), count in counts.items():
        assert client.get(address, {name: value}).context["pieces"] == count, value


def test_words_narrow_what_looks_like_a_product(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-0/similar/?q=like+this+under+50").content.decode()
    shown = re.findall(r'class="card__name">([^<]+)', html)
    assert shown == ["Piece 1", "Piece 2", "Piece 3", "Piece 4"]
    assert 'action="/p/piece-0/similar/"' in html
    assert 'href="?" hx-boost="false">“like this under 50”' in html


def test_filters_that_leave_nothing_say_what_to_do(client: Client, products: list[Product]) -> None:
    html = client.get("/p/piece-0/similar/?colour=Gold").content.decode()
    assert "Nothing in the shop fits all of that" in html
    assert 'name="colour" value="Gold" checked' in html
    assert '<a class="button" href="?">Clear all filters</a>' in html
    near = html.partition('id="near">Without these filters<')[2]
    assert len(re.findall(r'class="card__name">', near)) == 5


def test_the_page_swaps_itself_where_the_panel_is_a_fragment(
    client: Client, products: list[Product]
) -> None:
    headers = {"HX-Request": "true", "HX-Boosted": "true"}
    response = client.get("/p/piece-0/similar/?kind=Parka", headers=headers)
    assert 'id="listing"' in response.content.decode()
    assert "HX-Boosted" in response["Vary"]


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (1.0, "Very close"),
        (0.85, "Very close"),
        (0.8, "Close"),
        (0.5, "Close"),
        (0.49, "Same mood"),
        (0.1, "Same mood"),
        (0.09, "Far from it"),
        (0.0, "Far from it"),
    ],
)
def test_a_score_is_said_in_words(score: float, word: str) -> None:
    assert Alike(Product(), score).closeness == word


def test_the_very_picture_is_told_as_such() -> None:
    assert Alike(Product(), 1.0, twin=True).closeness == "This very picture"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_without_the_recommender_a_quiet_note_stands_in_the_panel(
    client: Client, products: list[Product], search_away: None, headers: dict[str, str]
) -> None:
    for address in ("/p/piece-0/", "/p/piece-0/similar/"):
        response = client.get(address, headers=headers)
        assert response.status_code == 200
        assert "resting at the moment" in response.content.decode()
    assert client.get("/").status_code == 200


def test_a_product_without_photographs_or_sizes_has_a_page(
    client: Client, coats: Category, alike_by_order: None
) -> None:
    make_product(coats, 0, photographs=[], variants=[], colours=[], kind="")
    for address in ("/", "/c/coats/", "/p/piece-0/", "/p/piece-0/similar/"):
        assert client.get(address).status_code == 200


def test_a_product_page_needs_few_queries(
    client: Client, products: list[Product], mongo_queries: Callable[[], Any]
) -> None:
    with mongo_queries() as first:
        client.get("/p/piece-0/")
    assert len(first) <= 3
    with mongo_queries() as again:
        client.get("/p/piece-0/")
    assert len(again) == 0


def test_a_page_from_memory_is_never_older_than_what_is_known(
    client: Client, admin_client: Client, products: list[Product]
) -> None:
    piece = products[0]
    assert piece.title in client.get("/p/piece-0/").content.decode()
    piece.name = "Piece anew"
    piece.save()
    assert "Piece anew" in client.get("/p/piece-0/").content.decode()
    other = products[1]
    other.slug, piece.slug = piece.slug, "piece-anew"
    piece.save()
    other.save()
    assert other.title in client.get("/p/piece-0/").content.decode()
    assert "Piece anew" in client.get("/p/piece-anew/").content.decode()
    piece.status = Status.DRAFT
    piece.save()
    assert client.get("/p/piece-anew/").status_code == 404
    assert admin_client.get("/p/piece-anew/").status_code == 200
    assert client.get("/p/piece-2/").status_code == 200
    products[2].delete()
    assert client.get("/p/piece-2/").status_code == 404
