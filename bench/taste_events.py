"""What it costs pages that events are written down meanwhile: a part of `bench.taste`.

The shop runs as ``script/demo`` runs it. Shoppers look at products at a steady rate, each of which
tells the shop by the same request, whether an event comes of it or not: in every other round they
have "for you" switched off. So rounds differ by the event alone: its word with Redis, and the
worker that writes it. Meanwhile others open product pages, one after the other, and are timed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from threading import Event

from bench import Figure
from bench.browser import Browser
from bench.serving import PROJECT, get_well, product_slugs, shop_and_bare_page

LOOKERS, PER_SECOND = 4, 50
# A worker writes what was told in the last seconds of a round in the next one, so they are long.
ROUNDS, ROUND_S = 8, 20.0
# What was told is written at most so much later.
WRITTEN_S = 60
COUNT = "from shop.events.models import Event; print(Event.objects.count())"


def figures(folder: Path) -> dict[str, Figure]:
    """Events written a second, and how much the pages' 95th percentile rose by it."""
    with shop_and_bare_page(folder) as (shop, _):
        slugs = product_slugs(Browser(shop))
        products = [_id_of(Browser(shop), slug) for slug in slugs[:40]]
        paths = [f"/p/{slug}/" for slug in slugs]
        crowds = {
            told: [_looker(shop, told=told) for _ in range(LOOKERS)] for told in (True, False)
        }
        before = _events()
        _, looks = _round(shop, crowds[True], products, paths)
        before = _written_after(before + looks)
        seconds: dict[bool, list[float]] = {True: [], False: []}
        asked = 0
        for number in range(ROUNDS):
            told = number % 2 == 0
            taken, looks = _round(shop, crowds[told], products, paths)
            seconds[told] += taken
            asked += looks if told else 0
        written = _written_after(before + asked) - before
    if written != asked:
        raise RuntimeError(f"{asked} events were told and {written} written.")
    return _figures(seconds, written)


def _figures(seconds: dict[bool, list[float]], written: int) -> dict[str, Figure]:
    with_events, without = (_p95(seconds[told]) * 1000 for told in (True, False))
    middles = " -> ".join(f"{median(seconds[told]) * 1000:.1f}" for told in (False, True))
    return {
        "events_per_s": Figure(
            written / (ROUND_S * ROUNDS / 2),
            "1/s",
            "",
            f"all {written} that were told are written, pages served meanwhile",
        ),
        "page_p95_with_events_over_without": Figure(
            with_events / without,
            "times",
            "<= 1.1",
            f"product pages, p95 {without:.1f} -> {with_events:.1f} ms, p50 {middles} ms, "
            f"{len(seconds[True])} and {len(seconds[False])} pages in turns",
        ),
    }


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _looker(shop: str, *, told: bool) -> Browser:
    """A guest of whom events are kept, or who wants none."""
    browser = Browser(shop)
    browser.get("/taste/")
    browser.post("/taste/switch/", {"on" if told else "off": "1"})
    return browser


def _id_of(browser: Browser, slug: str) -> str:
    found = re.search(r'data-looked-at="([0-9a-f]{24})"', browser.get(f"/p/{slug}/").text)
    if found is None:
        raise RuntimeError(f"The page of {slug} does not say which product it is.")
    return found[1]


def _round(
    shop: str, lookers: list[Browser], products: list[str], paths: list[str]
) -> tuple[list[float], int]:
    """Seconds of each page that was opened, and how many looks were told."""
    over = Event()
    with ThreadPoolExecutor(LOOKERS + 1) as pool:
        looking: list[Future[int]] = [
            # The server has closed a connection that was not used for a whole round.
            pool.submit(_look, Browser(shop, like=looker), cycle(products[number:]), over)
            for number, looker in enumerate(lookers)
        ]
        pages = pool.submit(_open_pages, Browser(shop), cycle(paths), over)
        time.sleep(ROUND_S)
        over.set()
        return pages.result(), sum(one.result() for one in looking)


def _look(browser: Browser, products: Iterator[str], over: Event) -> int:
    """Look at products at this one's share of the rate; how many."""
    looks, began = 0, time.perf_counter()
    while not over.wait(max(0.0, began + looks * LOOKERS / PER_SECOND - time.perf_counter())):
        page = browser.post("/viewed/", {"product": next(products)})
        if page.status != 200:
            raise RuntimeError(f"/viewed/ answered {page.status}.")
        looks += 1
    return looks


def _open_pages(browser: Browser, paths: Iterator[str], over: Event) -> list[float]:
    seconds = []
    while not over.is_set():
        start = time.perf_counter()
        get_well(browser, next(paths))
        seconds.append(time.perf_counter() - start)
    return seconds


def _written_after(expected: int) -> int:
    """How many events are written once they are as many as that, or will be no more."""
    deadline = time.monotonic() + WRITTEN_S
    while (count := _events()) < expected and time.monotonic() < deadline:
        time.sleep(1)
    return count


def _events() -> int:
    shell = [sys.executable, "manage.py", "shell", "-v", "0", "-c", COUNT]
    return int(json.loads(subprocess.check_output(shell, cwd=PROJECT, text=True)))
