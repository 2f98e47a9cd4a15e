"""A process that writes all products into a file: `xml` or `tsv` is the feed for Google, `plain`
what the driver and the csv module make of the documents. Prints how long it took, the most
memory that it had before, and the most in all."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

import django

from bench.import_process import peak_mb

ORIGIN = "https://shop.example"
AT_ONCE = 250


def main(what: str) -> None:
    django.setup()
    from shop.embedded import ensure_running, release

    ensure_running()
    before = peak_mb()
    try:
        told = _plain() if what == "plain" else _feed(what)
    finally:
        release()
    print(json.dumps(told | {"before_mb": before, "peak_mb": peak_mb()}))


def _feed(form: str) -> dict[str, float]:
    from shop.feeds.checking import write
    from shop.feeds.feeds import Feed

    feed = Feed.named(f"google-en.{form}")
    assert feed is not None
    with TemporaryFile() as file:
        start = time.perf_counter()
        write(feed.text(ORIGIN), file)
        seconds = time.perf_counter() - start
        file.seek(0)
        begins = b"<item>" if form == "xml" else b"S"
        items = sum(line.startswith(begins) for line in file)
    return {"seconds": seconds, "items": items}


def _plain() -> dict[str, float]:
    from shop.catalog.models import Product
    from shop.config.routers import catalogue_connection

    products = catalogue_connection().get_collection(Product._meta.db_table)
    items, csv_seconds = 0, 0.0
    with TemporaryFile("w+", newline="") as file:
        table = csv.writer(file)
        start = time.perf_counter()
        for document in products.find({"status": "published"}, batch_size=AT_ONCE):
            rows = list(_rows(document))
            begun = time.perf_counter()
            table.writerows(rows)
            csv_seconds += time.perf_counter() - begun
            items += len(rows)
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "items": items, "csv_seconds": csv_seconds}


def _rows(document: dict[str, Any]) -> Iterator[list[Any]]:
    picture = document["photographs"][0]["name"]
    for variant in document["variants"] or [document]:
        yield [
            *(variant["sku"], document["style"], document["name"], document["description"]),
            *(f"{ORIGIN}/p/{document['slug']}/", f"{ORIGIN}/{picture}", "", variant["available"]),
            *("new", document["price_cents"], document["sale_price_cents"], ""),
            *(document["brand"], document["gtin"], document["mpn"], "no", document["kind"]),
            *("/".join(document["colours"]), variant.get("size", ""), "", document["gender"]),
            *("adult", document["material"]),
        ]


if __name__ == "__main__":
    main(*sys.argv[1:])
