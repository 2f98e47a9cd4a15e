"""Accounts, wishes and what was looked at, as shoppers meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults
from tests.processes import wait_until
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PASSWORD = "a long walk by the sea"
PHONE = {"width": 360, "height": 740}
GUEST_PAGES = {
    "sign in": "/account/login/",
    "sign up": "/account/signup/",
    "forgotten password": "/account/password/reset/",
    "mail on its way": "/account/password/reset/done/",
    "bad link": "/account/confirm-email/nothing/",
    "wishes of nobody": "/wishlist/",
    "account gone": "/account/gone/",
    "reviews": "/p/navy-shirt-01/reviews/",
}
SHOPPER_PAGES = (
    "/account/",
    "/account/addresses/",
    "/account/addresses/add/",
    "/account/email/",
    "/account/password/change/",
    "/account/data/",
    "/wishlist/",
    "/p/navy-shirt-01/reviews/",
)


def sign_up(page: Page, email: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url("**/account/")


def mailed_link(shop: RunningShop, email: str) -> str:
    """The link of the mail that the shop wrote to this address."""

    def found() -> list[str]:
        mine = [mail for mail in shop.mails() if f"To: {email}" in mail]
        return [link for mail in mine for link in re.findall(r"http://\S+/confirm-email/\S+", mail)]

    wait_until(lambda: bool(found()))
    return found()[0]


def let_remember(page: Page) -> None:
    page.get_by_role("button", name="Yes, remember it").click()
    expect(page.locator("#viewed")).to_contain_text("From the next product on")


def press_heart(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Keep {name}", exact=True).first.click()


def test_from_signing_up_to_a_shared_wishlist(
    window: Callable[..., Page], running_shop: RunningShop
) -> None:
    email = "ada@example.com"
    ada, friend = window(), window()
    ada.goto("/c/shirts/")
    name = ada.locator(".card__name").first.inner_text()
    # Kept as a guest, and still there with an account.
    press_heart(ada, name)
    expect(ada.locator("#wish-count")).to_contain_text("1")
    sign_up(ada, email)
    expect(ada.locator("main")).to_contain_text(f"We have sent a mail to {email}")
    ada.goto(mailed_link(running_shop, email))
    ada.get_by_role("button", name="Yes, it is mine").click()
    ada.goto("/account/")
    expect(ada.locator("main")).not_to_contain_text("We have sent")

    ada.goto("/wishlist/")
    expect(ada.locator(".card__name")).to_have_text([name])
    ada.get_by_role("button", name="Share by a link").click()
    link = ada.locator("#share-link").input_value()
    friend.goto(link)
    expect(friend.locator(".card__name")).to_have_text([name])
    expect(friend.locator("#wish-count")).to_be_empty()
    assert faults(friend) == []
    ada.get_by_role("button", name="Stop sharing").click()
    friend.context.watch.expected.add(404)  # type: ignore[attr-defined]
    friend.goto(link)
    expect(friend.locator("h1")).not_to_contain_text("wishes for")


def test_hearts_of_one_product_go_together(page: Page) -> None:
    page.goto("/c/shirts/")
    page.locator(".alike").first.click()
    # What looks like a shirt is a shirt that stands below, too.
    panel = page.locator("li.panel")
    panel.locator(".heart").first.wait_for()
    named = panel.locator(".heart").evaluate_all("hearts => hearts.map(heart => heart.value)")
    both = [page.locator(f'.heart[value="{product}"]') for product in named]
    hearts = next(pair for pair in both if pair.count() == 2)
    hearts.first.click()
    for number in range(2):
        expect(hearts.nth(number)).to_have_attribute("aria-pressed", "true")
        expect(hearts.nth(number)).to_have_attribute("name", "drop")


def test_a_heart_is_pressed_by_keyboard(page: Page) -> None:
    page.goto("/p/navy-shirt-05/")
    page.get_by_role("button", name="Keep for later").press("Enter")
    expect(page.locator("#wish-count")).to_contain_text("1")
    page.goto("/c/shirts/?sort=name&colour=Navy")
    heart = page.get_by_role("button", name="Keep Navy shirt 05", exact=True).first
    expect(heart).to_have_attribute("aria-pressed", "true")
    heart.press("Enter")
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(heart).to_be_focused()
    expect(page.locator("#wish-count")).to_be_empty()
    heart.press("Enter")
    expect(heart).to_have_attribute("aria-pressed", "true")


def test_hearts_without_scripts(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False, viewport=PHONE)
    page.goto("/c/bags/")
    name = page.locator(".card__name").first.inner_text()
    press_heart(page, name)
    expect(page.locator("h1")).to_have_text("Bags")
    expect(page.locator("#bar-wish-count")).to_contain_text("1")
    page.get_by_role("link", name="Wishes").click()
    expect(page.locator(".card__name")).to_have_text([name])
    press_heart(page, name)
    expect(page.locator("main")).to_contain_text("You keep nothing yet.")


def test_what_was_looked_at_is_shown_and_forgotten(page: Page) -> None:
    page.goto("/p/navy-shirt-01/")
    assert faults(page) == []
    assert page.context.cookies() == []
    let_remember(page)
    with page.expect_response("**/viewed/"):
        page.goto("/p/navy-shirt-05/")
    rail = page.locator("#viewed")
    expect(rail.locator(".card__name")).to_have_text(["Navy shirt 01"])
    assert faults(page) == []
    rail.get_by_role("button", name="Forget these").click()
    expect(rail).to_have_count(0)
    with page.expect_response("**/viewed/"):
        page.reload()
    expect(page.locator("#viewed .card")).to_have_count(0)


def test_an_address_is_saved(page: Page) -> None:
    sign_up(page, "grace@example.com")
    page.goto("/account/addresses/add/")
    for label, value in {
        "Name": "Grace Hopper",
        "Street and number": "Row 1",
        "Postcode": "1011",
        "Town": "Berlin",
    }.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Save").click()
    # The sentence about the postcode is read out with its field.
    postcode = page.get_by_label("Postcode", exact=True)
    expect(postcode).to_have_accessible_description(re.compile("not a postcode there"))
    assert faults(page) == []
    postcode.fill("10115")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".addresses__one")).to_contain_text("10115 Berlin")
    assert faults(page) == []


@pytest.mark.parametrize("path", GUEST_PAGES.values(), ids=GUEST_PAGES)
def test_page_of_guests(page: Page, path: str) -> None:
    page.goto(path)
    assert faults(page) == []


def test_pages_of_shoppers(page: Page) -> None:
    sign_up(page, "joan@example.com")
    for path in SHOPPER_PAGES:
        page.goto(path)
        assert faults(page) == [], path
