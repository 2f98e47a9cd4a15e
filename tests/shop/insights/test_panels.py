"""What panels bring: seen, opened, bought, by nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop.events.models import RANDOM_BITS, Event, Kind, first_id
from shop.insights import panels
from shop.insights.models import PanelDay
from shop.insights.panels import CREDIT, SEEN, Work, brought
from shop.limits.shared_redis import redis

pytestmark = pytest.mark.django_db

NOW = timezone.now()
PRODUCT, OTHER = "a" * 24, "b" * 24


@pytest.fixture(autouse=True)
def nothing_was_seen(embedded_servers: None) -> Iterator[None]:
    redis().delete(*SEEN)
    yield
    redis().delete(*SEEN)


def happened(
    kind: Kind,
    product: str = PRODUCT,
    panel: str = "",
    ago: timedelta = timedelta(),
    visit: int = 1,
) -> None:
    number = Event.objects.count() + 1
    assert number < 1 << RANDOM_BITS
    Event.objects.create(
        id=first_id(NOW - ago) + number,
        visit=visit,
        kind=kind,
        product=product,
        panel=panel,
        place=1 if panel else None,
    )


def work(days: int = 30) -> dict[str, Work]:
    return {one.panel: one.total for one in brought(days)}


def test_whoever_leaves_nothing_is_not_counted(client: Client) -> None:
    assert client.post("/panels/seen/", {"panel": ["alike"]}).status_code == 204
    assert not redis().exists(SEEN.counted)


def test_what_came_into_sight_is_counted_by_day(client: Client) -> None:
    client.post("/taste/switch/", {"on": "1"})
    for _ in range(2):
        client.post("/panels/seen/", {"panel": ["alike", "for-you", "alike", "<b>"]})
    panels.write_seen()
    panels.write_seen()
    assert {row.panel: (row.day, row.seen) for row in PanelDay.objects.all()} == {
        name: (timezone.localdate(), 2) for name in ("alike", "for-you")
    }
    client.post("/panels/seen/", {"panel": "alike"})
    panels.write_seen()
    assert work() == {"alike": Work(3), "for-you": Work(2)}


def test_what_a_killed_task_left_is_not_lost() -> None:
    day = timezone.localdate().isoformat()
    redis().hset(SEEN.taken, f"{day} alike", "3")
    redis().hset(SEEN.counted, f"{day} alike", "4")
    panels.write_seen()
    panels.write_seen()
    assert work() == {"alike": Work(7)}


def test_the_last_panel_that_led_to_what_is_bought_has_it() -> None:
    happened(Kind.VIEW, panel="alike", ago=timedelta(hours=3))
    happened(Kind.VIEW, panel="for-you", ago=timedelta(hours=2))
    # That they came back by themselves takes nothing away from it.
    happened(Kind.VIEW, ago=timedelta(hours=1))
    happened(Kind.BUY)
    assert work() == {"for-you": Work(0, 1, 1), "alike": Work(0, 1, 0)}


def test_a_page_that_is_loaded_again_was_opened_once() -> None:
    for _ in range(3):
        happened(Kind.VIEW, panel="alike")
    happened(Kind.VIEW, panel="alike", visit=2)
    happened(Kind.VIEW, OTHER, panel="alike")
    happened(Kind.VIEW, panel="for-you")
    assert work() == {"alike": Work(0, 3, 0), "for-you": Work(0, 1, 0)}


def test_others_and_other_products_credit_nobody() -> None:
    happened(Kind.VIEW, panel="alike", ago=timedelta(hours=1))
    happened(Kind.BUY, visit=2)
    happened(Kind.BUY, OTHER)
    assert work() == {"alike": Work(0, 1, 0)}


def test_what_was_opened_too_long_ago_is_not_its_work() -> None:
    happened(Kind.VIEW, panel="alike", ago=CREDIT + timedelta(minutes=1))
    happened(Kind.VIEW, OTHER, panel="alike", ago=CREDIT - timedelta(minutes=1))
    happened(Kind.BUY)
    happened(Kind.BUY, OTHER)
    assert work() == {"alike": Work(0, 2, 1)}
    # Opened before the days that are shown, and bought in them.
    assert work(days=1) == {"alike": Work(0, 0, 1)}


def test_days_are_the_shops(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with timezone.override("Asia/Tokyo"):
        here = timezone.localtime(NOW)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        monkeypatch.setattr(f"{__name__}.NOW", midnight)
        happened(Kind.VIEW, panel="alike", ago=timedelta(seconds=1))
        happened(Kind.VIEW, panel="alike", ago=-timedelta(milliseconds=1))
        days: list[tuple[datetime, Work]] = brought(30)[0].days  # type: ignore[assignment]
        today = midnight.date()
        assert days == [(today, Work(0, 1)), (today - timedelta(days=1), Work(0, 1))]


def test_the_page_says_how_it_is_counted(admin_client: Client, client: Client) -> None:
    happened(Kind.VIEW, panel="alike")
    PanelDay.objects.create(day=timezone.localdate(), panel="alike", seen=8)
    html = admin_client.get("/admin/panels/").content.decode()
    assert "Looks alike" in html
    assert "12.5" in html
    assert "within 7 days before" in html
    assert client.get("/admin/panels/").status_code == 302
