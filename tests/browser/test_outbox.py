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


def test_an_address_is_confirmed_by_a_mail_that_the_admin_shows(
    merchant: Page, window: Callable[..., Page]
) -> None:
    shopper = window()
    sign_up(shopper, "vera@example.com")
    expect(shopper.locator("main")).to_contain_text("We have sent a mail to vera@example.com")
    merchant.goto("/admin/")
    merchant.get_by_role("link", name="Mails").click()
    assert faults(merchant, within=".card") == []
    row = merchant.get_by_role("row").filter(has_text="vera@example.com").first
    row.get_by_role("link").click()
    assert faults(merchant, within=".card") == []
    merchant.locator(".letter a").first.click()
    merchant.get_by_role("button", name="Yes, it is mine").click()
    shopper.goto("/account/")
    expect(shopper.locator("main")).not_to_contain_text("We have sent")
