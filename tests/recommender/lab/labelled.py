"""Drawn photographs with labels, in the layout of the real ones."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from recommender.lab.boxes import marked_boxes
from recommender.lab.datasets import split_of

COLOURS = {"Red": (190, 30, 30), "Blue": (40, 60, 180), "Black": (20, 20, 20)}
# Where the garment lies in a picture of 60 x 80: left, top, right, bottom.
OUTLINES = {"Shirts": (10, 15, 50, 65), "Jeans": (20, 5, 40, 75), "Caps": (10, 40, 50, 60)}
GROUPS = {"Shirts": "Topwear", "Jeans": "Bottomwear", "Caps": "Headwear"}
GARMENTS = {"hat": "Caps", "pants": "Jeans", "shirt": "Shirts"}
FIELDS = [
    "id",
    "gender",
    "masterCategory",
    "subCategory",
    "articleType",
    "baseColour",
    "season",
    "year",
    "usage",
    "productDisplayName",
]
PRODUCTS, REFERENCE, PHONE = 240, 24, 60
# Of the pictures in a training that takes seconds; neither side may be below 32.
SIZE = (40, 32)

Row = dict[str, str]


def draw(kind: str, colour: str, seed: int, backdrop: int = 255) -> Image.Image:
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (60, 80), (backdrop,) * 3)
    box = [edge + int(random.integers(-4, 5)) for edge in OUTLINES[kind]]
    shade = tuple(int(part + random.integers(-15, 16)) for part in COLOURS[colour])
    ImageDraw.Draw(picture).rectangle(box, fill=shade)
    return picture


def jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def product(number: int, **changes: str) -> Row:
    kind = list(OUTLINES)[number % 3]
    colour = list(COLOURS)[number // 3 % 3]
    return dict.fromkeys(FIELDS, "") | {
        "id": str(1000 + number),
        "gender": "Men" if number % 2 else "Women",
        "subCategory": GROUPS[kind],
        "articleType": kind,
        "baseColour": colour,
        "productDisplayName": f"Maker {number} {colour} {kind}",
        **changes,
    }


def names(split: str) -> Iterator[str]:
    """Product names that belong to that split."""
    number = 0
    while True:
        number += 1
        if split_of(name := f"Garment {number}") == split:
            yield name


def studio_photograph(row: Row) -> bytes:
    """The photograph of a product that `product` made; what it lacks counts as the first of all."""
    kind = row["articleType"] if row["articleType"] in OUTLINES else "Shirts"
    colour = row["baseColour"] if row["baseColour"] in COLOURS else "Red"
    number = "".join(filter(str.isdigit, row["id"]))
    return jpeg(draw(kind, colour, int(number)))


def phone_photographs() -> dict[str, bytes]:
    """By their place in the zip: a fifth each for choosing and testing, the rest for training,
    some of which have names of photographs that boxes were marked on.
    """
    found = {}
    marked = {garment: _marked(f"train/{garment}/") for garment in GARMENTS}
    for n in range(PHONE):
        split = "test" if n % 5 == 0 else "validation" if n % 5 == 1 else "train"
        garment = list(GARMENTS)[n % 3]
        name = f"{split}/{garment}/{n}.jpg"
        if split == "train" and n % 2 and marked[garment]:
            name = marked[garment].pop()
        found[name] = jpeg(draw(GARMENTS[garment], "Blue", n, 120))
    return found


def originals() -> dict[str, bytes]:
    """Two of each garment under names of photographs that boxes were marked on, at full size."""
    found = {}
    for garment, kind in GARMENTS.items():
        for n, name in enumerate(_marked(f"{garment}/")[:2]):
            found[name] = jpeg(draw(kind, "Blue", n, 120).resize((300, 400)))
    return found


def _marked(folder: str) -> list[str]:
    return [name for name in marked_boxes() if name.startswith(folder)]


def write_zip(file: Path, content: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def write_products(folder: Path, rows: Sequence[Row], without_picture: Sequence[str] = ()) -> None:
    """`styles.csv` and `images.zip`."""
    folder.mkdir(parents=True)
    with (folder / "styles.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    pictured = [row for row in rows if row["id"] not in without_picture]
    write_zip(
        folder / "images.zip", {f"{row['id']}.jpg": studio_photograph(row) for row in pictured}
    )


def write_data(
    folder: Path,
    rows: Sequence[Row],
    phones: Mapping[str, bytes] | None = None,
    reference: Sequence[Row] = (),
    without_picture: Sequence[str] = (),
    drawn: Sequence[Row] = (),
) -> Path:
    """What `--data` names."""
    write_products(folder / "fashion-products", rows, without_picture)
    (folder / "clothing-cc0").mkdir()
    write_zip(
        folder / "clothing-cc0" / "images.zip", phone_photographs() if phones is None else phones
    )
    write_zip(folder / "clothing-cc0" / "originals-100.zip", originals())
    if reference:
        write_reference(folder / "resnet50-imagenet-reference", reference)
    if drawn:
        write_products(folder / "drawn", drawn)
    return folder


def write_reference(folder: Path, rows: Sequence[Row]) -> None:
    """Products, and vectors of them that know nothing."""
    write_products(folder, rows)
    vectors = np.random.default_rng(0).random((len(rows), 2048), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.savez(folder / "vectors.npz", ids=np.array([row["id"] for row in rows]), vectors=vectors)
