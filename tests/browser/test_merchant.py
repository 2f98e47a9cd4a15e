"""The main job in a real browser: from an upload to the panel of similar items, and away again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from tests import drawn
from tests.browser.test_every_page import faults
from tests.processes import wait_until
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NAME = "Rust shirt, brushed"
# As the fourth shirt of the catalogue is drawn.
LIKE = "/p/rust-shirt-04/"
SHIFT = 3
READY = re.compile(r"^ready in \d+\.\d s$")


def photographs() -> list[dict[str, object]]:
    front = drawn.picture("Shirt", "Rust", SHIFT).resize((480, 600))
    back = front.transpose(0)
    return [
        {"name": name, "mimeType": "image/jpeg", "buffer": drawn.encoded(drawn_side)}
        for name, drawn_side in (("front.jpg", front), ("back.jpg", back))
    ]


def shows(page: Page, address: str, name: Locator) -> bool:
    page.goto(address)
    return name.count() > 0


def upload(page: Page, name: str, sku: str, files: list[dict[str, object]]) -> Locator:
    """Fills in the form of a new product and saves it; returns its photographs' states."""
    page.goto("/admin/catalog/product/add/")
    page.locator("#id_name").fill(name)
    page.locator("#id_sku").fill(sku)
    page.locator("#id_price").fill("49.90")
    page.locator("#id_category").select_option("Shirts")
    page.get_by_label("Add photographs").set_input_files(files)
    page.get_by_role("button", name="Save", exact=True).click()
    return page.locator(".photographs .state")


def delete(page: Page) -> None:
    """Deletes the product whose form is open."""
    page.get_by_role("link", name="Delete product").click()
    page.get_by_role("button", name=re.compile("Yes, I.m sure|Delete")).click()
    page.wait_for_url("**/catalog/product/")


def test_uploaded_found_and_deleted(merchant: Page, running_shop: RunningShop) -> None:
    page = merchant
    # With the worker held still, the waiting is there to be seen.
    running_shop.worker.freeze()
    try:
        badges = upload(page, NAME, "BRUSHED-1", photographs())
        expect(badges).to_have_text(["waiting", "waiting"])
        page.evaluate("window.sameDocument = true")
    finally:
        running_shop.worker.thaw()
    expect(badges).to_have_text([READY] * 2)
    assert page.evaluate("window.sameDocument"), "the page was loaded again"
    product = page.url

    found = page.locator(".card__name", has_text=NAME)
    wait_until(lambda: shows(page, LIKE, found))
    page.goto("/photo/")
    page.locator("#picture").set_input_files(photographs()[0])
    page.wait_for_url(re.compile("/photo/.+"))
    results = page.url
    assert NAME in page.locator(".card__name").all_inner_texts()[:2]

    page.goto(product)
    delete(page)
    wait_until(lambda: not shows(page, LIKE, found))
    expect(page.locator(".rail .card")).to_have_count(5)
    wait_until(lambda: not shows(page, results, found))


def test_a_failed_photograph_says_why_and_can_be_tried_again(
    merchant: Page, running_shop: RunningShop
) -> None:
    # The damaged file itself cannot be shown.
    merchant.context.watch.expected.add(404)  # type: ignore[attr-defined]
    running_shop.worker.freeze()
    try:
        badges = upload(merchant, "Unlucky shirt", "UNLUCKY-1", photographs()[:1])
        expect(badges).to_have_text("waiting")
        product = running_shop.database.catalog_product.find_one({"sku": "UNLUCKY-1"})
        file = running_shop.var / "media" / product["photographs"][0]["name"]
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])
    finally:
        running_shop.worker.thaw()
    expect(badges).to_have_text(re.compile("failed: The picture is damaged or incomplete"))

    file.write_bytes(content)
    badges.get_by_role("button", name="Try again").click()
    expect(badges).to_have_text(READY)
    # The shop is shared by all tests of the browser, and some count its shirts.
    delete(merchant)


def test_photographs_are_ordered_turned_and_cropped(merchant: Page) -> None:
    page = merchant
    badges = upload(page, "Turned shirt", "TURNED-1", photographs())
    expect(badges).to_have_text([READY] * 2)
    product, shown = page.url, page.locator(".photographs img")
    front, back = sources(shown)

    page.get_by_role("button", name="Photograph 1: later").click()
    expect(page.get_by_text("Now photograph 2 of 2.")).to_be_attached()
    # At its end the way goes back, for the keyboard too.
    expect(page.get_by_role("button", name="Photograph 1: earlier")).to_be_focused()
    save(page)
    assert sources(shown) == [back, front]
    page.locator("[data-drag]").first.drag_to(page.locator("[data-sortable]").last)
    save(page)
    assert sources(shown) == [front, back]

    page.get_by_role("link", name="Turn or crop").first.click()
    page.get_by_role("button", name="To the right").click()
    picture = page.locator("[data-frame-picture] image").bounding_box()
    assert picture
    left, top, width, height = (picture[side] for side in ("x", "y", "width", "height"))
    page.mouse.move(left + width / 4, top + height / 4)
    page.mouse.down()
    page.mouse.move(left + width * 3 / 4, top + height * 3 / 4, steps=4)
    page.mouse.up()
    # It was 480 wide and 600 high, and lies on its side.
    expect(page.get_by_label("Width")).to_have_value(re.compile("^(299|300|301)$"))
    page.get_by_label("Width").fill("320")
    expect(page.locator("[data-frame-picture] rect")).to_have_attribute("width", "320")
    assert faults(page, within=".card") == []
    page.get_by_role("button", name="Show it so").click()
    expect(badges).to_have_text([READY] * 2)
    cut = sources(shown)
    assert (cut[0] == front, cut[1]) == (False, back)

    page.goto("/p/turned-shirt/")
    name = cut[0].rpartition("/")[2].partition(".")[0]
    cover = page.locator("[data-stage] img").first
    expect(cover).to_have_attribute("src", re.compile(name))
    expect(cover).to_have_attribute("width", "320")
    page.goto(product)
    delete(page)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue editing").click()


def sources(pictures: Locator) -> list[str]:
    return [str(each.get_attribute("src")) for each in pictures.all()]


def test_a_sku_of_another_product_is_refused_beside_the_field(merchant: Page) -> None:
    page = merchant
    page.goto("/admin/catalog/product/add/")
    page.locator("#id_name").fill("Clashing shirt")
    page.locator("#id_sku").fill("shirt-04")
    page.locator("#id_price").fill("49.90")
    page.locator("#id_category").select_option("Shirts")
    for number, (size, sku) in enumerate((("S", "CLASH-S"), ("s", ""), ("M", "shirt-04-m"))):
        page.locator(f"#id_variants-{number}-size").fill(size)
        page.locator(f"#id_variants-{number}-sku").fill(sku)
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    second = page.locator("tr", has=page.locator("#id_variants-1-size"))
    expect(second).to_contain_text("s is there twice.")
    page.locator("#id_variants-1-size").fill("L")
    save.click()
    taken = re.compile(r"The SKU shirt-04-m is taken: .+ \(SHIRT-04\) has SHIRT-04-M")
    expect(page.locator("tr", has=page.locator("#id_variants-2-sku"))).to_contain_text(taken)
    expect(
        page.get_by_text(re.compile(r"The SKU shirt-04 is taken: .+ has SHIRT-04"))
    ).to_be_visible()
    page.locator("#id_variants-2-sku").fill("")
    page.locator("#id_sku").fill("CLASH")
    save.click()
    expect(page.locator("#id_variants-2-sku")).to_have_value("CLASH-M")
    delete(page)
