"""The merchant's product pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from kombu.exceptions import OperationalError
from pymongo.errors import ServerSelectionTimeoutError

from recommender import search
from recommender.search import PhotoStatus
from shop.catalog.admin import forms
from shop.catalog.models import Category, Product, Status
from shop.catalog.pictures import MAX_PHOTOGRAPHS
from tests.shop.catalog.shelves import jpeg, make_product

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/product/"
ADD = f"{LIST}add/"


def upload(name: str = "a.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg("teal") if content is None else content)


def formset(prefix: str, rows: list[dict[str, Any]], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def filled(shelf: Category, /, **changes: Any) -> dict[str, Any]:
    """What the page for a new product posts."""
    data = {
        "sku": "C-1",
        "name": "Wool coat",
        "category": str(shelf.pk),
        "price": "129.90",
        "gender": "women",
        "position": 3,
        "status": "published",
    }
    data |= formset("photographs", []) | formset("attributes", [])
    data |= formset("variants", [{"size": "S", "available": "on"}, {"size": "M"}, {"size": ""}])
    return data | changes


def refilled(product: Product, *rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the page of an existing product posts, its photographs described by `rows`."""
    data = filled(product.category, sku=product.sku, name=product.name, slug=product.slug)
    return data | formset("photographs", list(rows), len(rows)) | changes


