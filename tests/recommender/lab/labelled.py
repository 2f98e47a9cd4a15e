"""A tiny folder of labelled photographs in the layout of the real one."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from recommender.lab.datasets import split_of

HEADER = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage"
COLUMNS = (*HEADER.split(","), "productDisplayName")
COLOURS = {"Red": (190, 40, 40), "Blue": (40, 60, 170)}
# Left, top, right and bottom in percent.
OUTLINES = {
    "Tshirts": (10, 15, 90, 70),
    "Jeans": (35, 5, 65, 95),
    "Handbags": (20, 50, 80, 85),
}
SUBCATEGORIES = {"Tshirts": "Topwear", "Jeans": "Bottomwear", "Handbags": "Bags"}
# Article type, colour and gender; each as often as a look needs to count.
LOOKS = (
    ("Tshirts", "Red", "Men"),
    ("Tshirts", "Blue", "Women"),
    ("Jeans", "Blue", "Men"),
    ("Handbags", "Red", "Women"),
)
PRODUCTS = {"train": 10, "validation": 3, "test": 4}
PHONE = {"train": 4, "validation": 2, "test": 2}
FLOOR = (150, 130, 100)
REFERENCE = 12

Row = dict[str, str]


def row(identifier: int, name: str, look: tuple[str, str, str] = LOOKS[0], **values: str) -> Row:
    """One line of ``styles.csv``."""
    kind, colour, gender = look
    known = {
        "id": str(identifier),
        "gender": gender,
        "subCategory": SUBCATEGORIES[kind],
        "articleType": kind,
        "baseColour": colour,
        "productDisplayName": name,
    }
    return dict.fromkeys(COLUMNS, "") | known | values


def picture(
    kind: str, colour: str, seed: int = 0, ground: tuple[int, int, int] = (255, 255, 255)
) -> Image.Image:
    """60x80 pixels: a garment's outline on a plain ground, a little different for every seed."""
    drawn = Image.new("RGB", (60, 80), ground)
    shift = np.random.default_rng(seed).integers(-4, 5, 4)
    edges = (np.array(OUTLINES[kind]) + shift) * (0.6, 0.8, 0.6, 0.8)
    ImageDraw.Draw(drawn).rectangle([round(edge) for edge in edges], fill=COLOURS[colour])
    return drawn


def jpeg(drawn: Image.Image) -> bytes:
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def names(split: str) -> Iterator[str]:
    """Product names that belong to that split."""
    number = 0
    while True:
        number += 1
        if split_of(name := f"Garment {number}") == split:
            yield name


def write_products(folder: Path, rows: Sequence[Row], without: Sequence[str] = ()) -> None:
    """``styles.csv`` and ``images.zip`` as ``fashion-products`` has them."""
    folder.mkdir(parents=True)
    with (folder / "styles.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    write_zip(
        folder / "images.zip",
        {f"{row['id']}.jpg": jpeg(_of(row)) for row in rows if row["id"] not in without},
    )


def _of(row: Row) -> Image.Image:
    kind, colour = row["articleType"] or "Tshirts", row["baseColour"] or "Red"
    return picture(kind, colour, int(row["id"]))


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def write_clothing(path: Path, count: Mapping[str, int] = PHONE) -> None:
    """``images.zip`` as ``clothing-cc0`` has it: SPLIT/GARMENT/NAME.jpg."""
    files = {}
    for split, number in count.items():
        for seed in range(number):
            for garment, kind in (("t-shirt", "Tshirts"), ("pants", "Jeans")):
                drawn = picture(kind, "Blue", seed, FLOOR).resize((180, 240))
                files[f"{split}/{garment}/{seed}.jpg"] = jpeg(drawn)
    write_zip(path, files)


def write_reference(folder: Path, rows: Sequence[Row]) -> None:
    """``resnet50-imagenet-reference``: products and what another encoder made of them."""
    write_products(folder, rows)
    vectors = np.random.default_rng(0).random((len(rows), 2048), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.array([row["id"] for row in rows])
    np.savez(folder / "vectors.npz", ids=ids, vectors=vectors)


def write_data(folder: Path) -> Path:
    """The whole folder: enough of everything to train a few steps and to evaluate."""
    products = []
    for split, count in PRODUCTS.items():
        found = names(split)
        products += [(next(found), look) for look in LOOKS for _ in range(count)]
    rows = [row(number, *product) for number, product in enumerate(products, 1)]
    write_products(folder / "fashion-products", rows)
    write_clothing(folder / "clothing-cc0" / "images.zip")
    reference = [row(n, f"Elsewhere {n}", LOOKS[n % len(LOOKS)]) for n in range(REFERENCE)]
    write_reference(folder / "resnet50-imagenet-reference", reference)
    return folder
