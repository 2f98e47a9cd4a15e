"""What is written down of visitors: of whom, when, for how long, and how it goes again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from shop.catalog.models import Product
from shop.events import forgetting, recording, visits
from shop.events.models import RANDOM_BITS, Event, Kind, Visit, first_id, new_visit
from shop.events.recording import WAITING
from shop.events.writing import LOCK, write_waiting
from shop.limits.shared_redis import redis
from shop.shoppers.export import everything_about
from tests.shop.shoppers.conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.django_db


def look(client: Client, product: Product, **more: str) -> None:
    client.post("/viewed/", {"product": str(product.pk), **more})


def keep(client: Client, product: Product) -> None:
    client.post("/wishlist/hearts/", {"keep": str(product.pk)})


def written() -> list[Event]:
    write_waiting()
    return list(Event.objects.order_by("pk"))


@pytest.mark.usefixtures("rules_are_known")
def test_whoever_only_looks_leaves_nothing(
    client: Client, shirts: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/search/?q=shirt")
    with django_assert_num_queries(0):
        for product in shirts:
            look(client, product)
    assert not redis().llen(WAITING)
    assert not client.cookies
    assert not Session.objects.exists()


def test_a_wish_begins_a_visit_and_what_follows_is_of_it(
    client: Client, shirts: list[Product]
) -> None:
    look(client, shirts[0])
    keep(client, shirts[1])
    look(client, shirts[2], panel="alike", place="3")
    client.get("/search/?q=rust  shirt")
    wish, view, search = written()
    assert {event.visit for event in (wish, view, search)} == {client.session["visit"]}
    assert (wish.kind, wish.product) == (Kind.WISH, str(shirts[1].pk))
    assert (view.kind, view.product) == (Kind.VIEW, str(shirts[2].pk))
    assert (view.panel, view.place) == ("alike", 3)
    assert (search.kind, search.words, search.product) == (Kind.SEARCH, "rust shirt", "")


def test_the_bag_begins_a_visit(client: Client, shirts: list[Product]) -> None:
    client.post("/basket/add/", {"product": str(shirts[0].pk), "sku": shirts[0].sku})
    assert [event.kind for event in written()] == [Kind.BAG]


def test_narrowing_a_search_is_no_other_search(client: Client, shirts: list[Product]) -> None:
    keep(client, shirts[0])
    client.get("/search/?q=shirt")
    client.get("/search/?q=shirt&colour=Rust")
    assert [event.kind for event in written()] == [Kind.WISH, Kind.SEARCH]


def test_a_panel_that_cannot_be_is_refused(client: Client, shirts: list[Product]) -> None:
    for wrong in ({"panel": "<b>"}, {"place": "0"}, {"place": "no"}):
        answer = client.post("/viewed/", {"product": str(shirts[0].pk), **wrong})
        assert answer.status_code == 404


def test_a_shopper_has_one_number_on_every_device(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    phone = Client()
    for device in (client, phone):
        device.force_login(ada)
        look(device, shirts[0])
    assert {event.visit for event in written()} == {Visit.objects.get(user=ada).number}


def test_the_next_event_of_a_session_costs_no_query(
    client: Client,
    ada: User,
    shirts: list[Product],
    rf: object,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(ada)
    look(client, shirts[0])
    request = rf.get("/")  # type: ignore[attr-defined]
    request.session, request.user = client.session, ada
    assert request.session["visit"]
    with django_assert_num_queries(0):
        recording.record(request, Kind.VIEW, str(shirts[1].pk))
    assert redis().llen(WAITING) == 2


def test_signing_in_brings_the_guests_events_along(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    keep(client, shirts[0])
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    look(client, shirts[1])
    assert [event.product for event in written()] == [str(shirts[n].pk) for n in (0, 1)]
    assert {event.visit for event in written()} == {Visit.objects.get(user=ada).number}


def test_what_is_off_is_not_written_whichever_device_it_comes_from(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    phone = Client()
    for device in (client, phone):
        device.force_login(ada)
        look(device, shirts[0])
    client.post("/taste/switch/", {"off": "1"})
    look(client, shirts[1])
    look(phone, shirts[1])
    assert written() == []
    client.post("/taste/switch/", {"on": "1"})
    look(client, shirts[2])
    assert [event.product for event in written()] == [str(shirts[2].pk)]


def test_a_guest_who_switched_it_off_leaves_nothing(client: Client, shirts: list[Product]) -> None:
    keep(client, shirts[0])
    client.post("/taste/switch/", {"off": "1"})
    keep(client, shirts[1])
    look(client, shirts[2])
    assert written() == []
    assert client.session[visits.SESSION_KEY] == visits.OFF


def test_signing_in_to_an_account_that_is_off_forgets_the_guests(
    client: Client, ada: User, shirts: list[Product]
) -> None:
    Visit.objects.create(user=ada, is_off=True)
    keep(client, shirts[0])
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert written() == []


def test_writing_twice_writes_once(client: Client, shirts: list[Product]) -> None:
    keep(client, shirts[0])
    rows = redis().lrange(WAITING, 0, -1)
    write_waiting()
    # A worker that died between writing and taking them off the list.
    redis().rpush(WAITING, *rows)
    assert len(written()) == 1
    assert not redis().llen(WAITING)


def test_what_is_no_event_is_dropped_and_the_others_are_written(
    client: Client, shirts: list[Product]
) -> None:
    keep(client, shirts[0])
    event = json.loads(redis().lindex(WAITING, 0))
    for wrong in ("no json", "[]", '{"a": 1}', json.dumps(event | {"product": "x" * 1000})):
        redis().rpush(WAITING, wrong)
    keep(client, shirts[1])
    assert len(written()) == 2


def test_who_writes_at_once_leaves_it_to_the_other(client: Client, shirts: list[Product]) -> None:
    keep(client, shirts[0])
    with redis().lock("events:writing", timeout=10):
        assert write_waiting() == 0
    assert write_waiting() == 1


def test_what_somebody_else_is_writing_is_forgotten_as_well(
    client: Client, shirts: list[Product]
) -> None:
    keep(client, shirts[0])
    # A worker that is at it, and has died by then.
    redis().lock(LOCK, timeout=0.2).acquire()
    forgetting.forget_visit(client.session[visits.SESSION_KEY])
    assert written() == []


def test_without_a_worker_only_so_many_wait(
    client: Client, shirts: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", 2)
    for product in shirts:
        keep(client, product)
    assert redis().llen(WAITING) == 2


@pytest.mark.usefixtures("redis_away")
def test_while_redis_is_away_pages_go_on(client: Client, shirts: list[Product]) -> None:
    redis.cache_clear()
    try:
        keep(client, shirts[0])
        assert client.get("/wishlist/").content.decode().count("card__name") == 1
    finally:
        redis.cache_clear()


def test_an_event_is_kept_for_so_many_days(settings: Settings) -> None:
    settings.EVENTS_DAYS = 10
    visit, now = new_visit(), timezone.now()
    ages = [timedelta(days=days) for days in (0, 9, 11, 400)]
    Event.objects.bulk_create(
        Event(id=first_id(now - age), visit=visit, kind=Kind.VIEW) for age in ages
    )
    forgetting.forget_old()
    assert [now - event.at for event in Event.objects.all()] < [timedelta(days=10)] * 2
    assert Event.objects.count() == 2


def test_an_id_tells_the_moment() -> None:
    now = timezone.now()
    event = Event(id=first_id(now) | (1 << RANDOM_BITS) - 1, visit=1, kind=Kind.VIEW)
    assert abs(event.at - now) < timedelta(milliseconds=1)


def test_leaving_deletes_them(client: Client, ada: User, shirts: list[Product]) -> None:
    client.force_login(ada)
    look(client, shirts[0])
    ada.delete()
    assert written() == []
    assert not Visit.objects.exists()


def test_the_export_has_them(client: Client, ada: User, shirts: list[Product]) -> None:
    client.force_login(ada)
    look(client, shirts[0], panel="viewed", place="2")
    (event,) = written()
    assert everything_about(ada)["what_you_did"] == [
        {
            "at": event.at,
            "kind": "View",
            "product": str(shirts[0].pk),
            "panel": "viewed",
            "place": 2,
        }
    ]
