"""What stands beside a product: enough of it, none of it twice, nothing that cannot be had."""

from __future__ import annotations

from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from shop.beside.panels import panels_of
from shop.catalog.models import Category, Product, Status
from shop.orders.models import Order, OrderLine
from shop.orders.states import State
from shop.stock import counting
from shop.taste.building import EVIDENCE
from tests.shop.catalog.shelves import put
from tests.shop.taste.test_taste import learn, looked, names

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NUMBERS = count(1)


def bought(*products: Product, times: int = EVIDENCE) -> None:
    """So many orders hold these."""
    for _ in range(times):
        order = Order.objects.create(
            checkout_key=f"key {next(NUMBERS)}",
            email="ada@example.com",
            state=State.PAID,
            paid_at=timezone.now(),
            goods_cents=0,
            delivery_cents=0,
            total_cents=0,
            currency="EUR",
        )
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                position=place,
                product=str(product.pk),
                sku=product.sku,
                unit_price_cents=0,
                quantity=1,
            )
            for place, product in enumerate(products)
        )


def seen_together(*products: Product, visitors: int = EVIDENCE) -> None:
    for visit in range(visitors):
        looked(1000 + visit, *products)


def shown(product: Product) -> dict[str, list[str]]:
    return {panel.name: [one.name for one in panel.products] for panel in panels_of(product)}


@pytest.fixture
def pieces(coats: Category, no_memory: None) -> list[Product]:
    """Twelve things that are no part of an outfit, so that no look is completed."""
    facts = {"category": coats, "price_cents": 900, "kind": "Umbrellas"}
    made = [Product(sku=f"U-{n}", name=f"Umbrella {n}", position=n, **facts) for n in range(12)]
    return put(coats, *made)


@pytest.fixture
def outfit(coats: Category, no_memory: None) -> list[Product]:
    """A shirt, and what goes with it."""
    facts = {"category": coats, "price_cents": 900, "gender": "women", "usage": "Casual"}
    kinds = {"Shirt": "White", "Jeans": "Denim", "Sneakers": "White", "Handbags": "Tan"}
    made = [
        Product(sku=kind, name=kind, kind=kind, colours=[colour], **facts)
        for kind, colour in kinds.items()
    ]
    return put(coats, *made)


def test_nothing_is_shown_while_nobody_did_anything(pieces: list[Product]) -> None:
    assert shown(pieces[0]) == {}


def test_a_look_is_there_at_once(outfit: list[Product]) -> None:
    assert shown(outfit[0]) == {"look": ["Jeans", "Sneakers", "Handbags"]}


def test_a_look_leaves_out_what_cannot_be_had(outfit: list[Product]) -> None:
    outfit[1].available = False
    outfit[1].save()
    # Two pieces are no look.
    assert shown(outfit[0]) == {}


def test_what_is_bought_together_needs_several_orders(pieces: list[Product]) -> None:
    bought(*pieces[:3], times=EVIDENCE - 1)
    learn()
    assert shown(pieces[0]) == {}
    bought(*pieces[:3], times=1)
    learn()
    assert shown(pieces[0]) == {"bought": ["Umbrella 1", "Umbrella 2"]}


def test_what_is_viewed_needs_several_visitors(pieces: list[Product], search_away: None) -> None:
    seen_together(*pieces[:4], visitors=EVIDENCE - 1)
    # One who comes back again and again is still one.
    looked(1000, *pieces[:4], days=0.5)
    learn()
    assert shown(pieces[0]) == {}
    looked(2000, *pieces[:4], days=0.4)
    learn()
    assert set(shown(pieces[0])["also-viewed"]) == {"Umbrella 1", "Umbrella 2", "Umbrella 3"}


def test_nothing_is_shown_twice(pieces: list[Product], search_away: None) -> None:
    seen_together(*pieces[:9])
    bought(*pieces[:3])
    learn()
    found = shown(pieces[0])
    assert found["bought"] == ["Umbrella 1", "Umbrella 2"]
    assert set(found["also-viewed"]) == {f"Umbrella {n}" for n in range(3, 9)}


def test_nothing_is_shown_that_looks_alike_as_well(
    products: list[Product], alike_by_order: None
) -> None:
    seen_together(*products)
    learn()
    # All others stand among what looks alike.
    assert "also-viewed" not in shown(products[0])


def test_drafts_and_what_is_sold_out_are_left_out(pieces: list[Product], search_away: None) -> None:
    seen_together(*pieces[:6])
    learn()
    pieces[1].status = Status.DRAFT
    pieces[2].available = False
    for one in pieces[1:3]:
        one.save()
    assert set(shown(pieces[0])["also-viewed"]) == {"Umbrella 3", "Umbrella 4", "Umbrella 5"}


def test_the_page_asks_for_it_and_without_a_script_leads_there(
    client: Client, outfit: list[Product]
) -> None:
    address = f"/p/{outfit[0].slug}/with/"
    page = client.get(f"/p/{outfit[0].slug}/").content.decode()
    assert f'hx-get="{address}" hx-trigger="intersect once"' in page
    assert f'<noscript><p class="section"><a class="link" href="{address}"' in page
    part = client.get(address, headers=HTMX)
    assert names(part.content.decode()) == ["Jeans", "Sneakers", "Handbags"]
    assert b"<html" not in part.content
    whole = client.get(address).content
    assert b"<html" in whole
    assert b"What goes with Shirt" in whole
    assert not client.cookies


def test_nothing_goes_with_what_nobody_finds(client: Client, outfit: list[Product]) -> None:
    outfit[0].status = Status.LINK
    outfit[0].save()
    assert client.get(f"/p/{outfit[0].slug}/with/").status_code == 404
    assert client.get("/p/nothing/with/").status_code == 404
    assert b"/with/" not in client.get(f"/p/{outfit[0].slug}/").content


def test_an_address_that_was_leads_on(client: Client, outfit: list[Product]) -> None:
    shirt = Product.objects.get(pk=outfit[0].pk)
    old, shirt.slug = shirt.slug, "another"
    shirt.save()
    assert client.get(f"/p/{old}/with/").headers["Location"] == "/p/another/with/"


def test_programs_are_told_the_same(client: Client, outfit: list[Product]) -> None:
    (panel,) = client.get(f"/api/v1/products/{outfit[0].pk}/beside").json()
    assert panel["name"] == "look"
    assert [one["kind"] for one in panel["products"]] == ["Jeans", "Sneakers", "Handbags"]
    assert client.get("/api/v1/products/nothing/beside").status_code == 404


# Below the bag


def test_the_bag_is_told_what_goes_with_it(client: Client, pieces: list[Product]) -> None:
    assert names(client.get("/basket/with/").content.decode()) == []
    assert not client.cookies
    counting.count(str(pieces[0].pk), {pieces[0].sku: 3})
    client.post("/basket/add/", {"product": str(pieces[0].pk), "sku": pieces[0].sku})
    bought(*pieces[:4])
    learn()
    assert b'hx-get="/basket/with/"' in client.get("/basket/").content
    found = names(client.get("/basket/with/").content.decode())
    assert set(found) == {"Umbrella 1", "Umbrella 2", "Umbrella 3"}
