"""T-shirts, shirts, knitwear and sweatshirts."""

from collections.abc import Callable
from dataclasses import replace

from shop.demo.canvas import Canvas
from shop.demo.fabrics import Paint
from shop.demo.garments.shirts import SHIRT, Shirt, draw_shirt
from shop.demo.garments.tops import Top, draw_top
from shop.demo.garments.torso import Torso
from shop.demo.look import HORN, PEARL, Look
from shop.demo.styles import ALL, MENS, WOMENS, Category, Detail, Style, way

TEE = Torso()
LONG = Torso(sleeve=505, angle=15, cuff=94)
KNIT = Torso(
    top=230,
    neck=92,
    depth=72,
    shoulder=238,
    chest=242,
    waist=238,
    hip=212,
    length=700,
    sleeve=500,
    angle=15,
    cuff=104,
)


def _top(top: Top) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_top(canvas, look, top)


def _shirt(shirt: Shirt) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_shirt(canvas, look, shirt)


TSHIRTS = Category(
    "T-shirts",
    "t-shirts",
    "Cotton jersey, cut to be worn for years.",
    "TSH",
    (
        Style(
            "BRE",
            "Breton tee",
            "T-shirt",
            "women",
            "Spring",
            "Casual",
            3900,
            "Long sleeves, a wide neck, stripes knitted in and not printed.",
            "jersey",
            _top(Top(replace(LONG, neck=112, depth=58))),
            (
                way("ecru", "breton", "navy"),
                way("chalk", "breton", "red"),
                way("navy", "breton", "chalk"),
                way("butter", "breton", "teal"),
            ),
            WOMENS,
        ),
        Style(
            "POC",
            "Pocket tee",
            "T-shirt",
            "men",
            "Summer",
            "Casual",
            2500,
            "A straight cut in heavy jersey with one patch pocket.",
            "jersey",
            _top(Top(TEE, pocket=True)),
            (way("rust"), way("olive"), way("indigo"), way("sand")),
            MENS,
        ),
        Style(
            "PRI",
            "Printed tee",
            "T-shirt",
            "unisex",
            "Summer",
            "Casual",
            2900,
            "Screen-printed by hand on soft jersey, with a ribbed collar in the print's colour.",
            "jersey",
            _top(Top(TEE, print_="sun")),
            (
                way("chalk", trim="teal"),
                way("butter", trim="rust"),
                way("sky", trim="navy"),
                way("blush", trim="burgundy"),
            ),
            ALL,
            detail=Detail(0, -0.18),
        ),
        Style(
            "VNE",
            "V-neck tee",
            "T-shirt",
            "women",
            "Summer",
            "Casual",
            2500,
            "Light jersey, a narrow V and sleeves that sit close.",
            "jersey",
            _top(
                Top(
                    replace(
                        TEE,
                        neckline="v",
                        depth=142,
                        neck=88,
                        sleeve=150,
                        hip=216,
                        waist=208,
                        chest=220,
                        length=700,
                    )
                )
            ),
            (way("chalk"), way("black"), way("lilac"), way("sage")),
            WOMENS,
        ),
        Style(
            "RIN",
            "Ringer stripe tee",
            "T-shirt",
            "men",
            "Summer",
            "Casual",
            3200,
            "Broad stripes and a plain ribbed collar.",
            "jersey",
            _top(Top(TEE)),
            (
                way("teal", "stripe", "ecru", trim="teal"),
                way("mustard", "multi-stripe", "chalk rust tobacco", trim="tobacco"),
                way("charcoal", "stripe", "stone", trim="charcoal"),
            ),
            MENS,
            trim_weave="jersey",
        ),
    ),
)

