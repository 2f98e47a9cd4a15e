"""Every way in which a picture reaches the search by photo."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BAG = drawn.jpeg("Bag", "Black", 2)
AS_FILE = {"name": "bag.jpg", "mimeType": "image/jpeg", "buffer": BAG}


def expect_bags(page: Page) -> None:
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}/$"))
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Black bag"))
    # The picture itself is shown beside what it found.
    query = page.get_by_alt_text("The picture you searched with")
    assert query.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize("field", ["#picture", "#snapshot"])
def test_chosen_or_taken(page: Page, field: str) -> None:
    page.goto("/photo/")
    page.locator(field).set_input_files(AS_FILE)
    expect_bags(page)


@pytest.mark.parametrize("start", ["/", "/photo/"])
def test_dropped(page: Page, drop: Callable[..., None], tmp_path: Path, start: str) -> None:
    (tmp_path / "bag.jpg").write_bytes(BAG)
    page.goto(start)
    drop(page, page.locator("main"), [tmp_path / "bag.jpg"])
    expect_bags(page)


def test_pasted(page: Page) -> None:
    page.goto("/c/shirts/")
    page.evaluate(
        """(content) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const copied = new DataTransfer();
            copied.items.add(new File([bytes], "image.jpg", { type: "image/jpeg" }));
            const paste = new ClipboardEvent("paste", { clipboardData: copied, bubbles: true });
            document.body.dispatchEvent(paste);
        }""",
        base64.b64encode(BAG).decode(),
    )
    expect_bags(page)


def test_a_result_can_be_shared(page: Page) -> None:
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE)
    expect_bags(page)
    address = page.url
    page.goto("/")
    page.goto(address)
    expect_bags(page)


def test_a_bad_file_is_refused_in_words(page: Page) -> None:
    page.context.watch.expected.add(400)  # type: ignore[attr-defined]
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE | {"buffer": b"no picture at all"})
    expect(page.get_by_role("alert")).to_contain_text("This is not a picture")
    page.locator("#picture").set_input_files(AS_FILE)
    expect_bags(page)
