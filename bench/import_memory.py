"""What an import takes at most of memory, of files that ask for far more.

All are plain files of kinds that readers of tables, archives and pictures find dear; each is
imported by a worker's process of its own. Tests import the same ones, made small.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench import Figure
from bench.serving import PROJECT

MB = 10**6
HEADER = "sku,name,category,price"
LIMIT_S = 900
GOAL = "<= 300"


def figures(folder: Path) -> dict[str, Figure]:
    """The peak of the process that took most. Raises RuntimeError where one did not settle."""
    plain = _imported(_one_row, folder)
    peaks = {name: _imported(make, folder)["peak_mb"] for name, make in SHAPES.items()}
    dearest = max(peaks, key=lambda name: peaks[name])
    against = f"{len(peaks)} files that ask for much, the dearest: {dearest}; one row: "
    return {
        "import_peak_mb": Figure(peaks[dearest], "MB", GOAL, f"{against}{plain['peak_mb']:.0f} MB")
    }


def _imported(make: Shape, folder: Path) -> dict[str, Any]:
    """How a process of its own ended that imported such files."""
    paths = [folder / "list.csv", folder / "photos.zip"]
    make(folder, 1.0)
    ran = subprocess.run(
        [sys.executable, "-m", "bench.import_process", *(str(p) for p in paths if p.exists())],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        timeout=LIMIT_S,
        check=True,
    )
    for path in paths:
        path.unlink(missing_ok=True)
    ended: dict[str, Any] = json.loads(ran.stdout)
    if ended["state"] not in ("done", "failed"):
        raise RuntimeError(f"{make.__name__} did not settle: {ended}")
    return ended


# The files. Each maker writes list.csv, photos.zip or both; a `size` of 1 is the whole of it.

Shape = Callable[[Path, float], None]


def _one_row(folder: Path, size: float) -> None:
    _write(folder, ["A1,Shirt,Shirts,10"])


def _write(folder: Path, lines: Iterable[str], header: str = HEADER) -> None:
    """A table, and a photograph of A1."""
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as table:
        table.writelines(f"{line}\n" for line in (header, *lines))
    _pack(folder, {"A1.jpg": _photograph()})


def _photograph() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (200, 200), "tan").save(file, "JPEG")
    return file.getvalue()


def _pack(folder: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def _pack_one(folder: Path, name: str, pieces: Iterable[bytes], method: int) -> None:
    """An archive with one file that is packed piece by piece, and a table that names A1."""
    _one_row(folder, 1.0)
    with (
        zipfile.ZipFile(folder / "photos.zip", "w", method) as archive,
        archive.open(name, "w") as file,
    ):
        for piece in pieces:
            file.write(piece)


def _empty_lines(folder: Path, size: float) -> None:
    _write(folder, ["\n" * int(20 * MB * size)])


def _many_rows(folder: Path, size: float) -> None:
    _write(folder, (f"S{n},{_LONG} {n},Shirts,10" for n in range(int(200_000 * size))))


# As Python holds it, four bytes a letter.
_LONG = "\N{DRESS}" * 50


def _too_many_rows(folder: Path, size: float) -> None:
    _write(folder, (f"S{n},S,S,1" for n in range(int(4_000_000 * size))))


def _one_line(folder: Path, size: float) -> None:
    _write(folder, ["\N{DRESS}" * int(15 * MB * size)])


def _many_columns(folder: Path, size: float) -> None:
    _write(folder, [], ",".join(f"{n:x}" for n in range(int(120_000 * size))))


def _long_cells(folder: Path, size: float) -> None:
    cell = "\N{DRESS}" * int(131_000 * size)
    _write(folder, (f"A{n},{cell},{cell},{cell}" for n in range(40)))


def _open_quote(folder: Path, size: float) -> None:
    _write(folder, ['A1,"Shirt', *("A2,Shirt,Shirts,10" for _ in range(int(3 * MB * size)))])


def _many_sizes(folder: Path, size: float) -> None:
    sizes = "|".join(map(str, range(int(12_000 * size))))
    _write(folder, (f"A{n},A,C,1,{sizes}" for n in range(1, 20)), f"{HEADER},sizes")


def _many_rows_of_one_style(folder: Path, size: float) -> None:
    _write_by_size(folder, (f"N{n},A,C,1,Lido,{n}" for n in range(int(200_000 * size))))


def _wide_rows_of_one_style(folder: Path, size: float) -> None:
    columns = "".join(f",attr:{n}" for n in range(130))
    rows = (f"N{n},A,C,1,Lido,{n}{',x' * 130}" for n in range(int(200_000 * size)))
    _write_by_size(folder, rows, columns)


def _long_rows_of_one_style(folder: Path, size: float) -> None:
    cell = "\N{DRESS}" * int(16_000 * size)
    rows = (f"N{n},A,C,1,Lido,{n},{cell}" for n in range(990))
    _write_by_size(folder, rows, ",description")


def _write_by_size(folder: Path, rows: Iterable[str], columns: str = "") -> None:
    _write(folder, rows, f"{HEADER},style,size{columns}")


def _long_skus(folder: Path, size: float) -> None:
    long = "x" * int(62_000 * size)
    _write(folder, (f"{n}{long}\N{DRESS},S,C,1" for n in range(1_030)))


def _many_skus(folder: Path, size: float) -> None:
    """Each is remembered, and its row refused before anything is looked for."""
    rows = (f"{n}{_LONG[:48]},S,C,1,A1.jpg,S|S" for n in range(int(200_000 * size)))
    _write(folder, rows, f"{HEADER},photographs,sizes")


def _wide_names(folder: Path, size: float) -> None:
    """Of letters that make Python hold all of a name in four bytes each."""
    _one_row(folder, size)
    names = (f"{n}\N{DRESS}{'-' * 104}.jpg" for n in range(int(99_000 * size)))
    _pack(folder, dict.fromkeys(names, b""))


def _long_names(folder: Path, size: float) -> None:
    _one_row(folder, size)
    # As long as a directory may be.
    names = (f"{n}{'-' * 110}.jpg" for n in range(int(100_000 * size)))
    _pack(folder, dict.fromkeys(names, b""))


def _many_files(folder: Path, size: float) -> None:
    _one_row(folder, size)
    _pack(folder, {f"hat/{n}.jpg": b"" for n in range(int(200_000 * size))})


def _dashes(folder: Path, size: float) -> None:
    _one_row(folder, size)
    _pack(folder, {f"{'-' * 60_000}{n}.jpg": b"" for n in range(int(20 * size) + 1)})


def _zeros(size: float) -> Iterator[bytes]:
    return (bytes(MB) for _ in range(int(300 * size)))


def _deflated_zeros(folder: Path, size: float) -> None:
    _pack_one(folder, "A1.jpg", _zeros(size), zipfile.ZIP_DEFLATED)


def _deflated_noise(folder: Path, size: float) -> None:
    """It unpacks to fewer than 200 times what it holds."""
    noise = np.random.default_rng(1).bytes(MB // 100)
    pieces = (noise + piece for piece in _zeros(size))
    _pack_one(folder, "A1.jpg", pieces, zipfile.ZIP_DEFLATED)


def _bzip2(folder: Path, size: float) -> None:
    _pack_one(folder, "A1.jpg", _zeros(size), zipfile.ZIP_BZIP2)


def _lzma(folder: Path, size: float) -> None:
    _pack_one(folder, "A1.jpg", _zeros(size), zipfile.ZIP_LZMA)


def _packed_table(folder: Path, size: float) -> None:
    noise = np.random.default_rng(1).bytes(MB // 200).hex().encode()
    pieces = (b"\n" * MB + noise for _ in range(int(64 * size)))
    _pack_one(folder, "list.csv", pieces, zipfile.ZIP_DEFLATED)
    (folder / "list.csv").unlink()


def _large_photographs(folder: Path, size: float) -> None:
    """As many as a product may have, of as many bytes as a photograph may have."""
    side = int(3_300 * size**0.5)
    noise = np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG", quality=95, subsampling="4:4:4")
    _one_row(folder, size)
    # What follows the end of a JPEG is no part of the picture.
    _pack(folder, {f"A1-{n}.jpg": file.getvalue() + bytes([n]) for n in range(24)})


SHAPES: dict[str, Shape] = {
    "empty lines": _empty_lines,
    "many rows": _many_rows,
    "too many rows": _too_many_rows,
    "one line": _one_line,
    "many columns": _many_columns,
    "long cells": _long_cells,
    "an open quote": _open_quote,
    "many sizes": _many_sizes,
    "many rows of one style": _many_rows_of_one_style,
    "wide rows of one style": _wide_rows_of_one_style,
    "long rows of one style": _long_rows_of_one_style,
    "long SKUs": _long_skus,
    "many SKUs": _many_skus,
    "long names": _long_names,
    "wide names": _wide_names,
    "many files": _many_files,
    "names of dashes": _dashes,
    "deflated zeros": _deflated_zeros,
    "deflated noise": _deflated_noise,
    "bzip2": _bzip2,
    "LZMA": _lzma,
    "a packed table": _packed_table,
    "large photographs": _large_photographs,
}
