"""The menu of categories: a group opens below its name, or from below on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import SIZES, faults
from tests.processes import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CATEGORIES = "/admin/catalog/category/"


@pytest.fixture
def polo_shirts(merchant: Page) -> Iterator[Page]:
    """A category in Shirts, made by a merchant, as soon as pages know it."""
    merchant.goto(f"{CATEGORIES}add/")
    merchant.get_by_label("Name").first.fill("Polo shirts")
    merchant.get_by_label("Within").select_option(label="Shirts")
    merchant.get_by_role("button", name="Save", exact=True).click()
    expect(merchant.locator("#result_list")).to_contain_text("— Polo shirts")
    wait_until(lambda: shows_a_button(merchant), seconds=30)
    yield merchant
    merchant.goto(CATEGORIES)
    merchant.get_by_role("link", name="— Polo shirts").click()
    merchant.get_by_role("link", name="Delete category").click()
    merchant.get_by_role("button", name=re.compile("^Yes, I.m sure")).click()
    expect(merchant.locator("#result_list")).not_to_contain_text("Polo shirts")


def shows_a_button(page: Page) -> bool:
    page.goto("/")
    return page.locator(".shelf__more").count() == 1


def test_menu_opens_by_pointer_and_by_keyboard(polo_shirts: Page) -> None:
    page = polo_shirts
    button = page.get_by_role("button", name="Shirts", exact=True)
    link = page.get_by_role("link", name="Polo shirts")
    for size in SIZES:
        page.set_viewport_size(size)
        expect(link).to_be_hidden()
        button.click()
        expect(link).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(link).to_be_hidden()
        button.press("Enter")
        expect(link).to_be_in_viewport()
        # All of the group comes first, then what lies in it.
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="All in Shirts")).to_be_focused()
        page.keyboard.press("Tab")
        expect(link).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
    button.click()
    assert faults(page) == []
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("h1")).to_have_text("Polo shirts")
    expect(page.locator(".crumbs a")).to_have_text(["Home", "Shirts"])


def test_menu_opens_by_a_finger_without_scripts(
    polo_shirts: Page, window: Callable[..., Page]
) -> None:
    phone = window(viewport=SIZES[0], has_touch=True, is_mobile=True, java_script_enabled=False)
    phone.goto("/")
    link = phone.get_by_role("link", name="Polo shirts")
    expect(link).to_be_hidden()
    phone.get_by_role("button", name="Shirts", exact=True).tap()
    expect(link).to_be_in_viewport()
    link.tap()
    expect(phone.locator("h1")).to_have_text("Polo shirts")
