"""The field of the header: a combobox by keyboard and by pointer, and a plain form without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import SIZES, faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_suggestions_by_keyboard(page: Page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Search by words")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("shi")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_have_text("shirts")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert faults(page) == []
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "find-option-1")
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("shi")
    field.press("ArrowDown")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=shirts$"))


def test_a_product_is_a_press_away_on_every_screen(page: Page) -> None:
    for size in SIZES:
        page.set_viewport_size(size)
        page.goto("/")
        page.get_by_role("combobox").press_sequentially("navy bag")
        option = page.get_by_role("option").filter(has=page.locator("img")).first
        expect(option).to_be_in_viewport()
        assert page.get_by_role("listbox").evaluate("list => list.clientWidth") > 300, size
        assert faults(page) == []
        option.click()
        expect(page).to_have_url(re.compile("/p/navy-bag-"))


def test_what_was_looked_for_stays_in_this_browser(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill("rust shirt")
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("rust shirt")
    page.goto("/")
    page.get_by_role("combobox").focus()
    options = page.get_by_role("option")
    expect(options).to_have_text(["rust shirt", "Forget these"])
    options.first.click()
    expect(page).to_have_url(re.compile(r"/search/\?q=rust(%20|\+)shirt$"))
    page.goto("/")
    page.get_by_role("combobox").focus()
    options.last.click()
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_the_list_goes_when_one_goes_elsewhere(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("shi")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_without_javascript_it_is_a_form(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False)
    page.goto("/")
    field = page.get_by_role("searchbox", name="Search by words")
    field.fill("rust shirt")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("rust shirt")
    expect(page.locator(".find__list")).to_be_hidden()


def test_the_search_of_a_phone_begins_in_the_field(window: Callable[..., Page]) -> None:
    page = window(viewport={"width": 360, "height": 780}, has_touch=True)
    page.goto("/c/shirts/")
    page.get_by_role("navigation", name="Shortcuts").get_by_role("link", name="Search").tap()
    expect(page.get_by_role("combobox")).to_be_focused()
    bags = page.get_by_role("option", name="Bags", exact=True)
    expect(bags).to_be_visible()
    assert faults(page) == []
    bags.tap()
    expect(page.locator("h1")).to_have_text("Bags")
