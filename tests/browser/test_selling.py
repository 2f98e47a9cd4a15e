"""A product in several colours, on sale: made by a merchant, chosen and bought by a shopper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn
from tests.browser.test_every_page import faults
from tests.browser.test_merchant import delete, upload

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/p/bay-shirt/"


def files() -> list[dict[str, object]]:
    return [
        {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": drawn.jpeg("Shirt", colour)}
        for colour in ("Navy", "Rust")
    ]


@pytest.fixture
def bay_shirt(merchant: Page) -> Iterator[Page]:
    """The merchant's page of a shirt: navy with the first picture, rust with the second."""
    upload(merchant, "Bay shirt", "BAY", files()).nth(1).wait_for()
    for row, colour in enumerate(("Navy", "Rust")):
        merchant.locator(f"[name=variants-{row}-size]").fill("M")
        merchant.locator(f"[name=variants-{row}-colour]").fill(colour)
        merchant.locator(".sizes__pictures summary").nth(row).click()
        merchant.locator(f"[name=variants-{row}-photographs]").nth(row).check()
    merchant.locator("[name=variants-1-price_cents]").fill("59.90")
    merchant.locator("[name=sale_price_cents]").fill("39.90")
    merchant.get_by_role("button", name="Save and continue editing").click()
    expect(merchant.get_by_text("1 picture", exact=True)).to_have_count(2)
    yield merchant
    delete(merchant)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_from_the_form_to_the_bag(
    bay_shirt: Page, window: Callable[..., Page], scripts: bool
) -> None:
    assert faults(bay_shirt, within=".card") == []
    shopper = window(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    shopper.goto(ADDRESS)
    navy = shopper.locator(".gallery__stage img").first.get_attribute("src")
    shopper.get_by_role("link", name="Rust", exact=True).click()
    shopper.wait_for_url("**?colour=Rust")
    expect(shopper.locator(".gallery__stage img").first).not_to_have_attribute("src", navy or "")
    # The size was made dearer with the sale itself: nobody ever paid that.
    expect(shopper.locator(".facts__price")).to_contain_text("€39.90 instead of €49.90")
    expect(shopper.locator(".facts")).to_contain_text("the lowest price of the 30 days before")
    if scripts:
        assert faults(shopper) == []
    shopper.locator("label.size").filter(has_text="M").click()
    shopper.get_by_role("button", name="Add to bag").click()
    shopper.locator(".buy__done").wait_for() if scripts else shopper.wait_for_url("**/basket/")
    shopper.goto("/basket/")
    expect(shopper.locator(".line__facts")).to_contain_text("Rust · Size M · €39.90")
