"""Rules as merchants make them: filled in, looked at, saved, and found on the product's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.catalog.models import Category, Product
from shop.merchandising.models import Does, Of, Rule, Where

LIST = "/admin/merchandising/rule/"
type Make = Callable[..., Rule]


@pytest.fixture
def filled_in(products: list[Product]) -> dict[str, str]:
    """That piece 5 is the first beside piece 0."""
    return {
        "where": Where.PRODUCT,
        "beside": products[0].sku,
        "does": Does.PIN,
        "of": Of.PRODUCT,
        "product": products[5].sku.lower(),
        "place": "1",
        "strength": "1",
        "is_on": "on",
    }


def test_a_rule_is_made_by_skus(
    admin_client: Client, products: list[Product], filled_in: dict[str, str]
) -> None:
    answer = admin_client.post(f"{LIST}add/", filled_in | {"phrases": "left from before"})
    assert answer.status_code == 302
    made = Rule.objects.get()
    assert (made.beside, made.product) == (str(products[0].pk), str(products[5].pk))
    assert str(made) == "Piece 5 at place 1: “Looks alike” of Piece 0"
    assert made.phrases == ""
    page = admin_client.get(f"{LIST}{made.pk}/change/").text
    assert f'value="{products[5].sku}"' in page
    listed = admin_client.get(LIST).text
    assert "Piece 5 at place 1" in listed
    assert "Running" in listed
    assert "Piece 5 at place 1" not in admin_client.get(f"{LIST}?state=over").text


def test_what_is_missing_is_said_where_it_is(
    admin_client: Client, filled_in: dict[str, str]
) -> None:
    def faults(**changed: str) -> dict[str, list[str]]:
        answer = admin_client.post(f"{LIST}add/", filled_in | changed)
        return dict(answer.context["adminform"].form.errors)

    assert faults(place="") == {"place": ["Say at which place."]}
    assert faults(beside="") == {"beside": ["Say beside which product."]}
    assert faults(product="NOPE") == {"product": ["No product has the SKU “NOPE”."]}
    assert faults(where="search") == {"phrases": ["Say which search it is about."]}
    assert faults(where="category") == {"shelf": ["Say of which category."]}
    assert faults(does="boost", of="new", days="0", product="NOPE")["days"]
    assert faults(does="boost", of="brand", brand="Alba") == {
        "brand": ["No product has the brand “Alba”."]
    }
    both = {
        "begins_0": "2026-12-24",
        "begins_1": "18:00",
        "ends_0": "2026-12-24",
        "ends_1": "17:00",
    }
    assert faults(**both) == {"__all__": ["“Until” lies before “from”."]}
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("of", "chosen", "words"),
    [
        ("product", {}, "Piece 5: forward (twice)"),
        ("category", {"category": True}, "Coats: forward (twice)"),
        ("brand", {"brand": "ALBA"}, "Alba: forward (twice)"),
        ("new", {"days": "30"}, "New for 30 days: forward (twice)"),
    ],
)
def test_a_boost_asks_for_what_it_is_about(
    admin_client: Client,
    coats: Category,
    products: list[Product],
    filled_in: dict[str, str],
    of: str,
    chosen: dict[str, Any],
    words: str,
) -> None:
    products[3].brand = "Alba"
    products[3].save()
    facts = {name: str(coats.pk) if value is True else value for name, value in chosen.items()}
    admin_client.post(f"{LIST}add/", filled_in | {"does": "boost", "of": of} | facts)
    made = Rule.objects.get()
    assert made.what == words
    assert made.place is None
    assert (made.product == "") == (of != "product")


def test_a_preview_saves_nothing(
    admin_client: Client, products: list[Product], filled_in: dict[str, str]
) -> None:
    answer = admin_client.post(f"{LIST}preview/", filled_in, headers={"HX-Request": "true"})
    seen, _wide = answer.context["preview"].comparisons
    assert [one.product.name for one in seen.before] == [f"Piece {n}" for n in range(1, 6)]
    assert [one.product.name for one in seen.after] == [
        "Piece 5",
        *[f"Piece {n}" for n in range(1, 5)],
    ]
    assert [one.other for one in seen.after] == [5, 1, 2, 3, 4]
    assert "was 5" in answer.text
    assert "<html" not in answer.text
    assert not Rule.objects.exists()
    # Without scripts it is a page, and says what is to be mended.
    assert "<html" in admin_client.post(f"{LIST}preview/", filled_in).text
    assert (
        "Say at which place."
        in admin_client.post(f"{LIST}preview/", filled_in | {"place": ""}).text
    )


def test_a_draft_is_previewed_and_a_running_rule_is_left_out_before(
    admin_client: Client, products: list[Product], rule: Make
) -> None:
    made = rule(is_on=False)
    seen = admin_client.get(f"{LIST}{made.pk}/preview/").context["preview"]
    assert seen.comparisons[0].after[0].product.name == "Piece 5"
    made.is_on = True
    made.save()
    again = admin_client.get(f"{LIST}{made.pk}/preview/").context["preview"]
    assert again == seen


def test_a_rule_for_several_panels_is_shown_at_one_of_them(
    admin_client: Client, products: list[Product], coats: Category, rule: Make
) -> None:
    made = rule(where="category", beside="", shelf=str(coats.pk), shelf_name="Coats")
    seen = admin_client.get(f"{LIST}{made.pk}/preview/").context["preview"]
    assert (seen.product, seen.comparisons[0].after[0].product) == (products[0], products[5])
    other = admin_client.get(f"{LIST}{made.pk}/preview/?at={products[5].sku}")
    assert other.context["preview"].product == products[5]
    assert "Nothing changes here." in other.text


def test_a_search_is_previewed_in_a_language(
    admin_client: Client, products: list[Product], rule: Make
) -> None:
    made = rule(
        where="search", beside="", phrases="Jacke", does="block", product=str(products[1].pk)
    )
    address = f"{LIST}{made.pk}/preview/?language="
    (german,) = admin_client.get(f"{address}de").context["preview"].comparisons
    assert [one.other for one in german.before] == [None, 1, 2, 3]
    assert "xx is not one of" in admin_client.get(f"{address}xx").text


def test_a_preview_says_why_nothing_is_seen(
    admin_client: Client, products: list[Product], rule: Make
) -> None:
    made = rule()

    def remarks() -> str:
        return " ".join(admin_client.get(f"{LIST}{made.pk}/preview/").context["preview"].remarks)

    assert remarks() == ""
    products[5].variants, products[5].available = [], False
    products[5].save()
    # It is the fifth by its looks all the same.
    assert "sold out" in remarks()
    products[5].status = "draft"
    products[5].save()
    assert "not published" in remarks()
    products[0].status = "draft"
    products[0].save()
    assert "no panel" in remarks()


def test_skus_are_suggested_by_name(admin_client: Client, products: list[Product]) -> None:
    html = admin_client.get(f"{LIST}skus/", {"product": "piece 3"}).text
    assert html.strip() == f'<option value="{products[3].sku}">Piece 3</option>'
    assert admin_client.get(f"{LIST}skus/").text.strip() == ""


def test_a_products_page_leads_to_its_rules(
    admin_client: Client, products: list[Product], rule: Make
) -> None:
    rule()
    page = f"/admin/catalog/product/{products[0].pk}/change/"
    html = admin_client.get(page).text
    assert "Piece 5 at place 1" in html
    address = f"{LIST}add/?where=product&beside={products[0].pk}"
    assert address.replace("&", "&amp;") in html
    assert f'value="{products[0].sku}"' in admin_client.get(address).text


def test_who_may_not_see_rules_sees_no_preview(
    client: Client, rule: Make, filled_in: dict[str, str]
) -> None:
    made = rule()
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    for answer in (
        client.get(f"{LIST}{made.pk}/preview/"),
        client.post(f"{LIST}preview/", filled_in),
        client.get(f"{LIST}skus/", {"product": "piece"}),
    ):
        assert answer.status_code == 403
