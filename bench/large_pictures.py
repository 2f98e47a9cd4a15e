"""What pictures of up to 100 megapixels cost the shop: memory, and the time of smaller ones.

All are plain valid files of every kind that decoders find dear. Two visitors post them to the
search by photo, while a third looks for a small one.
"""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from statistics import quantiles

import numpy as np
import pillow_heif
import psutil
from PIL import Image

from bench import Figure
from bench.browser import Browser
from bench.serving import photographs, search_by_photo, shop_and_bare_page

pillow_heif.register_heif_opener()

LARGE, LARGEST, HALF = (10_240, 7_680), (11_547, 8_660), (8_660, 5_773)
VISITORS, SEARCHES, WARM_UP = 2, 50, 20
LOOK_EVERY_S = 0.02


def run(folder: Path) -> dict[str, Figure]:
    """The figures alone; `bench main` has them too."""
    with shop_and_bare_page(folder) as (shop, _):
        return figures(shop, folder)


def figures(shop: str, folder: Path) -> dict[str, Figure]:
    """Memory of the web processes and of those that decode, and the small photo's delay."""
    small, dear = photographs(folder, WARM_UP + SEARCHES), large_pictures()
    alone = _seconds(shop, small)
    with _watched(shop) as memory:
        beside = _beside(shop, small, dear)
    before = f"alone: p95 {_p95(alone) * 1000:.0f} ms"
    against = f"{len(dear)} pictures of 36 to 100 megapixels, {VISITORS} at a time"
    return {
        "photo_peak_mb": Figure(memory.growth_mb, "MB", "<= 200", against),
        "photo_child_peak_mb": Figure(memory.child_mb, "MB", "<= 700", against),
        "small_photo_alone_p95_ms": Figure(_p95(alone) * 1000, "ms"),
        "small_photo_p95_ms": Figure(_p95(beside) * 1000, "ms", against=before),
        "small_photo_delay": Figure(_p95(beside) / _p95(alone), "times", "<= 2", before),
    }


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


# The pictures


def large_pictures() -> dict[str, bytes]:
    """The files by what they are."""
    return {name: make() for name, make in _MAKERS.items()}


