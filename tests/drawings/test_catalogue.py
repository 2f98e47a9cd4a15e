"""The demo catalogue: what it holds, and that the same seed draws the same bytes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from django.utils.text import slugify
from PIL import Image

from drawings.catalogue import DemoProduct, draw_catalogue, largest_count
from drawings.fabrics import PATTERNS, WEAVES, Cloth
from drawings.palette import PALETTE, dye
from drawings.styles import Category, Group
from drawings.wardrobe import categories

KINDS_OF_GENDER = {"women", "men", "unisex"}
DRAWN_SKUS = ("TSH-BRE-01", "SHU-PUM-01", "JEW-DRP-01")


@pytest.fixture(scope="module")
def products() -> list[DemoProduct]:
    return list(draw_catalogue())


def _picture(product: DemoProduct, angle: str = "front") -> bytes:
    return next(picture for picture in product.pictures if picture.angle == angle)()


def _by_sku(products: list[DemoProduct], *skus: str) -> list[DemoProduct]:
    return [product for sku in skus for product in products if product.sku == sku]


def test_it_holds_a_shop_of_240_products_on_many_shelves(products: list[DemoProduct]) -> None:
    assert len(products) == 240
    assert len({product.category for product in products}) >= 12
    assert {product.gender for product in products} == KINDS_OF_GENDER


def test_every_shelf_has_a_name_a_slug_and_a_line() -> None:
    groups = {shelf.group for shelf in categories() if shelf.group}
    shelves: list[Category | Group] = [*categories(), *groups]
    assert len({shelf.slug for shelf in shelves}) == len(shelves)
    for shelf in shelves:
        assert shelf.slug == slugify(shelf.name)
        assert shelf.line.endswith(".")
        assert shelf.german.text.endswith(".")


def test_shelves_stand_in_few_groups_of_several() -> None:
    alone = [shelf for shelf in categories() if not shelf.group]
    grouped = Counter(shelf.group for shelf in categories() if shelf.group)
    # As many as fit beside one another on a page.
    assert len(alone) + len(grouped) <= 9
    assert min(grouped.values()) > 1


def test_skus_and_names_are_unique_however_many_there_are() -> None:
    everything = list(draw_catalogue(count=largest_count()))
    assert len({product.sku for product in everything}) == len(everything)
    assert len({slugify(product.name) for product in everything}) == len(everything)


def test_a_larger_catalogue_begins_with_the_smaller_one(products: list[DemoProduct]) -> None:
    larger = list(draw_catalogue(count=600))
    assert len(larger) == 600
    assert larger[:240] == products


def test_more_products_than_can_be_drawn_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        draw_catalogue(count=largest_count() + 1)
    with pytest.raises(ValueError, match="at most"):
        draw_catalogue(count=-1)


def test_the_palette_has_24_colours_of_their_own() -> None:
    assert len(PALETTE) == 24
    assert len({colour.hex for colour in PALETTE}) == len({colour.name for colour in PALETTE}) == 24


def test_facts_fit(products: list[DemoProduct]) -> None:
    colours = {colour.name for colour in PALETTE} | {"Gold"}
    for product in products:
        assert product.colour in colours
        assert product.season in {"Spring", "Summer", "Autumn", "Winter"}
        assert 1000 <= product.price_cents <= 50000
        assert len(product.sizes) == len(set(product.sizes)) >= 1
        assert product.description.endswith(".")
        assert 2 <= len(product.pictures) <= 3


def test_the_named_colour_is_the_one_in_the_picture(products: list[DemoProduct]) -> None:
    for product in _by_sku(products, "TSH-POC-01", "SKI-SSK-01", "KNI-CRW-02"):
        pixels = np.asarray(Image.open(BytesIO(_picture(product))))
        middle = np.median(pixels[560:700, 420:540].reshape(-1, 3), axis=0)
        away = np.abs(middle - np.asarray(dye(product.colour).rgb))
        assert away.max() < 30, (product.name, middle)


@pytest.mark.slow
def test_pictures_are_of_one_size_and_on_one_ground(products: list[DemoProduct]) -> None:
    for product in products[::48]:
        for picture in product.pictures:
            drawn = Image.open(BytesIO(picture()))
            assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (960, 1200))
        front = np.asarray(Image.open(BytesIO(_picture(product))))
        assert np.abs(front[:40, :40].mean(axis=(0, 1)) - (246, 243, 238)).max() < 3


@pytest.mark.slow
def test_the_same_seed_draws_the_same_bytes_in_another_process(
    products: list[DemoProduct],
) -> None:
    here = [hashlib.sha256(_picture(p)).hexdigest() for p in _by_sku(products, *DRAWN_SKUS)]
    there = subprocess.run(
        [sys.executable, "-c", _DIGESTS, *DRAWN_SKUS], capture_output=True, text=True, check=True
    )
    assert there.stdout.split() == here


_DIGESTS = """
import hashlib, sys
from drawings.catalogue import draw_catalogue
products = {product.sku: product for product in draw_catalogue()}
for sku in sys.argv[1:]:
    print(hashlib.sha256(products[sku].pictures[0]()).hexdigest())
