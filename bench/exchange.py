"""Into a large shop and out of it: how long that takes beside the plainest program, in what memory.

Out: the plainest reads the documents of the products as the driver gives them, in bulk, and writes
a row a size with the csv module, in as many columns: no prices by the moment, no counted stock, no
texts made plain, no addresses by language. Each has a process of its own, with the same stand-in.

In: a file as Shopify writes it, without pictures; the plainest inserts what the csv module reads of
it, in bulk. Each has a process and a stand-in of its own.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench import Figure, shopify_file
from bench.serving import PROJECT

PRODUCTS = 44_000
ROUNDS = 3
WIDGET = PROJECT / "shop" / "widget" / "widget.js"


def run(folder: Path, products: int = PRODUCTS) -> dict[str, Figure]:
    """What bringing in so many products takes, and what a feed of them. Raises RuntimeError where a
    product or an item is left out."""
    return _import(folder, products) | _feed(folder / "feed", products)


def _import(folder: Path, products: int) -> dict[str, Figure]:
    file = folder / "files" / "products_export.csv"
    file.parent.mkdir()
    shopify_file.write(file, products)
    # In between, so that what else the machine does meanwhile meets both.
    before, imported, after = (
        _said(folder / f"shop-{number}", "exchange_import", what, str(file))
        for number, what in enumerate(("plain", "import", "plain"))
    )
    if {told["products"] for told in (before, imported, after)} != {products}:
        raise RuntimeError(f"Not everybody made as many products: {before}, {imported}, {after}")
    plain = (before["seconds"] + after["seconds"]) / 2
    return {
        "import_over_csv_reading": Figure(
            imported["seconds"] / plain,
            "times",
            "<= 3",
            f"{products:,} products: {imported['seconds']:.0f} s, as plainly as can be {plain:.0f}",
        ),
        "import_ms": Figure(imported["seconds"] / products * 1000, "ms", "", "a product"),
        "import_peak_mb": Figure(imported["peak_mb"], "MB", "<= 300", "all of the process"),
        "round_trip_differences": Figure(
            imported["differences"], "", "<= 0", "in the shop's own shape, Shopify's, WooCommerce's"
        ),
    }


def _feed(folder: Path, products: int) -> dict[str, Figure]:
    _said(folder, "catalogue_fill", str(products))
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
        f"{products:,} products, {counts.pop():,} items: as plainly as can be "
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
        "widget_kb": Figure(len(gzip.compress(WIDGET.read_bytes())) / 1000, "kB", "<= 12"),
    }


def _said(folder: Path, process: str, *arguments: str) -> dict[str, Any]:
    """What a process prints, if anything, whose shop lies in this folder."""
    folder.mkdir(exist_ok=True)
    ran = subprocess.run(
        [sys.executable, "-m", f"bench.{process}", *arguments],
        cwd=PROJECT,
        env=os.environ | {"VITRINE_VAR": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
    )
    said: dict[str, Any] = json.loads(ran.stdout or "{}")
    return said
