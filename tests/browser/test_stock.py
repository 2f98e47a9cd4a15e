"""A merchant counts pieces, and shoppers see what is sold out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_basket import choose_size
from tests.browser.test_every_page import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SKU = "SHIRT-17"


@pytest.fixture
def stock_page(merchant: Page) -> Iterator[Page]:
    """Where the pieces of a shirt are counted; at the end they are not counted any more."""
    merchant.goto(f"/admin/catalog/product/?q={SKU}")
    merchant.locator("a:has(.thumb)").first.click()
    merchant.get_by_role("link", name="Count the pieces").click()
    merchant.wait_for_url("**/count/*/")
    address = merchant.url
    yield merchant
    merchant.goto(address)
    for size in "SML":
        pieces_of(merchant, size, "")


def pieces_of(page: Page, size: str, number: str) -> None:
    page.get_by_label(f"Pieces of {SKU}-{size}").fill(number)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label(f"Pieces of {SKU}-{size}")).to_have_value(number)


def test_what_is_counted_away_is_sold_out(stock_page: Page, window: Callable[..., Page]) -> None:
    assert faults(stock_page, within=".card") == []
    pieces_of(stock_page, "M", "0")
    pieces_of(stock_page, "L", "1")
    expect(stock_page.locator(".state", has_text="sold out")).to_have_count(1)

    shopper = window()
    shopper.goto("/p/navy-shirt-17/")
    expect(shopper.get_by_label("M, sold out", exact=True)).to_be_disabled()
    choose_size(shopper, "L")
    add = shopper.get_by_role("button", name="Add to bag")
    add.click()
    expect(shopper.locator("#bought")).to_contain_text("In your bag")
    shopper.context.watch.expected.add(422)  # type: ignore[attr-defined]
    add.click()
    expect(shopper.locator("#bought")).to_contain_text("Only 1 left")

    pieces_of(stock_page, "L", "0")
    shopper.goto("/basket/")
    expect(shopper.get_by_role("alert")).to_contain_text(
        "Navy shirt 17 (L) is sold out, so it is no longer in your bag."
    )
    assert faults(shopper) == []
    shopper.goto("/basket/")
    expect(shopper.get_by_role("alert")).to_have_count(0)
