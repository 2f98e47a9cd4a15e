"""The main job in a real browser: from an upload to the panel of similar items, and away again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from tests import drawn
from tests.processes import wait_until
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NAME = "Rust shirt, brushed"
# As the fourth shirt of the catalogue is drawn.
LIKE = "/p/rust-shirt-04/"
SHIFT = 3


def photographs() -> list[dict[str, object]]:
    front = drawn.picture("Shirt", "Rust", SHIFT).resize((480, 600))
    back = front.transpose(0)
    return [
        {"name": name, "mimeType": "image/jpeg", "buffer": drawn.encoded(drawn_side)}
        for name, drawn_side in (("front.jpg", front), ("back.jpg", back))
    ]


def shows(page: Page, address: str, name: Locator) -> bool:
    page.goto(address)
    return name.count() > 0


def test_uploaded_found_and_deleted(merchant: Page, running_shop: RunningShop) -> None:
    page = merchant
    page.goto("/admin/catalog/product/add/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("SKU").first.fill("BRUSHED-1")
    page.get_by_label("Price in EUR").fill("49.90")
    page.get_by_label("Category").select_option("Shirts")
    page.get_by_label("Add photographs").set_input_files(photographs())

    # With the worker held still, the waiting is there to be seen.
    running_shop.worker.freeze()
    try:
        page.get_by_role("button", name="Save", exact=True).click()
        badges = page.locator(".photographs .state")
        expect(badges).to_have_text(["waiting", "waiting"])
        page.evaluate("window.sameDocument = true")
    finally:
        running_shop.worker.thaw()
    expect(badges).to_have_text([re.compile(r"^ready in \d+\.\d s$")] * 2)
    assert page.evaluate("window.sameDocument"), "the page was loaded again"
    product = page.url

    found = page.locator(".card__name", has_text=NAME)
    wait_until(lambda: shows(page, LIKE, found))
    page.goto("/photo/")
    page.locator("#picture").set_input_files(photographs()[0])
    page.wait_for_url(re.compile("/photo/.+"))
    results = page.url
    assert NAME in page.locator(".card__name").all_inner_texts()[:2]

    page.goto(product)
    page.get_by_role("link", name="Delete product").click()
    page.get_by_role("button", name=re.compile("Yes, I.m sure|Delete")).click()
    page.wait_for_url("**/catalog/product/")
    wait_until(lambda: not shows(page, LIKE, found))
    expect(page.locator(".rail .card")).to_have_count(5)
    wait_until(lambda: not shows(page, results, found))
