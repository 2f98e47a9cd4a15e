"""A guest's and a shopper's day: what suits them from the next page on, and how they correct it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults
from tests.browser.test_shoppers import sign_up
from tests.processes import wait_until
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
NAVY, BAG = "/p/navy-shirt-01/", "/c/bags/"
IN_ORDER = {"": "In the order of your taste", "/de": "Geordnet nach deinem Geschmack"}


def look_at(page: Page, path: str) -> None:
    with page.expect_response("**/viewed/"):
        page.goto(path)


@pytest.fixture(scope="module")
def others_looked(running_shop: RunningShop) -> None:
    """Three visitors had to do with the navy shirt and six bags, and the shop has learned of it."""
    running_shop.manage(
        "shell",
        "-c",
        "from shop.catalog.models import Product\n"
        "from shop.events.models import Event, Kind, new_id\n"
        "from shop.taste import building\n"
        f"shirt = Product.objects.get(slug={NAVY.split('/')[2]!r})\n"
        "seen = [shirt, *Product.objects.filter(kind='Bag')[:6]]\n"
        "for visit in (1, 2, 3):\n"
        "    for one in seen:\n"
        "        Event.objects.create(id=new_id(), visit=visit, kind=Kind.VIEW, product=one.pk)\n"
        "building.build(always=True)",
    )


def shows_what_others_viewed(page: Page) -> None:
    """It comes as one gets near it, and nothing of it is elsewhere on the page."""
    page.locator(".ahead").scroll_into_view_if_needed()
    panel = page.locator("[data-panel=also-viewed]")
    expect(panel).to_be_visible()
    links = page.locator("[data-panel] .card__link").evaluate_all("all => all.map(a => a.href)")
    assert len(links) == len(set(links))
    assert faults(page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["", "/de"], ids=["english", "german"])
@pytest.mark.usefixtures("others_looked")
def test_a_guests_day(window: Callable[..., Page], viewport: dict[str, int], language: str) -> None:
    page = window(viewport=viewport, locale="de-DE" if language else "en-GB")
    page.goto(f"{language}/")
    expect(page.locator("#for-you .card")).to_have_count(0)
    look_at(page, f"{language}{NAVY}")
    shows_what_others_viewed(page)
    # The very next page knows, and nothing is kept but in the window.
    page.goto(f"{language}/")
    cards = page.locator("#for-you .card")
    expect(cards.first).to_be_visible()
    assert page.context.cookies() == []
    assert faults(page) == []
    cards.first.locator(".card__link").click()
    page.wait_for_url("**/p/**")
    expect(page.locator("#alike ~ .rail__why")).to_have_text(IN_ORDER[language])
    assert faults(page) == []

    page.goto(f"{language}/taste/")
    reasons = page.locator(".reasons__one")
    expect(reasons).to_have_count(2)
    assert faults(page) == []
    reasons.first.locator("button").click()
    expect(reasons).to_have_count(1)
    page.reload()
    expect(reasons).to_have_count(1)
    page.locator("[name=off]").click()
    expect(page.locator("[name=on]")).to_be_visible()
    expect(reasons).to_have_count(0)
    assert faults(page) == []
    look_at(page, f"{language}{NAVY}")
    page.goto(f"{language}/")
    expect(page.locator("#for-you")).to_have_count(0)


def test_a_shoppers_day(window: Callable[..., Page], running_shop: RunningShop) -> None:
    page = window(viewport=DESKTOP)
    sign_up(page, "taste@example.com")
    look_at(page, NAVY)
    page.goto(BAG)
    name = page.locator(".card__name").first.inner_text()
    page.get_by_role("button", name=f"Keep {name}", exact=True).first.click()
    expect(page.locator("#wish-count")).to_contain_text("1")
    page.goto("/")
    expect(page.locator("#for-you .card").first).to_be_visible()
    # A window of its own begins with what the shop has written down of them.
    state = page.context.storage_state()
    other = window(viewport=PHONE, storage_state=state)

    reasons = other.locator(".reasons__one")

    def are_written() -> bool:
        # A worker writes them every few seconds.
        other.goto("/taste/")
        return reasons.count() == 2

    wait_until(are_written)
    expect(other.locator("main")).to_contain_text("Among your wishes")
    expect(other.locator("main")).to_contain_text("random number")
    assert faults(other) == []
    other.locator("[name=off]").click()
    expect(other.locator("[name=on]")).to_be_visible()
    other.goto("/")
    expect(other.locator("#for-you")).to_have_count(0)
    page.reload()
    expect(page.locator("#for-you")).to_have_count(0)


def test_who_signs_out_leaves_nothing_in_the_window(window: Callable[..., Page]) -> None:
    page = window(viewport=PHONE)
    sign_up(page, "leaves@example.com")
    look_at(page, NAVY)
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/taste/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-taste=asked]")).to_be_attached()
    expect(page.locator(".reasons__one")).to_have_count(0)


def test_a_click_in_a_panel_tells_its_place(window: Callable[..., Page]) -> None:
    page = window(viewport=DESKTOP)
    page.goto(NAVY)
    page.locator("[data-panel=alike] .card__link").nth(1).click()
    with page.expect_request("**/viewed/") as asked:
        page.wait_for_url("**/p/**")
        page.reload()
    assert "panel=alike" in (asked.value.post_data or "")
    assert "place=2" in (asked.value.post_data or "")
