"""Lighthouse's scores of the shop's pages, with the drawn products and with real ones.

Real ones are the first rows of `fashion-products` where VITRINE_DATA_DIR has it. What cannot be
measured here is left out, and said on the error stream.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench import Figure
from bench.browser import Browser, links
from bench.lighthouse import TIMES, Lighthouse, NoLighthouse, installed
from bench.serving import filled_shop

REAL_PRODUCTS = 300
GOAL = ">= 95"


def figures(folder: Path, drawn_shop: str) -> dict[str, Figure]:
    """The score of each kind of page, and the lowest: nothing where Lighthouse cannot run."""
    try:
        lighthouse = installed(_made(folder / "lighthouse"))
        scores = _scores(lighthouse, drawn_shop, "drawn") | _real_scores(lighthouse, folder)
    except NoLighthouse as missing:
        print(f"No figure of Lighthouse: {missing}", file=sys.stderr)
        return {}
    lowest = min(scores, key=lambda name: scores[name].value)
    against = f"{len(scores)} pages, each the median of {TIMES} looks; the lowest: {lowest}"
    return scores | {
        "lighthouse_performance_min": Figure(scores[lowest].value, "points", GOAL, against)
    }


def _real_scores(lighthouse: Lighthouse, folder: Path) -> dict[str, Figure]:
    from django.conf import settings

    data = (settings.DATA_DIR or Path()) / "fashion-products"
    if not data.is_dir():
        print("No figure of real products: VITRINE_DATA_DIR names none.", file=sys.stderr)
        return {}
    options = (f"--data={data}", f"--limit={REAL_PRODUCTS}")
    with filled_shop(_made(folder / "real"), *options) as shop:
        return _scores(lighthouse, shop, "real")


def _scores(lighthouse: Lighthouse, shop: str, products: str) -> dict[str, Figure]:
    return {
        f"lighthouse_{kind}_{products}": Figure(
            lighthouse.performance(f"http://{shop}{path}"), "points"
        )
        for kind, path in _paths(Browser(shop)).items()
    }


def _paths(browser: Browser) -> dict[str, str]:
    """A page of each kind that shoppers come to from elsewhere."""
    category = links(browser.get("/").text, r"/c/[\w-]+/")[0]
    product = links(browser.get(category).text, r"/p/[\w-]+/")[0]
    return {"front": "/", "category": category, "product": product, "search": "/search/?q=shirt"}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
