"""The basket's page and forms, with scripts (htmx) and without."""

from __future__ import annotations

import pytest
from django.db import connections
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.basket import context
from shop.basket.models import Basket, Line
from shop.catalog.models import Product
from shop.stock.counting import count

HTMX = {"HX-Request": "true"}


def fields(product: Product, sku: str, quantity: int = 1) -> dict[str, object]:
    return {"product": str(product.pk), "sku": sku, "quantity": quantity}


@pytest.fixture
def line(client: Client, shirt: Product) -> Line:
    """Two shirts in the visitor's basket."""
    client.post("/basket/add/", fields(shirt, "SHIRT-S", 2))
    return Line.objects.get()


def test_adding_leads_to_the_basket(client: Client, shirt: Product) -> None:
    response = client.post("/basket/add/", fields(shirt, "SHIRT-S"), follow=True)
    assert response.redirect_chain == [("/basket/", 302)]
    html = response.content.decode()
    assert "Linen shirt" in html
    assert "€49.00" in html


def test_other_sites_cannot_fill_a_bag(shirt: Product) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    assert strict.post("/basket/add/", fields(shirt, "SHIRT-S")).status_code == 403
    assert not Line.objects.exists()


def test_adding_by_htmx_says_so_and_counts(client: Client, shirt: Product) -> None:
    html = client.post("/basket/add/", fields(shirt, "SHIRT-S", 2), headers=HTMX).content.decode()
    assert "In your bag: Linen shirt (S)" in html
    assert 'id="bag-count" hx-swap-oob="true">2<' in html
    assert "<html" not in html


def test_a_refusal_is_shown_where_it_was_asked(client: Client, shirt: Product) -> None:
    response = client.post("/basket/add/", fields(shirt, "SHIRT-M"), headers=HTMX)
    assert response.status_code == 422
    assert "Linen shirt (M) is sold out." in response.content.decode()
    page = client.post("/basket/add/", fields(shirt, "SHIRT-M"), follow=True)
    assert page.redirect_chain == [("/p/linen-shirt/", 302)]
    assert "Linen shirt (M) is sold out." in page.content.decode()
    assert not Line.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{}, {"product": "0" * 24}, {"product": "no id"}, {"quantity": "0"}, {"quantity": "many"}],
)
def test_what_no_form_of_ours_sends(
    client: Client, shirt: Product, wrong: dict[str, object]
) -> None:
    sent = fields(shirt, "SHIRT-S") | wrong if wrong else {}
    assert client.post("/basket/add/", sent).status_code == 404
    assert client.post("/basket/back/", sent).status_code == 404
    assert not Basket.objects.exists()


def test_forms_of_the_basket_need_their_token(shirt: Product) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.post("/basket/add/", fields(shirt, "SHIRT-S"))
    address = f"/basket/lines/{Line.objects.get().pk}/"
    assert strict.post(address, {"quantity": 3}).status_code == 403
    token = strict.get("/basket/").context["csrf_token"]
    assert strict.post(address, {"quantity": 3, "csrfmiddlewaretoken": token}).status_code == 302
    assert Line.objects.get().quantity == 3


def test_quantities(client: Client, line: Line) -> None:
    html = client.post(f"/basket/lines/{line.pk}/", {"quantity": 4}, headers=HTMX).content.decode()
    assert "<option selected>4</option>" in html
    assert "€196.00" in html
    assert 'id="bag-count" hx-swap-oob="true">4<' in html
    client.post(f"/basket/lines/{line.pk}/", {"quantity": "-3"})
    assert Line.objects.get().quantity == 4
    assert client.post(f"/basket/lines/{line.pk}/", {"quantity": 1}).url == "/basket/"
    assert Line.objects.get().quantity == 1


def test_the_basket_is_read_once(client: Client, line: Line) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        html = client.get("/basket/").content.decode()
    assert len([query for query in asked if "basket_line" in query["sql"]]) == 1
    assert html.count('2<span class="unseen"> piece') == 2, "in the header and in the phone's bar"


def test_others_cannot_change_it(line: Line) -> None:
    stranger = Client()
    stranger.post(f"/basket/lines/{line.pk}/", {"quantity": 4})
    stranger.post(f"/basket/lines/{line.pk}/remove/")
    assert Line.objects.get().quantity == 2


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_taken_out_can_be_put_back(
    client: Client, shirt: Product, line: Line, headers: dict[str, str]
) -> None:
    page = client.post(f"/basket/lines/{line.pk}/remove/", follow=True, headers=headers)
    assert "Linen shirt (S) was taken out." in page.content.decode()
    assert not Line.objects.exists()
    # The offer stands until the page is left.
    assert "was taken out" not in client.get("/basket/").content.decode()
    client.post("/basket/back/", fields(shirt, "SHIRT-S", 2), headers=headers)
    assert Line.objects.get().quantity == 2


def test_what_is_sold_out_meanwhile_cannot_be_put_back(
    client: Client, shirt: Product, line: Line
) -> None:
    client.post(f"/basket/lines/{line.pk}/remove/")
    count(str(shirt.pk), {"SHIRT-S": 0})
    for headers in ({}, HTMX):
        page = client.post("/basket/back/", fields(shirt, "SHIRT-S"), follow=True, headers=headers)
        assert "Linen shirt (S) is sold out." in page.content.decode()


def test_changes_are_told_with_a_way_on(client: Client, shirt: Product, line: Line) -> None:
    count(str(shirt.pk), {"SHIRT-S": 0})
    html = client.get("/basket/").content.decode()
    assert "Linen shirt (S) is sold out, so it is no longer in your bag." in html
    assert 'href="/p/linen-shirt/similar/"' in html
    assert "There is nothing in it yet." in html


def test_an_empty_basket_leads_on(client: Client, db: None) -> None:
    response = client.get("/basket/")
    assert "There is nothing in it yet." in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_product_that_is_sold_out_says_so(client: Client, bag: Product) -> None:
    assert "Add to bag" in client.get("/p/bag/").content.decode()
    Product.objects.filter(pk=bag.pk).update(available=False)
    html = client.get("/p/bag/").content.decode()
    assert "Add to bag" not in html
    assert "Sold out." in html
    assert "https://schema.org/OutOfStock" in html


def test_pages_come_without_a_number_while_sql_is_away(
    client: Client, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(request: object) -> int:
        raise DatabaseError("away")

    monkeypatch.setattr(context, "pieces_in_basket", away)
    assert client.get("/p/linen-shirt/").status_code == 200
