"""The sums of drawn pixels, by which the same seed is known to draw the same.

`python -m tests.drawings.pixels` draws the pictures that `pixels.json` names and writes their sums
anew: after a change that means to alter pictures, or with another release of Pillow. It names none
whose sum differs where NumPy has fewer of the processor's instructions
(NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL").
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from drawings.catalogue import DemoProduct, draw_catalogue, largest_count
from drawings.dataset import write_dataset

SUMS = Path(__file__).with_name("pixels.json")
# As `draw_dataset` draws by default, but for the number of products.
DATASET_SEED, DATASET_COUNT = 101, 2


def written() -> dict[str, dict[str, str]]:
    """The sums in the file: of `<sku>/<angle>` in the catalogue, of file names in the data set."""
    sums: dict[str, dict[str, str]] = json.loads(SUMS.read_text(encoding="utf-8"))
    return sums


def products(seed: int = 7) -> dict[str, DemoProduct]:
    """Every product by its SKU; 7 is the demo's seed."""
    return {product.sku: product for product in draw_catalogue(seed, largest_count())}


def catalogue_sums(drawn: dict[str, DemoProduct], names: Iterable[str]) -> dict[str, str]:
    """The sums of the pictures `<sku>/<angle>`."""
    return {name: _sum(_picture(drawn, *name.split("/"))) for name in names}


def dataset_sums(folder: Path) -> dict[str, str]:
    """The sums of a small data set's pictures, written into an empty folder."""
    write_dataset(draw_catalogue(DATASET_SEED, DATASET_COUNT), folder, drawers=0)
    with zipfile.ZipFile(folder / "images.zip") as archive:
        return {name: _sum(archive.read(name)) for name in archive.namelist()}


def _picture(drawn: dict[str, DemoProduct], sku: str, angle: str) -> bytes:
    return next(picture for picture in drawn[sku].pictures if picture.angle == angle)()


def _sum(content: bytes) -> str:
    with Image.open(io.BytesIO(content)) as picture:
        size = f"{picture.width}x{picture.height} "
        return size + hashlib.sha256(picture.convert("RGB").tobytes()).hexdigest()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sums = {
            "catalogue": catalogue_sums(products(), written()["catalogue"]),
            "dataset": dataset_sums(Path(folder)),
        }
    SUMS.write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")
