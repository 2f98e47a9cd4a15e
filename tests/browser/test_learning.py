"""A merchant's walk: what the shop tells them as they upload, and what they learn from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn

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
