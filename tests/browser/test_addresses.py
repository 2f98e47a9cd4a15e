"""Addresses of other countries, typed in by a guest and by a shopper, in English and German."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_basket import add_shirt
from tests.browser.test_every_page import faults
from tests.browser.test_shoppers import sign_up
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TERMS = "from shop.demo.terms import prepare_terms; prepare_terms()"


def fill(page: Page, values: dict[str, str]) -> None:
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)


def test_a_guest_sends_something_to_italy(page: Page, running_shop: RunningShop) -> None:
    running_shop.manage("shell", "--verbosity=0", "-c", TERMS)
    add_shirt(page)
    page.goto("/checkout/")
    fill(page, {"E-mail": "ada@example.com", "Town": "Rivoli"})
    page.get_by_label("Country").select_option("IT")
    province, postcode = page.get_by_label("Province"), page.get_by_label("Postcode")
    expect(page.locator("#id_postcode_helptext")).to_have_text("For example 00144")
    # What was typed before is still there.
    expect(page.get_by_label("Town", exact=True)).to_have_value("Rivoli")
    fill(page, {"Name": "Ada Lovelace", "Street and number": "Via Roma 1", "Province": "Torino"})
    postcode.fill("00144")
    # The hint is one of the province now.
    expect(page.locator("#id_postcode_helptext")).to_have_text("As in Torino")
    page.get_by_role("button", name="On to delivery").click()
    expect(postcode).to_have_accessible_description(re.compile("not a postcode of Torino"))
    expect(page.get_by_label("The address is right as I wrote it.")).not_to_be_checked()
    assert faults(page) == []
    expect(province).to_have_value("Torino")
    postcode.fill("10098")
    page.get_by_role("button", name="On to delivery").click()
    page.get_by_role("radio", name="Standard").check()
    page.get_by_role("button", name="On to payment").click()
    page.get_by_role("button", name="Look it over").click()
    expect(page.locator(".chosen")).to_contain_text("10098 Rivoli TO")


def test_a_shopper_saves_an_address_in_german(page: Page) -> None:
    sign_up(page, "emmy@example.com")
    page.goto("/de/account/addresses/add/")
    page.get_by_label("Land").select_option("JP")
    expect(page.get_by_label("Präfektur")).to_be_visible()
    place = {"Ort (falls vorhanden)": "Shibuya-ku", "Postleitzahl": "1500001"}
    fill(page, {"Name": "Emmy", "Straße und Hausnummer": "1-2-3 Jingumae", **place})
    page.get_by_label("Präfektur").fill("Tokio")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_label("Präfektur")).to_have_accessible_description(
        re.compile("Meinst du .*Tokyo")
    )
    assert faults(page) == []
    page.get_by_label("Präfektur").fill("Tokyo")
    page.get_by_role("button", name="Speichern").click()
    saved = page.locator(".addresses__one")
    expect(saved).to_contain_text("Shibuya-ku, Tokyo")
    expect(saved).to_contain_text("150-0001")
    expect(saved).to_contain_text("Japan")
