"""Fills an empty shop from a Shopify file: `import` does it as the shop does, `plain` with the csv
module and bulk insertion by the driver, with no rule kept but which rows belong together. Prints
how long it took, how many products there are then, and its peak of memory. What was imported is
then written in every shape and imported again, and the products counted that this would change.

Usage: python -m bench.exchange_import plain|import FILE
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import batched, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from bench.import_process import peak_mb

if TYPE_CHECKING:
    from shop.catalog.imports import Report

AT_ONCE = 250


def main(what: str, path: str) -> None:
    django.setup()
    from django.core.management import call_command

    from shop.catalog.models import Product
    from shop.embedded import ensure_running, release

    ensure_running()
    try:
        for database in ("default", "catalog"):
            call_command("migrate", database=database, interactive=False, verbosity=0)
        seconds = _timed(_insert if what == "plain" else _import, Path(path))
        told = {"seconds": seconds, "products": Product.objects.count(), "peak_mb": peak_mb()}
        if what == "import":
            told["differences"] = _differences(Path(path).parent)
    finally:
        release()
    print(json.dumps(told))


def _timed(fill: Callable[[Path], object], path: Path) -> float:
    start = time.perf_counter()
    fill(path)
    return time.perf_counter() - start


def _import(path: Path) -> Report:
    from shop.catalog.imports import import_rows, open_source

    with open_source(path) as source:
        return import_rows(source)


def _differences(folder: Path) -> int:
    """Rows that say something else than the shop, of files that it wrote."""
    from shop.catalog import exports
    from shop.catalog.exports.writing import put
    from shop.catalog.models import Product

    found = 0
    for name, shape in exports.SHAPES.items():
        (folder / name).mkdir()
        path = folder / name / "products.csv"
        put(exports.text(shape, Product.objects.all(), "https://shop.example"), path)
        report = _import(path)
        found += report.created + report.updated + report.bad_count
    return found


def _insert(path: Path) -> None:
    from shop.catalog.models import Product
    from shop.config.routers import catalogue_connection

    products = catalogue_connection().get_collection(Product._meta.db_table)
    with path.open(encoding="utf-8", newline="") as file:
        for some in batched(_documents(file), AT_ONCE, strict=False):
            products.insert_many(some)


def _documents(file: Any) -> Iterator[dict[str, Any]]:
    """A document of each colour of each handle, with what a saved product has."""
    for handle, design in groupby(csv.DictReader(file), itemgetter("Handle")):
        rows = list(design)
        for colour, sizes in groupby(rows, itemgetter("Option1 Value")):
            yield _document(f"{handle}-{colour}", rows[0], list(sizes))


def _document(sku: str, first: dict[str, str], sizes: list[dict[str, str]]) -> dict[str, Any]:
    now = datetime.now(UTC)
    empty = ("season", "usage", "material", "gtin", "mpn", "imported")
    price = round(float(sizes[0]["Variant Price"]) * 100)
    return {
        **dict.fromkeys(empty, ""),
        **dict.fromkeys(("sale_price_cents", "sale_from", "sale_until", "rating", "category_id")),
        **{key: [] for key in ("families", "former", "texts", "other_names", "attributes")},
        **{"created": now, "changed": now, "revision": now, "photographs": []},
        **{"sku": sku.upper(), "slug": sku.lower(), "style": first["Handle"]},
        **{"name": first["Title"], "description": first["Body (HTML)"]},
        **{"brand": first["Vendor"], "kind": first["Type"], "gender": "unisex"},
        **{"colours": [sizes[0]["Option1 Value"]], "price_cents": price},
        **{"position": 0, "status": "draft", "available": True},
        "variants": [
            {
                **{"size": row["Option2 Value"], "colour": "", "price_cents": None},
                "sku": row["Variant SKU"] or f"{sku}-{row['Option2 Value']}",
                **{"photographs": [], "available": True},
            }
            for row in sizes
        ],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
