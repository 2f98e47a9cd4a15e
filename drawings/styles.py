"""A style is one cut in several colourways: what the ranges list and the catalogue draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from drawings.canvas import Canvas
from drawings.drawers import DRAWERS
from drawings.fabrics import PATTERNS, WEAVES, Cloth, Paint
from drawings.look import HORN, OFF_WHITE, Look
from drawings.palette import DYES, STEEL, Colour, dye

SIZES = {
    "women": ("XS", "S", "M", "L", "XL"),
    "men": ("S", "M", "L", "XL", "XXL"),
    "all": ("XS", "S", "M", "L", "XL", "XXL"),
    "womens-waists": ("25", "26", "27", "28", "29", "30", "31"),
    "waists": ("28", "29", "30", "31", "32", "33", "34", "36"),
    "womens-shoes": ("36", "37", "38", "39", "40", "41"),
    "mens-shoes": ("40", "41", "42", "43", "44", "45"),
    "all-shoes": ("36", "37", "38", "39", "40", "41", "42", "43", "44", "45"),
    "belts": ("75", "80", "85", "90", "95", "100"),
    "hats": ("S/M", "L/XL"),
    "rings": ("50", "52", "54", "56", "58"),
    "one": ("One size",),
}


@dataclass(frozen=True)
class Words:
    """A name, and what is said of it, in one language."""

    name: str
    text: str


@dataclass(frozen=True)
class Detail:
    """A closer look: where its middle lies (shares of the product's size, 0 the centre), how close.

    `zoom` multiplies the zoom of the whole view; `tilt` is in degrees.
    """

    x: float = 0.0
    y: float = -0.28
    zoom: float = 2.2
    tilt: float = -6.0


@dataclass(frozen=True)
class Way:
    """One colourway of a style: colour names from the palette, and the pattern they make.

    `accents` are the pattern's other colours, `trim` the second material's (the main colour if
    empty), `stone` that of a gem, a dial or a lens. `weave` is this colourway's, where it is not
    the style's.
    """

    colour: Annotated[str, DYES]
    pattern: Annotated[str, PATTERNS] = "solid"
    accents: tuple[Annotated[str, DYES], ...] = ()
    trim: Annotated[str, DYES] = ""
    stone: Annotated[str, DYES] = ""
    metal: Paint = STEEL
    weave: Annotated[str, WEAVES] = ""


@dataclass(frozen=True)
class Style:
    """One cut: its words, its facts, how it is drawn and the colourways it comes in.

    `drawer` names who draws it and `garment` is what that drawer wants to know. `trim_weave` is the
    weave of the trim, the main weave if empty. `back` says whether there is a picture of the back,
    `mirrored_back` that the back is the other side of a pair. `metal_first` goods are named after
    their metal and their stone.
    """

    code: str
    name: str
    kind: str
    gender: Literal["women", "men", "unisex"]
    season: Literal["Spring", "Summer", "Autumn", "Winter"]
    usage: Literal["Casual", "Formal", "Party", "Sports", "Travel"]
    price_cents: int
    sizes: Annotated[str, SIZES]
    note: str
    german: Words
    weave: Annotated[str, WEAVES]
    drawer: Annotated[str, DRAWERS]
    garment: Any
    ways: tuple[Way, ...]
    trim_weave: Annotated[str, WEAVES] = ""
    button: Paint = HORN
    stitch: Paint | None = None
    back: bool = True
    mirrored_back: bool = False
    detail: Detail = Detail()
    metal_first: bool = False

    def draw(self, canvas: Canvas, look: Look) -> None:
        """Lay the garment down in those materials."""
        DRAWERS[self.drawer].draw(canvas, look, self.garment)

    def look(self, chosen: Way, seed: int, back: bool) -> Look:
        """The materials of one colourway."""
        weave = chosen.weave or self.weave
        accents: tuple[Paint, ...] = tuple(dye(name) for name in chosen.accents)
        cloth = Cloth(dye(chosen.colour), weave, chosen.pattern, accents)
        trim = Cloth(dye(chosen.trim or chosen.colour), self.trim_weave or weave)
        if not chosen.trim and not self.trim_weave:
            trim = cloth
        stone: Paint = dye(chosen.stone) if chosen.stone else OFF_WHITE
        return Look(cloth, trim, seed, self.button, chosen.metal, back, self.stitch, stone)

    def colour(self, chosen: Way) -> Colour:
        """The colour that the facts name: the stone's or the metal's for what is made of those."""
        if not self.metal_first:
            return dye(chosen.colour)
        if chosen.stone:
            return dye(chosen.stone)
        return chosen.metal if isinstance(chosen.metal, Colour) else STEEL


@dataclass(frozen=True)
class Group:
    """Shelves that stand together under one name, with one line about them."""

    name: str
    slug: str
    line: str
    german: Words


@dataclass(frozen=True)
class Category:
    """A shelf of the shop: its name and one line about it, its slug, and the styles on it.

    It stands alone where it has no group.
    """

    name: str
    slug: str
    line: str
    german: Words
    code: str
    styles: tuple[Style, ...]
    group: Group | None = None
