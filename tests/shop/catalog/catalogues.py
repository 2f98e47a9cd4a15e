"""Catalogues to import, written by the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shop.catalog.imports import ImportRow
from tests.shop.catalog.shelves import jpeg

HEADER = "sku,name,category,price"


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def write_shop(folder: Path, text: str | bytes, files: Mapping[str, bytes] | None = None) -> Path:
    """A shop's own CSV file with a zip of photographs beside it; returns the CSV file."""
    table = folder / "products.csv"
    table.write_bytes(text if isinstance(text, bytes) else text.encode())
    write_zip(folder / "products.zip", files or {"A1.jpg": jpeg("red"), "A2.jpg": jpeg("blue")})
    return table


def write_kaggle(folder: Path, rows: str, ids: tuple[int, ...]) -> Path:
    """A folder as Kaggle ships it: styles.csv and images/."""
    header = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,"
    (folder / "styles.csv").write_text(f"{header}productDisplayName\n{rows}")
    (folder / "images").mkdir()
    for number in ids:
        (folder / "images" / f"{number}.jpg").write_bytes(jpeg(f"hsl({number % 360},50%,50%)"))
    return folder


def row(sku: str = "A1", *colours: str, **facts: Any) -> ImportRow:
    """One row with a photograph of each colour."""

    def reader(colour: str) -> Callable[[], bytes]:
        return lambda: jpeg(colour)

    values: dict[str, Any] = {
        "sku": sku,
        "name": "Linen shirt",
        "category": "Shirts",
        "gender": "women",
        "kind": "Shirt",
        "colours": ["White"],
        "season": "Summer",
        "usage": "Casual",
        "price_cents": 4990,
        "description": "Cool.",
        "sizes": ("S", "M"),
        "photographs": tuple(map(reader, colours or ("white",))),
        "line": 2,
    }
    return ImportRow(**(values | facts))