def page_of(product: Product) -> str:
    return f"{LIST}{product.pk}/change/"


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives the photographs of every product these states, as the recommender would."""

    def give(*given: tuple[str, float | None, str | None]) -> None:
        def statuses(items: list[str]) -> dict[str, list[PhotoStatus]]:
            return {
                item: [
                    PhotoStatus(name, *state)
                    for name, state in zip(
                        Product.objects.get(pk=item).photo_names(), given, strict=False
                    )
                ]
                for item in items
            }

        monkeypatch.setattr(search, "statuses", statuses)

    return give


def test_a_new_product_with_two_photographs(admin_client: Client, coats: Category) -> None:
    files = [upload("front.jpg"), upload("back.png", jpeg("olive"))]
    response = admin_client.post(ADD, filled(coats, new_photographs=files))
    product = Product.objects.get(sku="C-1")
    assert response.status_code == 302
    assert response["Location"] == page_of(product), "the merchant sees the photographs' states"
    assert (product.price_cents, product.position, product.slug) == (12990, 3, "wool-coat")
    assert [(v.size, v.available) for v in product.variants] == [("S", True), ("M", False)]
    assert {s.photo for s in search.status(str(product.pk))} == set(product.photo_names())
    assert all(default_storage.exists(name) for name in product.photo_names())
    html = admin_client.get(page_of(product)).content.decode()
    assert html.count('<li class="photograph" ') == 2
    assert "hx-trigger" in html


def test_each_bad_file_is_named_and_the_rest_of_the_form_stays(
    admin_client: Client, coats: Category
) -> None:
    before = default_storage.listdir("photographs") if default_storage.exists("photographs") else 0
    files = [upload("good.jpg"), upload("notes.jpg", b"hello"), upload("empty.png", b"\n")]
    html = admin_client.post(ADD, filled(coats, new_photographs=files)).content.decode()
    errors = re.findall(r"<li>([^<]+)</li>", html)
    assert any(error.startswith("notes.jpg: This is not a picture") for error in errors)
    assert any(error.startswith("empty.png: ") for error in errors)
    assert not any(error.startswith("good.jpg") for error in errors)
    assert 'value="Wool coat"' in html
    assert 'value="M"' in html
    assert Product.objects.count() == 0
    after = default_storage.listdir("photographs") if default_storage.exists("photographs") else 0
    assert after == before


def test_an_upload_works_without_a_broker(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommender import tasks
    from shop.catalog.rendering import render_photograph

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.embed_waiting, "apply_async", refuse)
    monkeypatch.setattr(render_photograph, "apply_async", refuse)
    admin_client.post(ADD, filled(coats, new_photographs=[upload()]))
    html = admin_client.get(page_of(Product.objects.get(sku="C-1"))).content.decode()
    assert re.search(r'class="state state--waiting"[^>]*>waiting<', html)


def test_photographs_are_ordered_described_and_deleted(
    admin_client: Client, coats: Category
) -> None:
    product = make_product(coats, 1)
    first, second = product.photo_names()
    data = refilled(
        product,
        {"name": first, "order": 2, "alt": "From behind"},
        {"name": second, "order": 1, "alt": ""},
        new_photographs=[upload()],
    )
    admin_client.post(page_of(product), data)
    product.refresh_from_db()
    assert product.photo_names()[:2] == [second, first]
    assert [photograph.alt for photograph in product.photographs] == ["", "From behind", ""]

    data = refilled(product, {"name": second, "order": 1, "DELETE": "on"})
    admin_client.post(page_of(product), data)
    product.refresh_from_db()
    assert second not in product.photo_names()
    assert not default_storage.exists(second)
    assert len(product.photographs) == 2, "what the form did not show is kept"
    assert {s.photo for s in search.status(str(product.pk))} == set(product.photo_names())


def test_a_photograph_of_another_product_cannot_be_named(
    admin_client: Client, coats: Category
) -> None:
    mine, other = make_product(coats, 1), make_product(coats, 2)
    stolen = other.photo_names()[0]
    admin_client.post(page_of(mine), refilled(mine, {"name": stolen, "order": 1, "DELETE": "on"}))
    assert default_storage.exists(stolen)
    mine.refresh_from_db()
    assert stolen not in mine.photo_names()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"price": "0"}, "greater than or equal to 0.01"),
        ({"price": "1.999"}, "could be thousands or decimals"),
        ({"sku": "SKU-coats-1"}, "The SKU SKU-coats-1 is taken: Piece 1 (SKU-coats-1) has it."),
        ({"category": "nonsense"}, "is not a valid Object Id"),
        ({"variants-1-size": "S"}, "S is there twice."),
        ({"variants-0-size": "x" * 30}, "at most 20 characters"),
    ],
)
def test_errors_stand_where_they_belong(
    admin_client: Client, coats: Category, changes: dict[str, Any], sentence: str
) -> None:
    make_product(coats, 1)
    response = admin_client.post(ADD, filled(coats, **changes))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Product.objects.count() == 1


def test_there_is_a_most_of_photographs(admin_client: Client, coats: Category) -> None:
    files = [upload() for _ in range(MAX_PHOTOGRAPHS + 1)]
    html = admin_client.post(ADD, filled(coats, new_photographs=files)).content.decode()
    assert f"at most {MAX_PHOTOGRAPHS} photographs" in html


def test_a_second_click_on_save_is_an_error_message(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_product(coats, 1, sku="C-1")
    # Both clicks found it free.
    monkeypatch.setattr(forms, "uses_by_others", lambda *_: {})
    monkeypatch.setattr(Product, "validate_unique", lambda *_, **__: None)
    response = admin_client.post(ADD, filled(coats, new_photographs=[upload()]), follow=True)
    assert "The SKU C-1 is taken: Piece 1 (C-1) has it." in response.content.decode()
    assert Product.objects.count() == 1


def test_states_are_told_in_words(
    admin_client: Client, coats: Category, states: Callable[..., None]
) -> None:
    product = make_product(coats, 1)
    states(("ready", 1.34, None), ("failed", None, "The file is <gone>."))
    html = admin_client.get(f"{LIST}{product.pk}/states/").content.decode()
    assert "ready in 1.3 s" in html
    assert "failed: The file is &lt;gone&gt;." in html
    assert "Try again" in html
    assert "hx-get" not in html, "nothing asks again once all is settled"


def test_the_page_asks_again_until_all_is_settled(
    admin_client: Client, coats: Category, states: Callable[..., None]
) -> None:
    product = make_product(coats, 1)
    states(("ready", 1.0, None), ("working", None, None))
    html = admin_client.get(f"{LIST}{product.pk}/states/").content.decode()
    assert f'hx-get="{LIST}{product.pk}/states/"' in html


def test_a_failed_photograph_can_be_tried_again(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = make_product(coats, 1)
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(search, "retry", lambda item, photo: asked.append((item, photo)))
    name = product.photo_names()[0]
    address = f"{LIST}{product.pk}/retry/"
    response = admin_client.post(address, {"retry": name})
    assert response["Location"] == page_of(product)
    fragment = admin_client.post(address, {"retry": name}, headers={"HX-Request": "true"})
    assert b'id="poll"' in fragment.content
    assert asked == [(str(product.pk), name)] * 2
    assert admin_client.get(address).status_code == 403


def test_the_list_shows_covers_and_states(
    admin_client: Client, coats: Category, states: Callable[..., None]
) -> None:
    first, second = make_product(coats, 1), make_product(coats, 2, photographs=[])
    states(("ready", 1.0, None), ("waiting", None, None))
    html = admin_client.get(LIST).content.decode()
    assert f"/pictures/160/{first.photographs[0].stem}.avif" in html
    assert "1 ready, 1 waiting" in html
    assert "no photograph" in html
    ids = re.search(r'hx-get="([^"]+)"', html)
    assert ids
    fragment = admin_client.get(ids[1].replace("&amp;", "&")).content.decode()
    assert f'id="summary-{first.pk}"' in fragment
    assert str(second.pk) not in fragment


def test_the_list_asks_once_for_all_rows(
    admin_client: Client, coats: Category, mongo_queries: Callable[[], Any]
) -> None:
    for number in range(8):
        make_product(coats, number)
    admin_client.get(LIST)
    with mongo_queries() as queries:
        admin_client.get(LIST)
    assert len(queries) <= 6, [query["sql"] for query in queries]


@pytest.mark.parametrize("words", ["Piece 2", "sku-coats-2"])
def test_search_by_name_and_sku(admin_client: Client, coats: Category, words: str) -> None:
    for number in range(3):
        make_product(coats, number)
    html = admin_client.get(LIST, {"q": words}).content.decode()
    assert "Piece 2" in html
    assert "Piece 1" not in html


def test_filters(admin_client: Client, coats: Category) -> None:
    make_product(coats, 1)
    make_product(coats, 2, status=Status.DRAFT)
    for query in ({"status__exact": "published"}, {"gender__exact": "women"}):
        html = admin_client.get(LIST, query).content.decode()
        assert "Piece 1" in html
        assert "Piece 2" not in html
    html = admin_client.get(LIST, {"category__id__exact": str(coats.pk)}).content.decode()
    assert "Piece 1" in html


def test_order_of_display_is_edited_in_the_list(admin_client: Client, coats: Category) -> None:
    product = make_product(coats, 1)
    names = product.photo_names()
    row = {"id": str(product.pk), "position": 9, "status": "archived"}
    admin_client.post(LIST, formset("form", [row], 1) | {"_save": "Save"})
    product.refresh_from_db()
    assert (product.position, product.status) == (9, Status.ARCHIVED)
    assert product.photo_names() == names


def test_deleting_one_forgets_it(admin_client: Client, coats: Category) -> None:
    product = make_product(coats, 1)
    item, names = str(product.pk), product.photo_names()
    assert admin_client.get(f"{LIST}{item}/delete/").status_code == 200
    admin_client.post(f"{LIST}{item}/delete/", {"post": "yes"})
    assert Product.objects.count() == 0
    assert search.status(item) == []
    assert not any(default_storage.exists(name) for name in names)


def test_deleting_several_forgets_each(admin_client: Client, coats: Category) -> None:
    products = [make_product(coats, number) for number in range(3)]
    items = [str(product.pk) for product in products[:2]]
    data = {"action": "delete_selected", "_selected_action": items, "post": "yes"}
    admin_client.post(LIST, data)
    assert [p.sku for p in Product.objects.all()] == [products[2].sku]
    assert search.statuses(items) == {item: [] for item in items}
    assert not any(default_storage.exists(n) for p in products[:2] for n in p.photo_names())


def test_the_list_comes_without_states_while_the_recommender_is_away(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_product(coats, 1)

    def refuse(*_: object) -> None:
        raise search.SearchUnavailable("away")

    for name in ("statuses", "overview"):
        monkeypatch.setattr(search, name, refuse)
    assert admin_client.get(LIST).status_code == 200
    html = admin_client.get("/admin/").content.decode()
    assert "The recommender does not answer just now" in html


def test_the_first_page_tells_how_the_shop_stands(admin_client: Client, coats: Category) -> None:
    make_product(coats, 1)
    html = admin_client.get("/admin/").content.decode()
    for words in ("Photographs in the index", "Coats", "Encoder", "Waiting"):
        assert words in html


def test_without_mongodb_there_is_a_calm_page(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ServerSelectionTimeoutError("away")

    monkeypatch.setattr(Product.objects, "get_queryset", refuse)
    monkeypatch.setattr(Product._default_manager, "get_queryset", refuse)
    response = admin_client.get(LIST)
    assert response.status_code == 503
    assert "Nothing is lost" in response.content.decode()


@pytest.mark.parametrize("page", [LIST, ADD, "/admin/catalog/importjob/add/", "/admin/"])
def test_strangers_see_nothing(client: Client, db: None, page: str) -> None:
    assert client.get(page).status_code == 302


def test_staff_without_rights_see_nothing(
    client: Client, django_user_model: Any, coats: Category
) -> None:
    product = make_product(coats, 1)
    client.force_login(django_user_model.objects.create_user("clerk", is_staff=True))
    pages = (LIST, ADD, page_of(product), f"{LIST}{product.pk}/states/", f"{LIST}states/")
    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post(f"{LIST}{product.pk}/retry/").status_code == 403


def test_categories_count_their_products(admin_client: Client, coats: Category) -> None:
    make_product(coats, 1)
    html = admin_client.get("/admin/catalog/category/").content.decode()
    assert re.search(r"field-products[^>]*>\s*1\s*<", html)
    response = admin_client.post(
        "/admin/catalog/category/add/", {"name": "Hats", "slug": "hats", "position": 4}
    )
    assert response.status_code == 302
    assert Category.objects.get(slug="hats").position == 4


def test_people_pages_work(admin_client: Client) -> None:
    for page in ("user", "group"):
        assert admin_client.get(f"/admin/auth/{page}/").status_code == 200


def names_listed(client: Client, query: str) -> list[str]:
    html = client.get(f"{LIST}?{query}").content.decode()
    return re.findall(r">(Piece \d+)</a>", html)


@pytest.mark.slow
def test_the_list_is_filtered_ordered_and_paged(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = Category.objects.create(name="Parkas", slug="parkas", parent=coats)
    for number in range(5):
        make_product(within if number == 4 else coats, number, price_cents=5000 - 100 * number)
    draft = make_product(coats, 7, status=Status.DRAFT, price_cents=900)
    monkeypatch.setattr("shop.catalog.admin.products.ProductAdmin.list_per_page", 4)
    every = [0, 1, 2, 3, 4, 7]
    columns = {"name": 2, "sku": 3, "price": 5, "position": 7}
    expected = {
        "": every,
        "status__exact=draft": [7],
        f"category={within.pk}": [4],
        f"category={coats.pk}&gender__exact=women": [1, 3, 7],
        f"o={columns['price']}": every[::-1],
        f"o=-{columns['price']}": every,
        f"o=-{columns['name']}": every[::-1],
        f"o=-{columns['position']}": every[::-1],
        f"o=-{columns['sku']}": [4, 7, 3, 2, 1, 0],
        "o=99": every,
        f"o={columns['price']}.99": every[::-1],
        "q=piece+7": [7],
        f"q={draft.sku}": [7],
        "q=nothing+such": [],
        "gender=women": [1, 3, 7],
    }
    for query, numbers in expected.items():
        names = [f"Piece {number}" for number in numbers]
        assert names_listed(admin_client, query) == names[:4], query
        if numbers[4:]:
            assert names_listed(admin_client, f"{query}&p=2") == names[4:], query
