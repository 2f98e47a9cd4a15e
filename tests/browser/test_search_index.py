"""The merchant rebuilds and checks the index, and sees every process follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# A worker is soon at it, a process reports what changed within two seconds, and the page looks
# every five.
FOLLOWED_MS = 20_000


def test_rebuilt_and_checked_without_a_reload(merchant: Page, running_shop: RunningShop) -> None:
    page = merchant
    page.get_by_role("link", name="How it stands").click()
    page.wait_for_url("**/admin/index/")
    page.evaluate("window.sameDocument = true")
    # With the worker held still, the waiting is there to be seen.
    running_shop.worker.freeze()
    try:
        page.get_by_role("button", name="Rebuild now").click()
        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_text("Waiting for a worker")).to_have_count(2)
    finally:
        running_shop.worker.thaw()
    photographs = len(running_shop.ready_ids())
    rebuilt = page.get_by_text(re.compile(rf"Rebuilt .* with {photographs} photographs"))
    expect(rebuilt).to_be_visible(timeout=FOLLOWED_MS)
    checked = page.get_by_text("finds 100.0% of the nearest")
    expect(checked).to_be_visible(timeout=FOLLOWED_MS)

    servers = page.get_by_role("row", name="gunicorn")
    expect(servers).to_have_count(2)
    for server in servers.all():
        expect(server.get_by_role("cell", name="newest")).to_be_visible(timeout=FOLLOWED_MS)
        expect(server.get_by_role("cell").nth(1)).to_have_text(str(photographs))
    assert page.evaluate("window.sameDocument"), "the page was loaded again"


def test_the_keyboard_keeps_its_place_while_the_page_follows(merchant: Page) -> None:
    merchant.goto("/admin/index/")
    button = merchant.get_by_role("button", name="Check now")
    button.focus()
    with merchant.expect_response("**/admin/index/now/"):
        pass
    expect(button).to_be_focused()
