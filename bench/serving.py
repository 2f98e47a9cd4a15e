"""The shop as ``script/demo`` runs it beside a server of a bare page, for benchmarks of pages."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.browser import Browser, links

PROJECT = Path(__file__).parents[1]
START_SECONDS = 900


@contextmanager
def shop_and_bare_page(folder: Path) -> Iterator[tuple[str, str]]:
    """The shop and a server of the bare page, as ``host:port`` each, until the block ends."""
    shop, bare = (f"127.0.0.1:{port}" for port in _free_ports(2))
    with (folder / "demo.log").open("wb") as log:
        commands = (
            ["manage.py", "demo", "--port", shop.rpartition(":")[2]],
            ["-m", "gunicorn", f"--bind={bare}", "bench.bare"],
        )
        processes = [
            subprocess.Popen([sys.executable, *command], cwd=PROJECT, stdout=log, stderr=log)
            for command in commands
        ]
        try:
            for address, process in zip((shop, bare), processes, strict=True):
                _await_server(address, process, folder / "demo.log")
            yield shop, bare
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(60)


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _await_server(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            Browser(address).get("/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')[-3000:]}")


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
