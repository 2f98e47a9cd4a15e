"""Categories that lie in one another: pages, filters, menus and the merchant's pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from bson import ObjectId
from django.core.exceptions import ValidationError
from django.test import Client

from shop.catalog.models import MOST_LEVELS, Category, Product, Tree
from tests.shop.catalog.shelves import make_products
from tests.shop.catalog.test_admin_products import ADD, filled, page_of

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/category/"


@dataclass
class Shop:
    """Women > Shoes > Boots, Women > Dresses, Men > Shoes: one product more on each."""

    women: Category
    shoes: Category
    boots: Category
    dresses: Category
    men: Category
    mens_shoes: Category


@pytest.fixture
def shop(no_memory: None, alike_by_order: None) -> Shop:
    def made(name: str, slug: str, parent: Category | None, position: int) -> Category:
        return Category.objects.create(name=name, slug=slug, parent=parent, position=position)

    women = made("Women", "women", None, 1)
    shoes = made("Shoes", "shoes", women, 2)
    boots = made("Boots", "boots", shoes, 0)
    dresses = made("Dresses", "dresses", women, 1)
    men = made("Men", "men", None, 0)
    mens_shoes = made("Shoes", "men-shoes", men, 0)
    for number, category in enumerate((women, shoes, boots, dresses, mens_shoes), 1):
        make_products(category, number, name=f"{category.slug} {{}}")
    return Shop(women, shoes, boots, dresses, men, mens_shoes)


def shown(html: str) -> set[str]:
    """The categories, by slug, whose products a listing shows."""
    return {name.rpartition("-")[0] for name in re.findall(r'card__link" href="/p/([\w-]+)/', html)}


def test_order_of_display_goes_down_before_it_goes_on(shop: Shop) -> None:
    tree = Tree(Category.objects.in_order())
    assert [c.slug for c in tree] == ["men", "men-shoes", "women", "dresses", "shoes", "boots"]
    assert [c.slug for c in tree.way(shop.boots.pk)] == ["women", "shoes", "boots"]
    assert set(tree.keys(shop.women.pk)) == {
        c.pk for c in (shop.women, shop.shoes, shop.boots, shop.dresses)
    }


def test_circle_turns_nothing_and_lets_the_others_be(client: Client, shop: Shop) -> None:
    Category.objects.filter(pk=shop.women.pk).update(parent=shop.boots)
    tree = Tree(Category.objects.in_order())
    assert [c.slug for c in tree] == ["men", "men-shoes"]
    assert tree.way(shop.shoes.pk) == ()
    assert client.get("/c/men/").status_code == 200
    assert client.get("/p/boots-0/").status_code == 200


@pytest.mark.parametrize(
    ("slug", "found"),
    [
        ("women", {"women", "shoes", "boots", "dresses"}),
        ("shoes", {"shoes", "boots"}),
        ("boots", {"boots"}),
        ("men", {"men-shoes"}),
    ],
)
def test_page_of_a_category_shows_what_lies_in_it(
    client: Client, shop: Shop, slug: str, found: set[str]
) -> None:
    assert shown(client.get(f"/c/{slug}/").text) == found


def test_page_leads_up_and_down(client: Client, shop: Shop) -> None:
    html = client.get("/c/shoes/").text
    assert way_on(html) == ["/", "/c/women/"]
    assert linked_names(html) == ["Home", "Women", "Shoes"]
    assert re.findall(r'class="chip" href="(/c/[^"]+)"', html) == ["/c/boots/"]
    assert way_on(client.get("/c/women/").text) == []


def test_two_pages_of_one_name_have_two_titles(client: Client, shop: Shop) -> None:
    titles = [client.get(f"/c/{slug}/").text.split("title>")[1] for slug in ("shoes", "men-shoes")]
    assert [title.partition(" ·")[0] for title in titles] == ["Shoes, Women", "Shoes, Men"]


def way_on(html: str) -> list[str]:
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', html, re.S)
    return re.findall(r'href="([^"]+)"', crumbs[0]) if crumbs else []


def linked_names(html: str) -> list[str]:
    for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S):
        data = json.loads(text)
        if data["@type"] == "BreadcrumbList":
            return [step["name"] for step in data["itemListElement"]]
    return []


def test_product_names_the_whole_way(client: Client, shop: Shop) -> None:
    html = client.get("/p/boots-0/").text
    assert way_on(html) == ["/", "/c/women/", "/c/shoes/", "/c/boots/"]
    assert linked_names(html) == ["Home", "Women", "Shoes", "Boots", "boots 0"]
    assert '"category": "Women \\u003E Shoes \\u003E Boots"' in html


def test_facets_count_what_choosing_shows(client: Client, shop: Shop) -> None:
    html = client.get("/search/").text
    options = options_of(html)
    assert options == {
        "men": ("Men", 5),
        "men-shoes": ("Men &gt; Shoes", 5),
        "women": ("Women", 10),
        "dresses": ("Women &gt; Dresses", 4),
        "shoes": ("Women &gt; Shoes", 5),
        "boots": ("Women &gt; Shoes &gt; Boots", 3),
    }
    for slug, (label, count) in options.items():
        chosen = client.get("/search/", {"category": slug}).text
        assert f"{count} pieces" in chosen, slug
        assert f'">{label}<svg' in chosen


def options_of(html: str) -> dict[str, tuple[str, int]]:
    found = re.findall(
        r'name="category" value="([\w-]+)"[^>]*>([^<]+)<span class="soft">(\d+)</span>', html
    )
    return {slug: (label, int(count)) for slug, label, count in found}


def test_what_would_narrow_nothing_is_not_offered(client: Client, shop: Shop) -> None:
    assert options_of(client.get("/c/women/").text) == {
        "dresses": ("Dresses", 4),
        "shoes": ("Shoes", 5),
        "boots": ("Shoes &gt; Boots", 3),
    }
    assert options_of(client.get("/c/men/").text) == {}
    chosen = client.get("/c/men/", {"category": "men-shoes"}).text
    assert options_of(chosen) == {"men-shoes": ("Shoes", 5)}


def test_what_looks_alike_is_narrowed_to_a_branch(client: Client, shop: Shop) -> None:
    html = client.get("/p/men-shoes-0/similar/", {"category": "shoes"}).text
    assert shown(html) == {"shoes", "boots"}


def test_word_finds_by_a_category_further_up(client: Client, shop: Shop) -> None:
    women = Category.objects.get(slug="women")
    women.name = "Wanderlust for her"
    women.save()
    assert shown(client.get("/search/", {"q": "wanderlust"}).text) == {
        *("women", "shoes", "boots", "dresses")
    }


def test_a_word_for_people_means_them_and_no_category(client: Client, shop: Shop) -> None:
    found = client.get("/search/", {"q": "women"}).context["products"]
    assert {product.gender for product in found} == {"women"}


def test_menu_shows_the_top_and_what_lies_right_below(client: Client, shop: Shop) -> None:
    html = client.get("/c/boots/").text
    menu = re.search(r'<ul class="shelf__list">.*?</nav>', html, re.S)
    assert menu
    assert re.findall(r'href="(/c/[^"]+)"', menu[0]) == [
        *("/c/men/", "/c/men-shoes/", "/c/women/", "/c/dresses/", "/c/shoes/")
    ]
    current = re.findall(r'href="(/c/[^"]+)"[^>]* aria-current="(\w+)"', menu[0])
    assert current == [("/c/shoes/", "true")]


def test_shop_of_one_level_shows_as_many_as_fit_and_the_others_on_demand(
    client: Client, no_memory: None
) -> None:
    for number in range(12):
        Category.objects.create(name=f"Shelf {number}", slug=f"shelf-{number}", position=number)
    html = client.get("/c/shelf-10/").text
    row, sheet = re.search(r'<ul class="shelf__list">(.*?)<ul (.*?)</nav>', html, re.S).groups()  # type: ignore[union-attr]
    assert re.findall(r'href="/c/shelf-(\d+)/"', row) == [*map(str, range(9))]
    assert re.findall(r'href="/c/shelf-(\d+)/"', sheet) == ["9", "10", "11"]
    assert 'data-shelf="Shelf 10" aria-current="page"' in sheet


def test_front_page_shows_the_top_with_pictures_from_below(client: Client, shop: Shop) -> None:
    html = client.get("/").text
    assert re.findall(r'class="tile" href="([^"]+)"', html) == ["/c/men/", "/c/women/"]


def test_sitemap_and_api_know_them_all(client: Client, shop: Shop) -> None:
    sitemap = client.get("/sitemap-shelves.xml").text
    categories = client.get("/api/v1/categories").json()
    for category in Category.objects.all():
        assert f"/c/{category.slug}/</loc>" in sitemap
    assert {found["slug"]: found["parent"] for found in categories} == {
        "men": None,
        "men-shoes": "men",
        "women": None,
        "dresses": "women",
        "shoes": "women",
        "boots": "shoes",
    }
    found = client.get("/api/v1/products", {"category": "shoes"}).json()
    assert {product["category"] for product in found["items"]} == {"shoes", "boots"}


# The merchant's pages


def posted(category: Category, **changes: Any) -> dict[str, Any]:
    facts = {"name": category.name, "slug": category.slug, "position": str(category.position)}
    return facts | {"parent": str(category.parent_id or "")} | changes


def test_admin_lists_the_tree(admin_client: Client, shop: Shop) -> None:
    html = admin_client.get(LIST).text
    names = re.findall(r"/change/\?*[^>]*>\s*((?:— )*\w+)\s*</a>", html)
    assert names == ["Men", "— Shoes", "Women", "— Dresses", "— Shoes", "— — Boots"]


@pytest.mark.slow
def test_admin_orders_a_tree_of_hundreds(admin_client: Client, shop: Shop) -> None:
    Category.objects.bulk_create(
        Category(name=f"Shelf {number}", slug=f"shelf-{number}") for number in range(600)
    )
    data = {"form-TOTAL_FORMS": "606", "form-INITIAL_FORMS": "606", "_save": "Save"}
    for number, category in enumerate(Category.objects.in_order()):
        position = 7 if category == shop.women else category.position
        data |= {f"form-{number}-id": str(category.pk), f"form-{number}-position": str(position)}
    assert admin_client.post(LIST, data).status_code == 302
    assert Category.objects.get(slug="women").position == 7


def test_admin_moves_a_category(admin_client: Client, client: Client, shop: Shop) -> None:
    page = f"{LIST}{shop.boots.pk}/change/"
    assert "Women &gt; Shoes" in admin_client.get(page).text
    data = posted(shop.boots, parent=str(shop.men.pk))
    assert admin_client.post(page, data).status_code == 302
    assert Category.objects.get(slug="boots").parent == shop.men


def test_admin_refuses_a_circle(admin_client: Client, shop: Shop) -> None:
    for into in (shop.women, shop.boots):
        page = f"{LIST}{shop.women.pk}/change/"
        html = admin_client.post(page, posted(shop.women, parent=str(into.pk))).text
        assert "A category cannot lie in itself." in html
    shop.women.refresh_from_db()
    assert shop.women.parent_id is None


def test_too_many_levels_and_two_of_a_name_are_refused(shop: Shop) -> None:
    deepest = shop.boots
    for number in range(MOST_LEVELS - 3):
        deepest = Category(name=f"Level {number}", parent=deepest)
        deepest.full_clean()
        deepest.save()
    with pytest.raises(ValidationError, match="At most 6"):
        Category(name="Too deep", parent=deepest).full_clean()
    shop.women.parent = shop.men
    with pytest.raises(ValidationError, match="At most 6"):
        shop.women.full_clean()
    with pytest.raises(ValidationError, match="of this name"):
        Category(name=" shoes", parent=shop.women).full_clean()


def test_category_without_an_address_gets_one(admin_client: Client, shop: Shop) -> None:
    data = {"name": "ワンピース", "slug": "", "position": "0", "parent": str(shop.women.pk)}
    assert admin_client.post(f"{LIST}add/", data).status_code == 302
    made = Category.objects.get(name="ワンピース")
    assert made.get_absolute_url().isascii()


@pytest.mark.parametrize(
    ("slug", "holds"), [("men", "1 category"), ("boots", "3 products"), ("shoes", "2 products and")]
)
def test_category_that_holds_something_is_not_deleted(
    admin_client: Client, shop: Shop, slug: str, holds: str
) -> None:
    category = Category.objects.get(slug=slug)
    page = admin_client.post(f"{LIST}{category.pk}/delete/", {"post": "yes"}, follow=True)
    assert f"{category.name} still holds {holds}" in page.text
    action = {"action": "delete_selected", "_selected_action": [str(category.pk)], "post": "yes"}
    assert f"still holds {holds}" in admin_client.post(LIST, action).text
    assert Category.objects.filter(pk=category.pk).exists()


def test_empty_category_is_deleted(admin_client: Client, shop: Shop) -> None:
    Product.objects.filter(category_id=shop.dresses.pk).delete()
    admin_client.post(f"{LIST}{shop.dresses.pk}/delete/", {"post": "yes"})
    assert not Category.objects.filter(slug="dresses").exists()


def test_products_are_chosen_a_category_and_filtered_by_the_tree(
    admin_client: Client, shop: Shop
) -> None:
    assert "Women &gt; Shoes &gt; Boots" in admin_client.get(ADD).text
    boot = Product.objects.get(slug="boots-0")
    assert "Men &gt; Shoes" in admin_client.get(page_of(boot)).text
    assert "Women &gt; Shoes &gt; Boots" in admin_client.get("/admin/catalog/product/").text
    assert "Women &gt; Shoes &gt; Boots" in admin_client.get("/admin/").text
    html = admin_client.get("/admin/catalog/product/", {"category": str(shop.shoes.pk)}).text
    assert set(re.findall(r">(boots|shoes|women|dresses) \d<", html)) == {"boots", "shoes"}
    assert filled(shop.boots)["category"] == str(shop.boots.pk)


def test_product_whose_category_went_as_it_was_saved_can_be_moved(
    admin_client: Client, shop: Shop
) -> None:
    boot = Product.objects.get(slug="boots-0")
    Product.objects.filter(pk=boot.pk).update(category_id=ObjectId())
    assert "boots 0" in admin_client.get("/admin/catalog/product/", {"q": "boots 0"}).text
    assert admin_client.get(page_of(boot)).status_code == 200