"""


def test_another_seed_draws_other_bytes_of_the_same_product() -> None:
    first, other = next(draw_catalogue(seed=1)), next(draw_catalogue(seed=2))
    assert (first.sku, first.name) == (other.sku, other.name)
    assert _picture(first) != _picture(other)


@pytest.mark.slow
def test_what_is_alike_looks_alike(products: list[DemoProduct]) -> None:
    """By colour alone, two drawings of one style in like colours are nearer than of two styles."""
    tobacco, chocolate = dye("tobacco"), dye("chocolate")
    assert tobacco.family == chocolate.family
    alike = [_silhouette(p) for p in _by_sku(products, "BOO-CHE-01", "BOO-CHE-02")]
    others = [_silhouette(p) for p in _by_sku(products, "BOO-TAL-01", "BAG-CRO-01", "HAT-CAP-01")]
    within = _distance(*alike)
    between = [_distance(alike[0], other) for other in others]
    assert within < min(between) / 2


def test_a_colour_is_a_neighbour_whatever_the_style(products: list[DemoProduct]) -> None:
    by_sku = {
        p.sku: _histogram(p)
        for p in _by_sku(products, "TSH-BRE-01", "TSH-BRE-02", "TSH-POC-01", "DRE-SLI-01")
    }
    stripes = _distance(by_sku["TSH-BRE-01"], by_sku["TSH-BRE-02"])
    for other in ("TSH-POC-01", "DRE-SLI-01"):
        assert stripes < _distance(by_sku["TSH-BRE-01"], by_sku[other])


def _silhouette(product: DemoProduct) -> np.ndarray:
    small = Image.open(BytesIO(_picture(product))).convert("L").resize((24, 30))
    ground = np.asarray(small, np.float32) > 225
    return (~ground).astype(np.float32)


def _histogram(product: DemoProduct) -> np.ndarray:
    pixels = np.asarray(Image.open(BytesIO(_picture(product))).resize((96, 120))).reshape(-1, 3)
    cells = (pixels // 64).astype(int) @ (16, 4, 1)
    counts = np.bincount(cells, minlength=64)[:-1]
    return counts / counts.sum()


def _distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).sum())


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_repeats_without_a_seam(pattern: str) -> None:
    accents = (dye("red"), dye("navy"), dye("butter"))
    tile = Cloth(dye("chalk"), "satin", pattern, accents).tile(1.0).astype(int)
    assert tile.shape == (192, 192, 3)
    for axis in (0, 1):
        steps = np.abs(np.diff(tile, axis=axis)).mean(axis=(1 - axis, 2))
        seam = np.abs(np.take(tile, 0, axis) - np.take(tile, -1, axis)).mean()
        assert seam <= steps.max() + 4


@pytest.mark.parametrize("weave", WEAVES)
def test_a_weave_keeps_the_colour_of_its_cloth(weave: str) -> None:
    tile = Cloth(dye("teal"), weave).tile(1.0)
    assert np.abs(tile.mean(axis=(0, 1)) - np.asarray(dye("teal").rgb)).max() < 6


def test_no_two_colours_of_the_palette_are_close() -> None:
    for first, second in combinations(PALETTE, 2):
        away = np.abs(np.subtract(first.rgb, second.rgb)).sum()
        assert away > 20, (first.name, second.name)


def test_the_colourways_of_a_cut_share_its_style(products: list[DemoProduct]) -> None:
    by_style: dict[str, list[DemoProduct]] = {}
    for product in products:
        by_style.setdefault(product.style, []).append(product)
    assert sum(len(colourways) > 1 for colourways in by_style.values()) > 100
    for colourways in by_style.values():
        assert len({(product.kind, product.gender, product.sizes) for product in colourways}) == 1
