"""Buying, as shoppers do: from something that looks alike to the confirmation and its mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_basket import PHONE, add_shirt, choose_size
from tests.browser.test_every_page import faults
from tests.processes import wait_until
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TERMS = "from shop.demo.terms import prepare_terms; prepare_terms()"
LET_RESERVATION_END = """
from django.utils import timezone
from shop.orders.models import Order
from shop.stock.models import Reservation
order = Order.objects.get(number="{number}")
Reservation.objects.filter(key=order.stock_key).update(expires=timezone.now())
"""
SELL_THE_REST = """
from shop.stock.counting import count
line = order.lines.get()
count(line.product, {line.sku: 0})
"""
ADDRESS = {
    "E-mail": "ada@example.com",
    "Name": "Ada Lovelace",
    "Street and number": "Analytical Row 1",
    "Postcode": "10115",
    "Town": "Berlin",
}


@pytest.fixture(scope="module", autouse=True)
def terms(running_shop: RunningShop) -> None:
    """The demo's deliveries, taxes and voucher."""
    running_shop.manage("shell", "--verbosity=0", "-c", TERMS)


def fill_in_address(page: Page) -> None:
    for label, words in ADDRESS.items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="On to delivery").click()


def go_to_review(page: Page) -> None:
    page.goto("/basket/")
    page.get_by_role("link", name="To the checkout").click()
    fill_in_address(page)
    page.get_by_role("radio", name="Standard").check()
    page.get_by_role("button", name="On to payment").click()
    page.get_by_role("button", name="Look it over").click()
    expect(page.locator("h1")).to_have_text("Review")


def order(page: Page) -> str:
    """Presses the button of the review; the order's number."""
    page.get_by_role("button", name="Order and pay", exact=True).click()
    page.wait_for_url("**/pay/")
    found = re.search("For order ([A-Z0-9]{8})", page.locator(".title").inner_text())
    assert found
    return found[1]


def pay(page: Page) -> None:
    page.get_by_role("button", name="It goes through").click()
    expect(page.locator("h1")).to_have_text("Thank you")


def buy(page: Page) -> str:
    """A shirt, paid; the order's number."""
    add_shirt(page)
    go_to_review(page)
    bought = order(page)
    pay(page)
    return bought


def wait_for_mail(shop: RunningShop, subject: str) -> None:
    wait_until(lambda: f"Subject: {subject}" in "".join(shop.mails()), seconds=60)


def test_the_total_follows_the_delivery_that_is_chosen(page: Page) -> None:
    add_shirt(page)
    page.goto("/basket/")
    page.get_by_role("link", name="To the checkout").click()
    fill_in_address(page)
    total = page.locator(".sums__total .price")
    by_standard = total.inner_text()
    page.get_by_role("radio", name="Express").check()
    expect(page.locator(".sums")).to_contain_text("Express")
    expect(total).not_to_have_text(by_standard)
    expect(page.get_by_role("radio", name="Express")).to_be_focused()
    page.get_by_role("radio", name="Standard").check()
    expect(total).to_have_text(by_standard)
    assert faults(page) == []


def test_from_what_looks_alike_to_the_mail(page: Page, running_shop: RunningShop) -> None:
    page.goto("/c/shirts/")
    page.locator(".grid .alike").first.click()
    page.locator("li.panel .card__link").first.click()
    page.wait_for_url("**/p/*/")
    if page.locator(".sizes").count():
        choose_size(page, "M")
    page.get_by_role("button", name="Add to bag").click()
    page.get_by_role("link", name="See your bag").click()
    go_to_review(page)
    total = page.locator(".sums__total .price").inner_text()
    number = order(page)
    expect(page.locator("h1")).to_have_text(f"Pay {total}")
    pay(page)
    expect(page.locator("#thanks")).to_contain_text(f"Order {number} is paid.")
    expect(page.locator("#bag-count")).to_be_empty()
    wait_for_mail(running_shop, f"We have your order {number}")
    wait_for_mail(running_shop, f"Your order {number} is paid")


