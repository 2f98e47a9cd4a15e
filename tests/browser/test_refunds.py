"""Money goes back: the merchant chooses, sees the sum and confirms; withdrawals lead there too.

As guests and as shoppers, in English and in German.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_basket import PHONE
from tests.browser.test_checkout import buy, terms, wait_for_mail
from tests.browser.test_every_page import faults
from tests.browser.test_shoppers import sign_up
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["terms"]

pytestmark = pytest.mark.browser

# Only what is counted can go back into stock.
COUNT = """
from shop.orders.models import OrderLine
from shop.stock.counting import count
line = OrderLine.objects.get(order__number="{number}")
count(line.product, {{line.sku: 1000}})
"""
CARDS = ".card, .facts, .state"


def open_order(merchant: Page, number: str, *, sent: bool = True) -> None:
    merchant.goto(f"/admin/orders/order/?q={number}")
    merchant.get_by_role("link", name=number).click()
    for step in ("Mark as packed", "Mark as sent") if sent else ():
        merchant.get_by_role("button", name=step).click()


def test_the_merchant_gives_a_piece_back(
    window: Callable[..., Page], merchant: Page, running_shop: RunningShop
) -> None:
    number = buy(window())
    running_shop.manage("shell", "--verbosity=0", "-c", COUNT.format(number=number))
    open_order(merchant, number)
    assert faults(merchant, within=CARDS) == []
    merchant.get_by_role("link", name="Give money back").click()
    merchant.get_by_role("button", name="See what it comes to").click()
    expect(merchant.get_by_role("alert")).to_have_text("Choose what is to be given back.")
    merchant.get_by_label(re.compile("^Pieces of")).select_option("1")
    merchant.get_by_label("The pieces go back into stock").check()
    merchant.get_by_label("Reason, which the shopper reads").fill("A seam was torn.")
    assert faults(merchant, within=CARDS) == []
    merchant.get_by_role("button", name="See what it comes to").click()
    expect(merchant.get_by_role("heading", name=re.compile("^Give €.* back"))).to_be_visible()
    expect(merchant.locator(".card")).to_contain_text("A seam was torn.")
    assert faults(merchant, within=CARDS) == []
    merchant.get_by_role("button", name="Change").click()
    expect(merchant.get_by_label(re.compile("^Pieces of"))).to_have_value("1")
    merchant.get_by_role("button", name="See what it comes to").click()
    merchant.get_by_role("button", name="Yes, give it back").dblclick()
    expect(merchant.locator(".given")).to_contain_text("A seam was torn.")
    expect(merchant.locator(".given li")).to_have_count(1)
    assert faults(merchant, within=CARDS) == []
    wait_for_mail(running_shop, f"Some of your money for order {number} is on its way back")


def test_a_guest_withdraws_on_a_phone_without_scripts(
    window: Callable[..., Page], merchant: Page, running_shop: RunningShop
) -> None:
    number = buy(window())
    guest = window(java_script_enabled=False, viewport=PHONE)
    guest.goto("/")
    guest.get_by_role("link", name="Withdraw from contract").click()
    guest.get_by_role("button", name="See it once more").click()
    expect(guest.get_by_label("Your name")).to_have_attribute("aria-invalid", "true")
    guest.get_by_label("Your name").fill("Ada Lovelace")
    guest.get_by_label("Order number").fill(number.lower())
    guest.get_by_label("E-mail").fill("ada@example.com")
    guest.get_by_role("button", name="See it once more").click()
    expect(guest.locator("main")).to_contain_text("hereby withdraw from the contract")
    guest.get_by_role("button", name="Confirm withdrawal").click()
    expect(guest.locator("h1")).to_have_text("We have received your withdrawal")
    wait_for_mail(running_shop, "We have received your withdrawal from contract")

    merchant.goto("/admin/withdrawals/withdrawal/")
    merchant.get_by_role("link", name=re.compile("20")).first.click()
    expect(merchant.locator(".facts")).to_contain_text("received")
    assert faults(merchant, within=CARDS) == []
    merchant.get_by_role("link", name=f"Order {number}").click()
    merchant.get_by_role("button", name="Cancel the order").click()
    wait_for_mail(running_shop, f"Your money for order {number} is on its way back")
    merchant.goto("/admin/withdrawals/withdrawal/?state__exact=settled")
    expect(merchant.locator("#result_list")).to_contain_text("settled")


def test_a_shopper_withdraws_in_german(
    window: Callable[..., Page], merchant: Page, running_shop: RunningShop
) -> None:
    shopper = window()
    sign_up(shopper, "lise@example.com")
    number = buy(shopper)
    open_order(merchant, number)
    shopper.goto("/de/orders/")
    shopper.get_by_role("link", name=f"Bestellung {number}").click()
    shopper.locator("main").get_by_role("link", name="Vertrag widerrufen").click()
    expect(shopper.get_by_label("Bestellnummer")).to_have_value(number)
    assert faults(shopper) == []
    shopper.get_by_role("button", name="Noch einmal ansehen").click()
    expect(shopper.locator("main")).to_contain_text("Hiermit widerrufe ich")
    expect(shopper.get_by_label(re.compile("^Stücke von"))).to_have_value("1")
    assert faults(shopper) == []
    shopper.get_by_role("button", name="Widerruf bestätigen").click()
    expect(shopper.locator("h1")).to_have_text("Wir haben deinen Widerruf erhalten")
    assert faults(shopper) == []
    wait_for_mail(running_shop, "Wir haben deinen Widerruf")

    merchant.reload()
    merchant.get_by_role("link", name="Give its money back").click()
    expect(merchant.get_by_label("The delivery")).to_be_checked()
    merchant.get_by_role("button", name="See what it comes to").click()
    merchant.get_by_role("button", name="Yes, give it back").click()
    expect(merchant.locator(".facts")).to_contain_text("refunded")


def test_a_guest_withdraws_in_german_from_what_nobody_finds(page: Page) -> None:
    """Nothing says that there is no such order."""
    page.goto("/de/")
    page.get_by_role("link", name="Vertrag widerrufen").click()
    page.wait_for_url("**/withdraw/")
    assert faults(page) == []
    page.get_by_label("Dein Name").fill("Bob")
    page.get_by_label("Bestellnummer").fill("ABCD2345")
    page.get_by_label("E-Mail").fill("bob@example.com")
    page.get_by_role("button", name="Noch einmal ansehen").click()
    page.get_by_label("Welche Stücke?").fill("Das blaue.")
    assert faults(page) == []
    page.get_by_role("button", name="Widerruf bestätigen").click()
    expect(page.locator("h1")).to_have_text("Wir haben deinen Widerruf erhalten")
    expect(page.locator("main")).to_contain_text("Das blaue.")
    assert faults(page) == []
