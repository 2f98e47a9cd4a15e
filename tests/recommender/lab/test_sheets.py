"""Contact sheets as one picture."""

from pathlib import Path

import numpy as np
from PIL import Image

from recommender.lab import sheets
from recommender.lab.sheets import Tile

GREY, BLUE = np.full((28, 28), 90, np.uint8), np.full((80, 60, 3), (0, 0, 255), np.uint8)


def test_a_sheet_shows_every_tile_and_what_agrees(tmp_path: Path):
    rows = [[Tile(GREY, "asked"), Tile(BLUE, "right", ["kind"])], [Tile(BLUE, "alone")]]
    sheets.draw(rows, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        step = sheets.SIDE + sheets.GAP
        middle = sheets.GAP + sheets.SIDE // 2
        assert sheet.getpixel((middle, middle)) == (90, 90, 90)
        assert sheet.getpixel((middle + step, middle)) == (0, 0, 255)
        assert sheet.getpixel((middle, middle + step + sheets.LINE)) == (0, 0, 255)
        # Below the tile that agrees, and only below it.
        foot = sheets.GAP + sheets.SIDE - 2
        assert sheet.getpixel((middle + step, foot)) == (0x17, 0x65, 0x2F)
        assert sheet.getpixel((middle, foot)) == (90, 90, 90)


def test_nothing_to_show_is_an_empty_sheet(tmp_path: Path):
    sheets.draw([], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert len(sheet.getcolors() or ()) == 1
