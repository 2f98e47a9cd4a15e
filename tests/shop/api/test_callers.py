"""Who may call what, how often, and how refusals read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import QuerySet
from django.test import Client
from pymongo.errors import ServerSelectionTimeoutError

from shop.api.models import Token
from shop.catalog.models import Category, ProductQuerySet
from tests.shop.catalog.shelves import make_product

PRODUCTS = "/api/v1/products"
BASKET = "/api/v1/basket"


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    assert set(found) <= {"type", "title", "status", "detail", "errors"}
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["detail"]
    return found


def bearer(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_without_a_token_there_is_no_basket(client: Client, db: None) -> None:
    response = client.get(BASKET)
    assert response["WWW-Authenticate"] == "Bearer"
    assert problem(response)["status"] == 401


def test_a_session_is_no_token(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get(BASKET).status_code == 401


@pytest.mark.parametrize("address", [BASKET, PRODUCTS])
def test_a_wrong_token_is_refused_everywhere(db: None, address: str) -> None:
    found = problem(bearer("vitrine_wrong").get(address))
    assert found["status"] == 401
    assert found["detail"] == "This token is unknown or was revoked."


def test_a_revoked_token_opens_nothing(program: Client, ada: User) -> None:
    assert program.get(BASKET).status_code == 200
    ada.api_tokens.all().delete()
    assert program.get(BASKET).status_code == 401


def test_a_user_who_may_not_log_in_may_not_call(program: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert program.get(BASKET).status_code == 401


def test_the_secret_is_not_stored(secret: str, ada: User) -> None:
    token = ada.api_tokens.get()
    assert secret not in " ".join(str(value) for value in vars(token).values())
    assert secret.startswith(token.start)


def test_the_day_of_its_last_use_is_written_once(
    program: Client, ada: User, django_assert_num_queries: Any
) -> None:
    assert ada.api_tokens.get().used_on is None
    program.get(BASKET)
    assert ada.api_tokens.get().used_on is not None
    with django_assert_num_queries(2):
        program.get(BASKET)


def test_a_day_that_finds_no_room_is_not_written_and_nothing_else(
    program: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(QuerySet, "update", full)
    assert program.get(BASKET).status_code == 200
    assert ada.api_tokens.get().used_on is None


def test_no_cookie_is_set(program: Client, coats: Category) -> None:
    assert not program.get(BASKET).cookies
    assert not program.get(PRODUCTS).cookies


def test_the_command_makes_and_revokes(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("api_token", "ada", "Stock robot")
    made = capsys.readouterr().out.strip()
    assert bearer(made).get(BASKET).status_code == 200
    call_command("api_token", "ada", "Stock robot", revoke=True)
    assert bearer(made).get(BASKET).status_code == 401
    with pytest.raises(CommandError, match="no token"):
        call_command("api_token", "ada", "Stock robot", revoke=True)
    with pytest.raises(CommandError, match="no user bob"):
        call_command("api_token", "bob", "Stock robot")


def test_the_admin_makes_and_revokes(admin_client: Client, ada: User) -> None:
    added = admin_client.post("/admin/api/token/add/", {"user": ada.pk, "name": "Till"})
    assert added.status_code == 200
    assert "no-store" in added["Cache-Control"]
    html = added.content.decode()
    secret = html.partition("<code>")[2].partition("</code>")[0]
    assert bearer(secret).get(BASKET).status_code == 200

    token = Token.objects.get()
    shown = admin_client.get("/admin/api/token/").content.decode()
    assert token.start in shown
    assert secret not in shown
    admin_client.post(f"/admin/api/token/{token.pk}/delete/", {"post": "yes"})
    assert bearer(secret).get(BASKET).status_code == 401


# How often


def test_one_address_may_call_so_often(client: Client, coats: Category, settings: Any) -> None:
    settings.API_RATE = 2
    assert [client.get(PRODUCTS).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(PRODUCTS)
    assert problem(refused)["status"] == 429
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_a_user_is_counted_apart_and_over_all_tokens(
    client: Client, program: Client, ada: User, coats: Category, settings: Any
) -> None:
    settings.API_RATE, settings.API_TOKEN_RATE = 1, 2
    client.get(PRODUCTS)
    other = bearer(Token.objects.make(user=ada, name="Another")[1])
    callers = (program, other, program)
    assert [caller.get(PRODUCTS).status_code for caller in callers] == [200, 200, 429]


def test_photos_have_a_rate_of_their_own(client: Client, coats: Category, settings: Any) -> None:
    settings.API_PHOTO_RATE = 1
    sent = [client.post("/api/v1/photo-search").status_code for _ in range(2)]
    assert sent == [422, 429]
    assert client.get(PRODUCTS).status_code == 200


def test_a_made_up_address_is_not_believed(client: Client, coats: Category, settings: Any) -> None:
    settings.API_RATE = 1
    statuses = [
        client.get(PRODUCTS, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in (1, 2)
    ]
    assert statuses == [200, 429]


def test_while_redis_is_away_a_process_counts_for_itself(
    client: Client, coats: Category, settings: Any, redis_away: None
) -> None:
    settings.API_RATE = 2
    assert [client.get(PRODUCTS).status_code for _ in range(3)] == [200, 200, 429]


# Refusals that Django itself makes


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/products"])
def test_an_address_that_is_none(client: Client, db: None, address: str) -> None:
    assert problem(client.get(address))["status"] == 404


def test_a_method_that_is_none(client: Client, db: None) -> None:
    response = client.delete(PRODUCTS)
    assert problem(response)["status"] == 405
    assert response["Allow"] == "GET"


def test_a_body_that_is_broken(client: Client, db: None) -> None:
    response = client.post(
        "/api/v1/photo-search", b"--x", content_type="multipart/form-data; boundary="
    )
    assert problem(response)["status"] == 400


def test_the_catalogue_away(
    client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ServerSelectionTimeoutError("no server")

    make_product(coats, 1)
    monkeypatch.setattr(ProductQuerySet, "with_ids", refuse)
    response = client.get(PRODUCTS)
    assert problem(response)["status"] == 503
    assert response["Retry-After"] == "10"


def test_a_fault_of_ours(client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    make_product(coats, 1)
    monkeypatch.setattr(ProductQuerySet, "with_ids", fail)
    client.raise_request_exception = False
    found = problem(client.get(PRODUCTS))
    assert found["status"] == 500
    assert "house" not in found["detail"]


def test_pages_for_people_stay_as_they_are(client: Client, db: None) -> None:
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


def test_the_description_names_every_refusal_as_a_problem(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    operations = [one for path in schema["paths"].values() for one in path.values()]
    assert len(operations) == 12
    for operation in operations:
        for status, response in operation["responses"].items():
            if status == "414":
                continue
            kind = "application/json" if status == "200" else "application/problem+json"
            assert list(response["content"]) == [kind]


def test_the_page_of_the_description(client: Client) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "swagger-ui-bundle.js" in page.content.decode()
