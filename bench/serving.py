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
    with filled_shop(folder) as shop, _bare_page(folder) as bare:
        yield shop, bare


@contextmanager
def filled_shop(folder: Path, *options: str) -> Iterator[str]:
    """The shop with its files in this folder, as ``host:port``, until the block ends.

    `options` tell the demo what to fill it with; without any it draws its catalogue.
    """
    (port,) = free_ports(1)
    log = folder / "demo.log"
    with _running(log, "manage.py", "demo", f"--port={port}", *options) as process:
        _await(lambda: FILLED in log.read_bytes() and _is_written_down(folder), process, log)
        yield f"127.0.0.1:{port}"


@contextmanager
def _bare_page(folder: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    address, log = f"127.0.0.1:{port}", folder / "bare.log"
    with _running(log, "-m", "gunicorn", f"--bind={address}", "bench.bare") as process:
        _await(lambda: _answers(address), process, log)
        yield address


@contextmanager
def _running(log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that writes into this log, beside which its files lie."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROJECT,
            # One visitor stands for many.
            env=os.environ | {"VITRINE_VAR": str(log.parent), "VITRINE_API_PHOTO_RATE": "1000000"},
            stdout=written,
            stderr=written,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")
            raise RuntimeError(f"The server did not start:\n{said[-3000:]}")
        time.sleep(0.2)


def _is_written_down(folder: Path) -> bool:
    """Whether there is a snapshot of the index: with it every panel is found once more."""
    return any((folder / "index").glob("*/manifest.json"))


def _answers(address: str) -> bool:
    try:
        return Browser(address).get("/").status == 200
    except OSError:
        return False


def product_slugs(browser: Browser) -> list[str]:
    """The slugs of the first products of every category, each once."""
    shelves = links(browser.get("/").text, r"/c/[\w-]+/")
    pages = [browser.get(shelf).text for shelf in shelves]
    # A category lists what lies in those below it, too.
    found = (link.split("/")[2] for page in pages for link in links(page, r"/p/[\w-]+/"))
    return list(dict.fromkeys(found))


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
