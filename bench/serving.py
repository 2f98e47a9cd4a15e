"""The shop as ``script/demo`` runs it beside a server of a bare page, for benchmarks of pages."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.browser import Browser, links

PROJECT = Path(__file__).parents[1]
START_SECONDS = 900
# What the demo says once its catalogue is complete.
FILLED = b"Every photograph can be found."


@contextmanager
def shop_and_bare_page(folder: Path) -> Iterator[tuple[str, str]]:
    """The shop and a server of the bare page, as ``host:port`` each, until the block ends."""
    shop, bare = (f"127.0.0.1:{port}" for port in free_ports(2))
    with (folder / "demo.log").open("wb") as log:
        commands = (
            ["manage.py", "demo", "--port", shop.rpartition(":")[2]],
            ["-m", "gunicorn", f"--bind={bare}", "bench.bare"],
        )
        processes = [
            subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT,
                # One visitor stands for many.
                env=os.environ | {"VITRINE_API_PHOTO_RATE": "1000000"},
                stdout=log,
                stderr=log,
            )
            for command in commands
        ]
        try:
            _await(lambda: FILLED in (folder / "demo.log").read_bytes(), processes[0], folder)
            _await(lambda: _answers(bare), processes[1], folder)
            yield shop, bare
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(60)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            log = (folder / "demo.log").read_text(errors="replace")
            raise RuntimeError(f"The server did not start:\n{log[-3000:]}")
        time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        return Browser(address).get("/").status == 200
    except OSError:
        return False


def product_slugs(browser: Browser) -> list[str]:
    """The slugs of the first products of every category."""
    shelves = links(browser.get("/").text, r"/c/[\w-]+/")
    pages = [browser.get(shelf).text for shelf in shelves]
    return [link.split("/")[2] for page in pages for link in links(page, r"/p/[\w-]+/")]


def get_well(browser: Browser, path: str) -> None:
    """Open a page. Raises RuntimeError for any answer but 200."""
    status = browser.get(path).status
    if status != 200:
        raise RuntimeError(f"{path} answered {status}.")


def photographs(folder: Path, count: int) -> list[bytes]:
    """Pictures as a shopper would send them: the catalogue's own, as a phone would save them."""
    stored = sorted((folder / "media" / "photographs").rglob("*.jpg"))
    return [path.read_bytes() for path in stored[:count]]


def search_by_photo(browser: Browser, content: bytes) -> None:
    """Send a photograph and open the results. Raises RuntimeError where there are none."""
    file = io.BytesIO(content)
    file.name = "photo.jpg"
    results = browser.post("/photo/", {"picture": file}).location
    if results is None or browser.get(results).status != 200:
        raise RuntimeError("The search by photo failed.")
