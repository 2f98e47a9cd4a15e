"""A merchant pins a bag beside a shirt: filled in, looked at, saved, and seen by a shopper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_admin_pages import SIZE_RULES
from tests.browser.test_every_page import SIZES, inaccessible, sideways
from tests.processes import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SHIRT_SKU, BAG, BAG_SKU = "SHIRT-01", "Sage bag 02", "BAG-02"
PAGE = "/p/navy-shirt-01/"


def first_alike(page: Page) -> str:
    page.goto(PAGE)
    return page.locator("[data-panel=alike] .card__name").first.inner_text()


def faults(page: Page) -> list[str]:
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        found += sideways(page) + inaccessible(page, "#main", "light", SIZE_RULES)
    return found


def test_a_bag_is_pinned_beside_a_shirt(merchant: Page, window: Callable[..., Page]) -> None:
    page, shopper = merchant, window(viewport={"width": 360, "height": 740})
    assert first_alike(shopper) != BAG
    page.goto(f"/admin/catalog/product/?q={SHIRT_SKU}")
    page.locator("#result_list a[href*='/change/']").first.click()
    page.get_by_role("link", name="Have something shown beside it").click()
    expect(page.locator("#id_phrases")).to_be_hidden()
    # A few letters, and what may be meant is offered.
    page.get_by_label("Product (SKU)", exact=True).press_sequentially("bag 02")
    expect(page.locator(f"#known-skus option[value={BAG_SKU}]")).to_have_count(1)
    page.locator("#id_product").fill(BAG_SKU)
    page.get_by_role("button", name="Show the difference").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Say at which place.")
    page.locator("#id_place").fill("1")
    page.get_by_role("button", name="Show the difference").click()
    after = preview.get_by_role("heading", name="With this rule").first.locator("..")
    expect(after.get_by_role("listitem").first).to_contain_text(BAG)
    expect(after.get_by_role("listitem").first).to_contain_text("new among these")
    assert faults(page) == []
    assert first_alike(shopper) != BAG

    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/merchandising/rule/")
    wait_until(lambda: first_alike(shopper) == BAG)

    page.get_by_role("link", name=f"{BAG} at place 1", exact=True).click()
    page.get_by_role("link", name="Delete rule").click()
    page.get_by_role("button", name=re.compile("Yes, I.m sure|Delete")).click()
    page.wait_for_url("**/merchandising/rule/")
    wait_until(lambda: first_alike(shopper) != BAG)
