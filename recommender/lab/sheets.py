"""Contact sheets: photographs in rows, for a page and as one picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

SIDE, GAP, LINE = 144, 12, 16
PAPER, INK, RIGHT = "#faf8f5", "#222222", "#17652f"
# Beside a sheet, the captions of a tile are cut to what fits below it.
LETTERS = 24


@dataclass(frozen=True)
class Tile:
    """One photograph of a contact sheet, and the attributes on which it agrees with the query.

    ``picture`` is uint8 (height, width, 3) or (height, width).
    """

    picture: np.ndarray
    caption: str
    agrees: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The photograph as a data URL."""
        buffer = io.BytesIO()
        Image.fromarray(self.picture).save(buffer, "JPEG", quality=85)
        return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


Row = Sequence[Tile]


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as one picture; what agrees has a green line below it."""
    columns = max(map(len, rows), default=1)
    cell = SIDE + GAP, SIDE + LINE + GAP
    size = columns * cell[0] + GAP, max(1, len(rows)) * cell[1] + GAP
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    for down, row in enumerate(rows):
        for right, tile in enumerate(row):
            _place(sheet, pen, tile, (GAP + right * cell[0], GAP + down * cell[1]))
    sheet.save(path)


def _place(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, tile: Tile, corner: tuple[int, int]
) -> None:
    left, top = corner
    photograph = Image.fromarray(tile.picture).convert("RGB")
    fitted = ImageOps.pad(photograph, (SIDE, SIDE), Image.Resampling.LANCZOS, "white")
    sheet.paste(fitted, corner)
    if tile.agrees:
        pen.rectangle((left, top + SIDE - 3, left + SIDE - 1, top + SIDE - 1), fill=RIGHT)
    pen.text((left, top + SIDE + 2), tile.caption[:LETTERS], fill=INK)
