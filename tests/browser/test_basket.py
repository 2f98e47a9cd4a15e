"""Putting pieces into the bag and taking them out, as shoppers do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def choose_size(page: Page, size: str) -> None:
    """As people do: the label, for what it stands for lies unseen beneath it."""
    page.locator(".size", has_text=re.compile(f"^{size}$")).click()


def add_shirt(page: Page, size: str = "M", number: str = "01") -> None:
    page.goto(f"/p/navy-shirt-{number}/")
    choose_size(page, size)
    page.get_by_role("button", name="Add to bag").click()
    expect(page.locator("#bought")).to_contain_text(f"In your bag: Navy shirt {number} ({size})")


def test_from_the_product_to_the_bag_and_back(page: Page) -> None:
    add_shirt(page)
    add_shirt(page, "L")
    expect(page.locator("#bag-count")).to_contain_text("2")
    page.get_by_role("link", name="See your bag").click()
    expect(page.locator(".line")).to_have_count(2)
    price = page.locator(".line__total").first.inner_text()

    page.get_by_label("Quantity").first.select_option("3")
    expect(page.locator("#bag-count")).to_contain_text("4")
    expect(page.locator(".line__total").first).not_to_have_text(price)
    expect(page.locator("#basket-said")).to_have_text(
        f"In all {page.locator('.sum dd').inner_text()}"
    )

    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator(".line")).to_have_count(1)
    back = page.get_by_role("button", name="Put it back")
    expect(back).to_be_focused()
    back.click()
    expect(page.locator(".line")).to_have_count(2)
    expect(page.locator("#bag-count")).to_contain_text("4")


def test_a_size_must_be_chosen(page: Page) -> None:
    page.goto("/p/navy-shirt-01/")
    page.get_by_role("button", name="Add to bag").click()
    chosen = page.locator("input[name=sku]:invalid")
    expect(chosen.first).to_be_focused()
    asked = page.get_by_role("alert").filter(has_text="Choose a size first.")
    expect(asked).to_be_in_viewport()
    expect(page.locator("#bag-count")).to_be_empty()
    choose_size(page, "M")
    expect(asked).to_have_count(0)


def test_without_scripts(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False)
    page.goto("/p/navy-shirt-01/")
    choose_size(page, "S")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.locator("h1")).to_have_text("Your bag")
    page.get_by_label("Quantity").select_option("2")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("#bag-count")).to_contain_text("2")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#basket")).to_contain_text("There is nothing in it yet.")
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".line select")).to_have_value("2")


def test_on_a_phone_the_button_is_always_at_hand(window: Callable[..., Page]) -> None:
    page = window(viewport=PHONE)
    page.goto("/p/navy-shirt-01/")
    button = page.get_by_role("button", name="Add to bag")
    expect(button).to_be_in_viewport(ratio=1)
    choose_size(page, "M")
    page.locator(".foot").scroll_into_view_if_needed()
    button.click()
    expect(page.locator("#bought")).to_be_in_viewport(ratio=1)
    expect(page.locator("#bar-bag-count")).to_contain_text("1")
    page.get_by_role("link", name="Bag 1 piece").click()
    expect(page.locator(".line")).to_have_count(1)


def test_the_pages_of_the_bag(page: Page) -> None:
    page.goto("/basket/")
    assert faults(page) == []
    add_shirt(page)
    assert faults(page) == []
    page.goto("/basket/")
    assert faults(page) == []
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Put it back").wait_for()
    assert faults(page) == []


def test_the_first_screen_of_a_phone_sells(window: Callable[..., Page]) -> None:
    page = window(viewport={"width": 360, "height": 780}, has_touch=True)
    page.goto("/p/navy-shirt-01/")
    screen = page.viewport_size
    stage = page.locator(".gallery__stage").bounding_box()
    bar = page.locator(".buy__bar").bounding_box()
    assert screen
    assert stage
    assert bar
    assert stage["height"] <= 0.55 * screen["height"]
    for shown in (page.locator("h1"), page.locator(".facts__price"), page.locator(".size").last):
        box = shown.bounding_box()
        assert box
        assert box["y"] + box["height"] <= bar["y"]
    expect(page.locator(".buy__bar")).to_contain_text("Navy shirt 01")
    expect(page.locator(".buy__bar .price")).to_have_text(
        page.locator(".facts__price .price").inner_text()
    )
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.get_by_role("link", name="Your bag")).to_be_in_viewport()


def test_what_is_told_apart_lies_in_folds(page: Page) -> None:
    page.goto("/p/navy-shirt-01/")
    policy = page.locator(".facts").get_by_role("link", name="Withdrawal policy")
    expect(policy).to_be_hidden()
    page.locator(".fold > summary", has_text="Delivery and returns").press("Enter")
    expect(policy).to_be_visible()
    assert faults(page) == []