SHIRTS = Category(
    "Shirts",
    "shirts",
    "Oxford, linen, flannel and silk, with buttons sewn to stay.",
    "SHI",
    (
        Style(
            "OXF",
            "Oxford shirt",
            "Shirt",
            "men",
            "Autumn",
            "Formal",
            6900,
            "A button-down collar, a box pleat at the back, a pocket on the chest.",
            "oxford",
            _shirt(Shirt(collar="button-down")),
            (way("sky"), way("chalk"), way("blush"), way("chalk", "fine-stripe", "indigo")),
            MENS,
            button=PEARL,
        ),
        Style(
            "FLA",
            "Flannel shirt",
            "Shirt",
            "men",
            "Winter",
            "Casual",
            7500,
            "Brushed on both sides, with two flap pockets.",
            "twill",
            _shirt(Shirt(pockets=2, flaps=True)),
            (
                way("red", "plaid", "black chalk"),
                way("forest", "plaid", "navy mustard"),
                way("stone", "plaid", "charcoal rust"),
                way("camel", "plaid", "chocolate ecru"),
            ),
            MENS,
        ),
        Style(
            "LIN",
            "Linen shirt",
            "Shirt",
            "women",
            "Summer",
            "Casual",
            7900,
            "Washed linen with a small collar and no pocket to weigh it down.",
            "linen",
            _shirt(Shirt(pockets=0, torso=replace(SHIRT, cuff=112))),
            (way("chalk"), way("sage"), way("sky", "deckchair", "chalk"), way("rust")),
            WOMENS,
            button=PEARL,
        ),
        Style(
            "CAM",
            "Camp shirt",
            "Shirt",
            "men",
            "Summer",
            "Casual",
            5900,
            "Short sleeves and an open collar that lies flat.",
            "poplin",
            _shirt(
                Shirt(
                    torso=replace(
                        SHIRT, sleeve=190, angle=33, cuff=170, depth=100, dip=14, length=720
                    ),
                    collar="camp",
                )
            ),
            (
                way("teal", "brush", "butter blush"),
                way("navy", "floral", "blush mustard sage"),
                way("ecru", "brush", "olive rust"),
                way("mustard", "ditsy", "chalk rust forest"),
            ),
            MENS,
            button=PEARL,
        ),
        Style(
            "BLO",
            "Ruffled blouse",
            "Blouse",
            "women",
            "Spring",
            "Party",
            8500,
            "Satin with a stand collar and a ruffle down the placket.",
            "satin",
            _shirt(Shirt(pockets=0, ruffle=True, collar="band")),
            (
                way("blush"),
                way("forest"),
                way("chalk"),
                way("burgundy", "pin-dots", "blush", trim="burgundy"),
            ),
            WOMENS,
            button=PEARL,
        ),
        Style(
            "GIN",
            "Gingham shirt",
            "Shirt",
            "women",
            "Spring",
            "Casual",
            5500,
            "Crisp poplin in a check that never dates.",
            "poplin",
            _shirt(Shirt(pockets=1, torso=replace(SHIRT, waist=206, hip=216, chest=220))),
            (
                way("chalk", "gingham", "navy"),
                way("chalk", "gingham", "red"),
                way("chalk", "gingham", "sage"),
            ),
            WOMENS,
            button=PEARL,
        ),
    ),
)

