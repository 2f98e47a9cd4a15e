"""The pages that say why there is no other."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import BadRequest, DisallowedHost, PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, RequestFactory
from django.urls import reverse

from shop.catalog.models import Category
from shop.web import error_pages
from tests.shop.catalog.shelves import jpeg, make_product

FOREIGN = {"host": "elsewhere.example"}
TITLES = {
    "That did not arrive well.": "Das kam nicht gut an.",
    "Not under this name.": "Nicht unter diesem Namen.",
    "Not allowed.": "Nicht erlaubt.",
    "Please send it again.": "Bitte noch einmal abschicken.",
    "Something broke on our side.": "Bei uns ging etwas kaputt.",
    "Back in a moment.": "Gleich wieder da.",
    "No room just now.": "Gerade ist kein Platz.",
}


def raising(error: BaseException, answer: Any) -> HttpResponse:
    """What a handler answers while an error is being handled."""
    try:
        raise error
    except type(error):
        return answer()


def every_page(request: HttpRequest) -> Iterator[HttpResponse]:
    yield error_pages.bad_request(request, BadRequest())
    yield error_pages.bad_request(request, DisallowedHost())
    yield error_pages.permission_denied(request, PermissionDenied())
    yield error_pages.csrf_failure(request)
    for error in (ZeroDivisionError(), OperationalError(), OSError(28, "No space left")):
        yield raising(error, lambda: error_pages.server_error(request))


@pytest.mark.parametrize("address", ["/c/coats/", "/de/c/coats/"])
def test_every_page_needs_no_database_no_session_and_no_host(address: str) -> None:
    """A bare request knows no session, and this test may use no database."""
    request = RequestFactory().get(address, headers=FOREIGN)
    pages = list(every_page(request))
    assert [page.status_code for page in pages] == [400, 400, 403, 403, 500, 503, 507]
    titles = TITLES.values() if address.startswith("/de/") else TITLES
    for page, title in zip(pages, titles, strict=True):
        text = page.content.decode()
        assert f"{title}</h1>" in text
        assert f'<html lang="{"de" if address.startswith("/de/") else "en"}">' in text


def test_the_last_page_of_all_needs_not_even_a_list_of_files() -> None:
    """Its template is written in Django's language, and asks for nothing but translations."""
    source = (Engine.get_default().find_template("500.html")[0]).source
    libraries = {"i18n": "django.templatetags.i18n"}
    bare = Engine(libraries=libraries).from_string(source)
    assert "Something broke" in bare.render(Context({"words": error_pages.SOMETHING_BROKE}))


def test_below_the_api_each_is_a_problem() -> None:
    request = RequestFactory().get("/api/v1/products", headers=FOREIGN)
    for page in every_page(request):
        assert page["Content-Type"] == "application/problem+json"
        problem = json.loads(page.content)
        assert problem["status"] == page.status_code
        assert problem["detail"].endswith(".")


@pytest.mark.parametrize(
    "address", ["/", "/de/", "/nothing/", "/admin/", "/healthz", "/metrics", "/basket/"]
)
def test_a_foreign_host_is_refused(client: Client, address: str) -> None:
    response = client.get(address, headers=FOREIGN)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")
    assert "elsewhere" not in response.content.decode()


def test_a_foreign_host_is_not_led_to_https(client: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/", headers=FOREIGN).status_code == 400


def test_a_foreign_host_is_a_problem_of_the_api(client: Client) -> None:
    response = client.get("/api/v1/products", headers=FOREIGN)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_form_from_elsewhere(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/de{reverse('account_login')}", {"login": "ada@example.com"})
    assert response.status_code == 403
    assert "Bitte noch einmal abschicken" in response.content.decode()
    hearts = client.post(reverse("hearts"), headers={"sec-fetch-site": "cross-site"})
    assert hearts.status_code == 403
    assert "Not allowed" in hearts.content.decode()


@pytest.mark.slow
def test_no_room_for_a_photo_to_search_by(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    picture = SimpleUploadedFile("coat.jpg", jpeg())
    response = client.post("/photo/", {"picture": picture})
    assert response.status_code == 507
    assert "No room just now" in response.content.decode()
    (record,) = [one for one in caplog.records if one.name == "shop.web.error_pages"]
    assert record.getMessage() == (
        "Insufficient Storage: /photo/: [Errno 28] No space left on device"
    )
    assert record.exc_info is None


def test_no_room_for_a_session_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    """It is saved after the view, by a middleware."""

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    product = make_product(Category.objects.create(name="Coats", slug="coats"), 0)
    monkeypatch.setattr(SessionStore, "save", full)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.WARNING):
        response = client.post(f"/de{reverse('hearts')}", {"keep": str(product.pk)})
    assert response.status_code == 507
    assert "Gerade ist kein Platz" in response.content.decode()
    assert [record.exc_info for record in caplog.records] == [None]


def test_only_what_was_looked_at_is_tried_again() -> None:
    request = RequestFactory().get("/c/coats/?page=2")
    page = raising(OperationalError(), lambda: error_pages.server_error(request))
    assert 'href="/c/coats/?page=2"' in page.content.decode()
    assert page["Retry-After"] == "10"
    request = RequestFactory().post("/basket/add/")
    page = raising(OperationalError(), lambda: error_pages.server_error(request))
    assert 'href="/basket/add/"' not in page.content.decode()
