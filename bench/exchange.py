"""Out of a large shop: how long a feed takes beside the plainest program, and in what memory.

The plainest reads the documents of the products as the driver gives them, in bulk, and writes a row
a size with the csv module, in as many columns: no prices by the moment, no counted stock, no texts
made plain, no addresses by language. Each has a process of its own, with the same stand-in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench import Figure
from bench.serving import PROJECT

PRODUCTS = 44_000
ROUNDS = 3


def run(folder: Path) -> dict[str, Figure]:
    """What a feed of PRODUCTS takes. Raises RuntimeError where it leaves out an item."""
    _said(folder, "catalogue_fill", str(PRODUCTS))
    rounds = [
        {name: _said(folder, "feed_process", name) for name in ("plain", "xml", "tsv")}
        for _ in range(ROUNDS)
    ]
    counts = {told["items"] for each in rounds for told in each.values()}
    if len(counts) > 1:
        raise RuntimeError(f"Not everybody wrote as many items: {counts}")
    times = {name: median(each[name]["seconds"] for each in rounds) for name in rounds[0]}
    feeds = [each[name] for each in rounds for name in ("xml", "tsv")]
    before = max(told["before_mb"] for told in feeds)
    csv_alone = median(each["plain"]["csv_seconds"] for each in rounds)
    against = (
        f"{PRODUCTS:,} products, {counts.pop():,} items: as plainly as can be "
        f"{times['plain']:.1f} s, of which the csv module {csv_alone:.1f} s"
    )
    return {
        "feed_over_csv_writing": Figure(
            median(each["xml"]["seconds"] / each["plain"]["seconds"] for each in rounds),
            "times",
            "<= 5",
            against,
        ),
        "feed_xml_s": Figure(times["xml"], "s"),
        "feed_tsv_s": Figure(times["tsv"], "s"),
        "feed_peak_mb": Figure(
            max(told["peak_mb"] for told in feeds),
            "MB",
            "<= 150",
            f"all of a process, which has {before:.0f} MB before it begins to write",
        ),
    }


def _said(folder: Path, process: str, argument: str) -> dict[str, Any]:
    """What a process prints, if anything."""
    ran = subprocess.run(
        [sys.executable, "-m", f"bench.{process}", argument],
        cwd=PROJECT,
        env=os.environ | {"VITRINE_VAR": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
    )
    said: dict[str, Any] = json.loads(ran.stdout or "{}")
    return said
