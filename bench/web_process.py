"""A web process that has served a search by photo: prints its resident memory in MB."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import get_resolver
from PIL import Image

from shop.config.wsgi import application  # as gunicorn loads it: it sets Django up


def resident_mb() -> float:
    """The resident memory of this process in MB (10^6 bytes)."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise OSError("The kernel does not tell the resident memory.")
    return int(found[1]) * 1024 / 1e6


def main() -> None:
    from recommender import search

    assert application
    assert get_resolver().url_patterns  # every view is imported
    search.by_vector(search.look_at(Image.new("RGB", (800, 600), "tan")).query)
    print(resident_mb())


if __name__ == "__main__":
    main()
