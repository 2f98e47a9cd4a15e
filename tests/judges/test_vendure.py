"""A shop of Vendure is filled, brought over through its shop API, and compared piece by piece."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image
from pytest_django import Settings

from tests.judges.pieces import differences, pieces
from tests.judges.programs import INSTALLING_S
from tests.processes import Process, free_port
from tests.shop.catalog.exchange.vendure import QUERY

pytestmark = [
    pytest.mark.judge,
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("npm"), reason="Vendure needs Node.js and npm"),
]

HERE = Path(__file__).parent / "vendure"
# What Vendure's first channel has.
CURRENCY = "USD"
# Prices in its file are without tax, of which there is a quarter.
NET, GROSS = "40.00", "50.00"
COLUMNS = (
    *("name", "slug", "description", "assets", "facets", "optionGroups", "optionValues", "sku"),
    *("price", "taxCategory", "stockOnHand", "trackInventory", "variantAssets", "variantFacets"),
)
# More than an answer tells of.
HATS, SHIRTS = 104, 3
MOST = 100


def _truth() -> Iterator[dict[str, Any]]:
    """Every piece; what has no photograph waits for one."""
    for number in range(1, HATS + 1):
        yield {
            "sku": f"HAT-{number}",
            "name": f"Sun hat {number}",
            "description": "Straw & light.",
            "category": "Hats",
            "size": None,
            "colour": None,
            "price": GROSS,
            "is_available": number % 2 == 1,
            "is_public": False,
            "photographs": 0,
        }
    for number in range(1, SHIRTS + 1):
        for colour in ("Navy", "White"):
            for size in ("S", "M"):
                yield {
                    "sku": f"LIDO-{number}-{colour}-{size}",
                    "name": f"Lido {number}",
                    "description": "Straw & light.",
                    "category": "Women > Shirts",
                    "size": size,
                    "colour": colour,
                    "price": GROSS,
                    "is_available": size == "S",
                    "is_public": True,
                    "photographs": 1,
                }


def _write_products(path: Path, truth: list[dict[str, Any]]) -> None:
    """The pieces as Vendure's importer reads them: a product's first one tells of all."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        before = ""
        for piece in truth:
            writer.writerow(_row(piece, is_first=piece["name"] != before))
            before = piece["name"]


def _row(piece: dict[str, Any], *, is_first: bool) -> dict[str, str]:
    comes_in_sizes = piece["size"] is not None
    product = {
        "name": piece["name"],
        "slug": piece["name"].lower().replace(" ", "-"),
        "description": "<p>Straw &amp; light.</p>",
        "facets": "|".join(f"category:{name}" for name in piece["category"].split(" > ")),
        "optionGroups": "Size|Color" if comes_in_sizes else "",
    }
    return {
        **(product if is_first else {}),
        "optionValues": f"{piece['size']}|{piece['colour']}" if comes_in_sizes else "",
        "sku": piece["sku"],
        "price": NET,
        "taxCategory": "standard",
        "stockOnHand": "5" if piece["is_available"] else "0",
        "trackInventory": "true",
        "variantAssets": f"{piece['colour']}.jpg".lower() if comes_in_sizes else "",
    }


@contextmanager
def vendure(folder: Path, truth: list[dict[str, Any]]) -> Iterator[str]:
    """A filled shop, and where it is served meanwhile."""
    shutil.copy(HERE / "package.json", folder)
    install = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(install, cwd=folder, check=True, timeout=INSTALLING_S)
    (folder / "pictures").mkdir()
    for colour in ("navy", "white"):
        Image.new("RGB", (320, 400), colour).save(folder / "pictures" / f"{colour}.jpg")
    _write_products(folder / "products.csv", truth)
    port, log = free_port(), folder / "server.log"
    server = Process(
        ["node", str(HERE / "serve.js"), str(folder), str(port)],
        log,
        lambda: "\nfilled" in log.read_text(),
    )
    try:
        server.start()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


def _asked(origin: str, skip: int) -> Any:
    """An answer to the query of docs/exchange.md."""
    body = json.dumps({"query": QUERY, "variables": {"skip": skip}}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{origin}/shop-api", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def test_every_piece_is_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, tmp_path: Path
) -> None:
    truth = list(_truth())
    path = tmp_path / "vendure.json"
    settings.CURRENCY = CURRENCY
    with vendure(tmp_path_factory.mktemp("vendure"), truth) as origin:
        settings.FETCH, settings.FETCH_ALLOWED = True, [origin]
        path.write_text(json.dumps([_asked(origin, skip) for skip in (0, MOST)]))
        call_command("import_catalog", path)
    assert differences(truth) == []
    before = list(pieces())
    call_command("import_catalog", path)
    assert list(pieces()) == before
