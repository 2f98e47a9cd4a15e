"""Listings over HTTP: an earlier commit and this one with the same catalogue, in paired rounds.

Each is a checkout with a folder of its own, a stand-in for MongoDB and gunicorn as it configures
them. BENCH_BEFORE names the earlier one: a worktree whose .venv has what it needs.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

from bench import Figure
from bench.browser import Browser, links
from bench.serving import PROJECT, free_ports, get_well

CLIENTS = 8
ROUNDS = 3
REQUESTS = 24
START_SECONDS = 900
WORDS = ("shirt", "black shoes", "nike", "women dress", "watch")
SHOPS = {"5k": (5_000, "4", "50"), "44k": (44_000, "20", "")}
BUILD = (
    "from shop.catalog.live import building; building.build(always=True)\n"
    "from shop.catalog.live.finding import building as words; words.build(always=True)"
)


def figures(folder: Path) -> dict[str, Figure]:
    """Nothing where no earlier commit is named."""
    before = os.environ.get("BENCH_BEFORE")
    if before is None:
        return {}
    found: dict[str, Figure] = {}
    for name, (count, category_goal, search_goal) in SHOPS.items():
        found |= _compared(folder / name, Path(before), name, count, category_goal, search_goal)
    return found


def _compared(
    folder: Path, before: Path, name: str, count: int, category_goal: str, search_goal: str
) -> dict[str, Figure]:
    filled = folder / "filled"
    _run(PROJECT, filled, "-m", "bench.catalogue_fill", str(count))
    with ExitStack() as stack:
        old, new = (
            stack.enter_context(_served(checkout, _copied(filled, folder / side)))
            for side, checkout in (("before", before), ("now", PROJECT))
        )
        shelves = links(Browser(new).get("/").text, r"/c/[\w-]+/")
        searches = [f"/search/?q={words.replace(' ', '+')}" for words in WORDS]
        found = _speedup(f"category_p95_speedup_{name}", old, new, shelves, category_goal)
        if search_goal:
            found |= _speedup(f"search_p95_speedup_{name}", old, new, searches, search_goal)
    shutil.rmtree(folder)
    return found


def _speedup(name: str, old: str, new: str, paths: list[str], goal: str) -> dict[str, Figure]:
    taken: dict[str, list[float]] = {old: [], new: []}
    for number in range(ROUNDS + 1):
        for shop, seconds in taken.items():
            some = _round(shop, paths)
            # In the first both get to know their catalogue.
            seconds += some if number else []
    before, now = (quantiles(taken[shop], n=20)[-1] * 1000 for shop in (old, new))
    middles = " -> ".join(f"{median(taken[shop]) * 1000:.0f}" for shop in (old, new))
    against = f"p95 {before:.0f} -> {now:.0f} ms, p50 {middles} ms, {CLIENTS} clients"
    return {name: Figure(before / now, "times", f">= {goal}", against)}


def _round(shop: str, paths: list[str]) -> list[float]:
    """Seconds of REQUESTS requests by CLIENTS clients."""
    every = list(islice(cycle(paths), REQUESTS))
    shares = [every[start::CLIENTS] for start in range(CLIENTS)]

    def visit(share: list[str]) -> list[float]:
        browser, seconds = Browser(shop), []
        for path in share:
            start = time.perf_counter()
            get_well(browser, path)
            seconds.append(time.perf_counter() - start)
        return seconds

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [second for some in pool.map(visit, shares) for second in some]


def _copied(filled: Path, to: Path) -> Path:
    return Path(shutil.copytree(filled, to))


def _environment(var: Path) -> dict[str, str]:
    return os.environ | {"VITRINE_VAR": str(var), "VITRINE_ENCODER": "untrained"}


def _run(checkout: Path, var: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env=_environment(var),
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _served(checkout: Path, var: Path) -> Iterator[str]:
    """The web server of a checkout over a filled folder, as ``host:port``."""
    (address,) = (f"127.0.0.1:{port}" for port in free_ports(1))
    _run(checkout, var, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
    if (checkout / "shop/catalog/live").exists():
        _run(checkout, var, "manage.py", "shell", "-c", BUILD)
    with (var / "web.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", f"--bind={address}"],
            cwd=checkout,
            env=_environment(var),
            stdout=log,
            stderr=log,
        )
        try:
            _await(address)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _await(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if Browser(address).get("/").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("The server did not start.")
