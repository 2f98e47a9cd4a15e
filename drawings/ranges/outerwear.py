"""Jackets and coats."""

from collections.abc import Callable
from dataclasses import replace

from drawings.canvas import Canvas
from drawings.fabrics import Paint
from drawings.garments.outerwear import COAT, JACKET, Coat, draw_coat
from drawings.look import Look
from drawings.palette import GOLD
from drawings.ranges.bottoms import DENIM_THREAD
from drawings.styles import ALL, MENS, WOMENS, Category, Style, way


def _coat(coat: Coat) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_coat(canvas, look, coat)


JACKETS = Category(
    "Jackets",
    "jackets",
    "The layer people see first.",
    "JAC",
    (
        Style(
            "DEJ",
            "Denim jacket",
            "Jacket",
            "unisex",
            "Spring",
            "Casual",
            9500,
            "Two chest pockets, brass buttons, seams sewn twice.",
            "denim",
            _coat(Coat(front="buttons", buttons=5, pockets="chest", seams="denim", folds=0.8)),
            (
                way("indigo", metal=GOLD),
                way("sky", metal=GOLD),
                way("black"),
                way("ecru", metal=GOLD),
            ),
            ALL,
            stitch=DENIM_THREAD,
        ),
        Style(
            "BOM",
            "Bomber jacket",
            "Jacket",
            "men",
            "Autumn",
            "Casual",
            11900,
            "Ribbed collar, cuffs and hem, a zip that runs smoothly.",
            "nylon",
            _coat(Coat(collar="rib", ribbed=58)),
            (
                way("olive", trim="olive"),
                way("navy", trim="charcoal"),
                way("burgundy", trim="burgundy"),
                way("black", trim="black"),
            ),
            MENS,
            trim_weave="jersey",
        ),
        Style(
            "BLA",
            "Blazer",
            "Blazer",
            "women",
            "Autumn",
            "Formal",
            15900,
            "Soft shoulders, two buttons and a lining you will want to show.",
            "wool",
            _coat(
                Coat(
                    torso=replace(JACKET, length=680, waist=222),
                    front="lapel",
                    pockets="flap",
                    closes=320,
                )
            ),
            (
                way("navy", trim="burgundy"),
                way("stone", "check", "charcoal", trim="charcoal"),
                way("camel", "herringbone", "tobacco", trim="chocolate"),
                way("ecru", "houndstooth", "black", trim="black"),
            ),
            WOMENS,
            trim_weave="satin",
        ),
        Style(
            "LEA",
            "Leather jacket",
            "Jacket",
            "men",
            "Autumn",
            "Casual",
            24900,
            "Lamb nappa with a point collar and zipped pockets.",
            "leather",
            _coat(Coat(pockets="zip", folds=1.5)),
            (
                way("black", trim="charcoal"),
                way("chocolate", trim="camel"),
                way("tobacco", trim="camel"),
            ),
            MENS,
            trim_weave="leather",
        ),
        Style(
            "PUF",
            "Puffer jacket",
            "Jacket",
            "women",
            "Winter",
            "Sports",
            13900,
            "Recycled down in broad channels, with a collar up to the chin.",
            "nylon",
            _coat(Coat(collar="stand", quilt=88, pockets="none")),
            (way("forest"), way("mustard"), way("lilac"), way("black")),
            WOMENS,
        ),
        Style(
            "GIL",
            "Quilted gilet",
            "Waistcoat",
            "men",
            "Spring",
            "Casual",
            7900,
            "Light down in narrow channels, with free arms.",
            "nylon",
            _coat(Coat(collar="stand", quilt=64, pockets="none", sleeves=False)),
            (way("navy"), way("tobacco"), way("sage")),
            MENS,
        ),
    ),
)

COATS = Category(
    "Coats",
    "coats",
    "Wool for the cold, cotton for the rain.",
    "COA",
    (
        Style(
            "TRE",
            "Trench coat",
            "Coat",
            "women",
            "Spring",
            "Formal",
            22900,
            "Double-breasted gabardine with epaulettes, a gun flap and a belt.",
            "twill",
            _coat(Coat(torso=COAT, front="double", belt=True, epaulettes=True)),
            (
                way("sand", trim="ecru"),
                way("navy", trim="navy"),
                way("olive", trim="olive"),
                way("black", trim="black"),
            ),
            WOMENS,
            trim_weave="twill",
        ),
        Style(
            "WOO",
            "Double-breasted coat",
            "Coat",
            "men",
            "Winter",
            "Formal",
            27900,
            "Heavy wool, six buttons, lapels that lie as they should.",
            "wool",
            _coat(Coat(torso=COAT, front="lapel", closes=380, buttons=6, pockets="flap")),
            (
                way("camel", trim="tobacco"),
                way("charcoal", "herringbone", "stone", trim="burgundy"),
                way("navy", trim="navy"),
                way("ecru", "houndstooth", "chocolate", trim="chocolate"),
            ),
            MENS,
            trim_weave="satin",
        ),
        Style(
            "RAI",
            "Raincoat",
            "Coat",
            "unisex",
            "Autumn",
            "Casual",
            11900,
            "Welded seams, a deep hood and two pockets with flaps.",
            "nylon",
            _coat(Coat(torso=replace(COAT, top=250, length=760), hood=True, pockets="cargo")),
            (
                way("mustard", trim="navy"),
                way("navy", trim="butter"),
                way("forest", trim="ecru"),
                way("red", trim="navy"),
            ),
            ALL,
            trim_weave="jersey",
        ),
        Style(
            "PAR",
            "Parka",
            "Coat",
            "men",
            "Winter",
            "Casual",
            18900,
            "A waxed shell over a warm lining, with fur that never was an animal.",
            "canvas",
            _coat(
                Coat(torso=replace(COAT, top=250, length=780), hood=True, fur=True, pockets="cargo")
            ),
            (
                way("olive", trim="sand"),
                way("black", trim="charcoal"),
                way("tobacco", trim="camel"),
            ),
            MENS,
            trim_weave="teddy",
        ),
        Style(
            "TED",
            "Teddy coat",
            "Coat",
            "women",
            "Winter",
            "Casual",
            16900,
            "A coat like a blanket, with large buttons and patch pockets.",
            "teddy",
            _coat(
                Coat(
                    torso=COAT,
                    front="buttons",
                    buttons=4,
                    pockets="patch",
                    collar="camp",
                    folds=0.6,
                )
            ),
            (way("camel"), way("ecru"), way("chocolate"), way("blush")),
            WOMENS,
        ),
    ),
)

OUTERWEAR = (JACKETS, COATS)
