"""For you, panels in the order of one's taste, and the page where one corrects it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shop.catalog.models import Product, Status
from shop.events.forgetting import forget_visit
from shop.events.models import Event, Kind, first_id
from shop.events.writing import write_waiting
from shop.taste import building, crowd
from shop.taste.crowd import people
from shop.taste.forms import sent_in
from shop.taste.known import MOST, Known

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NUMBERS = count(1)


def seen(*products: Product, mark: str = "v") -> dict[str, str]:
    """What a browser sends that looked at these, the latest first."""
    return {"seen": ",".join(f"{mark}{product.pk}" for product in products)}


def names(html: str) -> list[str]:
    return re.findall(r'card__name">([^<]+)<', html)


def for_you(client: Client, *products: Product) -> list[str]:
    response = client.post("/taste/for-you/", seen(*products))
    assert response.status_code == 200
    return names(response.content.decode())


def reasons(client: Client, *products: Product) -> list[str]:
    page = client.post("/taste/reasons/", seen(*products), headers=HTMX).content.decode()
    return re.findall(r'reasons__facts">\s*<a[^>]+>([^<]+)<', page)


def looked(visit: int, *products: Product, kind: Kind = Kind.VIEW, days: float = 1) -> None:
    """A visitor looked at these, one after the other."""
    began = timezone.now() - timedelta(days=days)
    Event.objects.bulk_create(
        Event(
            id=first_id(began + timedelta(seconds=20 * place)) + next(NUMBERS),
            visit=visit,
            kind=kind,
            product=str(product.pk),
        )
        for place, product in enumerate(products)
    )


def learn() -> None:
    assert building.build()
    # What is remembered for a moment is looked at anew.
    from shop.catalog import remember

    remember.forget_all()


# For you


def test_nothing_is_shown_to_whom_nothing_is_known_of(
    client: Client, products: list[Product]
) -> None:
    assert for_you(client) == []
    assert not client.cookies


def test_one_product_is_enough_and_nothing_is_kept(
    client: Client, products: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        shown = for_you(client, products[0])
    assert shown == [f"Piece {n}" for n in range(1, 6)]
    assert not client.cookies
    assert not Session.objects.exists()
    assert not write_waiting()


def test_what_people_like_beside_it_comes_first(client: Client, products: list[Product]) -> None:
    for visit in range(1, 9):
        looked(visit, products[0], products[4])
        looked(100 + visit, products[2], products[3])
    learn()
    assert for_you(client, products[0])[0] == "Piece 4"
    assert for_you(client, products[2])[0] == "Piece 3"


def test_what_is_known_drafts_and_what_is_sold_out_are_left_out(
    client: Client, products: list[Product]
) -> None:
    products[3].status = Status.DRAFT
    products[3].save()
    for variant in products[4].variants:
        variant.available = False
    products[4].save()
    assert for_you(client, products[0], products[1]) == ["Piece 2", "Piece 5"]


def test_while_the_recommender_is_away_people_are_enough(
    client: Client, products: list[Product], search_away: None
) -> None:
    looked(1, products[0], products[4])
    looked(2, products[0], products[4])
    learn()
    assert for_you(client, products[0]) == ["Piece 4"]


def test_a_shopper_has_it_on_every_device(
    client: Client, ada: User, products: list[Product]
) -> None:
    phone = Client()
    for device in (client, phone):
        device.force_login(ada)
    client.post("/viewed/", {"product": str(products[0].pk)})
    write_waiting()
    assert "Piece 0" not in for_you(phone)
    assert reasons(phone) == ["Piece 0"]


def test_it_is_asked_for_from_own_pages_only(client: Client, products: list[Product]) -> None:
    site = {"Sec-Fetch-Site": "cross-site"}
    for address in ("/taste/for-you/", "/taste/switch/", "/taste/out/", "/taste/reasons/"):
        assert client.post(address, headers=site).status_code == 403


def test_the_page_opens_from_anywhere(client: Client, products: list[Product]) -> None:
    for site in ("none", "cross-site", "same-origin"):
        assert client.get("/taste/", headers={"Sec-Fetch-Site": site}).status_code == 200


# Panels


def test_a_panel_is_in_the_order_of_ones_taste(client: Client, products: list[Product]) -> None:
    for visit in range(1, 9):
        looked(visit, products[0], products[5])
    learn()
    address = f"/p/{products[1].slug}/alike/"
    page = client.post(address, seen(products[1], products[0]))
    assert b"In the order of" in page.content
    assert "Piece 5" in names(page.content.decode())
    # Nothing else is known than what it is beside: it stays as it was.
    assert client.post(address, seen()).status_code == 204


def test_a_panel_stays_while_the_recommender_is_away(
    client: Client, products: list[Product], search_away: None
) -> None:
    answer = client.post(f"/p/{products[1].slug}/alike/", seen(products[0]))
    assert answer.status_code == 204


# The page of one's taste


def test_the_page_tells_why(client: Client, products: list[Product]) -> None:
    client.post("/wishlist/hearts/", {"keep": str(products[0].pk)})
    client.post("/viewed/", {"product": str(products[1].pk)})
    client.get("/search/?q=piece 2")
    write_waiting()
    page = client.get("/taste/").content.decode()
    assert "Among your wishes" in page
    assert "You looked at it" in page
    assert "You searched for “piece 2”" in page
    assert "random number" in page


def test_what_is_taken_out_is_forgotten(client: Client, products: list[Product]) -> None:
    client.post("/wishlist/hearts/", {"keep": str(products[0].pk)})
    client.post("/viewed/", {"product": str(products[1].pk)})
    answer = client.post(
        "/taste/out/", {"product": str(products[1].pk), **seen(products[1])}, headers=HTMX
    )
    assert "taste-out" in answer.headers["HX-Trigger"]
    assert "Piece 1" not in answer.content.decode()
    assert reasons(client) == ["Piece 0"]
    assert client.post("/taste/out/", {"product": str(products[5].pk)}).status_code == 404


def test_a_search_is_taken_out_with_what_stands_for_it(
    client: Client, products: list[Product]
) -> None:
    client.post("/wishlist/hearts/", {"keep": str(products[0].pk)})
    client.get("/search/?q=piece 2")
    assert reasons(client) == []
    write_waiting()
    assert "Piece 2" in reasons(client)
    client.post("/taste/out/", {"product": str(products[2].pk)})
    assert reasons(client) == ["Piece 0"]


def test_the_searches_that_led_to_it_go_too(client: Client, products: list[Product]) -> None:
    """And what else stood for them: it would be back with the next page."""
    client.post("/taste/switch/", {"on": "1"})
    client.get("/search/?q=piece")
    write_waiting()
    first, second = reasons(client)
    opened = next(product for product in products if product.name == first)
    client.post("/viewed/", {"product": str(opened.pk)})
    write_waiting()
    window = seen(opened) | {"searched": "piece"}
    answer = client.post("/taste/out/", {"product": str(opened.pk), **window}, headers=HTMX)
    assert json.loads(answer.headers["HX-Trigger"])["taste-out"]["searches"] == ["piece"]
    assert second not in answer.content.decode()
    assert reasons(client) == []


def test_switching_off_forgets_and_stays(client: Client, products: list[Product]) -> None:
    client.post("/wishlist/hearts/", {"keep": str(products[0].pk)})
    client.post("/taste/switch/", {"off": "1"})
    assert not Event.objects.exists()
    assert for_you(client, products[1]) == []
    assert reasons(client, products[1]) == []
    page = client.get("/taste/").content.decode()
    assert 'data-taste="off"' in page
    for address in ("/", f"/p/{products[0].slug}/"):
        assert "data-taste" not in client.get(address).content.decode()
    client.post("/taste/switch/", {"on": "1"})
    assert for_you(client, products[1])


def test_switching_off_holds_on_every_device(
    client: Client, ada: User, products: list[Product]
) -> None:
    phone = Client()
    for device in (client, phone):
        device.force_login(ada)
        device.post("/viewed/", {"product": str(products[0].pk)})
    client.post("/taste/switch/", {"off": "1"})
    assert for_you(phone, products[1]) == []


def test_switching_on_begins_a_visit(client: Client, products: list[Product]) -> None:
    client.post("/taste/switch/", {"on": "1"})
    client.post("/viewed/", {"product": str(products[0].pk)})
    assert write_waiting() == 1
    assert reasons(client) == ["Piece 0"]


@pytest.mark.usefixtures("rules_are_known")
def test_pages_of_strangers_are_the_same_and_ask_nobody(
    client: Client,
    products: list[Product],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """But for the rules of merchants, for which one of them looks once a second."""
    client.get("/")
    client.get(f"/p/{products[0].slug}/")
    with django_assert_num_queries(0):
        for address in ("/", f"/p/{products[0].slug}/"):
            assert 'data-taste="seen"' in client.get(address).content.decode()


# What browsers send


def test_what_cannot_be_meant_is_passed_over() -> None:
    id = "0123456789abcdef01234567"
    fields = {"seen": f"v{id},x{id},w{id[:-1]},b{id},' OR 1", "searched": ""}
    assert sent_in(fields) == [Known(id, Kind.VIEW), Known(id, Kind.BAG)]
    assert len(sent_in({"seen": ",".join([f"v{id}"] * 9999)})) <= MOST


# What everybody does


def test_snapshots_are_made_where_something_happened(products: list[Product]) -> None:
    assert building.build()
    assert not building.build()
    looked(1, products[0], products[1])
    assert building.build()
    assert building.build(always=True)


def test_what_is_forgotten_is_unlearned(products: list[Product]) -> None:
    for visitor in range(building.EVIDENCE):
        looked(visitor + 1, products[0], products[1])
    learn()
    assert people().viewed_beside(str(products[0].pk))
    forget_visit(1)
    learn()
    assert people().viewed_beside(str(products[0].pk)) == {}


def test_a_damaged_snapshot_is_left(products: list[Product]) -> None:
    for visitor in range(building.EVIDENCE):
        looked(visitor + 1, products[0], products[1])
    learn()
    assert people().viewed_beside(str(products[0].pk))
    (folder,) = crowd.folder().glob("crowd-*")
    (folder / "pairs-others.npy").write_bytes(b"")
    crowd._opened_once.cache_clear()
    assert people().viewed_beside(str(products[0].pk)) == {}
    assert building.build()


def test_products_that_nobody_knows_have_nothing_beside_them(products: list[Product]) -> None:
    looked(1, products[0], products[1])
    learn()
    assert people().viewed_beside("f" * 24) == {}
    assert people().bought_beside(str(products[0].pk)) == {}
