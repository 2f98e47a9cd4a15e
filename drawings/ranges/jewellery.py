"""Watches, sunglasses and jewellery."""

from collections.abc import Callable
from dataclasses import replace

from drawings.canvas import Canvas
from drawings.fabrics import Paint
from drawings.garments.jewellery import Jewel, draw_jewel
from drawings.look import Look
from drawings.palette import GOLD
from drawings.styles import ONE, RINGS, Category, Detail, Style, Way, way


def _jewel(jewel: Jewel) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_jewel(canvas, look, replace(jewel, stone=stone))


def _piece(
    code: str,
    name: str,
    kind: str,
    gender: str,
    usage: str,
    price: int,
    note: str,
    jewel: Jewel,
    ways: tuple[Way, ...],
    detail: Detail,
    sizes: tuple[str, ...] = ONE,
) -> Style:
    return Style(
        code,
        name,
        kind,
        gender,
        "Winter",
        usage,
        price,
        note,
        "patent",
        _jewel(jewel),
        ways,
        sizes,
        back=False,
        detail=detail,
        metal_first=True,
    )


def _eyewear(
    code: str, name: str, gender: str, price: int, note: str, jewel: Jewel, ways: tuple[Way, ...]
) -> Style:
    return Style(
        code,
        name,
        "Sunglasses",
        gender,
        "Summer",
        "Casual",
        price,
        note,
        "patent",
        _jewel(jewel),
        ways,
        ONE,
        back=False,
        detail=Detail(0.2, 0.05, 1.9, -7),
    )


_DIAL = Detail(0, 0, 2.3, -8)

WATCHES = Category(
    "Watches",
    "watches",
    "Round and square, on leather and on steel.",
    "WAT",
    (
        Style(
            "LWA",
            "Leather watch",
            "Watches",
            "men",
            "Autumn",
            "Formal",
            14900,
            "A plain dial on a calf strap; the second hand is the only colour.",
            "leather",
            _jewel(Jewel("watch")),
            (
                way("tobacco", trim="red", stone="chalk"),
                way("black", trim="red", stone="black"),
                way("navy", trim="mustard", stone="chalk"),
                way("chocolate", trim="rust", stone="ecru", metal=GOLD),
            ),
            ONE,
            "leather",
            detail=_DIAL,
        ),
        Style(
            "SWA",
            "Steel watch",
            "Watches",
            "men",
            "Winter",
            "Formal",
            19900,
            "Three rows of links and a dial that catches the light.",
            "leather",
            _jewel(Jewel("watch", links=True)),
            (
                way("silver", trim="red", stone="navy"),
                way("silver", trim="chalk", stone="forest"),
                way("silver", trim="red", stone="chalk"),
                way("silver", trim="mustard", stone="black"),
            ),
            ONE,
            "leather",
            detail=_DIAL,
        ),
        Style(
            "SQW",
            "Square watch",
            "Watches",
            "women",
            "Spring",
            "Formal",
            15900,
            "A soft square with golden edges.",
            "leather",
            _jewel(Jewel("watch", square=True)),
            (
                way("burgundy", trim="red", stone="ecru", metal=GOLD),
                way("black", trim="red", stone="chalk", metal=GOLD),
                way("forest", trim="mustard", stone="chalk", metal=GOLD),
                way("blush", trim="burgundy", stone="chalk", metal=GOLD),
            ),
            ONE,
            "leather",
            detail=_DIAL,
        ),
    ),
)

SUNGLASSES = Category(
    "Sunglasses",
    "sunglasses",
    "Full protection, four shapes.",
    "SUN",
    (
        _eyewear(
            "WAY",
            "Classic sunglasses",
            "unisex",
            8900,
            "Acetate frames with a strong brow.",
            Jewel("glasses-wayfarer"),
            (
                way("black", stone="charcoal"),
                way("chocolate", "camo", "camel tobacco", stone="chocolate"),
                way("navy", stone="indigo"),
                way("olive", stone="forest"),
            ),
        ),
        _eyewear(
            "AVI",
            "Aviators",
            "men",
            9900,
            "A double bridge and drop-shaped lenses in fine metal.",
            Jewel("glasses-aviator"),
            (
                way("forest", stone="forest", metal=GOLD),
                way("charcoal", stone="charcoal"),
                way("tobacco", stone="tobacco", metal=GOLD),
            ),
        ),
        _eyewear(
            "CAT",
            "Cat-eye sunglasses",
            "women",
            9500,
            "Corners that lift the whole face.",
            Jewel("glasses-cat-eye"),
            (
                way("red", stone="charcoal"),
                way("black", stone="charcoal"),
                way("camel", "camo", "tobacco chocolate", stone="tobacco"),
                way("blush", stone="burgundy"),
            ),
        ),
        _eyewear(
            "RND",
            "Round sunglasses",
            "unisex",
            8500,
            "Thin rims and round lenses in a tint of their own.",
            Jewel("glasses-round"),
            (
                way("lilac", stone="lilac"),
                way("indigo", stone="indigo"),
                way("rust", stone="rust", metal=GOLD),
            ),
        ),
        _eyewear(
            "SQU",
            "Square sunglasses",
            "women",
            8900,
            "Large, square and easy to hide behind.",
            Jewel("glasses-square"),
            (
                way("ecru", stone="tobacco"),
                way("teal", stone="charcoal"),
                way("burgundy", stone="chocolate"),
            ),
        ),
    ),
)

