"""A style is one cut in several colourways: what the range files list and the catalogue draws."""

from collections.abc import Callable
from dataclasses import dataclass

from drawings.canvas import Canvas
from drawings.fabrics import Cloth, Paint
from drawings.look import HORN, Look
from drawings.palette import STEEL, Colour, dye

Draw = Callable[[Canvas, Look], None]


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

    `trim` names the second material's colour (the main colour if empty). `fact` is the colour that
    the product's facts name, where it is not the main one (a gold ring).
    """

    colour: str
    pattern: str = "solid"
    accents: tuple[str, ...] = ()
    trim: str = ""
    stone: str = ""
    metal: Paint = STEEL
    weave: str = ""


def way(
    colour: str,
    pattern: str = "solid",
    accents: str = "",
    *,
    trim: str = "",
    stone: str = "",
    metal: Paint = STEEL,
    weave: str = "",
) -> Way:
    """A colourway; `accents` are the pattern's other colours, separated by spaces."""
    return Way(colour, pattern, tuple(accents.split()), trim, stone, metal, weave)


@dataclass(frozen=True)
class Style:
    """One cut: its words, its facts, how it is drawn and the colourways it comes in.

    `draw` gets the look and the stone's paint (gems, dials, lenses; ignored by most). `trim_weave`
    is the weave of the trim, the main weave if empty. `price` is in cents.
    """

    code: str
    name: str
    kind: str
    gender: str
    season: str
    usage: str
    price: int
    note: str
    weave: str
    draw: Callable[[Canvas, Look, Paint], None]
    ways: tuple[Way, ...]
    sizes: tuple[str, ...]
    trim_weave: str = ""
    button: Paint = HORN
    stitch: Paint | None = None
    back: bool = True
    mirrored_back: bool = False
    detail: Detail = Detail()
    metal_first: bool = False

    def look(self, chosen: Way, seed: int, back: bool) -> Look:
        """The materials of one colourway."""
        weave = chosen.weave or self.weave
        accents: tuple[Paint, ...] = tuple(dye(name) for name in chosen.accents)
        cloth = Cloth(dye(chosen.colour), weave, chosen.pattern, accents)
        trim = Cloth(dye(chosen.trim or chosen.colour), self.trim_weave or weave)
        if not chosen.trim and not self.trim_weave:
            trim = cloth
        return Look(cloth, trim, seed, self.button, chosen.metal, back, self.stitch)

    def colour(self, chosen: Way) -> Colour:
        """The colour that the facts name: the stone's or the metal's for what is made of those."""
        if not self.metal_first:
            return dye(chosen.colour)
        if chosen.stone:
            return dye(chosen.stone)
        return chosen.metal if isinstance(chosen.metal, Colour) else STEEL


@dataclass(frozen=True)
class Category:
    """A shelf of the shop: its name, its slug, one line about it, and the styles on it."""

    name: str
    slug: str
    line: str
    code: str
    styles: tuple[Style, ...]


WOMENS = ("XS", "S", "M", "L", "XL")
MENS = ("S", "M", "L", "XL", "XXL")
ALL = ("XS", "S", "M", "L", "XL", "XXL")
WAISTS = ("28", "29", "30", "31", "32", "33", "34", "36")
WOMENS_WAISTS = ("25", "26", "27", "28", "29", "30", "31")
WOMENS_SHOES = ("36", "37", "38", "39", "40", "41")
MENS_SHOES = ("40", "41", "42", "43", "44", "45")
ALL_SHOES = ("36", "37", "38", "39", "40", "41", "42", "43", "44", "45")
BELTS = ("75", "80", "85", "90", "95", "100")
HATS = ("S/M", "L/XL")
RINGS = ("50", "52", "54", "56", "58")
ONE = ("One size",)
