"""The same seed draws the same pixels: those whose sums are written down.

The sums are those of the pinned Pillow and of the NumPy beside it; another release may round or
decode otherwise. `python -m tests.drawings.pixels` writes them anew. Look at the pictures first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drawings.catalogue import DemoProduct, style_of
from tests.drawings import pixels

SAMPLE = pixels.written()["catalogue"]
SHELVES = sorted({name.partition("-")[0] for name in SAMPLE})


@pytest.fixture(scope="module")
def drawn() -> dict[str, DemoProduct]:
    return pixels.products()


@pytest.mark.slow
@pytest.mark.parametrize("shelf", SHELVES)
def test_the_same_seed_draws_the_same_pixels(shelf: str, drawn: dict[str, DemoProduct]) -> None:
    expected = {name: known for name, known in SAMPLE.items() if name.startswith(f"{shelf}-")}
    assert pixels.catalogue_sums(drawn, expected) == expected


@pytest.mark.slow
def test_a_data_set_has_the_same_pixels(tmp_path: Path) -> None:
    assert pixels.dataset_sums(tmp_path) == pixels.written()["dataset"]


@pytest.mark.slow
def test_another_seed_another_way_and_another_angle_have_other_pixels(
    drawn: dict[str, DemoProduct],
) -> None:
    known = SAMPLE["TSH-BRE-01/front"]
    reseeded = pixels.catalogue_sums(pixels.products(seed=8), ["TSH-BRE-01/front"])
    others = pixels.catalogue_sums(drawn, ["TSH-BRE-02/front", "TSH-BRE-01/back"])
    assert len({known, *reseeded.values(), *others.values()}) == 4


def test_the_sample_shows_every_kind_every_model_and_every_drawer_from_all_sides(
    drawn: dict[str, DemoProduct],
) -> None:
    every = {(sku, angle) for sku in drawn for angle in ("front", "back", "detail")}
    sample = {tuple(name.split("/")) for name in SAMPLE}
    assert _shown(sample) == _shown(every)


def _shown(pictures: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    shown: set[tuple[str, ...]] = set()
    for sku, angle in pictures:
        category, code, _ = sku.split("-")
        style = style_of(category, code)
        model = getattr(style.garment, "model", "")
        shown |= {(style.kind,), (style.drawer, model), (style.drawer, "from", angle)}
    return shown
