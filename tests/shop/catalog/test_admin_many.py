"""Several products changed together: seen first, done, taken back; and saved as a file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Variant
from tests.shop.catalog.shelves import make_product, make_products

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/product/"
MANY = f"{LIST}many/"
UNDO = f"{MANY}undo/"
NOTHING = {"status": "", "category": "", "price_percent": "", "sale_percent": ""}


def keys(*products: Product) -> list[str]:
    return [str(product.pk) for product in products]


def changing(products: list[Product], **wanted: Any) -> dict[str, Any]:
    names = {f"name-{product.pk}": product.name for product in products}
    return {"id": keys(*products), **NOTHING, **names, **wanted}


def text_of(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


@pytest.fixture
def coats(db: None, no_memory: None) -> Category:
    return Category.objects.create(name="Coats", slug="coats")


@pytest.fixture
def three(coats: Category) -> list[Product]:
    """At €10.00, €20.00 and €30.00."""
    return make_products(coats, 3)


def prices() -> list[int]:
    return [product.price_cents for product in Product.objects.order_by("sku")]


def test_the_list_leads_to_the_page_for_the_chosen(
    admin_client: Client, three: list[Product]
) -> None:
    chosen = {"action": "change_many", "_selected_action": keys(*three[:2])}
    shown = text_of(admin_client.post(LIST, chosen).text)
    assert "For 2 products" in shown
    assert "SKU-coats-0" in shown
    assert "SKU-coats-2" not in shown


def test_what_would_come_of_it_is_seen_before_anything_is_saved(
    admin_client: Client, three: list[Product]
) -> None:
    shown = text_of(admin_client.post(MANY, changing(three, price_percent="-10")).text)
    assert "3 products change Nothing is saved yet." in shown
    assert "Piece 1 Price €20.00 €18.00" in shown
    assert prices() == [1000, 2000, 3000]


def test_it_is_done_once_it_is_agreed_and_taken_back_by_a_button(
    admin_client: Client, coats: Category, three: list[Product]
) -> None:
    hats = Category.objects.create(name="Hats", slug="hats")
    wanted = changing(three, price_percent="50", status="draft", category=str(hats.pk))
    answer = admin_client.post(MANY, wanted | {"agreed": "1"}, follow=True)
    assert "3 products were changed." in answer.text
    assert prices() == [1500, 3000, 4500]
    assert {(p.status, p.category_id) for p in Product.objects.all()} == {(Status.DRAFT, hats.pk)}
    assert LogEntry.objects.count() == 3

    assert UNDO in answer.text
    answer = admin_client.post(UNDO, follow=True)
    assert "3 products are as they were." in answer.text
    assert prices() == [1000, 2000, 3000]
    found = {(p.status, p.category_id) for p in Product.objects.all()}
    assert found == {(Status.PUBLISHED, coats.pk)}
    assert UNDO not in answer.text


def test_names_are_edited_in_a_table(admin_client: Client, three: list[Product]) -> None:
    names = {f"name-{three[1].pk}": "Long coat", f"name-{three[2].pk}": ""}
    refused = admin_client.post(MANY, changing(three, agreed="1", **names))
    assert "This field is required." in refused.text
    names = {f"name-{three[1].pk}": "Long coat"}
    seen = text_of(admin_client.post(MANY, changing(three, status="archived", **names)).text)
    assert "Piece 1 Name Piece 1 Long coat" in seen
    admin_client.post(MANY, changing(three, status="archived", agreed="1", **names))
    there = {product.sku[-1]: (product.name, product.status) for product in Product.objects.all()}
    assert there["1"] == ("Long coat", "archived")
    assert there["0"] == ("Piece 0", "archived")
    admin_client.post(UNDO)
    assert Product.objects.get(sku="SKU-coats-1").name == "Piece 1"


def test_a_sale_comes_and_goes_with_its_dates(admin_client: Client, three: list[Product]) -> None:
    dates = {"sale_from_0": "2026-12-01", "sale_from_1": "08:00"}
    wanted = changing(three, sale_percent="25", agreed="1", **dates)
    admin_client.post(MANY, wanted)
    on_sale = Product.objects.get(sku="SKU-coats-1")
    assert on_sale.sale_price_cents == 1500
    assert on_sale.sale_from
    assert on_sale.sale_from.isoformat() == "2026-12-01T08:00:00+00:00"
    admin_client.post(MANY, changing(three, ends_sale="on", agreed="1"))
    assert not Product.objects.exclude(sale_price_cents=None).exists()
    admin_client.post(UNDO)
    assert Product.objects.get(sku="SKU-coats-1").sale_from == on_sale.sale_from


def test_prices_of_sizes_change_with_their_products(admin_client: Client, coats: Category) -> None:
    sizes = [Variant(size="S", sku="A-S"), Variant(size="XXL", sku="A-XXL", price_cents=1999)]
    coat = make_product(coats, 0, variants=sizes)
    admin_client.post(MANY, changing([coat], price_percent="10", agreed="1"))
    assert [size.price_cents for size in Product.objects.get().variants] == [None, 2199]
    admin_client.post(UNDO)
    assert [size.price_cents for size in Product.objects.get().variants] == [None, 1999]


def test_what_cannot_be_stays_and_is_named(admin_client: Client, coats: Category) -> None:
    cheap = make_product(coats, 0, sale_price_cents=900)
    other = make_product(coats, 1)
    wanted = changing([cheap, other], price_percent="-20")
    assert "A sale price must be less than the price." in admin_client.post(MANY, wanted).text
    answer = admin_client.post(MANY, wanted | {"agreed": "1"}, follow=True)
    assert "1 product was changed." in answer.text
    assert prices() == [1000, 1600]


def test_undo_leaves_what_somebody_changed_since(
    admin_client: Client, three: list[Product]
) -> None:
    admin_client.post(MANY, changing(three, price_percent="100", agreed="1"))
    since = Product.objects.get(sku="SKU-coats-1")
    since.price_cents = 1234
    since.save()
    answer = admin_client.post(UNDO, follow=True)
    assert "Piece 1 was changed since, and stays as it is." in answer.text
    assert prices() == [1000, 1234, 3000]


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({}, "Say what is to change."),
        ({"sale_until_0": "2026-12-24", "sale_until_1": "00:00"}, "Say by how much"),
        ({"price_percent": "-100"}, "greater than or equal to -90"),
    ],
)
def test_what_makes_no_sense_is_refused(
    admin_client: Client, three: list[Product], wanted: dict[str, str], refusal: str
) -> None:
    answer = admin_client.post(MANY, changing(three, agreed="1", **wanted))
    assert refusal in answer.text
    assert prices() == [1000, 2000, 3000]


def test_who_may_only_look_changes_nothing(client: Client, three: list[Product]) -> None:
    from django.contrib.auth.models import Permission, User

    clerk = User.objects.create_user("cleo", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_product"))
    client.force_login(clerk)
    assert client.post(MANY, changing(three, price_percent="5", agreed="1")).status_code == 403
    assert client.post(UNDO).status_code == 403
    assert client.get(MANY).status_code == 403
    assert prices() == [1000, 2000, 3000]


def test_the_chosen_are_saved_with_the_columns_of_an_import(
    admin_client: Client, coats: Category
) -> None:
    long = Category.objects.create(name="Long", slug="long", parent=coats)
    product = make_product(long, 0, name="=SUM(A1)", sale_price_cents=500, colours=["Navy", "Rust"])
    chosen = {"action": "export", "_selected_action": keys(product)}
    answer = admin_client.post(LIST, chosen)
    assert answer["Content-Type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert row["sku"] == "SKU-long-0"
    assert row["category"] == "Coats > Long"
    assert (row["price"], row["sale_price"]) == ("10.00", "5.00")
    assert row["colour"] == "Navy|Rust"
    # What a program for tables would carry out is a text.
    assert row["name"] == "'=SUM(A1)"
