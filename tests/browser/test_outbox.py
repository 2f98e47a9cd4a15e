"""Without a mail server the admin shows what was written, and its links work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults
from tests.browser.test_shoppers import sign_up

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Wider than a phone where it is not broken.
ADDRESS = "vera.wilhelmina.featherstonehaugh@mail.department-of-fashion.example.com"


def test_an_address_is_confirmed_by_a_mail_that_the_admin_shows(
    merchant: Page, window: Callable[..., Page]
) -> None:
    shopper = window()
    sign_up(shopper, ADDRESS)
    expect(shopper.locator("main")).to_contain_text(f"We have sent a mail to {ADDRESS}")
    merchant.goto("/admin/")
    merchant.get_by_role("link", name="Mails").click()
    merchant.wait_for_url("**/admin/mails/")
    assert faults(merchant, within=".card") == []
    row = merchant.get_by_role("row").filter(has_text=ADDRESS).first
    row.get_by_role("link").click()
    merchant.wait_for_url("**/admin/mails/*/")
    assert faults(merchant, within=".card") == []
    merchant.locator(".letter a").first.click()
    merchant.get_by_role("button", name="Yes, it is mine").click()
    shopper.goto("/account/")
    expect(shopper.locator("main")).not_to_contain_text("We have sent")
