"""Changing the encoder from the merchant's first page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from recommender import search

pytestmark = pytest.mark.django_db

HOME, CHANGE, PROGRESS = "/admin/", "/admin/switch_encoder/", "/admin/switching/"


@pytest.fixture(autouse=True)
def serving() -> Iterator[str]:
    """The encoder that serves before and after the test."""
    name = search.overview().encoder
    yield name
    search.switch_encoder(name)


@pytest.fixture
def other(serving: str) -> str:
    return next(name for name in search.ENCODERS if name != serving)


def test_the_first_page_offers_every_other_encoder(admin_client: Client, serving: str) -> None:
    html = admin_client.get(HOME).content.decode()
    offered = {name for name in search.ENCODERS if f'name="encoder" value="{name}"' in html}
    assert offered == set(search.ENCODERS) - {serving}


def test_a_change_shows_its_progress_and_can_be_called_off(
    admin_client: Client, serving: str, other: str, photographed: None
) -> None:
    html = admin_client.post(CHANGE, {"encoder": other}, follow=True).content.decode()
    assert f"Changing to the encoder {other}" in html
    assert "0 of 1 photographs are embedded" in admin_client.get(PROGRESS).content.decode()
    html = admin_client.post(CHANGE, {"encoder": serving}, follow=True).content.decode()
    assert "Changing to the encoder" not in html
    assert "Change the encoder" in html


@pytest.fixture
def photographed() -> Iterator[None]:
    """One photograph that no worker will embed, so that a change cannot end."""
    search.track("photographed", ["photographs/nowhere.jpg"])
    yield
    search.forget("photographed")


def test_a_finished_change_reloads_the_page(admin_client: Client) -> None:
    assert admin_client.get(PROGRESS).headers["HX-Refresh"] == "true"


def test_an_encoder_that_does_not_exist_is_refused(admin_client: Client) -> None:
    html = admin_client.post(CHANGE, {"encoder": "resnet9000"}, follow=True).content.decode()
    assert "Unknown encoder &#x27;resnet9000&#x27;" in html
    assert search.switching_progress() is None


def test_only_superusers_may(client: Client, other: str) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.post(CHANGE, {"encoder": other}).status_code == 403
    assert "Change the encoder" not in client.get(HOME).content.decode()


def test_the_recommender_away_stops_neither_page(
    admin_client: Client, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise search.SearchUnavailable("The recommender is away.")

    with monkeypatch.context() as away:
        away.setattr(search, "overview", refuse)
        away.setattr(search, "switch_encoder", refuse)
        assert "does not answer" in admin_client.get(PROGRESS).content.decode()
        html = admin_client.post(CHANGE, {"encoder": other}, follow=True).content.decode()
    assert "The recommender is away." in html