def _saved(picture: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def _grey(size: tuple[int, int]) -> Image.Image:
    return Image.linear_gradient("L").resize(size)


def _colours(mode: str, size: tuple[int, int]) -> Image.Image:
    grey = _grey(size)
    channels = [grey, grey.transpose(Image.Transpose.ROTATE_180), grey, grey]
    return Image.merge(mode, channels[: len(mode)])


def _palette() -> Image.Image:
    picture = _grey(LARGE)
    picture.putpalette(bytes(range(256)) * 3)
    return picture


def _numbers(kind: type[np.number]) -> Image.Image:
    return Image.fromarray(np.asarray(_grey(LARGE)).astype(kind) * kind(200))


_MAKERS: dict[str, Callable[[], bytes]] = {
    "palette with transparency": lambda: _saved(
        _palette(), "PNG", transparency=bytes(range(256)), compress_level=1
    ),
    "animated GIF": lambda: _saved(
        _palette(), "GIF", save_all=True, append_images=[_grey(LARGE)], disposal=2
    ),
    "float": lambda: _saved(_numbers(np.float32), "TIFF", compression="tiff_deflate"),
    "32 bits": lambda: _saved(_numbers(np.int32), "TIFF", compression="tiff_deflate"),
    "16 bits": lambda: _saved(_numbers(np.uint16), "PNG", compress_level=1),
    "1 bit": lambda: _saved(_grey(LARGE).convert("1", dither=Image.Dither.NONE), "PNG"),
    "grey and alpha": lambda: _saved(_colours("LA", LARGE), "PNG", compress_level=1),
    "RGBA": lambda: _saved(_colours("RGBA", LARGE), "PNG", compress_level=1),
    "CMYK": lambda: _saved(_colours("CMYK", LARGE), "TIFF", compression="tiff_deflate"),
    "one strip": lambda: _saved(
        _colours("RGB", LARGE), "TIFF", compression="tiff_deflate", strip_size=2**31 - 1
    ),
    "WebP, refused": lambda: _saved(_colours("RGB", LARGE), "WEBP", quality=20, method=0),
    "WebP": lambda: _saved(_colours("RGB", (7_000, 5_250)), "WEBP", quality=20, method=0),
    "AVIF": lambda: _saved(_colours("RGB", (8_000, 6_000)), "AVIF", quality=20, speed=10),
    "JPEG": lambda: _saved(_colours("RGB", LARGEST), "JPEG"),
    "progressive JPEG": lambda: _saved(
        _colours("RGB", LARGEST), "JPEG", progressive=True, subsampling="4:4:4"
    ),
    "PNG": lambda: _saved(_colours("RGB", HALF), "PNG", compress_level=1),
    "HEIC": lambda: _saved(
        _colours("RGB", HALF), "HEIF", quality=20, enc_params={"preset": "ultrafast"}
    ),
}


# The visitors


def _seconds(shop: str, small: list[bytes]) -> list[float]:
    """Seconds of searches for small photos, one after the other."""
    return [_timed_search(shop, photograph) for photograph in small][WARM_UP:]


def _timed_search(shop: str, photograph: bytes) -> float:
    start = time.perf_counter()
    # A visitor of its own, so that every web process has its share.
    search_by_photo(Browser(shop), photograph)
    return time.perf_counter() - start


def _beside(shop: str, small: list[bytes], dear: dict[str, bytes]) -> list[float]:
    """The same for as long as the large ones are posted."""
    seconds: list[float] = []
    with ThreadPoolExecutor(VISITORS) as visitors:
        posts = [visitors.submit(_post, shop, name, content) for name, content in dear.items()]
        for photograph in cycle(small):
            seconds.append(_timed_search(shop, photograph))
            if all(post.done() for post in posts):
                break
    for post in posts:
        post.result()
    return seconds


def _post(shop: str, name: str, content: bytes) -> None:
    """Raises RuntimeError unless the picture is taken, or refused where that is expected."""
    file = io.BytesIO(content)
    file.name = "photo"
    page = Browser(shop).post("/photo/", {"picture": file})
    wanted = HTTPStatus.BAD_REQUEST if name.endswith("refused") else HTTPStatus.FOUND
    if page.status != wanted:
        raise RuntimeError(f"{name} was answered with {page.status}.")


# Memory


class _Memory:
    """Of the shop's web processes, from now on, in MB (10^6 bytes)."""

    def __init__(self, workers: list[psutil.Process]) -> None:
        self._workers = workers
        self._before = [_memory_mb(worker.pid, "VmRSS") for worker in workers]
        for worker in workers:
            # The kernel counts the peak anew.
            Path(f"/proc/{worker.pid}/clear_refs").write_text("5")
        self.child_mb = 0.0

    @property
    def growth_mb(self) -> float:
        """By how much the process that grew most grew."""
        peaks = [_memory_mb(worker.pid, "VmHWM") for worker in self._workers]
        return max(peak - before for peak, before in zip(peaks, self._before, strict=True))

    def look_at_children(self) -> None:
        for worker in self._workers:
            for child in worker.children(recursive=True):
                self.child_mb = max(self.child_mb, _memory_mb(child.pid, "VmHWM"))


def _memory_mb(pid: int, which: str) -> float:
    """A figure of a process's memory; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = re.search(rf"{which}:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


@contextmanager
def _watched(shop: str) -> Iterator[_Memory]:
    memory, done = _Memory(_workers(shop)), threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_EVERY_S):
            memory.look_at_children()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()


def _workers(shop: str) -> list[psutil.Process]:
    """The processes of gunicorn that serve the shop: those whose parent is one as well."""
    serving = {
        process.pid: process
        for process in psutil.Process().children(recursive=True)
        if "gunicorn" in (line := " ".join(process.cmdline())) and shop.partition(":")[2] in line
    }
    return [process for process in serving.values() if process.ppid() in serving]
