"""A merchant's walk: what the shop tells them as they upload, and what they learn from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn
from tests.processes import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CROP = (8, 10, 232, 290)


def test_what_is_there_already_is_told_as_it_is_chosen(merchant: Page) -> None:
    page = merchant
    page.goto("/admin/catalog/product/add/")
    # As the fourth shirt of the catalogue is drawn, without its edges.
    again = drawn.encoded(drawn.picture("Shirt", "Rust", 3).crop(CROP))
    file = {"name": "again.jpg", "mimeType": "image/jpeg", "buffer": again}
    page.get_by_label("Add photographs").set_input_files([file])  # type: ignore[list-item]
    looks = page.locator("#looks")
    double = looks.locator(".double").first
    expect(double).to_contain_text(re.compile(r"\d+ % like SKU SHIRT-\d+\. Is it the same\?"))
    expect(double.locator("img")).to_have_count(2)
    for picture in double.locator("img").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    looks.get_by_role("button", name="Category: Shirts").click()
    expect(page.locator("#id_category option:checked")).to_have_text("Shirts")


def shows(page: Page, address: str, words: str) -> bool:
    page.goto(address)
    return page.get_by_text(words).count() > 0


def test_a_merchant_learns_which_ranking_a_visitor_prefers(
    merchant: Page, window: Callable[..., Page]
) -> None:
    merchant.goto("/admin/trials/trial/add/")
    merchant.get_by_role("button", name="Save", exact=True).click()
    merchant.wait_for_url("**/trials/trial/")
    merchant.locator("#result_list a[href*='/change/']").first.click()
    merchant.wait_for_url("**/trials/trial/*/change/")
    test = merchant.url
    try:
        visitor = window(viewport={"width": 1440, "height": 900})
        visitor.goto("/taste/")
        visitor.locator("button[name=on][value='1']").click()
        for path in ("/p/navy-shirt-01/", "/p/rust-shirt-04/"):
            with visitor.expect_response("**/viewed/"):
                visitor.goto(path)
        places = visitor.locator("#alike").locator("xpath=ancestor::section").locator("li.card")
        expect(places.first).to_have_attribute("data-panel", re.compile("^alike-[ab]$"))
        with visitor.expect_request("**/panels/seen/") as seen:
            places.first.scroll_into_view_if_needed()
        assert seen.value.post_data
        with visitor.expect_response("**/viewed/"):
            places.first.locator(".card__link").click()
        wait_until(lambda: shows(merchant, test, "Not yet: 1 of 194 visitors"))
        wait_until(lambda: shows(merchant, "/admin/panels/", "Looks alike, day by day"))
    finally:
        merchant.goto(test)
        merchant.locator("#id_runs").uncheck()
        merchant.get_by_role("button", name="Save", exact=True).click()
    merchant.wait_for_url("**/trials/trial/")
