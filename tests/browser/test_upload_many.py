"""The page that takes many products at once: loose photographs, or a CSV file with a zip."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn
from tests.browser.test_every_page import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = "/admin/catalog/importjob/add/"


def uploaded(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_many_photographs(merchant: Page, drop: Callable[..., None], tmp_path: Path) -> None:
    page = merchant
    page.goto(PAGE)
    form = page.locator("form", has=page.get_by_role("heading", name="Photographs, a product each"))
    files = []
    for number, name in enumerate(("linen-bag-1", "linen-bag-2", "felt bag \N{HANDBAG}")):
        files.append(tmp_path / f"{name}.jpg")
        files[-1].write_bytes(drawn.jpeg("Bag", "Sage", number))
    drop(page, form.locator("[data-dropzone]"), files)
    # What was dropped is shown before it is sent.
    expect(form.locator("[data-chosen] img")).to_have_count(3)
    form.get_by_label("Category").select_option("Bags")
    form.get_by_label("Price").fill("35")
    form.get_by_label("belong to one product").check()
    form.get_by_label("Show them in the shop at once").check()
    form.get_by_role("button", name="Upload the photographs").click()
    expect(page.locator("#job .state")).to_have_text("done: 2 created, 0 updated, 0 unchanged")

    page.goto("/p/linen-bag/")
    expect(page.locator("[data-thumb]")).to_have_count(2)


def test_drafts_are_named_and_published_together_and_taken_back(merchant: Page) -> None:
    page = merchant
    page.goto(PAGE)
    form = page.locator("form", has=page.get_by_role("heading", name="Photographs, a product each"))
    bags = [uploaded(f"img {number}.jpg", drawn.jpeg("Bag", "Rust", number)) for number in (4, 5)]
    form.locator("input[type=file]").set_input_files(bags)
    form.get_by_label("Category").select_option("Bags")
    form.get_by_label("Price").fill("40")
    form.get_by_role("button", name="Upload the photographs").click()
    page.get_by_role("link", name="Name and publish the drafts").click()

    for name in ("Img 4", "Img 5"):
        row = page.get_by_role("row").filter(has_text=name)
        row.locator("[name=_selected_action]").check()
    page.locator("select[name=action]").select_option("change_many")
    page.get_by_role("button", name="Run").click()
    page.get_by_label("Status").select_option("published")
    page.get_by_label("Change prices by so many per cent").fill("-25")
    page.get_by_label("Img 4").fill("Rust pouch")
    assert faults(page, within=".card") == []
    page.get_by_role("button", name="See what it comes to").click()
    expect(page.locator(".card")).to_contain_text("2 products change")
    expect(page.get_by_role("row").filter(has_text="Img 5").filter(has_text="Price")).to_have_text(
        re.compile("€40.00.*€30.00", re.S)
    )
    assert faults(page, within=".card") == []
    page.get_by_role("button", name="Change 2 products").click()
    expect(page.get_by_role("row").filter(has_text="Rust pouch")).to_contain_text("€30.00")

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 products are as they were.")).to_be_visible()
    page.goto("/admin/catalog/product/?status__exact=draft")
    expect(page.get_by_role("row").filter(has_text="Img 4")).to_contain_text("€40.00")


def test_a_catalogue_with_a_bad_row(merchant: Page) -> None:
    rows = [
        {"sku": "ZIP-1", "name": "Zipped bag", "category": "Bags", "price": "12.50"},
        {"sku": "ZIP-2", "name": "Priceless bag", "category": "Bags", "price": "=cheap"},
    ]
    table, packed = io.StringIO(), io.BytesIO()
    writer = csv.DictWriter(table, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    with zipfile.ZipFile(packed, "w") as archive:
        for row in rows:
            archive.writestr(f"{row['sku']}.jpg", drawn.jpeg("Bag", "Black"))

    page = merchant
    page.goto(PAGE)
    form = page.locator("form", has=page.get_by_role("heading", name="A catalogue: CSV and ZIP"))
    files = [
        uploaded("list.csv", table.getvalue().encode(), "text/csv"),
        uploaded("pictures.zip", packed.getvalue(), "application/zip"),
    ]
    form.locator("input[type=file]").set_input_files(files)
    form.get_by_role("button", name="Upload the catalogue").click()
    expect(page.locator("#job .state")).to_have_text(
        "done: 1 created, 0 updated, 0 unchanged, 1 left out"
    )
    expect(page.locator(".bad-rows tbody tr")).to_have_text(
        ["line 3The price '=cheap' is not a number such as 49.90."]
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all 1 as a CSV file").click()
    assert "not a number" in download.value.path().read_text()
    page.goto("/p/zipped-bag/")
    expect(page.locator("h1")).to_have_text("Zipped bag")
