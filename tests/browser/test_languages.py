"""The shop in German, reached by the links that every page has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn
from tests.browser.test_basket import choose_size
from tests.browser.test_every_page import faults
from tests.running_shop import ADMIN_NAME

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_from_english_to_the_german_bag(page: Page) -> None:
    page.goto("/c/shirts/")
    page.get_by_role("link", name="Deutsch").click()
    page.wait_for_url("**/de/c/shirts/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_text("Sortieren:")).to_be_visible()
    assert faults(page) == []

    page.locator(".grid .alike").first.click()
    expect(page.locator("li.panel h2")).to_contain_text("Ähnlich wie")
    page.get_by_role("button", name="Schließen").click()

    page.get_by_role("link", name="Navy shirt 33").first.click()
    page.wait_for_url("**/de/p/navy-shirt-33/")
    assert faults(page) == []
    choose_size(page, "M")
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.locator("#bought")).to_contain_text("In deinem Warenkorb: Navy shirt 33 (M)")

    page.get_by_role("link", name="Zum Warenkorb").click()
    page.wait_for_url("**/de/basket/")
    expect(page.locator(".line__total")).to_have_text("36,90\u00a0€")
    page.get_by_label("Anzahl").select_option("2")
    expect(page.locator("#basket-said")).to_have_text("Gesamt 73,80\u00a0€")
    assert faults(page) == []

    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/basket/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your bag")


def test_german_search_by_photo(page: Page) -> None:
    page.goto("/de/photo/")
    expect(page.get_by_role("button", name="Bild wählen")).to_be_visible()
    assert faults(page) == []
    shirt = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": drawn.jpeg("Shirt", "Sage")}
    page.locator("#picture").set_input_files(shirt)
    page.wait_for_url(re.compile("/de/photo/.+"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ähnlich wie dein Bild")


def test_merchant_turns_to_german(merchant: Page) -> None:
    merchant.get_by_text(ADMIN_NAME, exact=True).click()
    merchant.get_by_role("button", name="Deutsch").click()
    expect(merchant.get_by_role("heading", name="Produkte nach Kategorie")).to_be_visible()
    expect(merchant.locator("html")).to_have_attribute("lang", "de")
