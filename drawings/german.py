"""The same in German, composed as German wants it.

Colours are nouns here, "in Rostrot", so that no adjective has to agree with what it describes. A
pattern has two forms: as a sentence begins with it, and as "mit" has it.
"""

from drawings.copywriting import TWO_COLOURED, is_told_by_trim, material_of, shown_accents
from drawings.palette import GOLD
from drawings.styles import Style, Way, Words

COLOURS = {
    "chalk": "Kreideweiß",
    "ecru": "Ecru",
    "sand": "Sand",
    "camel": "Camel",
    "tobacco": "Tabak",
    "chocolate": "Schokobraun",
    "black": "Schwarz",
    "charcoal": "Anthrazit",
    "stone": "Steingrau",
    "silver": "Silber",
    "navy": "Marine",
    "indigo": "Indigo",
    "sky": "Himmelblau",
    "teal": "Petrol",
    "sage": "Salbei",
    "olive": "Oliv",
    "forest": "Waldgrün",
    "mustard": "Senfgelb",
    "butter": "Buttergelb",
    "rust": "Rostrot",
    "red": "Rot",
    "burgundy": "Burgunderrot",
    "blush": "Zartrosa",
    "lilac": "Flieder",
}
_PATTERNS = {
    "breton": ("Streifen", "Streifen"),
    "stripe": ("Streifen", "Streifen"),
    "multi-stripe": ("Streifen", "Streifen"),
    "fine-stripe": ("Feine Streifen", "feinen Streifen"),
    "pinstripe": ("Nadelstreifen", "Nadelstreifen"),
    "deckchair": ("Breite Streifen", "breiten Streifen"),
    "gingham": ("Vichykaro", "Vichykaro"),
    "plaid": ("Schottenkaro", "Schottenkaro"),
    "check": ("Karo", "Karo"),
    "houndstooth": ("Hahnentritt", "Hahnentritt"),
    "herringbone": ("Fischgrat", "Fischgrat"),
    "chevron": ("Zickzack", "Zickzack"),
    "dots": ("Punkte", "Punkten"),
    "pin-dots": ("Feine Punkte", "feinen Punkten"),
    "floral": ("Blumendruck", "Blumendruck"),
    "ditsy": ("Kleine Blüten", "kleinen Blüten"),
    "brush": ("Pinseldruck", "Pinseldruck"),
    "camo": ("Tarnmuster", "Tarnmuster"),
    "leopard": ("Leopardenmuster", "Leopardenmuster"),
    "fair-isle": ("Fair-Isle-Muster", "Fair-Isle-Muster"),
}
# Names of styles that say the pattern already.
_SAID = {
    "breton": ("Breton", "Ringel"),
    "stripe": ("Ringel",),
    "multi-stripe": ("Ringel",),
    "gingham": ("Vichy",),
    "fair-isle": ("Fair-Isle",),
}
_CLOTHS = {"satin": "Satin", "suede": "Veloursleder"}
_MATERIALS = {
    "gold": "Vergoldetes Messing.",
    "lenses": "Gläser mit vollem UV-Schutz.",
    "steel": "Polierter Stahl.",
    "jersey": "Baumwolljersey, einmal gewaschen, damit er nicht einläuft.",
    "poplin": "Leichte Baumwollpopeline, kühl auf der Haut.",
    "oxford": "Oxford aus Baumwolle, der mit jeder Wäsche weicher wird.",
    "linen": "Europäisches Leinen mit seinen natürlichen Noppen.",
    "twill": "Baumwolltwill mit trockenem Griff.",
    "denim": "Denim aus einer Weberei, die noch mit Schiffchen webt.",
    "fine-knit": "Fein gestricktes Merino.",
    "knit": "Weiche Lammwolle; wasch sie kalt und trockne sie liegend.",
    "chunky": "Dicke Wolle, mit großen Nadeln gestrickt.",
    "wide-rib": "Gerippte Wolle, die immer wieder in Form springt.",
    "cable": "Reine Wolle, an einem Ort gesponnen und gestrickt.",
    "wool": "Wolle mit weichem, vollem Flor.",
    "teddy": "Hoher Flor auf gestricktem Grund.",
    "leather": "Vollnarbiges Leder, das mit dem Tragen Glanz bekommt.",
    "patent": "Hochglanz, leicht abzuwischen.",
    "suede": "Kalbsvelours, von Hand gebürstet.",
    "satin": "Schwerer Satin mit ruhigem Schimmer.",
    "corduroy": "Baumwollcord, weich vom ersten Tag an.",
    "canvas": "Dicht gewebtes Segeltuch aus Baumwolle.",
    "nylon": "Recyceltes Nylon, das den Wind abhält.",
    "straw": "Natürliches Stroh, dicht geflochten.",
    "mesh": "Offenes Netz über weichem Futter.",
    "rubber": "Naturkautschuk, verschweißt und wasserdicht.",
}


def words_of(style: Style, way: Way) -> Words:
    """The product's name and description in German."""
    return Words(f"{style.german.name} in {_colours(style, way)}", _description(style, way))


def _colours(style: Style, way: Way) -> str:
    if style.metal_first:
        metal = "Gold" if way.metal == GOLD else "Silber"
        return f"{metal} und {COLOURS[way.stone]}" if way.stone else metal
    colour = COLOURS[way.colour]
    if style.kind == "Watches":
        return f"{colour}, Zifferblatt in {COLOURS[way.stone]}"
    if way.pattern == "solid":
        return _with_trim(style, way)
    if way.pattern == "marl":
        return f"meliertem {colour}"
    if any(said in style.german.name for said in _SAID.get(way.pattern, ())):
        return _joined((way.colour, *shown_accents(way)))
    pattern = _PATTERNS[way.pattern][1]
    if way.pattern in TWO_COLOURED:
        return f"{colour} mit {pattern} in {COLOURS[way.accents[0]]}"
    return f"{colour} mit {pattern}"


def _with_trim(style: Style, way: Way) -> str:
    if is_told_by_trim(style, way):
        return _joined((way.colour, way.trim))
    colour = COLOURS[way.colour]
    return f"{colour}, aus {_CLOTHS[way.weave]}" if way.weave else colour


def _description(style: Style, way: Way) -> str:
    sentences = [style.german.text, _MATERIALS[material_of(style, way)]]
    if way.pattern not in ("solid", "marl"):
        accents = _joined(tuple(dict.fromkeys(way.accents)))
        pattern = _PATTERNS[way.pattern][0]
        sentences.append(f"{pattern} in {accents} auf {COLOURS[way.colour]}.")
    elif way.trim and way.trim != way.colour:
        sentences.append(f"{COLOURS[way.colour]}, abgesetzt mit {COLOURS[way.trim]}.")
    return " ".join(sentences)


def _joined(colours: tuple[str, ...]) -> str:
    *first, last = [COLOURS[colour] for colour in colours]
    return f"{', '.join(first)} und {last}" if first else last
