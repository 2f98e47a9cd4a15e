"""A test of two rankings: begun in the admin, shown as one panel, told only once it is due."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

import pytest
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import timezone

from shop.catalog import remember
from shop.catalog.models import Product
from shop.events.models import Event, Kind, first_id
from shop.events.writing import write_waiting
from shop.insights.panels import brought
from shop.trials.models import FEWEST, Trial
from shop.trials.verdict import verdict_of

pytestmark = pytest.mark.django_db

LIST = "/admin/trials/trial/"
NUMBERS = count(1)
CARD = re.compile(r'<li class="card" data-panel="alike-([ab])">')


@pytest.fixture
def trial() -> Trial:
    return Trial.objects.create(
        planned=FEWEST, begun_at=timezone.now() - timedelta(hours=1), second="looks"
    )


def opened(visit: int, *panels: str, product: str = "", ago: float = 0) -> None:
    for panel in panels:
        number = next(NUMBERS)
        Event.objects.create(
            id=first_id(timezone.now() - timedelta(seconds=ago)) - 2**20 + number,
            visit=visit,
            kind=Kind.VIEW,
            product=product or f"{number:024x}",
            panel=panel,
            place=1,
        )


def panel_of(client: Client, product: Product, seen: Product) -> str:
    remember.forget_all()
    response = client.post(f"{product.get_absolute_url()}alike/", {"seen": f"v{seen.pk}"})
    assert response.status_code == 200
    return response.content.decode()


def test_both_rankings_are_shown_as_one_to_whoever_is_written_down(
    client: Client, products: list[Product], trial: Trial
) -> None:
    assert not CARD.findall(panel_of(client, products[0], products[1]))
    client.post("/taste/switch/", {"on": "1"})
    html = panel_of(client, products[0], products[1])
    teams = CARD.findall(html)
    assert len(teams) == len(set(re.findall(r'card__name">([^<]+)<', html))) == 5
    # Each whole round has one of either.
    assert all(set(teams[start : start + 2]) == {"a", "b"} for start in (0, 2))
    trial.runs = False
    trial.save()
    assert not CARD.findall(panel_of(client, products[0], products[1]))


def test_a_click_is_its_teams_and_its_panels(
    client: Client, products: list[Product], trial: Trial
) -> None:
    client.post("/taste/switch/", {"on": "1"})
    where = {"product": str(products[2].pk), "panel": "alike-b", "place": "2"}
    for _ in range(2):
        # Who loads the page again has opened it once.
        client.post("/viewed/", where)
    write_waiting()
    found = verdict_of(trial)
    assert (found.first, found.second, found.neither) == (0, 1, 0)
    assert [one.panel for one in brought(1)] == ["alike"]


def test_what_was_opened_before_or_after_is_not_counted(trial: Trial) -> None:
    opened(1, "alike-a", ago=3700)
    opened(2, "alike-a", "alike-a", "alike-b")
    opened(3, "alike-b", "alike-a")
    opened(4, "alike", "for-you")
    found = verdict_of(trial)
    assert (found.first, found.second, found.neither) == (1, 0, 1)
    trial.ended_at = timezone.now() - timedelta(minutes=5)
    assert verdict_of(trial).number == 0


def test_no_verdict_before_so_many_have_a_preference(trial: Trial) -> None:
    for visit in range(FEWEST - 1):
        opened(visit, "alike-a")
    assert (
        verdict_of(trial).words == f"Not yet: {FEWEST - 1} of {FEWEST} visitors have a preference."
    )
    opened(99, "alike-a")
    told = verdict_of(trial).words
    assert told.startswith("Preferred is “looks, facts and the visitor's taste: as it is now”")
    assert f"{FEWEST} of {FEWEST} visitors" in told
    assert "0.0 %" in told


def test_what_chance_may_have_done_is_undecided_and_says_what_it_takes(trial: Trial) -> None:
    for visit in range(FEWEST):
        opened(visit, "alike-b" if visit < 12 else "alike-a")
    told = verdict_of(trial).words
    assert told.startswith("Undecided: “looks alone” is ahead with 12 of 20 visitors")
    assert "50.3 %" in told
    assert "it takes 194 visitors" in told


def test_a_draw_is_undecided(trial: Trial) -> None:
    for visit in range(FEWEST):
        opened(visit, "alike-b" if visit % 2 else "alike-a")
    assert verdict_of(trial).words.endswith("100.0 % of all tests.")


def test_it_is_begun_and_ended_in_the_admin(admin_client: Client) -> None:
    fields = {"first": "facts", "second": "looks", "planned": "50"}
    admin_client.post(f"{LIST}add/", fields)
    begun = Trial.objects.get()
    assert begun.runs
    refused = admin_client.post(f"{LIST}add/", fields).content.decode()
    assert "Another test runs; end it first." in refused
    page = f"{LIST}{begun.pk}/change/"
    # What was planned stays planned.
    admin_client.post(page, {"planned": "20", "first": "taste"})
    ended = Trial.objects.get()
    assert (ended.runs, ended.planned, ended.first) == (False, 50, "facts")
    assert ended.ended_at
    admin_client.post(page, {"runs": "on"})
    assert not Trial.objects.get().runs
    assert "Not yet: 0 of 50" in admin_client.get(page).content.decode()
    assert "Not yet: 0 of 50" in admin_client.get(LIST).content.decode()


def test_two_rankings_differ_and_one_test_runs(admin_client: Client, trial: Trial) -> None:
    fields = {"first": "looks", "second": "looks", "planned": "50"}
    assert "two different" in admin_client.post(f"{LIST}add/", fields).content.decode()
    with pytest.raises(IntegrityError):
        Trial.objects.create()
