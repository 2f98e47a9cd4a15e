"""The widget on the pages of another shop: another origin, whose policy forbids what it can."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests import drawn
from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.test_every_page import SIZES, inaccessible, sideways
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.browser

SIMILAR = '<vitrine-similar product="{}" {}></vitrine-similar>'
UNREADABLE = "This is not a picture: send a JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF file."
PHOTO = "<vitrine-photo-search></vitrine-photo-search>"
# What docs/widget.md asks for, and beside it nothing but the page's own files.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self' {0}; connect-src {0}; img-src {0}; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
FRAME = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Old shop</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js"></script>
<script src="{shop}/widget/v1.js" data-key="{key}" async></script></head>
<body><main><h1>A coat</h1>{body}<p id="below">Below</p></main></body></html>"""
STYLE = """body { font: 16px/1.5 sans-serif; margin: 1rem; background: #fff; color: #222; }
.far { height: 4000px; }
vitrine-similar { --vitrine-card-width: 10rem; display: block; min-height: 22rem; }
vitrine-similar::part(name) { text-transform: uppercase; }"""
# Everything that the widget tells, and how far what stood there was pushed.
SCRIPT = """window.told = []; window.shifted = 0;
for (const name of ["results", "click", "error"])
  document.addEventListener(`vitrine-${name}`, (event) => {
    window.told.push({ name, ...event.detail });
    document.documentElement.dataset.told = window.told.length;
    if (window.stay) event.preventDefault();
  });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


class OldShop:
    """Serves one page at a time, whatever its address, in another site than Vitrine's."""

    def __init__(self, shop: str, key: str) -> None:
        self.shop, self.key = shop, key
        self.body, self.language = "", "en"
        old_shop = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, content = old_shop.file(self.path)
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", POLICY.format(shop))
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        # By another name than the shop's, so that to a browser it is another site.
        self.address = f"http://localhost:{self.server.server_port}"

    def file(self, path: str) -> tuple[str, str]:
        if path == "/page.css":
            return "text/css", STYLE
        if path == "/page.js":
            return "text/javascript", SCRIPT
        facts = {"language": self.language, "shop": self.shop, "key": self.key}
        return "text/html", FRAME.format(body=self.body, **facts)


@pytest.fixture(scope="module")
def key(running_shop: RunningShop) -> Callable[[str], str]:
    """Makes a key for an origin."""
    code = (
        "from shop.widget.models import WidgetKey\n"
        "print(WidgetKey.objects.make(name='Old shop', origins={!r}).public)"
    )

    def make(origin: str) -> str:
        made = running_shop.manage("shell", "--verbosity=0", "--command", code.format(origin))
        return made.strip()

    return make


@pytest.fixture(scope="module")
def served(running_shop: RunningShop, key: Callable[[str], str]) -> Iterator[OldShop]:
    old_shop = OldShop(running_shop.address, "")
    old_shop.key = key(old_shop.address)
    thread = Thread(target=old_shop.server.serve_forever)
    thread.start()
    yield old_shop
    old_shop.server.shutdown()
    old_shop.server.server_close()
    thread.join()


@pytest.fixture
def old_shop(served: OldShop) -> Iterator[OldShop]:
    key = served.key
    served.language = "en"
    yield served
    served.key = key


@pytest.fixture
def visit(
    browser: Browser, old_shop: OldShop, running_shop: RunningShop
) -> Iterator[Callable[..., Page]]:
    """Opens the page with these tags in it; fails where the page or its console saw a fault."""
    contexts: list[tuple[BrowserContext, Watch, bool]] = []

    def visit(
        body: str, *, expected: tuple[int, ...] = (), cannot_read: bool = False, **options: Any
    ) -> Page:
        old_shop.body = body
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, old_shop.address, running_shop.address)
        watch.expected |= set(expected)
        contexts.append((context, watch, cannot_read))
        page = context.new_page()
        page.goto(old_shop.address)
        return page

    running_shop.forget_limits()
    yield visit
    for context, watch, cannot_read in contexts:
        assert context.cookies() == []
        context.close()
        # What a page may not read the browser says there, too.
        told = [fault for fault in watch.faults if not (cannot_read and "CORS policy" in fault)]
        assert told == []


@pytest.fixture(scope="module")
def sku(running_shop: RunningShop) -> str:
    found = running_shop.database.catalog_product.find_one({"slug": "rust-shirt-04"})
    return str(found["sku"])


def state(page: Page, element: str, wanted: str) -> Locator:
    found = page.locator(f"{element}[state={wanted}]")
    found.wait_for()
    return found


def photo(colour: str = "Sage") -> dict[str, Any]:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": drawn.jpeg("Shirt", colour)}


