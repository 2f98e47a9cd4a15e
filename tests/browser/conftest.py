"""Browser windows that notice what a person would not: errors, broken rules, strange requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.running_shop import ADMIN_NAME, ADMIN_PASSWORD, RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Locator,
        Page,
        Request,
        Response,
        WebError,
    )

PATIENCE_MS = 30_000
OWN_SCHEMES = ("blob:", "data:")
REPEATED = ("Failed to load resource", "Response Status Error Code")


class Watch:
    """Writes down what must not happen while a browser is at these addresses, and at no others."""

    def __init__(self, context: BrowserContext, *addresses: str) -> None:
        self.faults: list[str] = []
        # Answers that a test provokes on purpose.
        self.expected: set[int] = set()
        self._addresses = tuple(f"{address}/" for address in addresses)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Browser and htmx repeat there every answer of 400 and above, which `_response` has seen.
        repeated = any(words in message.text for words in REPEATED)
        if message.type in ("error", "warning") and not repeated:
            self.faults.append(f"{message.type} on {message.location['url']}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"{error.error} on {error.page and error.page.url}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((*self._addresses, *OWN_SCHEMES)):
            self.faults.append(f"a request to {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status} for {response.url}")


@pytest.fixture
def window(browser: Browser, running_shop: RunningShop) -> Iterator[Callable[..., Page]]:
    """Opens pages at the shop with Playwright's options; fails if one of them saw a fault.

    `page.context.watch` is its Watch.
    """
    watches: list[Watch] = []
    contexts: list[BrowserContext] = []

    def open_window(**options: Any) -> Page:
        context = browser.new_context(base_url=running_shop.address, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watches.append(Watch(context, running_shop.address))
        context.watch = watches[-1]  # type: ignore[attr-defined]
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    """A fresh window of a desktop browser."""
    return window(viewport={"width": 1440, "height": 900})


@pytest.fixture
def merchant(page: Page) -> Page:
    """A window of the admin, logged in."""
    page.goto("/admin/")
    page.get_by_label("Username").fill(ADMIN_NAME)
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


@pytest.fixture
def drop() -> Callable[[Page, Locator, list[Path]], None]:
    """Drops files from the desktop onto an element, as the browser itself takes them."""

    def drop(page: Page, target: Locator, files: list[Path]) -> None:
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + min(box["height"], 400) / 2}
        what = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        devtools = page.context.new_cdp_session(page)
        for step in ("dragEnter", "dragOver", "drop"):
            devtools.send("Input.dispatchDragEvent", {"type": step, **where, "data": what})

    return drop
