"""Hats, scarves and belts."""

from collections.abc import Callable

from shop.demo.canvas import Canvas
from shop.demo.fabrics import Paint
from shop.demo.garments.accessories import Accessory, draw_accessory
from shop.demo.look import Look
from shop.demo.palette import GOLD
from shop.demo.styles import BELTS, HATS, ONE, Category, Detail, Style, way


def _accessory(accessory: Accessory) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_accessory(canvas, look, accessory)


_CLOSE = Detail(0.1, 0.14, 2.0, -5)

HATS_ = Category(
    "Hats", "hats", "Against the sun and against the cold.", "HAT",
    (
        Style(
            "CAP", "Cap", "Caps", "unisex", "Summer", "Sports", 2500,
            "Six panels of brushed twill and a strap at the back.",
            "twill", _accessory(Accessory("cap")),
            (way("navy", trim="rust"), way("ecru", trim="forest"), way("black", trim="black"), way("blush", trim="burgundy")), HATS, "twill", detail=_CLOSE,
        ),
        Style(
            "BEA", "Pompom beanie", "Hat", "unisex", "Winter", "Casual", 2900,
            "Chunky wool, a deep turn-up and a pompom.",
            "chunky", _accessory(Accessory("beanie", pompom=True)),
            (way("mustard", trim="mustard"), way("navy", trim="ecru"), way("blush", trim="chalk"), way("forest", trim="rust")), ONE, "chunky", back=False, detail=_CLOSE,
        ),
        Style(
            "FIS", "Fisherman beanie", "Hat", "men", "Winter", "Casual", 2500,
            "Ribbed, short and worn above the ear.",
            "wide-rib", _accessory(Accessory("beanie")),
            (way("charcoal"), way("rust"), way("teal")), ONE, back=False, detail=_CLOSE,
        ),
        Style(
            "BKT", "Bucket hat", "Hat", "unisex", "Summer", "Casual", 3200,
            "A stitched brim that throws an even shade.",
            "canvas", _accessory(Accessory("bucket-hat")),
            (way("sage"), way("black"), way("chalk", "gingham", "sky", trim="chalk"), way("olive", "camo", "forest sand tobacco", trim="olive")), HATS, "canvas", back=False, detail=_CLOSE,
        ),
        Style(
            "STW", "Straw hat", "Hat", "women", "Summer", "Travel", 4500,
            "A wide brim, a pinched crown and a ribbon.",
            "straw", _accessory(Accessory("brimmed")),
            (way("sand", trim="black"), way("ecru", trim="navy"), way("sand", trim="red")), HATS, "satin", back=False, detail=_CLOSE,
        ),
        Style(
            "FED", "Felt hat", "Hat", "women", "Autumn", "Formal", 5900,
            "Wool felt, blocked by hand.",
            "wool", _accessory(Accessory("brimmed", wide=0.92)),
            (way("camel", trim="chocolate"), way("black", trim="black"), way("burgundy", trim="black")), HATS, "satin", back=False, detail=_CLOSE,
        ),
        Style(
            "BER", "Beret", "Hat", "women", "Autumn", "Casual", 3500,
            "One piece of felted wool with a leather band.",
            "wool", _accessory(Accessory("beret")),
            (way("red", trim="black"), way("navy", trim="black"), way("ecru", trim="tobacco")), ONE, "leather", back=False, detail=Detail(-0.1, 0.1, 2.0),
        ),
    ),
)

SCARVES = Category(
    "Scarves", "scarves", "Wool to wrap up in, silk to tie.", "SCA",
    (
        Style(
            "WSC", "Fringed wool scarf", "Scarves", "unisex", "Winter", "Casual", 5900,
            "Two metres of lambswool with a twisted fringe.",
            "wool", _accessory(Accessory("long-scarf", fringe=True)),
            (
                way("camel", "plaid", "chalk red"), way("navy", "plaid", "forest butter"), way("charcoal"),
                way("stone", "houndstooth", "charcoal"), way("burgundy", "check", "blush"),
            ),
            ONE, detail=Detail(0.1, 0.3),
        ),
        Style(
            "KSC", "Knitted scarf", "Scarves", "women", "Winter", "Casual", 4500,
            "Chunky stitches, wide enough for two turns.",
            "chunky", _accessory(Accessory("long-scarf", wide=1.08)),
            (way("ecru"), way("rust"), way("sage"), way("navy", "stripe", "red")), ONE, detail=Detail(0, -0.28),
        ),
        Style(
            "SIL", "Silk square", "Scarves", "women", "Spring", "Formal", 6900,
            "Printed twill silk with a hand-rolled edge.",
            "satin", _accessory(Accessory("silk-square")),
            (
                way("teal", "floral", "butter rust sky", trim="navy"), way("blush", "brush", "red burgundy", trim="burgundy"),
                way("chalk", "dots", "navy", trim="navy"), way("butter", "ditsy", "rust red forest", trim="forest"),
                way("camel", "leopard", "tobacco black", trim="black"),
            ),
            ONE, "satin", detail=Detail(0.2, 0.2),
        ),
        Style(
            "SNO", "Snood", "Scarves", "unisex", "Winter", "Casual", 3900,
            "A loop of soft wool, on in a second.",
            "chunky", _accessory(Accessory("snood")),
            (way("stone"), way("forest"), way("lilac")), ONE, back=False, detail=Detail(0, 0.1, 2.0),
        ),
    ),
)

BELTS_ = Category(
    "Belts", "belts", "Leather that lasts longer than the trousers.", "BEL",
    (
        Style(
            "CLA", "Classic belt", "Belts", "men", "Autumn", "Formal", 4900,
            "Bridle leather with a stitched edge and a square buckle.",
            "leather", _accessory(Accessory("belt")),
            (way("tobacco", metal=GOLD), way("black"), way("chocolate", metal=GOLD), way("navy")), BELTS, back=False, detail=Detail(0, 0.3, 2.4),
        ),
        Style(
            "WDB", "Wide waist belt", "Belts", "women", "Spring", "Casual", 4500,
            "Broad and soft, to wear over dresses and coats.",
            "leather", _accessory(Accessory("belt", wide=1.4)),
            (way("burgundy", metal=GOLD), way("camel", metal=GOLD), way("chalk"), way("red", metal=GOLD)), BELTS, back=False, detail=Detail(0, 0.3, 2.2),
        ),
        Style(
            "SUB", "Suede belt", "Belts", "men", "Spring", "Casual", 4500,
            "Soft suede, five holes, a buckle of brushed steel.",
            "suede", _accessory(Accessory("flat-belt")),
            (way("sand"), way("olive"), way("indigo"), way("tobacco", metal=GOLD)), BELTS, back=False, detail=Detail(0.25, -0.1, 2.2),
        ),
        Style(
            "PLB", "Plaited belt", "Belts", "women", "Summer", "Casual", 5500,
            "Plaited by hand, so that it fastens wherever you like.",
            "leather", _accessory(Accessory("flat-belt", plaited=True, wide=0.9)),
            (way("camel", metal=GOLD), way("black"), way("ecru", metal=GOLD)), BELTS, back=False, detail=Detail(0.25, -0.1, 2.2),
        ),
    ),
)

ACCESSORIES = (HATS_, SCARVES, BELTS_)
