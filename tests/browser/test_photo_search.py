"""Every way in which a picture reaches the search by photo."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BAG = drawn.jpeg("Bag", "Black", 2)
AS_FILE = {"name": "bag.jpg", "mimeType": "image/jpeg", "buffer": BAG}
CARRIED = """(content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], "bag.jpg", { type: "image/jpeg" }));
    return carried;
}"""


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
def test_dropped(page: Page, start: str) -> None:
    page.goto(start)
    carried = page.evaluate_handle(CARRIED, base64.b64encode(BAG).decode())
    page.dispatch_event("main", "dragover", {"dataTransfer": carried})
    expect(page.locator("[data-dropping]")).to_be_visible()
    page.dispatch_event("main", "drop", {"dataTransfer": carried})
    expect_bags(page)


def test_pasted(page: Page) -> None:
    page.goto("/c/shirts/")
    carried = page.evaluate_handle(CARRIED, base64.b64encode(BAG).decode())
    page.evaluate(
        """(carried) => document.body.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: carried, bubbles: true })
        )""",
        carried,
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
