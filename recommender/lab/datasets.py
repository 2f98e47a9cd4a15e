"""Labelled photographs in memory, read in place from the zip files of the test material.

A split is decided by the product's name, never by its id: two ids can share one name, and a
twin of a training product in the test split would flatter every figure.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

MISSING = -1
ATTRIBUTES = ("articleType", "baseColour", "subCategory", "gender")
LOOK = ("articleType", "baseColour", "gender")
TEST_SHARE, VALIDATION_SHARE = 0.10, 0.05
# Phone photographs are decoded to this long side: ample for every training size.
CLOTHING_SIDE = 224

# What of the studio's article types a person who photographed a garment would accept as its kind.
# It ties the studio photographs to the ones on floors, beds and hangers.
ARTICLES_OF_GARMENT = {
    # Laid flat, a nightdress and a tunic are short dresses.
    "dress": ("Dresses", "Nightdress", "Tunics"),
    "hat": ("Caps", "Hat"),
    # Jumpers, hoodies and jersey tops; hardly one of the studio's T-shirts has long sleeves.
    "longsleeve": ("Sweaters", "Sweatshirts", "Tops"),
    # Padded and knitted waistcoats are among the phone photographs of it.
    "outwear": ("Jackets", "Blazers", "Nehru Jackets", "Rain Jacket", "Waistcoat"),
    # Whatever has two long legs.
    "pants": (
        "Jeans",
        "Trousers",
        "Track Pants",
        "Leggings",
        "Jeggings",
        "Capris",
        "Lounge Pants",
        "Tights",
    ),
    "shirt": ("Shirts",),
    # The phone photographs show sandals, mules and slippers too.
    "shoes": (
        "Casual Shoes",
        "Sports Shoes",
        "Formal Shoes",
        "Booties",
        "Flats",
        "Heels",
        "Sandals",
        "Sports Sandals",
        "Flip Flops",
    ),
    "shorts": ("Shorts", "Lounge Shorts"),
    "skirt": ("Skirts",),
    # What the studio calls tops of jersey is mostly T-shirts for women.
    "t-shirt": ("Tshirts", "Lounge Tshirts", "Tops"),
}


@dataclass(frozen=True)
class Examples:
    """Photographs with their labels.

    ``pictures``: uint8 arrays (height, width, 3). ``labels``: for each attribute int32 (n,),
    MISSING where the source does not say. ``classes``: for each attribute the label's names.
    ``studio``: bool (n,), true where the background is plain white.
    """

    ids: list[str]
    pictures: list[np.ndarray]
    labels: dict[str, np.ndarray]
    classes: dict[str, list[str]]
    studio: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Splits:
    train: Examples
    validation: Examples
    test: Examples


@dataclass(frozen=True)
class _Record:
    id: str
    archive: Path
    member: str
    labels: dict[str, str]
    studio: bool


def read_splits(data: Path) -> Splits:
    """Read ``fashion-products`` and ``clothing-cc0`` below ``data`` into one set of splits.

    ``drawn``, where it is there, is learnt from and not measured on, and only in classes that
    photographs have.
    """
    reserved = _names(data / "resnet50-imagenet-reference" / "styles.csv")
    parts: dict[str, list[_Record]] = {"train": [], "validation": [], "test": []}
    for split, record in _products(data / "fashion-products", reserved):
        parts[split].append(record)
    for split, record in _clothing(data / "clothing-cc0" / "images.zip"):
        parts[split].append(record)
    classes = _classes(parts["train"])
    if (drawn := data / "drawn").exists():
        parts["train"] += [record for split, record in _products(drawn) if split == "train"]
    return Splits(*(_load(parts[split], classes) for split in ("train", "validation", "test")))


def read_reference(folder: Path) -> tuple[Examples, np.ndarray]:
    """The 300 reference products and their ImageNet vectors, float32 (300, 2048).

    A product that the folder's ``styles.csv`` does not describe has no labels.
    """
    stored = np.load(folder / "vectors.npz")
    rows = {row["id"]: row for row in read_rows(folder / "styles.csv")}
    ids = [str(identifier) for identifier in stored["ids"]]
    described = {i: _attributes(rows[i]) if i in rows else {} for i in ids}
    archive = folder / "images.zip"
    records = [_Record(i, archive, f"{i}.jpg", described[i], True) for i in ids]
    return _load(records, _classes(records)), np.asarray(stored["vectors"], np.float32)


def read_catalogue(folder: Path) -> Splits:
    """The parts of a folder as ``manage.py prepare`` writes it, all in the same classes."""
    found = list(_products(folder))
    classes = _classes([record for _, record in found])
    parts = ("train", "validation", "test")
    return Splits(*(_load([one for part, one in found if part == of], classes) for of in parts))


def read_products(folder: Path, part: str = "") -> Examples:
    """The products in a folder of ``manage.py draw_dataset`` or ``prepare``: all, or of a part."""
    records = [record for of, record in _products(folder) if part in ("", of)]
    return _load(records, _classes(records))


def read_originals(archive: Path) -> Examples:
    """The phone photographs of a zip with one folder for each garment, at their full size."""
    records = [
        _Record(member, archive, member, {"garment": member.split("/")[0]}, False)
        for member in _photographs(archive)
    ]
    return _load(records, _classes(records), side=None)


def subset(examples: Examples, keep: np.ndarray) -> Examples:
    """The photographs where ``keep`` (bool, (n,)) is true."""
    rows = np.flatnonzero(keep)
    return Examples(
        ids=[examples.ids[n] for n in rows],
        pictures=[examples.pictures[n] for n in rows],
        labels={a: labels[rows] for a, labels in examples.labels.items()},
        classes=examples.classes,
        studio=examples.studio[rows],
    )


def described(examples: Examples) -> list[str]:
    """Those of ``ATTRIBUTES`` that some of the photographs have."""
    return [a for a in ATTRIBUTES if a in examples.labels and (examples.labels[a] >= 0).any()]


def caption(examples: Examples, row: int) -> str:
    """What is known of a photograph."""
    return ", ".join(
        examples.classes[attribute][examples.labels[attribute][row]]
        for attribute in described(examples)
        if examples.labels[attribute][row] >= 0
    )


def split_of(name: str) -> str:
    """'train', 'validation' or 'test', always the same for one product name."""
    digest = hashlib.sha1(_key(name).encode(), usedforsecurity=False).digest()
    place = int.from_bytes(digest[:4], "big") / 2**32
    if place < TEST_SHARE:
        return "test"
    return "validation" if place < TEST_SHARE + VALIDATION_SHARE else "train"


def _products(folder: Path, reserved: Collection[str] = ()) -> Iterable[tuple[str, _Record]]:
    archive = folder / "images.zip"
    with zipfile.ZipFile(archive) as images:
        present = set(images.namelist())
    for row in read_rows(folder / "styles.csv"):
        member, name = f"{row['id']}.jpg", row["productDisplayName"]
        split = row.get("part") or split_of(name)
        known_elsewhere = split != "test" and _key(name) in reserved
        if member in present and not known_elsewhere:
            yield split, _Record(row["id"], archive, member, _attributes(row), True)


def _clothing(archive: Path) -> Iterable[tuple[str, _Record]]:
    for member in _photographs(archive):
        split, garment, _ = member.split("/")
        yield split, _Record(member, archive, member, {"garment": garment}, False)


def _photographs(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as images:
        return sorted(name for name in images.namelist() if name.endswith(".jpg"))


def _attributes(row: dict[str, str]) -> dict[str, str]:
    labels = {attribute: row[attribute] for attribute in ATTRIBUTES if row[attribute]}
    # Products that agree in all three are each other's best neighbours.
    if all(a in labels for a in LOOK):
        labels["look"] = "|".join(labels[a] for a in LOOK)
    return labels


def _classes(records: Sequence[_Record], least: int = 10) -> dict[str, list[str]]:
    """The labels of each attribute; a ``look`` counts from ``least`` products on."""
    counts: dict[str, dict[str, int]] = {}
    for record in records:
        for attribute, label in record.labels.items():
            of_attribute = counts.setdefault(attribute, {})
            of_attribute[label] = of_attribute.get(label, 0) + 1
    return {
        attribute: sorted(label for label, n in found.items() if attribute != "look" or n >= least)
        for attribute, found in sorted(counts.items())
    }


def _load(
    records: Sequence[_Record],
    classes: dict[str, list[str]],
    side: int | None = CLOTHING_SIDE,
) -> Examples:
    numbers = {a: {label: n for n, label in enumerate(names)} for a, names in classes.items()}
    labels = {
        attribute: np.array(
            [number.get(record.labels.get(attribute, ""), MISSING) for record in records], np.int32
        )
        for attribute, number in numbers.items()
    }
    return Examples(
        ids=[record.id for record in records],
        pictures=_pictures(records, side),
        labels=labels,
        classes=classes,
        studio=np.array([record.studio for record in records], bool),
    )


def _pictures(records: Sequence[_Record], side: int | None) -> list[np.ndarray]:
    archives = {path: zipfile.ZipFile(path) for path in {record.archive for record in records}}
    try:
        read: Callable[[_Record], bytes] = lambda r: archives[r.archive].read(r.member)  # noqa: E731
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(partial(_decode, side=side), map(read, records)))
    finally:
        for archive in archives.values():
            archive.close()


def _decode(content: bytes, side: int | None) -> np.ndarray:
    """RGB with at most that long side; None: as it is."""
    with Image.open(io.BytesIO(content)) as picture:
        if side is not None:
            picture.draft("RGB", (side, side))
        upright = picture.convert("RGB")
        if side is not None:
            upright.thumbnail((side, side), Image.Resampling.BICUBIC)
        return np.asarray(upright)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _names(path: Path) -> set[str]:
    return {_key(row["productDisplayName"]) for row in read_rows(path)} if path.exists() else set()


def _key(name: str) -> str:
    return " ".join(name.lower().split())
