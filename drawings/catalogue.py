"""The whole demo catalogue: products in a fixed order, each with pictures drawn when asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, zip_longest
from zlib import crc32

import numpy as np

from drawings.canvas import HEIGHT, WIDTH, Canvas, Measure, View, jpeg
from drawings.copywriting import description_of, name_of
from drawings.german import words_of
from drawings.palette import PALETTE, Colour
from drawings.styles import SIZES, Category, Style, Way, Words
from drawings.wardrobe import categories

# How much of the picture a product may fill, and how far a small one is enlarged.
FILL_WIDTH, FILL_HEIGHT, LARGEST = 840.0, 1010.0, 1.25


@dataclass(frozen=True)
class Picture:
    """One picture of a product, drawn when called: JPEG bytes, 960 x 1200."""

    category: str
    style: str
    way: Way
    seed: int
    angle: str

    def __call__(self) -> bytes:
        """Draw it. The same picture gives the same bytes every time."""
        style = style_of(self.category, self.style)
        back = self.angle == "back"
        look = style.look(self.way, self.seed, back)
        view = _view(style, look.seed, self.angle, self._fit(style, back))
        canvas = Canvas(view)
        style.draw(canvas, look)
        return jpeg(canvas.finished())

    def _fit(self, style: Style, back: bool) -> tuple[float, float, float, float]:
        measure = Measure(View())
        style.draw(measure, style.look(self.way, self.seed, back))
        left, top = measure.low
        right, bottom = measure.high
        return float(left), float(top), float(right), float(bottom)


def _view(style: Style, seed: int, angle: str, extent: tuple[float, float, float, float]) -> View:
    """Where the eye is for that angle: the whole product, framed alike, or a part of it."""
    left, top, right, bottom = extent
    width, height = right - left, bottom - top
    zoom = min(FILL_WIDTH / width, FILL_HEIGHT / height, LARGEST)
    x, y = (left + right) / 2, (top + bottom) / 2 + View().centre[1]
    a, b, c, d = np.random.default_rng(seed).uniform(0, 2 * np.pi, 4)
    bend = (float(a), float(b), float(c), float(d))
    if angle == "detail":
        detail = style.detail
        centre = (x + detail.x * width, y + detail.y * height)
        return View(centre, zoom * detail.zoom, detail.tilt, bend)
    mirror = angle == "back" and style.mirrored_back
    return View((x, y), zoom, 0.0, bend, mirror)


@dataclass(frozen=True)
class DemoProduct:
    """A product as the shop imports it; `pictures` are drawn lazily, the front first.

    `style` is the code that all colourways of a cut share.
    """

    sku: str
    name: str
    description: str
    german: Words
    category: str
    gender: str
    kind: str
    colour: str
    season: str
    usage: str
    price_cents: int
    sizes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    style: str
    pattern: str


def draw_catalogue(seed: int = 7, count: int = 240) -> Iterator[DemoProduct]:
    """The first `count` products, the categories mixed in step.

    The designed colourways come first; beyond them every style is dyed in the palette's other
    colours. The same seed and count give the same products and the same bytes. Raises ValueError
    when there are not that many.
    """
    if not 0 <= count <= largest_count():
        raise ValueError(f"The demo catalogue has at most {largest_count()} products, not {count}.")
    return islice(_products(seed), count)


@lru_cache
def largest_count() -> int:
    """How many different products can be drawn."""
    return sum(1 for _ in _products(0))


def style_of(category: str, code: str) -> Style:
    """The style of that code in the category of that code."""
    return _styles()[category, code]


@lru_cache
def _styles() -> dict[tuple[str, str], Style]:
    return {(c.code, style.code): style for c in categories() for style in c.styles}


def _products(seed: int) -> Iterator[DemoProduct]:
    for queue_of in (_designed, _dyed):
        shelves = [
            _in_turn([queue_of(shelf, style, seed) for style in shelf.styles])
            for shelf in categories()
        ]
        yield from _in_step(shelves)


def _in_turn(queues: list[list[DemoProduct]]) -> list[DemoProduct]:
    """The queues' first products, then their second, and so on."""
    return [product for row in zip_longest(*queues) for product in row if product is not None]


def _in_step(queues: list[list[DemoProduct]]) -> list[DemoProduct]:
    """All queues merged so that at any place about the same share of each has come."""
    placed = [
        ((at + 0.5) / len(queue), number, product)
        for number, queue in enumerate(queues)
        for at, product in enumerate(queue)
    ]
    return [product for _, _, product in sorted(placed, key=lambda entry: entry[:2])]


def _designed(category: Category, style: Style, seed: int) -> list[DemoProduct]:
    return [_product(category, style, way, at, seed) for at, way in enumerate(style.ways)]


def _dyed(category: Category, style: Style, seed: int) -> list[DemoProduct]:
    """The style in every colour of the palette that its designed colourways leave out."""
    taken = {style.colour(way).name for way in style.ways}
    if style.metal_first and not style.ways[0].stone:
        return []
    plain = replace(style.ways[0], pattern="solid", accents=(), weave="")
    others = [colour for colour in PALETTE if colour.name not in taken]
    return [
        _product(category, style, _in_colour(plain, style, colour), len(style.ways) + at, seed)
        for at, colour in enumerate(others)
    ]


def _in_colour(plain: Way, style: Style, colour: Colour) -> Way:
    name = colour.name.lower()
    if style.metal_first:
        return replace(plain, stone=name)
    trim = "" if plain.trim in ("", plain.colour) else plain.trim
    if trim == name:
        trim = "chalk" if colour.brightness < 0.5 else "charcoal"
    return replace(plain, colour=name, trim=trim)


def _product(category: Category, style: Style, way: Way, at: int, seed: int) -> DemoProduct:
    code = f"{category.code}-{style.code}"
    sku = f"{code}-{at + 1:02d}"
    fall = _seed_of(sku, seed)
    angles = ("front", "back", "detail") if style.back else ("front", "detail")
    pictures = tuple(Picture(category.code, style.code, way, fall, angle) for angle in angles)
    return DemoProduct(
        sku=sku,
        name=name_of(style, way),
        description=description_of(style, way),
        german=words_of(style, way),
        category=category.name,
        gender=style.gender,
        kind=style.kind,
        colour=style.colour(way).name,
        season=style.season,
        usage=style.usage,
        price_cents=style.price_cents + 500 * (fall % 3 == 0 and at > 0),
        sizes=SIZES[style.sizes],
        pictures=pictures,
        style=code,
        pattern=way.pattern,
    )


def _seed_of(sku: str, seed: int) -> int:
    """A number of the product's own, the same on every machine and in every process."""
    return crc32(f"{seed}/{sku}".encode())


__all__ = ["HEIGHT", "WIDTH", "DemoProduct", "Picture", "draw_catalogue", "largest_count"]