def told(page: Page, name: str) -> list[dict[str, Any]]:
    return [each for each in page.evaluate("window.told") if each["name"] == name]


def test_what_looks_alike(visit: Callable[..., Page], sku: str) -> None:
    page = visit(SIMILAR.format(sku, 'most="4"'))
    found = state(page, "vitrine-similar", "ready")
    panel = found.get_by_role("region", name="Looks alike")
    assert panel.get_by_role("listitem").count() == 4
    first = panel.get_by_role("link").first
    assert first.get_attribute("href").startswith("http://127.0.0.1:")  # type: ignore[union-attr]
    assert "€" in first.inner_text()
    # As the page's own style says of the part.
    assert first.locator("[part=name]").evaluate("e => getComputedStyle(e).textTransform") == (
        "uppercase"
    )
    first.locator("img").evaluate("image => image.decode()")
    assert page.evaluate("window.shifted") == 0
    (results,) = told(page, "results")
    assert len(results["products"]) == 4


def test_nothing_is_wrong_with_either(visit: Callable[..., Page], sku: str) -> None:
    page = visit(SIMILAR.format(sku, "") + PHOTO)
    state(page, "vitrine-similar", "ready")
    page.locator("vitrine-photo-search input").first.set_input_files(photo())
    state(page, "vitrine-photo-search", "ready")
    for size in SIZES:
        page.set_viewport_size(size)
        assert sideways(page) == []
    assert inaccessible(page, "body", "light") == []


def test_it_speaks_german(visit: Callable[..., Page], old_shop: OldShop, sku: str) -> None:
    old_shop.language = "de-AT"
    page = visit(SIMILAR.format(sku, 'most="1"') + PHOTO)
    panel = state(page, "vitrine-similar", "ready").get_by_role("region", name="Sieht ähnlich aus")
    assert "/de/p/" in str(panel.get_by_role("link").get_attribute("href"))
    assert "€\xa0" in panel.locator("[part=price]").inner_text()
    assert page.get_by_role("button", name="Foto auswählen").is_visible()
    assert "nicht behalten" in page.locator("[part=privacy]").inner_text()


def test_it_waits_until_it_is_nearly_seen(visit: Callable[..., Page], sku: str) -> None:
    page = visit('<div class="far"></div>' + SIMILAR.format(sku, ""))
    found = state(page, "vitrine-similar", "loading")
    blank = page.locator("vitrine-similar [part=list]").bounding_box()
    assert told(page, "results") == []
    found.scroll_into_view_if_needed()
    state(page, "vitrine-similar", "ready")
    filled = page.locator("vitrine-similar [part=list]").bounding_box()
    assert blank is not None
    assert filled is not None
    assert filled["height"] == blank["height"]


def test_by_keyboard_to_a_page_of_the_old_shop(
    visit: Callable[..., Page], old_shop: OldShop, sku: str
) -> None:
    page = visit(SIMILAR.format(sku, 'link="/items/{sku}?from=similar" most="2"'))
    found = state(page, "vitrine-similar", "ready")
    page.keyboard.press("Tab")
    assert found.get_by_role("link").first.evaluate("e => e.matches(':focus-visible')")
    page.evaluate("window.stay = true")
    page.keyboard.press("Enter")
    (click,) = told(page, "click")
    assert click["place"] == 0
    page.evaluate("window.stay = false")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{old_shop.address}/items/{click['product']['sku']}?from=similar")


def test_an_address_that_is_no_page_is_not_followed(visit: Callable[..., Page], sku: str) -> None:
    page = visit(SIMILAR.format(sku, 'link="javascript:alert({sku})" most="1"'))
    found = state(page, "vitrine-similar", "ready")
    assert str(found.get_by_role("link").get_attribute("href")).startswith("http://127.0.0.1:")


def test_another_product_is_shown_once_it_is_named(visit: Callable[..., Page], sku: str) -> None:
    page = visit(SIMILAR.format("nothing", ""), expected=(404,))
    found = state(page, "vitrine-similar", "empty")
    assert found.get_by_role("status").inner_text() == "Nothing looks alike just now."
    (error,) = told(page, "error")
    assert error["status"] == 404
    found.evaluate("(element, sku) => element.setAttribute('product', sku)", sku)
    state(page, "vitrine-similar", "ready")


