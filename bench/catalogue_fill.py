"""Fills the catalogue that the settings name with so many products: real rows, no photographs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

import django
from bson import ObjectId

AT_ONCE = 250


def main(count: str) -> None:
    django.setup()
    from django.core.management import call_command

    from shop.embedded import ensure_running, release

    ensure_running()
    try:
        call_command("migrate", "--noinput", "--verbosity=0")
        call_command("migrate", "--noinput", "--verbosity=0", "--database=catalog")
        _fill(int(count))
    finally:
        release()


def _fill(count: int) -> None:
    from bench.catalogue_rows import documents
    from shop.catalog.models import Category, Product
    from shop.config.routers import catalogue_connection

    keys: dict[str, ObjectId] = {}

    def key_of(name: str) -> ObjectId:
        if name not in keys:
            keys[name] = Category.objects.get_or_make(name, None).pk
        return keys[name]

    products = catalogue_connection().get_collection(Product._meta.db_table)
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    whole = (
        _whole(number, document, begun) for number, document in enumerate(documents(count, key_of))
    )
    for some in batched(whole, AT_ONCE, strict=False):
        products.insert_many(some)


def _whole(number: int, document: dict[str, Any], begun: datetime) -> dict[str, Any]:
    """What a saved product has besides; its picture is shown, and never asked for."""
    made = begun + timedelta(seconds=number)
    name = f"photographs/{number % 997:03x}.jpg"
    picture = {"name": name, "width": 60, "height": 80, "tint": "#d9c7a8", "alt": "", "digest": ""}
    variants = [
        {"colour": "", "price_cents": None, "photographs": []} | variant
        for variant in document["variants"]
    ]
    empty = ("material", "gtin", "mpn", "imported")
    return {
        **document,
        **dict.fromkeys(empty, ""),
        **dict.fromkeys(("sale_from", "sale_until")),
        **{key: [] for key in ("families", "former", "texts", "other_names", "attributes")},
        "_id": ObjectId(),
        "created": made,
        "changed": made,
        "revision": made,
        "photographs": [picture],
        "variants": variants,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