JEWELLERY_ = Category(
    "Jewellery",
    "jewellery",
    "Small things that finish a look.",
    "JEW",
    (
        _piece(
            "PEN",
            "Drop pendant",
            "Pendant",
            "women",
            "Party",
            5900,
            "A stone in a drop on a fine chain.",
            Jewel("pendant"),
            (
                way("sand", stone="teal", metal=GOLD),
                way("sand", stone="burgundy", metal=GOLD),
                way("silver", stone="lilac"),
            ),
            Detail(0, 0.36, 2.6, 0),
        ),
        _piece(
            "BDN",
            "Bead necklace",
            "Necklace and Chains",
            "women",
            "Casual",
            4500,
            "Round beads, knotted one by one.",
            Jewel("beads"),
            (
                way("chalk", stone="chalk", metal=GOLD),
                way("rust", stone="rust", metal=GOLD),
                way("forest", stone="forest", metal=GOLD),
                way("sky", stone="sky"),
            ),
            Detail(0.1, 0.3, 2.2, 0),
        ),
        _piece(
            "CHN",
            "Chain necklace",
            "Necklace and Chains",
            "unisex",
            "Party",
            6900,
            "Broad oval links with a quiet shine.",
            Jewel("chain", size=1.1),
            (way("sand", metal=GOLD), way("silver")),
            Detail(0, 0.34, 2.4, 0),
        ),
        _piece(
            "HOP",
            "Hoop earrings",
            "Earrings",
            "women",
            "Casual",
            3900,
            "Hollow hoops, light enough for all day.",
            Jewel("hoops"),
            (way("sand", metal=GOLD), way("silver")),
            Detail(-0.22, -0.1, 1.9, 0),
        ),
        _piece(
            "DRP",
            "Drop earrings",
            "Earrings",
            "women",
            "Party",
            4900,
            "Enamel drops under a small stone.",
            Jewel("drops"),
            (
                way("forest", stone="forest", metal=GOLD),
                way("red", stone="red", metal=GOLD),
                way("black", stone="black", metal=GOLD),
                way("sky", stone="sky"),
            ),
            Detail(0.2, 0.14, 1.9, 0),
        ),
        _piece(
            "STD",
            "Stone studs",
            "Earrings",
            "women",
            "Casual",
            3500,
            "One stone each, set close to the ear.",
            Jewel("studs"),
            (
                way("navy", stone="navy", metal=GOLD),
                way("blush", stone="blush"),
                way("mustard", stone="mustard", metal=GOLD),
            ),
            Detail(0.25, 0, 1.9, 0),
        ),
        _piece(
            "BRO",
            "Flower brooch",
            "Brooch",
            "women",
            "Party",
            4900,
            "Six enamelled petals around a ring of pearls.",
            Jewel("brooch"),
            (
                way("red", stone="red", metal=GOLD),
                way("lilac", stone="lilac"),
                way("butter", stone="butter", metal=GOLD),
            ),
            Detail(0.1, 0.1, 1.9, 0),
        ),
        _piece(
            "STO",
            "Stone ring",
            "Ring",
            "women",
            "Party",
            5500,
            "One clear stone, four claws.",
            Jewel("ring"),
            (
                way("sky", stone="sky"),
                way("blush", stone="blush", metal=GOLD),
                way("forest", stone="forest", metal=GOLD),
            ),
            Detail(0, -0.26, 2.2, 0),
            RINGS,
        ),
        _piece(
            "BNG",
            "Set of bangles",
            "Bangle",
            "women",
            "Casual",
            4200,
            "Two of metal, one of lacquer.",
            Jewel("bangle"),
            (
                way("rust", stone="rust", metal=GOLD),
                way("teal", stone="teal", metal=GOLD),
                way("black", stone="black"),
            ),
            Detail(-0.25, 0, 2.0, 0),
        ),
        _piece(
            "BBR",
            "Bead bracelet",
            "Bracelet",
            "unisex",
            "Casual",
            2900,
            "Large round beads on elastic, and one of metal.",
            Jewel("bead-bracelet"),
            (
                way("tobacco", stone="tobacco", metal=GOLD),
                way("black", stone="black"),
                way("sage", stone="sage"),
            ),
            Detail(0.15, 0.3, 2.0, 0),
        ),
    ),
)

JEWELLERY = (WATCHES, SUNGLASSES, JEWELLERY_)
