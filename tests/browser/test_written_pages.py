"""What a merchant must say: written in the admin, linked where one buys, read in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TABLE = "## Kleidung\n\n| Größe | Brust in cm |\n|---|---:|\n| S | 84 bis 92 |\n"


def test_a_page_from_the_admin_to_the_footer(merchant: Page, window: Callable[..., Page]) -> None:
    merchant.goto("/admin/pages/wording/")
    row = merchant.get_by_role("row").filter(has_text="Size guides").filter(has_text="Deutsch")
    assert faults(merchant, within=".state") == []
    row.get_by_role("link").first.click()
    merchant.locator("#id_text").fill(TABLE)
    merchant.get_by_role("button", name="Save", exact=True).click()
    reader = window()
    reader.goto("/de/p/navy-shirt-01/")
    reader.get_by_role("link", name="Größentabelle", exact=True).click()
    expect(reader.locator("h1")).to_have_text("Größentabellen")
    expect(reader.get_by_role("cell", name="84 bis 92")).to_be_visible()
    assert faults(reader) == []
    reader.locator(".foot").get_by_role("link", name="Datenschutz").click()
    expect(reader.locator("main")).to_contain_text("darum fragt dich kein Banner")
    assert faults(reader) == []
