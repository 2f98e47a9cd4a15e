"""From photographs as they lie about to a catalogue that the other steps read, and an account.

A prepared catalogue is laid out as fashion-products is: ``styles.csv``, here with a column
``part``, and ``images.zip`` with ``<id>.jpg``, upright, sRGB and small.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from django.template import Context, Engine
from PIL import Image

from recommender.images import BadImage, open_picture

from ..datasets import ATTRIBUTES, split_of
from ..sheets import Tile, draw
from .sources import PARTS, TABLE, Photograph

# What an encoder sees is smaller than the one; of what is smaller than the other it sees nothing.
SIDE, LEAST_SIDE = 320, 32
QUALITY = 92
FIELDS = ("id", "productDisplayName", *ATTRIBUTES, "part")
SHOWN_OF_PART, PER_ROW = 12, 6
# An item's id stands before this in the ids of an index.
SEPARATOR = "|"


@dataclass(frozen=True)
class LeftOut:
    """A photograph that is not in the catalogue, and why, in a sentence."""

    id: str
    file: str
    reason: str


@dataclass
class Account:
    """What became of the photographs. Sizes are (width, height) in pixels as they came."""

    read: int = 0
    kept: int = 0
    products: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    classes: dict[str, dict[str, int]] = field(default_factory=dict)
    smallest: tuple[int, int] = (0, 0)
    median: tuple[int, int] = (0, 0)
    largest: tuple[int, int] = (0, 0)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True)
class _Kept:
    photograph: Photograph
    part: str
    size: tuple[int, int]


def prepare(
    photographs: Iterable[Photograph], folder: Path, done: Callable[[int], None] = lambda n: None
) -> Account:
    """Write the catalogue and its account into a new ``folder``; ``done`` is told each one.

    What cannot be used is left out and named in the account. Raises ``FileExistsError`` where the
    folder holds a catalogue already.
    """
    if (folder / TABLE).exists():
        raise FileExistsError(f"{folder} holds a catalogue already: name another, or delete it.")
    folder.mkdir(parents=True, exist_ok=True)
    account, kept = Account(), []
    sample = _Sample()
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for photograph, found in _sifted(photographs):
            account.read += 1
            if isinstance(found, str):
                out = LeftOut(photograph.id, str(photograph.file), found)
                account.left_out.append(out)
            else:
                one, picture = found
                archive.writestr(f"{photograph.id}.jpg", _jpeg(picture))
                sample.add(one, picture)
                kept.append(one)
            done(1)
    _sum_up(account, kept)
    _write_table(kept, folder / TABLE)
    _write_account(account, sample, folder)
    return account


def _sifted(
    photographs: Iterable[Photograph],
) -> Iterator[tuple[Photograph, str | tuple[_Kept, Image.Image]]]:
    """Each photograph with what is kept of it, or with the reason why nothing is."""
    parts: dict[str, str] = {}
    pixels: dict[bytes, str] = {}
    ids: set[str] = set()
    for photograph in photographs:
        try:
            if photograph.id in ids or not photograph.id or SEPARATOR in photograph.id:
                raise BadImage(f"Its id {photograph.id!r} is taken, empty or holds a bar.")
            picture = open_picture(photograph.file)
            size = picture.size
            if min(size) < LEAST_SIDE:
                raise BadImage(f"It has {size[0]}x{size[1]} pixels: {LEAST_SIDE} are the least.")
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            digest = hashlib.sha256(picture.tobytes()).digest()
            if digest in pixels:
                raise BadImage(f"It is the same picture as {pixels[digest]}.")
            part = photograph.part or split_of(photograph.product)
            if parts.setdefault(photograph.product, part) != part:
                raise BadImage(f"Its product is in {parts[photograph.product]} already.")
        except BadImage as bad:
            yield photograph, str(bad)
        except OSError as error:
            yield photograph, f"The file cannot be read: {error.strerror or error}."
        else:
            ids.add(photograph.id)
            pixels[digest] = photograph.id
            yield photograph, (_Kept(photograph, part, size), picture)


class _Sample:
    """The first few photographs of each part, to look at."""

    def __init__(self) -> None:
        self.tiles: dict[str, list[Tile]] = {}

    def add(self, one: _Kept, picture: Image.Image) -> None:
        tiles = self.tiles.setdefault(one.part, [])
        if len(tiles) < SHOWN_OF_PART:
            caption = ", ".join(one.photograph.labels.values()) or one.photograph.id
            tiles.append(Tile(np.asarray(picture), caption))

    @property
    def sheets(self) -> dict[str, list[list[Tile]]]:
        """The rows of each part."""
        return {
            part: [tiles[n : n + PER_ROW] for n in range(0, len(tiles), PER_ROW)]
            for part in PARTS
            if (tiles := self.tiles.get(part, []))
        }


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _sum_up(account: Account, kept: list[_Kept]) -> None:
    account.kept = len(kept)
    account.products = len({one.photograph.product for one in kept})
    counts = Counter(one.part for one in kept)
    account.parts = {part: counts[part] for part in PARTS}
    for attribute in ATTRIBUTES:
        labels = (one.photograph.labels.get(attribute) for one in kept)
        known = Counter(label for label in labels if label)
        if known:
            account.classes[attribute] = dict(known.most_common())
    if kept:
        sizes = sorted((one.size for one in kept), key=lambda size: size[0] * size[1])
        account.smallest, account.largest = sizes[0], sizes[-1]
        account.median = sizes[len(sizes) // 2]


def _write_table(kept: list[_Kept], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS, restval="")
        table.writeheader()
        for one in kept:
            what = {"id": one.photograph.id, "productDisplayName": one.photograph.product}
            table.writerow({**one.photograph.labels, **what, "part": one.part})


def _write_account(account: Account, sample: _Sample, folder: Path) -> None:
    (folder / "account.json").write_text(json.dumps(asdict(account), indent=1), encoding="utf-8")
    sheets = sample.sheets
    draw([row for rows in sheets.values() for row in rows], folder / "account.png")
    engine = Engine(dirs=[str(Path(__file__).parent), str(Path(__file__).parents[1])])
    page = engine.get_template("account.html").render(
        Context({"account": account, "sheets": sheets, "folder": folder.name})
    )
    (folder / "account.html").write_text(page, encoding="utf-8")
