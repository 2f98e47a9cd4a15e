"""The page that describes the API, and its way of trying things out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.test_every_page import SIZES, inaccessible

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_nothing_is_wrong_with_the_page(page: Page) -> None:
    page.goto("/api/v1/docs")
    page.locator("h3.opblock-tag[aria-level='2']").first.wait_for()
    for size in SIZES:
        page.set_viewport_size(size)
        assert inaccessible(page, "body", "light") == []


def test_an_operation_can_be_tried_out(page: Page) -> None:
    page.goto("/api/v1/docs")
    listing = page.locator(".opblock", has_text="/api/v1/categories")
    listing.locator(".opblock-summary-control").click()
    listing.get_by_role("button", name="Try it out").click()
    listing.get_by_role("button", name="Execute").click()
    answer = listing.locator(".live-responses-table .response-col_description code")
    answer.first.wait_for()
    assert '"slug": "shirts"' in answer.first.inner_text()
