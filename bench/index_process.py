"""A process that opens the newest snapshot and searches it: seconds, private and shared MB.

Usage: python -m bench.index_process QUERIES.npy
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import django
import numpy as np


def private_mb() -> float:
    """The memory that this process shares with no other, in MB (10^6 bytes)."""
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"Private_\w+:\s+(\d+) kB", rollup)) * 1024 / 1e6


def mapped_mb(folder: Path) -> float:
    """How much of the files of a folder is in this process's memory, in MB (10^6 bytes)."""
    maps = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text(), flags=re.M)
    of_folder = (found for found in maps if f" {folder}/" in found.partition("\n")[0])
    return sum(int(re.findall(r"^Rss:\s+(\d+) kB", one, re.M)[0]) for one in of_folder) * 1024 / 1e6


def main(queries: Path) -> None:
    django.setup()
    import faiss
    from django.conf import settings

    from recommender.index import snapshot
    from recommender.index.live import LiveIndex

    assert faiss.__version__  # the library's own memory is not the index's
    before = private_mb()
    start = time.perf_counter()
    opened = snapshot.open_latest(settings.INDEX_DIR, "bench")
    seconds = time.perf_counter() - start
    assert opened is not None
    index = LiveIndex(opened.index)
    for query in np.load(queries):
        index.search(query[np.newaxis], 10)
    own = private_mb() - before
    index.search(np.load(queries)[:1], 10, exact=True)
    print(seconds, own, mapped_mb(settings.INDEX_DIR))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
