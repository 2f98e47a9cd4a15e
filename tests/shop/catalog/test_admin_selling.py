"""What the merchant's page says of prices, colours, numbers and who sees a product."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from shop.catalog.models import Category, Product, Status
from shop.prices.models import PriceRecord
from tests.shop.catalog.shelves import make_product
from tests.shop.catalog.test_admin_products import ADD, LIST, filled, formset, page_of, refilled

pytestmark = pytest.mark.django_db


def saved(client: Client, shelf: Category, **changes: Any) -> Product:
    response = client.post(ADD, filled(shelf, **changes))
    assert response.status_code == 302, re.findall(r"<li>([^<]+)</li>", response.content.decode())
    return Product.objects.get(sku="C-1")


def refused(client: Client, shelf: Category, **changes: Any) -> str:
    response = client.post(ADD, filled(shelf, **changes))
    assert response.status_code == 200
    assert not Product.objects.filter(sku="C-1").exists()
    return response.content.decode()


def test_facts(admin_client: Client, coats: Category) -> None:
    facts = formset("attributes", [{"name": "Collar", "value": "Shawl"}, {"name": "", "value": ""}])
    product = saved(
        admin_client,
        coats,
        brand="Lido",
        material="Wool",
        colours="Navy, light | Rust",
        gtin="4 006381-333931",
        mpn="L-7",
        **facts,
    )
    assert (product.brand, product.material, product.mpn) == ("Lido", "Wool", "L-7")
    assert product.colours == ["Navy, light", "Rust"]
    assert product.gtin == "4006381333931"
    assert [str(fact) for fact in product.attributes] == ["Collar: Shawl"]
    html = admin_client.get(page_of(product)).content.decode()
    for value in ("Lido", "Navy, light|Rust", "4006381333931", "Shawl"):
        assert f'value="{value}"' in html


@pytest.mark.parametrize(
    ("gtin", "reason"),
    [("4006381333930", "The last digit should be 1"), ("12345", "8, 12, 13 or 14 digits")],
)
def test_a_mistyped_number(admin_client: Client, coats: Category, gtin: str, reason: str) -> None:
    assert reason in refused(admin_client, coats, gtin=gtin)


def test_a_sale(admin_client: Client, coats: Category) -> None:
    dates = {"sale_from_0": "2026-11-27", "sale_from_1": "08:00:00", "sale_until_0": "2026-12-01"}
    product = saved(admin_client, coats, sale_price_cents="99.50", sale_until_1="00:00:00", **dates)
    assert product.sale_price_cents == 9950
    assert product.sale_from == datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert product.sale_until == datetime(2026, 12, 1, tzinfo=UTC)
    html = admin_client.get(page_of(product)).content.decode()
    assert 'value="99.50"' in html
    history = html[html.index("What it cost") :]
    assert "€129.90" in history
    assert "€99.50" in history
    assert PriceRecord.objects.get().sale_price_cents == 9950


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sale_price_cents": "129.90"}, "must be less than the price"),
        ({"sale_price_cents": "0"}, "greater than or equal to 0.01"),
        ({"sale_from_0": "2026-11-27", "sale_from_1": "08:00"}, "Name what it costs"),
        (
            {
                "sale_price_cents": "9",
                "sale_from_0": "2026-11-27",
                "sale_from_1": "08:00",
                "sale_until_0": "2026-11-27",
                "sale_until_1": "08:00",
            },
            "must end after it has begun",
        ),
    ],
)
def test_a_sale_that_makes_no_sense(
    admin_client: Client, coats: Category, changes: dict[str, str], reason: str
) -> None:
    assert refused(admin_client, coats, **changes).count(reason) == 1


def test_variants_have_colours_prices_and_pictures(admin_client: Client, coats: Category) -> None:
    product = make_product(coats, 1, variants=[], colours=["Navy"])
    navy, rust = product.photo_names()
    shown = [{"name": navy, "order": 1}, {"name": rust, "order": 2}]
    rows = [
        {"size": "M", "colour": "Navy", "available": "on"},
        {"size": "M", "colour": "Rust", "price_cents": "140", "photographs": [rust]},
        {"size": "", "available": "on"},
    ]
    data = refilled(product, *shown) | formset("variants", rows)
    assert admin_client.post(page_of(product), data).status_code == 302
    product.refresh_from_db()
    assert [
        (v.size, v.colour, v.sku, v.price_cents, v.photographs, v.available)
        for v in product.variants
    ] == [
        ("M", "Navy", "SKU-COATS-1-NAVY-M", None, [], True),
        ("M", "Rust", "SKU-COATS-1-RUST-M", 14000, [rust], False),
    ]
    assert product.colours == ["Navy", "Rust"], "what only a size names is a colour too"
    html = admin_client.get(page_of(product)).content.decode()
    assert 'value="140.00"' in html
    assert re.search(rf'value="{rust}"[^>]+checked', html)

    shown[1]["DELETE"] = "on"
    rows = [row | {"sku": v.sku} for row, v in zip(rows, product.variants, strict=False)]
    data = refilled(product, *shown) | formset("variants", rows, 2)
    assert admin_client.post(page_of(product), data).status_code == 302
    product.refresh_from_db()
    assert product.variants[1].photographs == []


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"size": "M", "colour": "Navy"}, {"size": "L"}], "Name a colour in each row, or in none"),
        ([{"size": "", "colour": "Navy"}, {"size": "", "colour": "navy"}], "navy is there twice."),
        (
            [{"size": "M", "colour": "Navy"}, {"size": "m", "colour": "Navy"}],
            "m, Navy is there twice.",
        ),
        ([{"size": "", "price_cents": "12"}], "Name a size or a colour."),
        ([{"size": "M", "price_cents": "0"}], "greater than or equal to 0.01"),
        ([{"size": "M", "photographs": ["another.jpg"]}], "another.jpg is not one of"),
    ],
)
def test_rows_that_make_no_sense(
    admin_client: Client, coats: Category, rows: list[dict[str, Any]], reason: str
) -> None:
    assert reason in refused(admin_client, coats, **formset("variants", rows))


def test_facts_of_one_name(admin_client: Client, coats: Category) -> None:
    facts = [{"name": "Collar", "value": "Shawl"}, {"name": "collar", "value": "None"}]
    html = refused(admin_client, coats, **formset("attributes", facts))
    assert "collar is there twice." in html
    assert "The further facts below need a correction." in html


def test_who_sees_it_is_told_where_it_is_chosen(admin_client: Client, coats: Category) -> None:
    product = saved(admin_client, coats, status="link")
    assert product.status == Status.LINK
    html = admin_client.get(page_of(product)).content.decode()
    assert "who has the address can buy it, and no list shows it" in html
    assert f'href="{product.get_absolute_url()}"' in html


def test_the_list_shows_what_they_cost_now(admin_client: Client, coats: Category) -> None:
    make_product(coats, 1, sale_price_cents=1500)
    html = admin_client.get(LIST).content.decode()
    cell = html[html.index("field-price") :]
    assert re.sub(r"<[^>]+>|\s+", " ", cell[: cell.index("</td>")]).split()[-4:] == [
        "€15.00",
        "instead",
        "of",
        "€20.00",
    ]


def test_a_product_whose_price_fell_below_its_sale_can_be_edited_in_the_list(
    admin_client: Client, coats: Category
) -> None:
    product = make_product(coats, 1, sale_price_cents=9900)
    row = {"id": str(product.pk), "position": 9, "status": "archived"}
    admin_client.post(LIST, formset("form", [row], 1) | {"_save": "Save"})
    product.refresh_from_db()
    assert (product.position, product.status) == (9, Status.ARCHIVED)
