"""The colours that names stand for, so that a listing can show them as dots."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

COLOURS = {
    _("beige"): "#d9c7a8",
    _("black"): "#2b2a2c",
    _("blue"): "#3f6ea3",
    _("blush"): "#e6b8b0",
    _("bottle green"): "#1f4a3a",
    _("bronze"): "#8c6a3f",
    _("brown"): "#6b4a33",
    _("burgundy"): "#6f2436",
    _("butter"): "#f1dd9b",
    _("camel"): "#b5834d",
    _("chalk"): "#f7f4ec",
    _("charcoal"): "#4c4e53",
    _("chocolate"): "#51372b",
    _("coffee brown"): "#4d3527",
    _("copper"): "#b0683f",
    _("coral"): "#e8806a",
    _("cream"): "#f2e8d3",
    _("denim"): "#4a6588",
    _("ecru"): "#e6dbc3",
    _("fluorescent green"): "#9be63a",
    _("forest"): "#2f5140",
    _("gold"): "#c6a24b",
    _("green"): "#4f8454",
    _("grey"): "#8d8d8b",
    _("grey melange"): "#a3a3a0",
    _("indigo"): "#3f5684",
    _("ivory"): "#f3eddf",
    _("khaki"): "#8a8058",
    _("lavender"): "#b3a5d0",
    _("lilac"): "#b9a6cf",
    _("lime green"): "#8fc43e",
    _("magenta"): "#b6357f",
    _("maroon"): "#6b2430",
    _("mauve"): "#9c7a93",
    _("metallic"): "#a7a9ac",
    _("mint"): "#b5d9c5",
    _("mushroom brown"): "#9a8876",
    _("mustard"): "#d6a02f",
    _("navy"): "#2a3656",
    _("navy blue"): "#2a3656",
    _("nude"): "#dfb99c",
    _("off white"): "#f4f0e6",
    _("olive"): "#6d6b3e",
    _("orange"): "#dd7a35",
    _("peach"): "#f1b894",
    _("pink"): "#de93a5",
    _("plum"): "#5d3350",
    _("purple"): "#73508f",
    _("red"): "#bf2f36",
    _("rose"): "#d9a0a0",
    _("rust"): "#b8552f",
    _("sage"): "#a3b195",
    _("sand"): "#d2b98f",
    _("sea green"): "#3f8a78",
    _("silver"): "#c9cccf",
    _("skin"): "#e3b596",
    _("sky"): "#9fc0dd",
    _("slate"): "#5b6770",
    _("steel"): "#7d8a96",
    _("stone"): "#a5a29b",
    _("tan"): "#bb8f62",
    _("taupe"): "#8f8072",
    _("teal"): "#2f7276",
    _("terracotta"): "#b9603f",
    _("tobacco"): "#8a5a36",
    _("turquoise blue"): "#3fa6a8",
    _("white"): "#fbfaf7",
    _("yellow"): "#e3c04a",
}


# The plain words that people look for, and the names that mean a kind of them.
FAMILIES = {
    "beige": ("beige", "camel", "cream", "ecru", "nude", "sand", "skin", "stone", "tan", "taupe"),
    "black": ("black", "charcoal"),
    "blue": (
        *("blue", "denim", "indigo", "navy", "navy blue", "sky", "steel", "teal"),
        "turquoise blue",
    ),
    "brown": (
        *("brown", "bronze", "camel", "chocolate", "coffee brown", "copper", "mushroom brown"),
        *("rust", "tan", "taupe", "terracotta", "tobacco"),
    ),
    "gold": ("gold", "bronze", "copper", "metallic"),
    "green": (
        *("green", "bottle green", "fluorescent green", "forest", "khaki", "lime green", "mint"),
        *("olive", "sage", "sea green", "teal"),
    ),
    "grey": ("grey", "grey melange", "charcoal", "slate", "steel", "stone"),
    "orange": ("orange", "coral", "peach", "rust", "terracotta"),
    "pink": ("pink", "blush", "coral", "magenta", "mauve", "peach", "rose"),
    "purple": ("purple", "lavender", "lilac", "magenta", "mauve", "plum"),
    "red": ("red", "burgundy", "maroon"),
    "silver": ("silver", "metallic"),
    "white": ("white", "chalk", "cream", "ecru", "ivory", "off white"),
    "yellow": ("yellow", "butter", "mustard"),
}


def families_of(colours: Iterable[str]) -> list[str]:
    """The families that colours of these names belong to; one of no known name has none."""
    names = {colour.strip().lower() for colour in colours}
    return [family for family, members in FAMILIES.items() if not names.isdisjoint(members)]


def hex_of(name: str) -> str | None:
    """The colour of a name as `#rrggbb`; None for a name that is not known."""
    return COLOURS.get(name.strip().lower())
