"""Dresses."""

from collections.abc import Callable
from dataclasses import replace

from drawings.canvas import Canvas
from drawings.fabrics import Paint
from drawings.garments.dresses import BODICE, SKIRT, Dress, draw_dress
from drawings.garments.tops import Top, draw_top
from drawings.garments.torso import Torso
from drawings.look import PEARL, Look
from drawings.palette import GOLD
from drawings.styles import WOMENS, Category, Detail, Style, way


def _dress(dress: Dress) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_dress(canvas, look, dress)


_KNITTED = Top(
    Torso(
        top=110,
        neck=86,
        depth=64,
        shoulder=190,
        slope=54,
        chest=190,
        waist=168,
        hip=226,
        length=950,
        sleeve=470,
        angle=15,
        cuff=84,
        armhole=160,
    ),
    edges="ribbed",
    rib=54,
    collar=30,
)

DRESSES = (
    Category(
        "Dresses",
        "dresses",
        "From the first warm day to the last party of the year.",
        "DRE",
        (
            Style(
                "SLI",
                "Slip dress",
                "Dress",
                "women",
                "Summer",
                "Party",
                9900,
                "Cut on the bias, with straps as fine as cord.",
                "satin",
                _dress(
                    Dress(
                        straps=True, skirt=replace(SKIRT, hip=206, hem=250, length=620, gathers=6)
                    )
                ),
                (way("forest"), way("blush"), way("black"), way("rust")),
                WOMENS,
                detail=Detail(0, -0.24, 2.1),
            ),
            Style(
                "TEA",
                "Tea dress",
                "Dress",
                "women",
                "Spring",
                "Casual",
                8900,
                "A round neck, soft sleeves and a skirt that turns with you.",
                "poplin",
                _dress(Dress(puffed=True)),
                (
                    way("navy", "ditsy", "blush butter sage", trim="navy"),
                    way("red", "ditsy", "chalk butter forest", trim="red"),
                    way("sage", "floral", "chalk mustard forest", trim="sage"),
                    way("black", "floral", "blush red sage", trim="black"),
                ),
                WOMENS,
                trim_weave="poplin",
            ),
            Style(
                "SHD",
                "Shirt dress",
                "Dress",
                "women",
                "Spring",
                "Formal",
                9500,
                "Buttoned from collar to hem, tied at the waist.",
                "oxford",
                _dress(
                    Dress(
                        finish="collar",
                        buttons=True,
                        belt=True,
                        bodice=replace(BODICE, sleeve=420, angle=16, cuff=84, depth=66, neck=80),
                    )
                ),
                (
                    way("sky", "fine-stripe", "chalk", trim="sky"),
                    way("chalk", trim="chalk"),
                    way("olive", trim="olive"),
                    way("navy", "pin-dots", "chalk", trim="navy"),
                ),
                WOMENS,
                trim_weave="oxford",
                button=PEARL,
            ),
            Style(
                "WRA",
                "Wrap dress",
                "Dress",
                "women",
                "Autumn",
                "Formal",
                10500,
                "Crosses in front and ties at the side, so that it always fits.",
                "poplin",
                _dress(
                    Dress(
                        finish="wrap", bodice=replace(BODICE, neckline="v", depth=250, sleeve=200)
                    )
                ),
                (
                    way("rust", "floral", "butter blush olive"),
                    way("teal"),
                    way("burgundy", "dots", "blush"),
                    way("lilac", "brush", "burgundy butter"),
                ),
                WOMENS,
            ),
            Style(
                "SUN",
                "Tiered sundress",
                "Dress",
                "women",
                "Summer",
                "Casual",
                7900,
                "Three tiers of washed linen and a row of small buttons.",
                "linen",
                _dress(Dress(straps=True, buttons=True, skirt=replace(SKIRT, tiers=2, hem=340))),
                (way("chalk"), way("sky"), way("butter"), way("chalk", "gingham", "red")),
                WOMENS,
            ),
            Style(
                "BEL",
                "Belted day dress",
                "Dress",
                "women",
                "Spring",
                "Formal",
                9200,
                "No sleeves, a full skirt and a narrow leather belt.",
                "poplin",
                _dress(
                    Dress(
                        bodice=replace(BODICE, sleeve=0),
                        belt=True,
                        skirt=replace(SKIRT, length=480, hem=326, gathers=9),
                    )
                ),
                (
                    way("black", "dots", "chalk", trim="black", metal=GOLD),
                    way("red", "dots", "chalk", trim="black", metal=GOLD),
                    way("indigo", trim="tobacco", metal=GOLD),
                    way("ecru", "check", "navy", trim="navy", metal=GOLD),
                ),
                WOMENS,
                trim_weave="leather",
            ),
            Style(
                "KND",
                "Knitted dress",
                "Dress",
                "women",
                "Winter",
                "Casual",
                10900,
                "Fine wool from neck to knee, warm without weight.",
                "fine-knit",
                lambda canvas, look, stone: draw_top(canvas, look, _KNITTED),
                (way("camel"), way("charcoal"), way("burgundy")),
                WOMENS,
            ),
        ),
    ),
)
