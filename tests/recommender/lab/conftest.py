"""A small folder of labelled photographs in the real layout, drawn."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recommender.lab.datasets import Splits, read_splits, subset

COLOURS = {"Red": (190, 30, 30), "Blue": (40, 60, 180), "Black": (20, 20, 20)}
# Where the garment lies in a picture of 60 x 80: left, top, right, bottom.
OUTLINES = {"Shirts": (10, 15, 50, 65), "Jeans": (20, 5, 40, 75), "Caps": (10, 40, 50, 60)}
GROUPS = {"Shirts": "Topwear", "Jeans": "Bottomwear", "Caps": "Headwear"}
FIELDS = [
    "id",
    "gender",
    "masterCategory",
    "subCategory",
    "articleType",
    "baseColour",
    "productDisplayName",
]
PRODUCTS, REFERENCE = 240, 24
PHONE_CLASSES = ("hat", "pants", "shirt")
# Of the pictures in a training that takes seconds.
SIZE = (32, 32)


def draw(kind: str, colour: str, seed: int, backdrop: int = 255) -> bytes:
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (60, 80), (backdrop,) * 3)
    box = [edge + int(random.integers(-4, 5)) for edge in OUTLINES[kind]]
    shade = tuple(int(part + random.integers(-15, 16)) for part in COLOURS[colour])
    ImageDraw.Draw(picture).rectangle(box, fill=shade)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def product(number: int) -> dict[str, str]:
    kind = list(OUTLINES)[number % 3]
    colour = list(COLOURS)[number // 3 % 3]
    gender = "Men" if number % 2 else "Women"
    return {
        "id": str(1000 + number),
        "gender": gender,
        "masterCategory": "Apparel",
        "subCategory": GROUPS[kind],
        "articleType": kind,
        "baseColour": colour,
        "productDisplayName": f"Maker {number} {colour} {kind}",
    }


def write_rows(file: Path, rows: list[dict[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, FIELDS)
        writer.writeheader()
        writer.writerows(rows)


def write_images(file: Path, images: Mapping[str, bytes]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in images.items():
            archive.writestr(name, content)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `--data` names: 240 products, 60 phone photographs, 24 reference products."""
    folder = tmp_path_factory.mktemp("data")
    rows = [product(n) for n in range(PRODUCTS)]
    pictures = {
        f"{row['id']}.jpg": draw(row["articleType"], row["baseColour"], n)
        for n, row in enumerate(rows)
    }
    write_rows(folder / "fashion-products" / "styles.csv", rows)
    write_images(folder / "fashion-products" / "images.zip", pictures)
    write_images(folder / "clothing-cc0" / "images.zip", phone_photographs())
    reference = folder / "resnet50-imagenet-reference"
    write_rows(reference / "styles.csv", rows[:REFERENCE])
    write_images(reference / "images.zip", dict(list(pictures.items())[:REFERENCE]))
    vectors = np.random.default_rng(0).random((REFERENCE, 2048), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.array([row["id"] for row in rows[:REFERENCE]])
    np.savez(reference / "vectors.npz", ids=ids, vectors=vectors)
    return folder


def phone_photographs() -> dict[str, bytes]:
    found = {}
    for n in range(60):
        split = "test" if n % 5 == 0 else "validation" if n % 5 == 1 else "train"
        garment = PHONE_CLASSES[n % 3]
        kind = {"hat": "Caps", "pants": "Jeans", "shirt": "Shirts"}[garment]
        found[f"{split}/{garment}/{n}.jpg"] = draw(kind, "Blue", n, backdrop=120)
    return found


@pytest.fixture(scope="session")
def keras() -> Iterator[ModuleType]:
    """Keras on TensorFlow, whose own warnings are not this project's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras

        yield keras


@pytest.fixture(scope="session")
def splits(data: Path) -> Splits:
    """A few of each kind: an epoch of four steps."""
    whole = read_splits(data)
    train = whole.train
    keep = np.zeros(len(train), bool)
    keep[np.flatnonzero(train.studio)[:40]] = True
    keep[np.flatnonzero(~train.studio)[:24]] = True
    return Splits(subset(train, keep), whole.validation, whole.test)


def plan(epochs: float = 2, **changes: Any) -> Any:
    """A training Plan of few steps."""
    from recommender.lab.training import Plan, Stage

    defaults = {"batch": 16, "peak": 0.05, "warmup_epochs": 0.5, "decay_epochs": 1.0}
    return Plan(stages=(Stage(SIZE, epochs, 0.3),), **defaults | changes)