KNITWEAR = Category(
    "Knitwear",
    "knitwear",
    "Wool and cotton, knitted to keep their shape.",
    "KNI",
    (
        Style(
            "CRW",
            "Crew jumper",
            "Jumper",
            "men",
            "Autumn",
            "Casual",
            8900,
            "Lambswool with ribbed edges and set-in sleeves.",
            "knit",
            _top(Top(KNIT, edges="ribbed", rib=62, collar=34)),
            (way("sage"), way("navy"), way("mustard"), way("stone", "marl", "chalk")),
            MENS,
        ),
        Style(
            "CAB",
            "Cable roll-neck",
            "Jumper",
            "women",
            "Winter",
            "Casual",
            11900,
            "Ropes of cable from hem to shoulder under a deep roll neck.",
            "cable",
            _top(Top(replace(KNIT, neck=84), edges="ribbed", rib=70, roll=72)),
            (way("ecru"), way("camel"), way("forest"), way("burgundy")),
            WOMENS,
        ),
        Style(
            "FAI",
            "Fair Isle jumper",
            "Jumper",
            "unisex",
            "Winter",
            "Casual",
            12900,
            "Bands of small figures, knitted in the round.",
            "fine-knit",
            _top(Top(KNIT, edges="ribbed", rib=62, collar=34)),
            (
                way("navy", "fair-isle", "ecru red", trim="navy"),
                way("forest", "fair-isle", "butter rust", trim="forest"),
                way("burgundy", "fair-isle", "blush ecru", trim="burgundy"),
            ),
            ALL,
            trim_weave="fine-knit",
        ),
        Style(
            "CAR",
            "Cardigan",
            "Cardigan",
            "women",
            "Autumn",
            "Casual",
            9500,
            "A deep V, two pockets and buttons of horn.",
            "knit",
            _top(
                Top(
                    replace(KNIT, neckline="v", depth=215),
                    edges="ribbed",
                    rib=62,
                    collar=40,
                    open_=True,
                    pocket=True,
                )
            ),
            (way("burgundy"), way("lilac"), way("ecru"), way("teal")),
            WOMENS,
            button=HORN,
        ),
        Style(
            "STR",
            "Striped jumper",
            "Jumper",
            "women",
            "Spring",
            "Casual",
            7900,
            "Cotton with a rolled hem and stripes that meet at the seams.",
            "fine-knit",
            _top(Top(replace(KNIT, neck=104, depth=60), edges="ribbed", rib=46, collar=30)),
            (
                way("chalk", "stripe", "sky", trim="chalk"),
                way("blush", "stripe", "red", trim="blush"),
                way("ecru", "multi-stripe", "mustard rust teal", trim="ecru"),
            ),
            WOMENS,
            trim_weave="fine-knit",
        ),
    ),
)

SWEATSHIRTS = Category(
    "Sweatshirts",
    "sweatshirts",
    "Loopback cotton for the weekend.",
    "SWE",
    (
        Style(
            "HOO",
            "Hoodie",
            "Hoodie",
            "unisex",
            "Autumn",
            "Casual",
            6900,
            "Heavy loopback cotton, a double hood and a pocket to put cold hands in.",
            "jersey",
            _top(Top(KNIT, edges="ribbed", rib=60, hood=True, kangaroo=True)),
            (
                way("charcoal", trim="charcoal"),
                way("lilac", trim="chalk"),
                way("forest", trim="forest"),
                way("rust", trim="ecru"),
                way("stone", "marl", "chalk", trim="stone"),
            ),
            ALL,
            trim_weave="jersey",
        ),
        Style(
            "SWT",
            "Raglan sweatshirt",
            "Sweatshirt",
            "men",
            "Spring",
            "Sports",
            5500,
            "Raglan sleeves in a second colour, ribbed where it counts.",
            "jersey",
            _top(Top(KNIT, edges="ribbed", rib=56, collar=32, raglan=True, sleeves_in_trim=True)),
            (
                way("ecru", trim="navy"),
                way("silver", trim="burgundy"),
                way("butter", trim="teal"),
                way("navy", trim="sky"),
            ),
            MENS,
            trim_weave="jersey",
        ),
        Style(
            "LOG",
            "Printed sweatshirt",
            "Sweatshirt",
            "women",
            "Autumn",
            "Casual",
            5900,
            "Soft inside, with a small mountain on the chest.",
            "jersey",
            _top(Top(KNIT, edges="ribbed", rib=58, collar=32, print_="mountain")),
            (
                way("blush", trim="burgundy"),
                way("sky", trim="navy"),
                way("sage", trim="forest"),
                way("chalk", trim="rust"),
            ),
            WOMENS,
            trim_weave="jersey",
            detail=Detail(0, -0.2),
        ),
    ),
)

TOPS = (TSHIRTS, SHIRTS, KNITWEAR, SWEATSHIRTS)
