"""Skirts, trousers, jeans and shorts."""

from collections.abc import Callable

from shop.demo.canvas import Canvas
from shop.demo.fabrics import Paint
from shop.demo.garments.bottoms import Legs, Skirt, Trousers, draw_skirt, draw_trousers
from shop.demo.look import HORN, Look
from shop.demo.palette import GOLD
from shop.demo.styles import ALL, MENS, WAISTS, WOMENS, WOMENS_WAISTS, Category, Detail, Style, way

DENIM_THREAD = (205, 146, 78)
SLIM = Legs()
STRAIGHT = Legs(knee=158, hem=146, spread=48)
WIDE = Legs(knee=188, hem=206, spread=26, thigh=190, hip=200, waist=148)
TAPERED = Legs(knee=150, hem=112, spread=58, hip=206)
SHORT = Legs(top=300, length=520, thigh=190, hip=214, waist=170, spread=20, knee=208, hem=220)
_WAISTBAND = Detail(0.05, -0.34, 2.4)


def _trousers(trousers: Trousers) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_trousers(canvas, look, trousers)


def _skirt(skirt: Skirt) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_skirt(canvas, look, skirt)


SKIRTS = Category(
    "Skirts", "skirts", "Short, long, pleated and plain.", "SKI",
    (
        Style(
            "PLE", "Pleated skirt", "Skirt", "women", "Autumn", "Formal", 6900,
            "Pressed pleats that fall straight from the hip.",
            "wool", _skirt(Skirt(pleats=14, length=560, hem=300)),
            (
                way("navy", "check", "mustard", trim="navy"), way("charcoal", trim="charcoal"),
                way("forest", "plaid", "navy red", trim="forest"), way("burgundy", trim="burgundy"),
            ),
            WOMENS, trim_weave="wool",
        ),
        Style(
            "SSK", "Satin midi skirt", "Skirt", "women", "Summer", "Party", 7500,
            "Bias-cut satin with an elastic waist nobody sees.",
            "satin", _skirt(Skirt(length=800, hip=190, hem=256, elastic=True, top=150)),
            (way("blush"), way("sage"), way("silver"), way("chocolate")), WOMENS,
        ),
        Style(
            "TIE", "Tiered skirt", "Skirt", "women", "Summer", "Casual", 6500,
            "Three gathered tiers, made for walking.",
            "poplin", _skirt(Skirt(tiers=2, hem=350, length=780, top=150)),
            (
                way("chalk", "floral", "rust mustard sage", trim="chalk"), way("indigo", "ditsy", "chalk butter sky", trim="indigo"),
                way("rust", trim="rust"), way("butter", "gingham", "chalk", trim="butter"),
            ),
            WOMENS, trim_weave="poplin",
        ),
        Style(
            "DEN", "Denim skirt", "Skirt", "women", "Spring", "Casual", 5900,
            "Buttons all the way down and two deep pockets.",
            "denim", _skirt(Skirt(denim=True, pockets=True, length=520, hem=262, hip=216, gathers=4)),
            (way("indigo", metal=GOLD), way("sky", metal=GOLD), way("black"), way("ecru", metal=GOLD)),
            WOMENS, stitch=DENIM_THREAD,
        ),
        Style(
            "WSK", "Wrap skirt", "Skirt", "women", "Spring", "Casual", 6200,
            "Ties at the side and opens as you walk.",
            "linen", _skirt(Skirt(wrap=True, length=700, hem=286, top=170, gathers=5)),
            (way("sand"), way("teal"), way("chalk", "deckchair", "sky", trim="chalk")), WOMENS, trim_weave="linen",
        ),
    ),
)

TROUSERS = Category(
    "Trousers", "trousers", "Chinos, pleats, cargo pockets and wide legs.", "TRO",
    (
        Style(
            "CHI", "Chinos", "Trousers", "men", "Spring", "Casual", 6500,
            "Garment-dyed twill with slant pockets and a slim leg.",
            "twill", _trousers(Trousers(legs=TAPERED)),
            (way("sand"), way("navy"), way("olive"), way("rust"), way("stone")), WAISTS, detail=_WAISTBAND,
        ),
        Style(
            "WID", "Wide pleated trousers", "Trousers", "women", "Autumn", "Formal", 8900,
            "A high waist, two pleats and a crease to the floor.",
            "wool", _trousers(Trousers(legs=WIDE, pleats=True, crease=True)),
            (way("camel"), way("charcoal"), way("chalk"), way("stone", "check", "charcoal"), way("forest")),
            WOMENS, detail=_WAISTBAND,
        ),
        Style(
            "CGO", "Cargo trousers", "Trousers", "unisex", "Autumn", "Casual", 7500,
            "Room for everything in two bellows pockets.",
            "canvas", _trousers(Trousers(legs=STRAIGHT, cargo=True)),
            (way("olive"), way("black"), way("sand"), way("olive", "camo", "forest sand tobacco")), ALL,
            detail=Detail(-0.2, -0.06, 2.2),
        ),
        Style(
            "JOG", "Track trousers", "Trousers", "men", "Spring", "Sports", 4900,
            "Loopback cotton with a drawstring, a side stripe and ribbed ankles.",
            "jersey", _trousers(Trousers(legs=TAPERED, elastic=True, ribbed=56, stripe=True)),
            (way("charcoal", trim="chalk"), way("navy", trim="red"), way("forest", trim="ecru"), way("burgundy", trim="blush")),
            MENS, trim_weave="jersey", detail=_WAISTBAND,
        ),
        Style(
            "COR", "Corduroy trousers", "Trousers", "men", "Winter", "Casual", 7900,
            "Eight-wale cord with a straight leg.",
            "corduroy", _trousers(Trousers(legs=STRAIGHT)),
            (way("tobacco"), way("mustard"), way("teal")), WAISTS, detail=_WAISTBAND,
        ),
    ),
)

