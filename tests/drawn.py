"""Pictures drawn for the tests, and the small catalogue that the running shop holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

SIZE = (240, 300)
GROUND = "#f4f1ec"
COLOURS = {"Rust": "#b5532c", "Navy": "#1f2f55", "Sage": "#8fa284", "Black": "#1c1c1c"}
SHIRT = [(20, 25), (40, 12), (60, 12), (80, 25), (94, 50), (80, 58), (76, 48), (76, 92)]
SHIRT += [(24, 92), (24, 48), (20, 58), (6, 50)]
BAG = [(30, 20), (38, 20), (38, 42), (62, 42), (62, 20), (70, 20), (70, 42), (88, 42), (92, 88)]
BAG += [(8, 88), (12, 42), (30, 42)]
OUTLINES = {"Shirt": SHIRT, "Bag": BAG}
# More shirts than one page shows.
SHIRTS = 34
BAGS = 6


class LargePicture(NamedTuple):
    """A large picture, and how to end the wait for its decoding."""

    content: bytes
    end: Callable[[], None]


def picture(kind: str, colour: str, shift: int = 0) -> Image.Image:
    """A flat garment on a light ground; `shift` (percent) makes each one a little different."""
    drawn = Image.new("RGB", SIZE, GROUND)
    points = [
        ((x + shift % 5) * SIZE[0] // 100, (y + shift % 7) * SIZE[1] // 100)
        for x, y in OUTLINES[kind]
    ]
    ImageDraw.Draw(drawn).polygon(points, fill=COLOURS[colour])
    return drawn


def encoded(drawn: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    drawn.save(buffer, format, **options)
    return buffer.getvalue()


def jpeg(kind: str, colour: str, shift: int = 0) -> bytes:
    return encoded(picture(kind, colour, shift))


def rows() -> Iterator[dict[str, str]]:
    """The catalogue: every product named after its colour, kind and number, no price twice.

    Shirts 4 and 5 are one design in two colours.
    """
    for kind, count in (("Shirt", SHIRTS), ("Bag", BAGS)):
        for number in range(1, count + 1):
            colour = list(COLOURS)[number % len(COLOURS)]
            yield {
                "sku": f"{kind}-{number:02}".upper(),
                "name": f"{colour} {kind.lower()} {number:02}",
                "category": f"{kind}s",
                "price": f"{(number * 7) % 41 + 10}.90",
                "gender": "women" if number % 2 else "men",
                "kind": kind,
                "colour": colour,
                "style": "Pier" if kind == "Shirt" and number in (4, 5) else "",
                "sizes": "S|M|L" if kind == "Shirt" else "",
                "description": f"A {kind.lower()} for most days, cut straight.",
            }


def write_catalogue(folder: Path) -> Path:
    """A folder as `import_catalog` takes it: a CSV file and images/, two pictures a product."""
    images = folder / "images"
    images.mkdir(parents=True)
    for number, row in enumerate(found := list(rows())):
        (images / f"{row['sku']}.jpg").write_bytes(jpeg(row["kind"], row["colour"], number))
        back = picture(row["kind"], row["colour"], number).transpose(
            Image.Transpose.FLIP_LEFT_RIGHT
        )
        (images / f"{row['sku']}-2.jpg").write_bytes(encoded(back))
    write_table(folder / "products.csv", found)
    return folder


def write_delivery(folder: Path, prefix: str, products: int) -> Path:
    """A folder with that many more bags, two small pictures each."""
    images = (delivery := folder / prefix.lower()) / "images"
    images.mkdir(parents=True)
    found = []
    for number in range(products):
        sku, colour = f"{prefix}-{number:03}", list(COLOURS)[number % len(COLOURS)]
        for view in (1, 2):
            small = picture("Bag", colour, 2 * number + view).resize((64, 80))
            (images / f"{sku}-{view}.jpg").write_bytes(encoded(small))
        found.append({"sku": sku, "name": f"{colour} {sku}", "category": "Bags", "price": "20"})
    write_table(delivery / "products.csv", found)
    return delivery


def write_table(path: Path, found: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, found[0])
        writer.writeheader()
        writer.writerows(found)
