"""The ways through the shop: by pointer, by keyboard, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from tests import drawn
from tests.processes import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PRICES = sorted(float(row["price"]) for row in drawn.rows() if row["kind"] == "Shirt")
MOST_TABS = 120


def shown_prices(page: Page) -> list[float]:
    return [float(text.strip("€")) for text in page.locator(".grid .card__price").all_inner_texts()]


def open_first_product(page: Page) -> None:
    """Follows the first card of a grid, and checks that it leads to its product."""
    name = page.locator(".grid .card__name").first.inner_text()
    page.locator(".grid .card__link").first.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".rail .card")).to_have_count(5)


def test_from_the_front_to_a_product(page: Page) -> None:
    page.goto("/")
    page.locator(".tile", has_text="Shirts").click()
    expect(page.locator("h1")).to_have_text("Shirts")

    page.locator("summary", has_text="Our order").click()
    page.get_by_label("Price, low to high").check()
    expect(page).to_have_url(re.compile("sort=price"))
    expect(page.locator("summary", has_text="Price, low to high")).to_be_visible()
    assert shown_prices(page) == PRICES[:30]

    page.get_by_role("link", name="Next page").click()
    expect(page.locator("[aria-current=page]", has_text="2")).to_be_visible()
    assert shown_prices(page) == PRICES[30:]
    open_first_product(page)

    page.go_back()
    expect(page.locator(".grid .card")).to_have_count(len(PRICES) - 30)


def test_without_scripts(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False)
    page.goto("/")
    page.locator(".tile", has_text="Shirts").click()
    page.locator("summary", has_text="Our order").click()
    page.get_by_label("Price, high to low").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("summary", has_text="Price, high to low")).to_be_visible()
    assert shown_prices(page) == PRICES[:-31:-1]
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("[aria-current=page]", has_text="2")).to_be_visible()
    assert shown_prices(page) == PRICES[-31::-1]

    page.locator(".alike").first.click()
    expect(page.locator("h1")).to_contain_text("Looks like")
    open_first_product(page)

    page.get_by_role("link", name="Search by photo").first.click()
    shirt = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": drawn.jpeg("Shirt", "Navy", 1)}
    page.locator("#picture").set_input_files(shirt)
    page.get_by_role("button", name="Find what is alike").click()
    expect(page.locator("h1")).to_have_text("Looks like your picture")
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Navy shirt"))


def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until the element has the focus, which must be seen wherever it goes."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate(
        """element => [element, ...element.querySelectorAll("*")].some(
            part => getComputedStyle(part).outlineStyle !== "none"
        )"""
    )


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    tab_to(page, page.locator(".skip"))
    tab_to(page, page.locator(".shelf__link", has_text="Bags"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Bags")

    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".grid .card__link").first)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("bag"))

    page.set_viewport_size({"width": 360, "height": 740})
    rail = page.locator("[data-rail-track]")
    tab_to(page, rail)
    page.keyboard.press("ArrowRight")
    wait_until(lambda: rail.evaluate("track => track.scrollLeft") > 0)
    tab_to(page, rail.locator(".card__link").last)
    name = rail.locator(".card__name").last.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_from_one_colour_to_another(page: Page) -> None:
    page.goto("/p/rust-shirt-04/")
    expect(page.locator(".rail .card")).to_have_count(5)
    page.locator(".way", has_text="Navy").click()
    expect(page.locator("h1")).to_have_text("Navy shirt 05")
    expect(page.locator(".way")).to_have_text(re.compile("Rust"))
    alike = page.get_by_role("region", name="Looks alike")
    expect(alike.locator(".card")).to_have_count(5)
    assert "Rust shirt 04" not in alike.locator(".card__name").all_inner_texts()


def test_similar_panel_opens_in_place(page: Page) -> None:
    page.goto("/c/shirts/")
    address = page.url
    buttons = page.locator(".grid .alike")
    panel = page.locator("li.panel")

    buttons.nth(2).click()
    expect(panel.locator(".card")).to_have_count(10)
    expect(buttons.nth(2)).to_have_attribute("aria-expanded", "true")
    expect(panel.locator("h2")).to_be_focused()
    assert page.url == address

    buttons.nth(1).click()
    expect(buttons.nth(2)).to_have_attribute("aria-expanded", "false")
    expect(panel).to_have_count(1)

    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(buttons.nth(1)).to_be_focused()


def test_enter_in_a_price_asks_once(page: Page) -> None:
    page.goto("/c/shirts/")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "price_max" in request.url else None
    )
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.locator("#choice-price > summary").click()
    page.locator("#price-max").fill("50")
    page.locator("#price-max").press("Enter")
    expect(page.locator(".chip").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len([address for address in asked if "price_max" in address]) == 1
    assert failed == []


def test_an_animation_that_is_left_out_is_no_error(page: Page) -> None:
    # Also before the script that is deferred has come.
    page.route("**/shop*.js", lambda route: route.abort())
    page.goto("/c/shirts/")
    skipped = "document.startViewTransition(() => {}).skipTransition()"
    page.evaluate(f"{skipped}; new Promise(resolve => setTimeout(resolve))")