JEANS = Category(
    "Jeans", "jeans", "Rigid and soft, dark and washed.", "JEA",
    (
        Style(
            "STJ", "Straight jeans", "Jeans", "men", "Autumn", "Casual", 8900,
            "Fourteen-ounce denim that will fade the way you live.",
            "denim", _trousers(Trousers(legs=STRAIGHT, jeans=True)),
            (way("navy", metal=GOLD), way("indigo", metal=GOLD), way("sky", metal=GOLD), way("black")),
            WAISTS, stitch=DENIM_THREAD, detail=_WAISTBAND,
        ),
        Style(
            "SKJ", "Slim faded jeans", "Jeans", "men", "Spring", "Casual", 7900,
            "A little stretch, a narrow leg, worn at the thigh.",
            "denim", _trousers(Trousers(legs=SLIM, jeans=True, faded=0.16)),
            (way("indigo", metal=GOLD), way("charcoal"), way("navy", metal=GOLD)),
            WAISTS, stitch=DENIM_THREAD, detail=_WAISTBAND,
        ),
        Style(
            "WIJ", "Wide-leg jeans", "Jeans", "women", "Spring", "Casual", 8500,
            "High at the waist, wide from the hip down.",
            "denim", _trousers(Trousers(legs=WIDE, jeans=True)),
            (way("sky", metal=GOLD), way("ecru", metal=GOLD), way("indigo", metal=GOLD), way("black")),
            WOMENS_WAISTS, stitch=DENIM_THREAD, detail=_WAISTBAND,
        ),
        Style(
            "TUJ", "Turned-up jeans", "Jeans", "women", "Summer", "Casual", 7900,
            "Cropped, with a turn-up that shows the pale side.",
            "denim",
            _trousers(Trousers(legs=Legs(length=850, knee=148, hem=128, spread=56), jeans=True, turnup=58)),
            (way("indigo", metal=GOLD), way("sky", metal=GOLD), way("charcoal")),
            WOMENS_WAISTS, stitch=DENIM_THREAD, detail=Detail(0.2, 0.36, 2.3),
        ),
        Style(
            "RIJ", "Ripped jeans", "Jeans", "unisex", "Summer", "Casual", 6900,
            "Washed soft and torn at the knee, so that you need not wait.",
            "denim", _trousers(Trousers(legs=SLIM, jeans=True, faded=0.1, ripped=True)),
            (way("sky", metal=GOLD), way("indigo", metal=GOLD), way("black")),
            ALL, stitch=DENIM_THREAD, detail=Detail(0.2, 0.05, 2.3),
        ),
    ),
)

SHORTS = Category(
    "Shorts", "shorts", "For when trousers are too much.", "SHO",
    (
        Style(
            "CHS", "Chino shorts", "Shorts", "men", "Summer", "Casual", 4500,
            "Twill that ends above the knee, with slant pockets.",
            "twill", _trousers(Trousers(legs=SHORT)),
            (way("sand"), way("navy"), way("blush"), way("forest")), WAISTS, detail=_WAISTBAND,
        ),
        Style(
            "LIS", "Linen shorts", "Shorts", "women", "Summer", "Casual", 4900,
            "A drawstring, a wide leg and nothing else to think about.",
            "linen", _trousers(Trousers(legs=SHORT, elastic=True)),
            (way("chalk", trim="sand"), way("sky", "deckchair", "chalk", trim="chalk"), way("sage", trim="chalk"), way("rust", trim="ecru")),
            WOMENS, trim_weave="linen", detail=_WAISTBAND,
        ),
        Style(
            "DES", "Denim shorts", "Shorts", "women", "Summer", "Casual", 4500,
            "Turned up once, high at the waist.",
            "denim",
            _trousers(Trousers(legs=Legs(top=330, length=430, hip=222, waist=172, spread=14, knee=220, hem=232), jeans=True, turnup=44)),
            (way("indigo", metal=GOLD), way("sky", metal=GOLD), way("chalk", metal=GOLD), way("black")),
            WOMENS_WAISTS, stitch=DENIM_THREAD, detail=_WAISTBAND,
        ),
        Style(
            "SWI", "Swim shorts", "Shorts", "men", "Summer", "Sports", 3900,
            "Quick to dry, with a cord that stays tied.",
            "nylon", _trousers(Trousers(legs=SHORT, elastic=True)),
            (
                way("teal", "brush", "butter chalk", trim="chalk"), way("navy", "floral", "blush butter sage", trim="chalk"),
                way("red", trim="chalk"), way("butter", "deckchair", "chalk", trim="navy"),
            ),
            MENS, trim_weave="nylon", detail=_WAISTBAND, button=HORN,
        ),
    ),
)

BOTTOMS = (SKIRTS, TROUSERS, JEANS, SHORTS)
