"""Products for benchmarks of the catalogue: the rows of `fashion-products`, repeated under other
names beyond their number; drawn ones where VITRINE_DATA_DIR has no such folder."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings


def rows() -> list[dict[str, str]]:
    """What `styles.csv` says, or something like it."""
    if settings.DATA_DIR is None:
        return [_drawn(number) for number in range(10_000)]
    with (settings.DATA_DIR / "fashion-products" / "styles.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _drawn(number: int) -> dict[str, str]:
    draw = random.Random(number)
    return {
        "gender": draw.choice(("Women", "Men", "Unisex")),
        "articleType": draw.choice(("Tshirts", "Shirts", "Heels", "Handbags", "Watches")),
        "baseColour": draw.choice(("Black", "White", "Navy Blue", "Red", "Olive")),
        "season": draw.choice(("Summer", "Winter")),
        "usage": draw.choice(("Casual", "Sports", "Formal")),
        "productDisplayName": f"Brand{number % 97} piece {number}",
    }


def documents(count: int, key_of: Callable[[str], Any]) -> Iterator[dict[str, Any]]:
    """Documents of so many products without keys, each with the key of its category's name."""
    from shop.catalog.imports import kinds

    known = rows()
    draw = random.Random(count)
    for number in range(count):
        row = known[number % len(known)]
        kind, gender = row["articleType"], row["gender"].lower()
        again = f" {number // len(known)}" if number >= len(known) else ""
        price = kinds.price_for(kind, str(number))
        yield {
            "sku": f"S{number}",
            "slug": f"s{number}",
            "name": row["productDisplayName"] + again,
            "description": f"{row['baseColour']} {kind} for {row['usage']} wear.",
            "category_id": key_of(kinds.shelf_for(kind).category),
            "gender": gender if gender in ("women", "men", "girls", "boys") else "unisex",
            "kind": kind,
            "brand": row["productDisplayName"].split()[0],
            "colours": [row["baseColour"]],
            "style": f"style {number // 3}" if number % 2 else "",
            "season": row["season"],
            "usage": row["usage"],
            "price_cents": price,
            "sale_price_cents": price * 3 // 4 if number % 7 == 0 else None,
            "position": number,
            "status": "published",
            "rating": 1 + number % 41 / 10 if number % 3 == 0 else None,
            "available": True,
            "variants": [
                {"size": size, "sku": f"S{number}-{size}", "available": draw.random() < 0.9}
                for size in kinds.sizes_for(kind, gender)
            ],
        }
