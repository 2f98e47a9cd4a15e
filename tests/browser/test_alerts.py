"""Waiting for a size, from the product's page to the mail, as a guest and as a shopper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults
from tests.browser.test_shoppers import mailed_link, sign_up
from tests.processes import wait_until
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# A bag: what shirts cost is looked at by others.
PRODUCT = "/p/sage-bag-06/"


def ask(page: Page, wish: str, email: str, button: str) -> None:
    page.locator(".tell > summary").click()
    page.locator("#tell-wish").select_option(wish)
    page.locator("#tell-email").fill(email)
    assert faults(page) == []
    page.get_by_role("button", name=button, exact=True).click()


def test_a_guest_is_told_that_it_costs_less(
    window: Callable[..., Page], merchant: Page, running_shop: RunningShop
) -> None:
    guest = window(viewport={"width": 390, "height": 844})
    guest.goto(f"/de{PRODUCT}")
    ask(guest, "cheaper:", "edith@example.com", "Sag mir Bescheid")
    expect(guest.locator("h1")).to_have_text("Schau in deine Mails.")
    assert faults(guest) == []

    def written() -> list[str]:
        return [mail for mail in running_shop.mails() if "To: edith@example.com" in mail]

    wait_until(lambda: bool(written()))
    (link,) = set(re.findall(r"http://\S+/de/alerts/[\w-]+/(?=\s|$)", written()[0], re.MULTILINE))
    guest.goto(link)
    assert faults(guest) == []
    guest.get_by_role("button", name="Ja, sagt mir Bescheid").click()
    expect(guest.locator("main")).to_contain_text("Wir schreiben dir, einmal, wenn es weniger")
    assert guest.context.cookies() == []

    merchant.goto("/admin/catalog/product/?q=BAG-06")
    merchant.locator("a:has(.thumb)").first.click()
    merchant.locator("[name=sale_price_cents]").fill("1.00")
    merchant.get_by_role("button", name="Save and continue editing").click()
    wait_until(lambda: len(written()) == 2, 150)
    assert "kostet jetzt weniger" in written()[1]
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in written()[1]

    guest.goto(link)
    guest.get_by_role("button", name="Gar keine Mails dieser Art").click()
    expect(guest.locator("h1")).to_have_text("Du bekommst dazu keine Mail.")
    assert faults(guest) == []


def test_a_shopper_whose_address_is_known_is_not_asked_again(
    page: Page, running_shop: RunningShop
) -> None:
    email = "mary@example.com"
    sign_up(page, email)
    page.goto(mailed_link(running_shop, email))
    page.get_by_role("button", name="Yes, it is mine").click()
    page.goto(PRODUCT)
    expect(page.locator("#tell-email")).to_have_value(email)
    ask(page, "cheaper:", email, "Tell me")
    expect(page.locator("h1")).to_have_text("We will write to you.")
    assert faults(page) == []
