"""Names and descriptions, in one voice: short, concrete, no exclamation marks.

They are English; `german.py` has the German ones.
"""

from drawings.palette import GOLD
from drawings.styles import Style, Way

_PATTERNS = {
    "breton": "stripes",
    "stripe": "stripes",
    "multi-stripe": "stripes",
    "fine-stripe": "fine stripes",
    "pinstripe": "pinstripes",
    "deckchair": "broad stripes",
    "gingham": "gingham",
    "plaid": "plaid",
    "check": "check",
    "houndstooth": "houndstooth",
    "herringbone": "herringbone",
    "chevron": "chevrons",
    "dots": "dots",
    "pin-dots": "pin dots",
    "floral": "floral print",
    "ditsy": "small flowers",
    "brush": "brushed print",
    "camo": "camouflage",
    "leopard": "leopard print",
    "marl": "marl",
    "fair-isle": "Fair Isle",
}
TWO_COLOURED = ("breton", "stripe", "gingham", "deckchair", "dots", "pin-dots", "fine-stripe")

_MATERIALS = {
    "gold": "Gold-plated brass.",
    "lenses": "Lenses with full UV protection.",
    "steel": "Polished steel.",
    "jersey": "Cotton jersey, washed once so that it will not shrink.",
    "poplin": "Light cotton poplin, cool to the touch.",
    "oxford": "Oxford cotton that softens with every wash.",
    "linen": "European linen with its natural slub.",
    "twill": "Cotton twill with a dry hand.",
    "denim": "Denim from a mill that still uses shuttle looms.",
    "fine-knit": "Fine-gauge merino.",
    "knit": "Soft lambswool; wash it cold and dry it flat.",
    "chunky": "Thick wool, knitted on large needles.",
    "wide-rib": "Ribbed wool that springs back.",
    "cable": "Pure wool, spun and knitted in one place.",
    "wool": "Wool with a soft, full nap.",
    "teddy": "Deep pile on a knitted ground.",
    "leather": "Full-grain leather that takes on a shine with use.",
    "patent": "High gloss, easily wiped clean.",
    "suede": "Calf suede, brushed by hand.",
    "satin": "Heavy satin with a quiet sheen.",
    "corduroy": "Cotton corduroy, soft from the first day.",
    "canvas": "Tightly woven cotton canvas.",
    "nylon": "Recycled nylon that keeps the wind out.",
    "straw": "Natural straw, closely plaited.",
    "mesh": "Open mesh over a soft lining.",
    "rubber": "Natural rubber, welded and watertight.",
}


def name_of(style: Style, way: Way) -> str:
    """The product's name: the style and what sets this colourway apart."""
    return f"{style.name} in {_colours(style, way)}"


def _colours(style: Style, way: Way) -> str:
    if style.metal_first:
        metal = "gold" if way.metal == GOLD else "silver"
        return f"{metal} and {way.stone}" if way.stone else metal
    colour = way.colour
    if style.kind == "Watches":
        return f"{colour} with {_article(way.stone)} {way.stone} dial"
    if way.pattern == "solid":
        return _with_trim(style, way)
    words = _PATTERNS[way.pattern]
    if words.lower() in style.name.lower() or (way.pattern == "breton" and "Breton" in style.name):
        return _listed(way)
    if "strip" in words and "strip" in style.name.lower():
        return _listed(way)
    if way.pattern in TWO_COLOURED:
        return f"{_listed(way)} {words}"
    return f"{colour} {words}"


def _listed(way: Way) -> str:
    return _joined((way.colour, *shown_accents(way)))


def shown_accents(way: Way) -> tuple[str, ...]:
    """Those of a pattern's colours that its name lists: the first, and the last of many."""
    if way.pattern in TWO_COLOURED or len(way.accents) == 1:
        return way.accents[:1]
    return way.accents[0], way.accents[-1]


def is_told_by_trim(style: Style, way: Way) -> bool:
    """A second colour belongs in the name where another colourway shares the first."""
    alike = [each for each in style.ways if each.colour == way.colour and each.pattern == "solid"]
    return bool(way.trim) and way.trim != way.colour and len(alike) > 1


def _with_trim(style: Style, way: Way) -> str:
    if is_told_by_trim(style, way):
        return f"{way.colour} and {way.trim}"
    if way.weave:
        return f"{way.colour} {way.weave}"
    return way.colour


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def description_of(style: Style, way: Way) -> str:
    """Two or three short sentences: the cut, the cloth, the colours."""
    sentences = [style.note, _MATERIALS[material_of(style, way)]]
    if way.pattern not in ("solid", "marl"):
        sentences.append(_pattern_sentence(way))
    elif way.trim and way.trim != way.colour:
        sentences.append(f"{way.colour.capitalize()}, set off with {way.trim}.")
    return " ".join(sentences)


def material_of(style: Style, way: Way) -> str:
    """What it is made of: "lenses", "gold", "steel" or a weave."""
    if style.kind == "Sunglasses":
        return "lenses"
    if style.metal_first or style.code == "SWA":
        return "gold" if way.metal == GOLD else "steel"
    return way.weave or style.weave


def _pattern_sentence(way: Way) -> str:
    others = _joined(tuple(dict.fromkeys(way.accents)))
    words = _PATTERNS[way.pattern]
    return f"{words[0].upper()}{words[1:]} in {others} on {way.colour}."


def _joined(colours: tuple[str, ...]) -> str:
    *first, last = colours
    return f"{', '.join(first)} and {last}" if first else last
