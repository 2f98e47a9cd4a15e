"""Hearts, the page of wishes, and its link for others."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shop.catalog.models import Product, Status
from shop.shoppers import wishlist
from shop.shoppers.models import Wish, WishlistLink


def keep(client: Client, product: Product, **headers: str) -> int:
    fields = {"keep": str(product.pk)}
    return client.post("/wishlist/hearts/", fields, headers=headers).status_code


def drop(client: Client, product: Product) -> int:
    return client.post("/wishlist/hearts/", {"drop": str(product.pk)}).status_code


def names(client: Client, address: str = "/wishlist/") -> list[str]:
    """What a wishlist shows, in its order."""
    html = client.get(address).content.decode()
    return re.findall(r'card__name">([^<]+)<', html)


def hearts(html: str) -> list[str]:
    """What pressing each heart of a page would do."""
    return re.findall(r'class="heart[^"]*" form="hearts" name="(\w+)"', html)


def test_a_guest_s_wishes_are_in_their_session(client: Client, shirts: list[Product]) -> None:
    assert keep(client, shirts[0]) == 302
    keep(client, shirts[1])
    assert names(client) == ["Rust shirt", "Navy shirt"]
    assert names(Client()) == []
    assert drop(client, shirts[1]) == 302
    assert names(client) == ["Navy shirt"]
    assert not Wish.objects.exists()


def test_a_shopper_s_wishes_wait_on_every_device(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    client.force_login(ada)
    keep(client, shirts[0])
    keep(client, shirts[0])
    phone = Client()
    phone.force_login(ada)
    assert names(phone) == ["Navy shirt"]
    drop(phone, shirts[0])
    drop(phone, shirts[0])
    assert names(client) == []


def test_signing_in_brings_what_a_guest_kept(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    wishlist.keep_all(ada, [str(shirts[2].pk), str(shirts[1].pk)])
    keep(client, shirts[1])
    keep(client, shirts[0])
    client.force_login(ada)
    assert names(client) == ["Navy shirt", "Rust shirt", "Sage shirt"]
    client.logout()
    assert names(client) == []


def test_the_oldest_wish_makes_room(
    client: Client, ada: User, shirts: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishlist, "MOST_WISHES", 2)
    for shirt in shirts:
        keep(client, shirt)
    assert names(client) == ["Sage shirt", "Rust shirt"]
    client.force_login(ada)
    keep(client, shirts[0])
    assert names(client) == ["Navy shirt", "Sage shirt"]


def test_what_is_no_longer_sold_is_not_shown(client: Client, shirts: list[Product]) -> None:
    keep(client, shirts[0])
    keep(client, shirts[1])
    shirts[0].status = Status.DRAFT
    shirts[0].save()
    assert names(client) == ["Rust shirt"]


@pytest.mark.parametrize("value", ["", "x", "0" * 24, "f" * 23, "../" * 8])
def test_nothing_else_can_be_kept(client: Client, shirts: list[Product], value: str) -> None:
    assert client.post("/wishlist/hearts/", {"keep": value}).status_code == 404
    assert not Session.objects.exists()


def test_htmx_is_told_which_heart_is_full(client: Client, shirts: list[Product]) -> None:
    product = str(shirts[0].pk)
    headers = {"HX-Request": "true"}
    response = client.post("/wishlist/hearts/", {"keep": product}, headers=headers)
    told = json.loads(response.headers["HX-Trigger"])
    assert told == {"wish": {"product": product, "kept": True}}
    html = response.content.decode()
    assert re.findall(r'id="([\w-]+)" hx-swap-oob="true">1<', html) == [
        "wish-count",
        "bar-wish-count",
    ]
    response = client.post("/wishlist/hearts/", {"drop": product}, headers=headers)
    assert json.loads(response.headers["HX-Trigger"])["wish"]["kept"] is False


def test_without_scripts_a_heart_leads_back_to_its_page(
    client: Client, shirts: list[Product]
) -> None:
    fields = {"keep": str(shirts[0].pk)}
    for referer, leads_to in (
        ("http://testserver/c/shirts/?page=1", "http://testserver/c/shirts/?page=1"),
        ("https://evil.example/", "/wishlist/"),
        ("", "/wishlist/"),
    ):
        response = client.post("/wishlist/hearts/", fields, headers={"Referer": referer})
        assert response.headers["Location"] == leads_to


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 302),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_other_sites_cannot_press_hearts(
    shirts: list[Product], headers: dict[str, str], status: int
) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert keep(strict, shirts[0], **headers) == status
    assert len(names(strict)) == (1 if status == 302 else 0)


def test_hearts_show_what_is_kept(client: Client, shirts: list[Product]) -> None:
    keep(client, shirts[1])
    page = client.get("/c/shirts/").content.decode()
    # The newest comes first.
    assert hearts(page) == ["keep", "drop", "keep"]
    assert hearts(client.get("/p/rust-shirt/").content.decode()) == ["drop"]
    assert hearts(client.get("/p/navy-shirt/").content.decode()) == ["keep"]


@pytest.mark.usefixtures("rules_are_known")
def test_who_only_looks_costs_no_query_and_has_no_session(
    client: Client, shirts: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for address in ("/", "/c/shirts/", "/wishlist/"):
        with django_assert_num_queries(0):
            response = client.get(address)
        assert not response.cookies
    assert not Session.objects.exists()


def test_all_hearts_of_a_page_are_one_query(
    client: Client,
    ada: User,
    shirts: list[Product],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(ada)
    keep(client, shirts[0])
    client.get("/c/shirts/")
    # The session, the user, the bag and the wishes.
    with django_assert_num_queries(4):
        page = client.get("/c/shirts/").content.decode()
    assert hearts(page) == ["keep", "keep", "drop"]
    assert page.count('1<span class="unseen"> wish</span>') == 2


def test_a_link_shows_the_wishes_to_others_until_it_is_taken_back(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    client.force_login(ada)
    keep(client, shirts[0])
    assert not WishlistLink.objects.exists()
    client.post("/wishlist/share/")
    address = WishlistLink.objects.get().get_absolute_url()
    assert f"http://testserver{address}" in client.get("/wishlist/").content.decode()

    friend = Client()
    page = friend.get(address).content.decode()
    assert "What Ada wishes for" in page
    assert names(friend, address) == ["Navy shirt"]
    # Nothing else of her, and nothing of it is the friend's own.
    assert ada.email not in page
    assert hearts(page) == ["keep"]
    assert names(friend) == []

    client.post("/wishlist/share/")
    assert WishlistLink.objects.get().get_absolute_url() == address
    client.post("/wishlist/unshare/")
    assert friend.get(address).status_code == 404
    client.post("/wishlist/share/")
    assert WishlistLink.objects.get().get_absolute_url() != address


@pytest.mark.django_db
def test_guests_cannot_share(client: Client) -> None:
    for address in ("/wishlist/share/", "/wishlist/unshare/"):
        response = client.post(address)
        assert response.headers["Location"].startswith("/account/login/")
    assert not WishlistLink.objects.exists()


def test_nobody_sees_another_s_wishes(client: Client, ada: User, shirts: list[Product]) -> None:
    wishlist.keep_all(ada, [str(shirts[0].pk)])
    client.force_login(User.objects.create_user("eve"))
    assert names(client) == []
    drop(client, shirts[0])
    assert ada.wishes.count() == 1
    assert client.get("/wishlist/of/guess/").status_code == 404
