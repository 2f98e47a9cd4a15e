"""The catalogue in memory: how soon it answers, and what it takes of each process's memory.

And how much sooner pages come than an earlier commit's: see `catalogue_pages`.

Real rows where VITRINE_DATA_DIR has `fashion-products`. Every process here has one thread for its
arithmetic, as the shop's have.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import Figure, catalogue_pages
from bench.serving import PROJECT

SHOP, MANY = 44_000, 1_000_000
COMPARED = 500


def run(folder: Path) -> dict[str, Figure]:
    """Facets, filters and pages in one process, and its memory, for a shop and for a million."""
    shop, many = (_answered("catalogue_process", folder, count) for count in (SHOP, MANY))
    words = _answered("words_process", folder, SHOP)
    against = f"{SHOP:,} products, p50 {{facets_p50_ms:.2f}} ms"
    beside = f"{MANY:,} products, p50 {{filter_facets_p50_ms:.1f}} ms"
    pages = catalogue_pages.figures(folder)
    wrong = _said("catalogue_oracle", str(COMPARED))["wrong"]
    return pages | {
        "wrong": Figure(wrong, "", "<= 0", f"a plain list, over {COMPARED} drawn catalogues"),
        "facets_ms_44k": Figure(shop["facets_ms"], "ms", "<= 5", against.format(**shop)),
        "page_ms_44k": Figure(shop["page_ms"], "ms", "", "30 products, every order"),
        "live_catalogue_mb_per_process_44k": Figure(
            shop["own_mb"] + shop["shared_mb"], "MB", "<= 40", f"own {shop['own_mb']:.0f} MB"
        ),
        "suggest_ms_44k": Figure(
            words["suggest_ms"], "ms", "<= 3", f"p50 {words['suggest_p50_ms']:.2f} ms"
        ),
        "words_ms_44k": Figure(
            words["search_ms"], "ms", "", f"p50 {words['search_p50_ms']:.2f} ms, all that is found"
        ),
        "words_fresh_ms": Figure(words["fresh_ms"], "ms", "", "one changed product, until found"),
        "filter_facets_ms_1m": Figure(
            many["filter_facets_ms"], "ms", "<= 30", beside.format(**many)
        ),
        "shared_mb_1m": Figure(many["shared_mb"], "MB", "<= 1500"),
        "own_mb_per_process_1m": Figure(many["own_mb"], "MB", "<= 150"),
    }


def _answered(process: str, folder: Path, count: int) -> dict[str, Any]:
    """What a process said that makes a snapshot, and then one that starts from it."""
    _said(process, "build", str(folder), str(count))
    return _said(process, "ask", str(folder), str(count))


def _said(process: str, *arguments: str) -> dict[str, Any]:
    """What a process prints, if anything."""
    ran = subprocess.run(
        [sys.executable, "-m", f"bench.{process}", *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        check=True,
    )
    said: dict[str, Any] = json.loads(ran.stdout or "{}")
    return said
