"""What holds on every page: narrow and wide, light and dark, for eyes, keyboards and readers.

The window itself fails on errors in the console, broken security rules and foreign requests.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AXE = Axe().axe_script
# Of the rules that are not switched off by default, those of axe's category "color".
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
CHECK = (Path(__file__).parent / "page_check.js").read_text()
PAGES = {
    "front": "/",
    "category": "/c/shirts/",
    "narrowed category": "/c/shirts/?sort=-price&colour=Rust&colour=Navy&price_min=20&page=1",
    "nothing that fits": "/c/shirts/?price_min=900",
    "product": "/p/rust-shirt-04/",
    "similar": "/p/rust-shirt-04/similar/",
    "why it is similar": "/p/rust-shirt-04/why/navy-shirt-01/",
    "what goes with it": "/p/rust-shirt-04/with/",
    "narrowed similar": "/p/rust-shirt-04/similar/?category=bags&colour=Navy&price_max=60",
    "nothing similar that fits": "/p/rust-shirt-04/similar/?price_min=900",
    "search": "/search/?q=navy+bag",
    "nothing found": "/search/?q=submarine",
    "photo search": "/photo/",
    "no such page": "/p/nothing/",
    "offline": "/offline/",
}
SIZES = ({"width": 360, "height": 740}, {"width": 1440, "height": 900})


def faults(page: Page, within: str = "body") -> list[str]:
    """What is wrong with the page at both widths, in both colour schemes.

    Elements outside of `within` (a selector) are not looked at.
    """
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        found += sideways(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            broken = page.evaluate(CHECK, within) + inaccessible(page, within, scheme)
            found += [f"{size['width']} px, {scheme}: {fault}" for fault in broken]
    return found


def inaccessible(
    page: Page, within: str, scheme: str, rules: dict[str, object] | None = None
) -> list[str]:
    """What axe finds, by further `rules` as well if it is given any, a sentence for each element.

    All else is the same in the dark, where it looks at the colours alone. It loads nothing ahead:
    that takes a quarter of the time, and serves a rule about what plays, of which there is nothing.
    """
    if not page.locator(within).count():
        return []
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
    options["rules"] = rules or {}
    if scheme == "dark":
        options["runOnly"] = {"type": "rule", "values": COLOUR_RULES}
    look = "async ([within, options]) => (await axe.run(within, options)).violations"
    violations = page.evaluate(look, [within, options])
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    # A click returns when the next page begins, before it has a root.
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"scrolls sideways by {wide} px"] if wide > 0 else []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_of_the_shop(page: Page, path: str) -> None:
    if path == PAGES["no such page"]:
        page.context.watch.expected.add(404)  # type: ignore[attr-defined]
    page.goto(path)
    assert faults(page) == []


def test_results_of_a_photo_search(page: Page) -> None:
    page.goto("/photo/")
    shirt = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": drawn.jpeg("Shirt", "Sage")}
    page.locator("#picture").set_input_files(shirt)
    page.wait_for_url(re.compile("/photo/.+"))
    assert faults(page) == []
    page.get_by_role("link", name="A part of it").click()
    page.locator("summary", has_text="By numbers").click()
    assert faults(page) == []


def test_open_panel(page: Page) -> None:
    page.goto("/c/bags/")
    page.locator(".grid .alike").first.click()
    page.locator("li.panel").wait_for()
    assert faults(page) == []


def test_a_product_in_the_admin(merchant: Page) -> None:
    merchant.goto("/admin/catalog/product/")
    merchant.locator("a:has(img.thumb)").first.click()
    merchant.locator(".photographs").wait_for()
    assert faults(merchant, within=".card") == []
