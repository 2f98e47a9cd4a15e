"""Pages that are rendered once for everybody who brings nothing of their own."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone

from shop.catalog.kept_pages import KEPT_FOR, KEPT_WITH_OPINIONS
from shop.catalog.models import Category, Product
from tests.shop.catalog.shelves import make_product

PAGES = ["/p/piece-0/", "/c/coats/"]

type Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def rendered() -> Counting:
    """The names of the templates that are rendered meanwhile."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        names: list[str] = []

        def note(template: object, **_: object) -> None:
            names.append(str(getattr(template, "name", "")))

        template_rendered.connect(note)
        try:
            yield names
        finally:
            template_rendered.disconnect(note)

    return counting


@pytest.mark.parametrize("address", PAGES)
def test_the_second_visitor_gets_what_the_first_one_got(
    products: list[Product], rendered: Counting, address: str
) -> None:
    first = Client().get(address)
    with rendered() as names:
        plain = Client().get(address)
        packed = Client().get(address, headers={"Accept-Encoding": "br, gzip"})
    assert names == []
    assert first.content == plain.content == gzip.decompress(packed.content)
    assert packed["Content-Encoding"] == "gzip"
    for response in (first, plain, packed):
        assert "Accept-Encoding" in response["Vary"]
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert response["Content-Language"] == "en"


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_with_something_of_their_own_sees_that(
    products: list[Product], address: str
) -> None:
    Client().get(address)
    visitor = Client()
    visitor.post("/wishlist/hearts/", {"keep": str(products[0].pk)})
    assert 'aria-pressed="true"' in visitor.get(address).text
    assert 'aria-pressed="true"' not in Client().get(address).text


def test_a_signed_in_visitor_leaves_nothing_behind(
    client: Client, products: list[Product], django_user_model: type[User]
) -> None:
    client.force_login(django_user_model.objects.create_user("ada", "ada@x.example"))
    own = client.get("/p/piece-0/")
    assert "ada@x.example" in own.text
    assert "private" in own["Cache-Control"]
    assert "ada@x.example" not in Client().get("/p/piece-0/").text


def test_each_language_and_host_has_its_own(products: list[Product], settings: object) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "shop.example"]  # type: ignore[attr-defined]
    assert "Add to bag" in Client().get("/p/piece-0/").text
    assert "Add to bag" not in Client().get("/de/p/piece-0/").text
    other = Client().get("/p/piece-0/", headers={"Host": "shop.example"})
    assert 'href="http://shop.example/p/piece-0/"' in other.text


@pytest.mark.parametrize("address", PAGES)
def test_what_is_changed_shows(client: Client, products: list[Product], address: str) -> None:
    assert "Piece 0" in client.get(address).text
    products[0].name = "Another name"
    products[0].save()
    assert "Another name" in client.get(address).text


@pytest.mark.parametrize("address", ["/", *PAGES])
def test_the_menu_is_that_of_now(
    client: Client, products: list[Product], coats: Category, address: str
) -> None:
    assert "Parkas" not in client.get(address).text
    coats.name = "Parkas"
    coats.save()
    assert "Parkas" in client.get(address).text
    assert "Coats" not in client.get(address).text


def test_an_address_with_a_question_is_answered_for_itself(
    client: Client, products: list[Product]
) -> None:
    client.get("/c/coats/")
    assert client.get("/c/coats/?price_max=1").text != client.get("/c/coats/").text


@pytest.mark.parametrize("address", PAGES)
def test_a_sale_ends_to_the_moment(
    client: Client, coats: Category, alike_by_order: None, address: str
) -> None:
    ends = timezone.now() + timedelta(seconds=20)
    make_product(coats, 0, price_cents=9000, sale_price_cents=4500, sale_until=ends)
    with pytest.MonkeyPatch.context() as clock:
        assert "€45.00" in client.get(address).text
        clock.setattr(timezone, "now", lambda: ends)
        assert "€45.00" not in client.get(address).text


@pytest.mark.parametrize(
    ("rating", "kept_for"), [(None, KEPT_FOR), (4.5, KEPT_WITH_OPINIONS)], ids=["none", "opinions"]
)
def test_nothing_is_kept_for_long(
    client: Client,
    coats: Category,
    alike_by_order: None,
    rendered: Counting,
    rating: float | None,
    kept_for: timedelta,
) -> None:
    make_product(coats, 0, rating=rating)
    client.get("/p/piece-0/")
    begun = timezone.now()
    for later, is_kept in ((kept_for - timedelta(seconds=30), True), (kept_for, False)):
        with pytest.MonkeyPatch.context() as clock, rendered() as names:
            clock.setattr(timezone, "now", lambda later=later: begun + later)
            client.get("/p/piece-0/")
        assert ("catalog/product.html" not in names) == is_kept


def test_a_panel_that_rests_is_not_kept(
    products: list[Product], rendered: Counting, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("search_away")
    assert "resting at the moment" in Client().get("/p/piece-0/").text
    with rendered() as names:
        Client().get("/p/piece-0/")
    assert "catalog/product.html" in names
