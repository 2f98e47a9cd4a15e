"""The merchant's stockroom."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.catalog.models import Product
from shop.stock import counting, reserving
from shop.stock.models import Movement, Stock

LIST = "/admin/stock/stock/"


@pytest.fixture
def counted(coat: Product) -> str:
    """The address where the coat's sizes are counted: 9, none and 2 pieces."""
    counting.count(str(coat.pk), {"COAT-S": 9, "COAT-M": 0, "COAT-ONE-SIZE": 2})
    return f"{LIST}count/{coat.pk}/"


def filled(client: Client, address: str) -> dict[str, str]:
    """What the form would send as it is shown."""
    html = client.get(address).content.decode()
    fields = re.findall(
        r'<input type="(?:number|hidden)" name="([^"]+)"(?: value="([^"]*)")?', html
    )
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def on_hand() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def shown_skus(client: Client, query: str) -> set[str]:
    html = client.get(LIST + query).content.decode()
    return set(re.findall(r">(COAT-[A-Z-]+)<", html))


def test_the_list_shows_what_is_held_and_free(admin_client: Client, counted: str) -> None:
    reserving.reserve("a", {"COAT-S": 4}, seconds=60)
    html = admin_client.get(LIST).content.decode()
    assert "Long coat (S)" in html
    cells = re.findall(r'class="field-(?:on_hand|held|free)[^>]*>\s*(\d+)', html)
    # The coat in M, in one size and in S: on hand, reserved, can be had.
    assert cells == [*("0", "0", "0"), *("2", "0", "2"), *("9", "4", "5")]


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("", {"COAT-S", "COAT-M", "COAT-ONE-SIZE"}),
        ("?level=low", {"COAT-ONE-SIZE"}),
        ("?level=sold-out", {"COAT-M"}),
        ("?q=coat-s", {"COAT-S"}),
        ("?q=long", {"COAT-S", "COAT-M", "COAT-ONE-SIZE"}),
        ("?q=hat", set()),
        ("?o=5", {"COAT-S", "COAT-M", "COAT-ONE-SIZE"}),
    ],
)
def test_finding(admin_client: Client, counted: str, query: str, skus: set[str]) -> None:
    assert shown_skus(admin_client, query) == skus


def test_counting_all_sizes_on_one_page(admin_client: Client, counted: str) -> None:
    row = Stock.objects.get(sku="COAT-S")
    assert admin_client.get(f"{LIST}{row.pk}/change/").url == counted
    fields = filled(admin_client, counted)
    assert fields["COAT-S"] == fields["initial-COAT-S"] == "9"
    assert admin_client.post(counted, fields | {"COAT-S": "12"}).status_code == 302
    assert on_hand() == {"COAT-S": 12, "COAT-M": 0, "COAT-ONE-SIZE": 2}
    moved = Movement.objects.first()
    assert (moved.sku, moved.delta, moved.key) == ("COAT-S", 3, "admin")
    assert "+3" in admin_client.get(counted).content.decode()


def test_a_sale_while_one_counts_is_not_undone(admin_client: Client, counted: str) -> None:
    fields = filled(admin_client, counted)
    reserving.reserve("a", {"COAT-S": 1, "COAT-ONE-SIZE": 1}, seconds=60)
    reserving.commit("a")
    admin_client.post(counted, fields | {"COAT-S": "10"})
    assert on_hand() == {"COAT-S": 9, "COAT-M": 0, "COAT-ONE-SIZE": 1}


def test_an_empty_number_ends_counting_and_a_number_begins_it(
    admin_client: Client, counted: str
) -> None:
    admin_client.post(counted, filled(admin_client, counted) | {"COAT-S": ""})
    assert on_hand() == {"COAT-M": 0, "COAT-ONE-SIZE": 2}
    assert "not counted" in admin_client.get(counted).content.decode()
    admin_client.post(counted, filled(admin_client, counted) | {"COAT-S": "1"})
    assert on_hand() == {"COAT-S": 1, "COAT-M": 0, "COAT-ONE-SIZE": 2}


def test_what_is_no_number_is_refused(admin_client: Client, counted: str) -> None:
    response = admin_client.post(counted, filled(admin_client, counted) | {"COAT-S": "-1"})
    assert response.status_code == 200
    assert "greater than or equal to 0" in response.content.decode()
    assert on_hand()["COAT-S"] == 9


def test_deleting_ends_counting(admin_client: Client, counted: str) -> None:
    keys = list(Stock.objects.filter(sku="COAT-S").values_list("pk", flat=True))
    sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    admin_client.post(LIST, sent)
    assert "COAT-S" not in on_hand()
    assert Movement.objects.first().delta == -9


def test_the_product_s_page_leads_here(admin_client: Client, coat: Product) -> None:
    html = admin_client.get(f"/admin/catalog/product/{coat.pk}/change/").content.decode()
    assert f'href="{LIST}count/{coat.pk}/"' in html
    assert admin_client.get(f"{LIST}count/{coat.pk}/").status_code == 200


def test_movements_are_a_record(admin_client: Client, counted: str) -> None:
    page = "/admin/stock/movement/"
    assert "COAT-S" in admin_client.get(page + "?reason__exact=counted").content.decode()
    assert "COAT-S" not in admin_client.get(page + "?reason__exact=sold").content.decode()
    moved = Movement.objects.first()
    assert admin_client.post(f"{page}{moved.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{page}add/").status_code == 403


def test_only_who_may(client: Client, counted: str) -> None:
    User.objects.create_user("helper", password="pw", is_staff=True)
    client.login(username="helper", password="pw")
    assert client.get(counted).status_code == 403
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("product", ["0" * 24, "nothing"])
def test_no_such_product(admin_client: Client, product: str) -> None:
    assert admin_client.get(f"{LIST}count/{product}/").status_code == 404
