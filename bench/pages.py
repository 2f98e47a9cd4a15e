"""How many pages the shop serves, and how soon, to one client and to many, beside a bare page; and
what Lighthouse says of them.

The shop runs as ``script/demo`` runs it and the bare page on a server like it, both with the
configuration of ``gunicorn.conf.py``. The clients are threads of this process, each with a
connection of its own, and take their share of the same processors. The pages take turns in short
rounds, so that what else the machine does meanwhile meets all of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles

from bench import Figure, page_scores
from bench.browser import Browser, links
from bench.serving import get_well, product_slugs, shop_and_bare_page

CLIENTS = (1, 8, 32)
ROUNDS = 5
REQUESTS_A_ROUND = 96
BUSY = 8


@dataclass
class Taken:
    """What the requests of one page took, in seconds."""

    each: list[float] = field(default_factory=list)
    altogether: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.each) / self.altogether

    @property
    def p95_ms(self) -> float:
        return quantiles(self.each, n=20)[-1] * 1000


@dataclass
class Page:
    """A kind of page: the server that has it, and its paths, which are asked for in turns."""

    name: str
    address: str
    paths: Iterator[str]
    visitor: Browser | None = None

    def browser(self) -> Browser:
        return Browser(self.address, like=self.visitor)


def run(folder: Path) -> dict[str, Figure]:
    """Requests a second and the 95th percentile, by page and number of clients; and scores."""
    with shop_and_bare_page(folder) as (shop, bare):
        pages = _pages(shop, bare)
        _take(pages, clients=4)
        taken = {clients: _measured(pages, clients) for clients in CLIENTS}
        weighed = _weighed(shop)
        scores = page_scores.figures(folder, shop)
    return _figures(taken) | weighed | scores


def _weighed(shop: str) -> dict[str, Figure]:
    """The front page as a browser gets it, beside what it is unfolded to."""
    browser = Browser(shop)
    whole = len(browser.get("/").text.encode()) / 1000
    sent = browser.compressed_bytes("/") / 1000
    return {
        "front_kb_compressed": Figure(sent, "kB", "<= 20", against=f"uncompressed {whole:.1f} kB")
    }


def _pages(shop: str, bare: str) -> list[Page]:
    visitor = Browser(shop)
    shelves = links(visitor.get("/").text, r"/c/[\w-]+/")
    slugs = product_slugs(visitor)
    return [
        Page("bare", bare, cycle(["/"])),
        Page("front", shop, cycle(["/"])),
        Page("category", shop, cycle(shelves)),
        Page("product", shop, cycle(f"/p/{slug}/" for slug in slugs)),
        Page("basket", shop, cycle(["/basket/"]), _with_a_basket(shop, slugs)),
    ]


def _with_a_basket(shop: str, slugs: list[str]) -> Browser:
    """A visitor who has put three products into the basket."""
    browser = Browser(shop)
    for slug in slugs[:3]:
        page = browser.get(f"/p/{slug}/").text
        sent = browser.post("/basket/add/", _first_choice(page))
        if sent.location is None:
            raise RuntimeError(f"{slug} could not be put into the basket ({sent.status}).")
    return browser


def _first_choice(page: str) -> dict[str, str]:
    """The fields of a product page's form, with the first size that there is."""
    product = re.search(r'name="product" value="(\w+)"', page)
    sku = re.search(r'name="sku" value="([^"]+)"(?![^>]*disabled)', page)
    if product is None or sku is None:
        raise RuntimeError("The product's page has no form for the basket.")
    return {"product": product[1], "sku": sku[1]}


def _measured(pages: list[Page], clients: int) -> dict[str, Taken]:
    taken = {page.name: Taken() for page in pages}
    for _ in range(ROUNDS):
        for name, (each, altogether) in _take(pages, clients).items():
            taken[name].each += each
            taken[name].altogether += altogether
    return taken


def _take(pages: list[Page], clients: int) -> dict[str, tuple[list[float], float]]:
    """One round: seconds of each request, and of all of them together, by page."""
    return {page.name: _round(page, clients) for page in pages}


def _round(page: Page, clients: int) -> tuple[list[float], float]:
    shares = [list(islice(page.paths, REQUESTS_A_ROUND // clients)) for _ in range(clients)]
    browsers = [page.browser() for _ in shares]
    with ThreadPoolExecutor(clients) as pool:
        # The connections and the threads are there before the clock runs.
        list(pool.map(lambda browser: get_well(browser, "/"), browsers))
        start = time.perf_counter()
        seconds = list(pool.map(_visit, browsers, shares))
        altogether = time.perf_counter() - start
    return [second for some in seconds for second in some], altogether


def _visit(browser: Browser, paths: list[str]) -> list[float]:
    seconds = []
    for path in paths:
        start = time.perf_counter()
        get_well(browser, path)
        seconds.append(time.perf_counter() - start)
    return seconds


def _figures(taken: dict[int, dict[str, Taken]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for clients, pages in taken.items():
        for name, page in pages.items():
            figures[f"{name}_per_s_{clients}"] = Figure(page.per_second, "pages/s")
            figures[f"{name}_p95_ms_{clients}"] = Figure(page.p95_ms, "ms")
    busy = taken[BUSY]
    beside = f"a bare page, {BUSY} clients: p95 {busy['bare'].p95_ms:.1f} ms"
    for name in ("front", "category", "product", "basket"):
        figures[f"{name}_p95_over_bare_page"] = Figure(
            busy[name].p95_ms / busy["bare"].p95_ms, "times", against=beside
        )
    # Ten times what django-oscar's sandbox served on two cores.
    figures["product_pages_per_s"] = Figure(busy["product"].per_second, "pages/s", ">= 110")
    figures["category_pages_per_s"] = Figure(busy["category"].per_second, "pages/s", ">= 25")
    return figures
