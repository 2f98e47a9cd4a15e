"""The 24 named colours that every drawing and every description takes its words from."""

from dataclasses import dataclass

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Colour:
    """A dye: its name in the copy and on the facts, its hex value, and a plainer colour word."""

    name: str
    hex: str
    family: str

    @property
    def rgb(self) -> RGB:
        """Red, green and blue, 0 to 255."""
        value = int(self.hex[1:], 16)
        return value >> 16, value >> 8 & 255, value & 255

    @property
    def brightness(self) -> float:
        """Perceived brightness, 0 (black) to 1 (white), by Rec. 709 weights on the sRGB values."""
        red, green, blue = self.rgb
        return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


PALETTE = (
    Colour("Chalk", "#f7f4ec", "White"),
    Colour("Ecru", "#e6dbc3", "Beige"),
    Colour("Sand", "#d2b98f", "Beige"),
    Colour("Camel", "#b5834d", "Brown"),
    Colour("Tobacco", "#8a5a36", "Brown"),
    Colour("Chocolate", "#51372b", "Brown"),
    Colour("Black", "#2b2a2c", "Black"),
    Colour("Charcoal", "#4c4e53", "Grey"),
    Colour("Stone", "#a5a29b", "Grey"),
    Colour("Silver", "#c9cccf", "Grey"),
    Colour("Navy", "#2a3656", "Blue"),
    Colour("Indigo", "#3f5684", "Blue"),
    Colour("Sky", "#9fc0dd", "Blue"),
    Colour("Teal", "#2f7276", "Green"),
    Colour("Sage", "#a3b195", "Green"),
    Colour("Olive", "#6d6b3e", "Green"),
    Colour("Forest", "#2f5140", "Green"),
    Colour("Mustard", "#d6a02f", "Yellow"),
    Colour("Butter", "#f1dd9b", "Yellow"),
    Colour("Rust", "#b8552f", "Orange"),
    Colour("Red", "#bf2f36", "Red"),
    Colour("Burgundy", "#6f2436", "Red"),
    Colour("Blush", "#e6b8b0", "Pink"),
    Colour("Lilac", "#b9a6cf", "Purple"),
)

DYES = {colour.name.lower(): colour for colour in PALETTE}


def dye(name: str) -> Colour:
    """The colour of that name, in any case; KeyError if the palette has none."""
    return DYES[name.lower()]


# What jewellery and buckles are made of; no dye.
GOLD = Colour("Gold", "#c5a05c", "Gold")
STEEL = Colour("Silver", "#b4b8be", "Silver")