def test_without_scripts_and_on_a_phone(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False, viewport=PHONE)
    page.goto("/p/navy-shirt-01/")
    choose_size(page, "S")
    page.get_by_role("button", name="Add to bag").click()
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_role("button", name="On to delivery").click()
    street = page.get_by_label("Street and number")
    expect(street).to_have_attribute("aria-invalid", "true")
    expect(street).to_have_accessible_description("This field is required.")
    go_to_review(page)
    number = order(page)
    pay(page)
    expect(page.locator("#thanks")).to_contain_text(f"Order {number} is paid.")


def test_refused_then_paid(page: Page) -> None:
    add_shirt(page)
    go_to_review(page)
    order(page)
    page.get_by_role("button", name="It is refused").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was charged")
    page.get_by_role("link", name=re.compile("^Pay")).click()
    pay(page)


def test_cancelled_and_the_money_comes_back(page: Page, running_shop: RunningShop) -> None:
    number = buy(page)
    page.get_by_role("link", name="See your order").click()
    page.get_by_text("Cancel this order").click()
    cancel = page.get_by_role("button", name="Yes, cancel it")
    cancel.click()
    # A page on its way cannot be loaded again.
    expect(cancel).to_have_count(0)
    wait_for_mail(running_shop, f"Your order {number} is cancelled")
    wait_for_mail(running_shop, f"Your money for order {number} is on its way back")
    page.reload()
    expect(page.locator(".title")).to_contain_text("Your money is on its way back.")


def test_a_voucher(page: Page) -> None:
    add_shirt(page)
    add_shirt(page, "L")
    add_shirt(page, "S")
    go_to_review(page)
    before = page.locator(".sums__total .price").inner_text()
    page.get_by_label("Voucher").fill("welcome10")
    page.get_by_role("button", name="Use the voucher").click()
    expect(page.locator(".sums")).to_contain_text("Voucher WELCOME10")
    expect(page.locator(".sums__total .price")).not_to_have_text(before)
    page.get_by_role("button", name="Take the voucher").click()
    expect(page.locator(".sums__total .price")).to_have_text(before)


def test_back_and_pressed_again(page: Page) -> None:
    add_shirt(page)
    go_to_review(page)
    number = order(page)
    pay(page)
    page.go_back()
    page.go_back()
    button = page.get_by_role("button", name="Order and pay", exact=True)
    if button.count():  # The browser may have kept the page, whatever it was told.
        button.click()
        expect(page.locator("#thanks")).to_contain_text(f"Order {number} is paid.")
    else:
        expect(page.locator("h1")).to_have_text("Your bag")


def test_two_windows_one_order(page: Page) -> None:
    add_shirt(page)
    go_to_review(page)
    other = page.context.new_page()
    other.goto("/checkout/review/")
    number = order(page)
    assert order(other) == number
    pay(page)
    other.get_by_role("button", name="It goes through").click()
    expect(other.locator("#thanks")).to_contain_text(f"Order {number} is paid.")


def test_a_reservation_that_expired(page: Page, running_shop: RunningShop) -> None:
    # No other test buys it.
    page.goto("/p/rust-shirt-04/")
    choose_size(page, "L")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.locator("#bought")).to_contain_text("In your bag")
    go_to_review(page)
    number = order(page)
    code = LET_RESERVATION_END.format(number=number) + SELL_THE_REST
    running_shop.manage("shell", "--verbosity=0", "-c", code)
    page.get_by_role("button", name="It goes through").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Somebody else has bought these pieces meanwhile."
    )


def test_the_pages_of_the_checkout(page: Page) -> None:
    add_shirt(page)
    page.goto("/checkout/address/")
    assert faults(page) == []
    page.get_by_role("button", name="On to delivery").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    assert faults(page) == []
    fill_in_address(page)
    expect(page.locator("h1")).to_have_text("Delivery")
    assert faults(page) == []
    page.get_by_role("button", name="On to payment").click()
    expect(page.locator("h1")).to_have_text("Payment")
    assert faults(page) == []
    page.get_by_role("button", name="Look it over").click()
    expect(page.locator("h1")).to_have_text("Review")
    assert faults(page) == []
    page.get_by_label("Voucher").fill("NONE")
    page.get_by_role("button", name="Use the voucher").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    order(page)
    assert faults(page) == []
    pay(page)
    assert faults(page) == []
    page.get_by_role("link", name="See your order").click()
    page.wait_for_url("**/orders/*/")
    assert faults(page) == []
