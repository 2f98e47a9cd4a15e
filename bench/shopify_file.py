"""A file of products as Shopify exports them: a row a size, two colours a design, no pictures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

HEADINGS = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published"),
    *("Option1 Name", "Option1 Value", "Option1 Linked To"),
    *("Option2 Name", "Option2 Value", "Option2 Linked To"),
    *("Option3 Name", "Option3 Value", "Option3 Linked To"),
    *("Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty"),
    *("Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price"),
    *("Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable"),
    *("Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Gift Card"),
    *("SEO Title", "SEO Description", "Google Shopping / Gender", "Google Shopping / Age Group"),
    *("Variant Image", "Variant Weight Unit", "Variant Tax Code", "Cost per item", "Status"),
)
COLOURS, SIZES = ("Navy", "Ecru", "Rust", "Olive", "Black", "White"), ("S", "M", "L")
KINDS = ("Shirts", "Skirts", "Coats", "Dresses", "Trousers", "Scarves", "Hats", "Knitwear")
EACH = 2
TEXT = "<p>Of soft <b>linen</b>, cut wide &amp; long.</p><ul><li>Washes at 30</li></ul>"


def write(path: Path, products: int) -> None:
    """So many products, which are colours of half as many designs, each in three sizes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, HEADINGS, restval="")
        table.writeheader()
        for number in range(products // EACH):
            table.writerows(_design(number))


def _design(number: int) -> Iterator[dict[str, str]]:
    kind, price = KINDS[number % len(KINDS)], 19 + number % 80
    colours = [COLOURS[(number + n) % len(COLOURS)] for n in range(EACH)]
    first = {
        "Title": f"{kind[:-1]} no. {number}",
        "Body (HTML)": TEXT,
        "Vendor": f"Maker {number % 40}",
        "Type": kind,
        "Tags": "linen, summer",
        "Published": "true",
        "Option1 Name": "Colour",
        "Option2 Name": "Size",
        "Status": "active",
        "Gift Card": "false",
        "Google Shopping / Gender": ("female", "male", "unisex")[number % 3],
        "Google Shopping / Age Group": "adult",
    }
    for place, (colour, size) in enumerate(product(colours, SIZES)):
        yield {
            "Handle": f"design-{number}",
            **(first if place == 0 else {}),
            "Option1 Value": colour,
            "Option2 Value": size,
            # Most variants of real exports have none.
            "Variant SKU": f"D{number}-{place}" if number % 4 == 0 else "",
            "Variant Grams": "0.0",
            "Variant Inventory Tracker": "shopify",
            "Variant Inventory Qty": str(number * (place + 3) % 17),
            "Variant Inventory Policy": "deny",
            "Variant Fulfillment Service": "manual",
            "Variant Price": f"{price}.90",
            "Variant Compare At Price": f"{price + 10}.90" if number % 5 == 0 else "",
            "Variant Requires Shipping": "true",
            "Variant Taxable": "true",
            "Variant Weight Unit": "kg",
        }
