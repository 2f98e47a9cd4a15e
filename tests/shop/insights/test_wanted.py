"""Photographs that nothing in the shop is near: what is kept of them, and when it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from recommender import search
from recommender.search import Match, Opinion, PhotoLook, PhotoVector, SearchUnavailable
from shop.catalog.models import Product
from shop.insights import wanted
from shop.insights.models import WantedLook
from shop.insights.tasks import forget_wanted_looks, write_fruitless_searches
from shop.insights.wanted import GROUP, LOOKS
from shop.limits.shared_redis import redis
from tests.shop.catalog.conftest import alike_by_order, coats, no_memory, products
from tests.shop.catalog.shelves import jpeg

pytestmark = pytest.mark.django_db

__all__ = ["alike_by_order", "coats", "no_memory", "products"]

PAGE = "/admin/in-vain/"
D = 16


@pytest.fixture(autouse=True)
def nothing_was_wanted(embedded_servers: None) -> Iterator[None]:
    redis().delete(LOOKS)
    yield
    redis().delete(LOOKS)


@pytest.fixture
def nothing_near(products: list[Product], monkeypatch: pytest.MonkeyPatch) -> list[Product]:
    """Whatever is searched with, the coats are far from it; it is a picture of clothes."""

    def far(query: object, k: int, **_: object) -> list[Match]:
        return [Match(str(one.pk), "", 0.3, 0.3) for one in products[:k]]

    monkeypatch.setattr(search, "by_vector", far)
    monkeypatch.setattr(search, "chance_of_a_thing", lambda query: 0.9)
    monkeypatch.setattr(search, "serving", lambda: "e" * 16)
    seen = search.Opinions(Opinion("Jackets", 0.9), Opinion("Olive", 0.7))
    monkeypatch.setattr(search, "opinions_of", lambda query: seen)
    return products


def looked_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The next picture is a little other than those of other numbers."""
    vector = np.ones(D, np.float32)
    vector[number % D] = 1.2
    query = PhotoVector("e" * 16, vector / np.linalg.norm(vector))
    monkeypatch.setattr(search, "look_at", lambda picture: PhotoLook(picture, query))


def sent(client: Client, monkeypatch: pytest.MonkeyPatch, number: int) -> str:
    looked_at(monkeypatch, number)
    file = SimpleUploadedFile("wanted.jpg", jpeg())
    address: str = client.post("/photo/", {"picture": file})["Location"]
    assert client.get(address).status_code == 200
    write_fruitless_searches()
    return address


def test_of_a_picture_that_nothing_is_near_its_numbers_are_kept_once(
    client: Client, nothing_near: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sent(client, monkeypatch, 0)
    client.get(address)
    client.get(f"{address}?colour=Navy")
    write_fruitless_searches()
    (look,) = WantedLook.objects.all()
    assert len(bytes(look.vector)) == 2 * D
    assert look.key not in address
    assert not client.cookies


def test_of_what_is_found_or_shows_no_clothes_nothing_is_kept(
    client: Client, nothing_near: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "chance_of_a_thing", lambda query: 0.3)
    sent(client, monkeypatch, 0)
    monkeypatch.setattr(search, "chance_of_a_thing", lambda query: 0.9)
    near = [Match(str(nothing_near[0].pk), "", 0.6, 0.6)]
    monkeypatch.setattr(search, "by_vector", lambda query, **_: near)
    sent(client, monkeypatch, 1)
    assert not WantedLook.objects.exists()


def test_nothing_is_shown_of_fewer_than_a_group(
    client: Client,
    admin_client: Client,
    nothing_near: list[Product],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(GROUP - 1):
        sent(client, monkeypatch, number)
    assert "has something close to it" in admin_client.get(PAGE).content.decode()
    sent(client, monkeypatch, GROUP)
    html = admin_client.get(PAGE).content.decode()
    assert "Jackets, Olive" in html
    assert f"{GROUP} searches" in html
    assert html.count('class="thumb"') == wanted.NEAREST


def test_looks_of_another_encoder_are_left_out(
    client: Client, nothing_near: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(GROUP):
        sent(client, monkeypatch, number)
    assert len(wanted.wanted()) == 1
    monkeypatch.setattr(search, "serving", lambda: "f" * 16)
    assert wanted.wanted() == []


def test_whoever_sends_every_picture_fills_nothing(
    client: Client, nothing_near: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanted, "MOST_A_DAY", 2)
    for number in range(4):
        sent(client, monkeypatch, number)
    assert WantedLook.objects.count() == 2


def test_looks_are_forgotten(
    client: Client,
    nothing_near: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.WANTED_DAYS = 10
    sent(client, monkeypatch, 0)
    for days, left in ((10, 1), (11, 0)):
        WantedLook.objects.update(day=timezone.localdate() - timedelta(days=days))
        forget_wanted_looks()
        assert WantedLook.objects.count() == left


def test_the_page_comes_without_the_recommender(
    admin_client: Client, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> str:
        raise SearchUnavailable("away")

    monkeypatch.setattr(search, "serving", away)
    assert "The recommender is away" in admin_client.get(PAGE).content.decode()
    assert client.get(PAGE).status_code == 302


def test_what_a_killed_task_had_written_is_there_once() -> None:
    told = b"k" * 32 + b" 2026-01-02 " + b"e" * 16 + b" " + np.ones(D, np.float16).tobytes()
    for _ in range(2):
        redis().rpush(LOOKS, told)
        wanted.write_looks()
    look = WantedLook.objects.get()
    assert np.frombuffer(look.vector, np.float16).tolist() == [1.0] * D
    assert not redis().exists(LOOKS)