@pytest.mark.parametrize("wrong", ["unknown", "of another site"])
def test_a_wrong_key_shows_an_error_and_a_way_on(
    visit: Callable[..., Page],
    old_shop: OldShop,
    key: Callable[[str], str],
    sku: str,
    wrong: str,
) -> None:
    right = old_shop.key
    old_shop.key = "unknown" if wrong == "unknown" else key("https://other.example")
    page = visit(SIMILAR.format(sku, ""), expected=(401, 403), cannot_read=True)
    found = state(page, "vitrine-similar", "error")
    assert found.get_by_role("status").inner_text() == "This cannot be shown just now."
    found.get_by_role("button", name="Try again").press("Enter")
    # Not by a function, which Playwright has the page evaluate.
    page.locator("[data-told='2']").wait_for()
    assert [error["status"] for error in told(page, "error")] == [0, 0]
    found.evaluate("(element, key) => element.setAttribute('key', key)", right)
    state(page, "vitrine-similar", "ready")


def test_whoever_asks_too_often_tries_again(
    visit: Callable[..., Page], running_shop: RunningShop, sku: str
) -> None:
    page = visit('<div class="far"></div>' + SIMILAR.format(sku, 'most="2"'), expected=(429,))
    visitor = running_shop.visitor()
    while visitor.get("/api/v1/categories").status == HTTPStatus.OK:
        pass
    page.locator("vitrine-similar").scroll_into_view_if_needed()
    found = state(page, "vitrine-similar", "error")
    assert "a lot at once" in found.get_by_role("status").inner_text()
    running_shop.forget_limits()
    found.get_by_role("button", name="Try again").press("Enter")
    found = state(page, "vitrine-similar", "ready")
    focus = "element => element.shadowRoot.activeElement.part.value"
    assert found.evaluate(focus) == "list"
    page.keyboard.press("Tab")
    assert found.evaluate(focus) == "card"


# By photo


def test_a_photo_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit(PHOTO)
    button = page.get_by_role("button", name="Choose a photo")
    with page.expect_file_chooser() as chooser:
        button.press("Enter")
    chooser.value.set_files(photo())
    found = state(page, "vitrine-photo-search", "ready")
    assert found.get_by_role("status").inner_text() == "12 products found"
    assert found.get_by_role("img", name="Your photo").is_visible()
    assert found.get_by_role("listitem").count() == 12
    assert button.evaluate("button => button.getRootNode().activeElement === button")


def test_a_large_photo_is_sent_small(visit: Callable[..., Page]) -> None:
    page = visit(PHOTO)
    buffer = io.BytesIO()
    Image.effect_noise((3000, 2000), 90).save(buffer, "PNG")
    large = {"name": "a.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    with page.expect_request_finished(lambda request: "photo-search?" in request.url) as request:
        page.locator("vitrine-photo-search input").set_input_files(large)
    found = state(page, "vitrine-photo-search", "ready")
    size = "canvas => [canvas.width, canvas.height]"
    assert found.get_by_role("img", name="Your photo").evaluate(size) == [1024, 683]
    assert request.value.sizes()["requestBodySize"] < len(large["buffer"]) / 4


def test_a_photo_is_dropped(
    visit: Callable[..., Page],
    drop: Callable[[Page, Locator, list[Path]], None],
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(drawn.jpeg("Shirt", "Sage"))
    page = visit(PHOTO)
    drop(page, page.locator("vitrine-photo-search [part=drop]"), [file])
    state(page, "vitrine-photo-search", "ready")


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ("text/plain", "This is no picture.", ()),
        ("image/heic", UNREADABLE, (422,)),
    ],
)
def test_what_is_no_photo_is_refused_in_words(
    visit: Callable[..., Page], kind: str, said: str, expected: tuple[int, ...]
) -> None:
    page = visit(PHOTO, expected=expected)
    file = {"name": "a.heic", "mimeType": kind, "buffer": b"no picture"}
    page.locator("vitrine-photo-search input").set_input_files(file)
    found = state(page, "vitrine-photo-search", "error")
    assert found.get_by_role("status").inner_text() == said
    page.locator("vitrine-photo-search input").set_input_files(photo())
    state(page, "vitrine-photo-search", "ready")


def test_a_phone_has_a_button_for_its_camera(visit: Callable[..., Page]) -> None:
    page = visit(PHOTO, viewport=SIZES[0], has_touch=True, is_mobile=True)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take a photo").click()
    assert chooser.value.element.get_attribute("capture") == "environment"
    assert sideways(page) == []


def test_nothing_moves_for_who_wants_it_still(visit: Callable[..., Page], sku: str) -> None:
    moving = "() => document.querySelector('vitrine-similar').shadowRoot.getAnimations().length"
    far = '<div class="far"></div>' + SIMILAR.format(sku, 'most="3"')
    page = visit(far, reduced_motion="reduce")
    state(page, "vitrine-similar", "loading")
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) == 3
