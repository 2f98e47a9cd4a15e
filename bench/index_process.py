"""A process that opens the newest snapshot and searches it: prints seconds and private MB.

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
    print(seconds, private_mb() - before)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
