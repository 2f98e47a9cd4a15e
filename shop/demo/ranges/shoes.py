"""Sneakers, boots, flats, heels and sandals."""

from collections.abc import Callable

from shop.demo.canvas import Canvas
from shop.demo.fabrics import Paint
from shop.demo.garments.shoes import Shoe, draw_shoes
from shop.demo.look import GUM, OFF_WHITE, Look
from shop.demo.palette import GOLD
from shop.demo.styles import ALL_SHOES, MENS_SHOES, WOMENS_SHOES, Category, Detail, Style, Way, way

_DARK_SOLE = (58, 44, 38)
_CLOSE = Detail(-0.12, 0.05, 2.0, 5)


def _shoe(shoe: Shoe) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_shoes(canvas, look, shoe)


def _style(
    code: str, name: str, kind: str, gender: str, season: str, usage: str, price: int, note: str,
    weave: str, shoe: Shoe, ways: tuple[Way, ...], trim_weave: str = "", button: Paint = OFF_WHITE,
) -> Style:
    sizes = {"women": WOMENS_SHOES, "men": MENS_SHOES}.get(gender, ALL_SHOES)
    return Style(
        code, name, kind, gender, season, usage, price, note, weave, _shoe(shoe), ways, sizes,
        trim_weave, button, mirrored_back=True, detail=_CLOSE,
    )


SNEAKERS = Category(
    "Sneakers", "sneakers", "Courts, runners and canvas, made to be walked in.", "SNE",
    (
        _style(
            "COU", "Court sneakers", "Sneakers", "unisex", "Spring", "Casual", 9900,
            "Smooth leather on a stitched cup sole.", "leather", Shoe("court"),
            (way("chalk", trim="forest"), way("chalk", trim="navy"), way("chalk", trim="blush"), way("black", trim="chalk")),
            "leather",
        ),
        _style(
            "RUN", "Runners", "Sports Shoes", "unisex", "Summer", "Sports", 11900,
            "Open mesh, suede where it wears, a sole that springs back.", "mesh", Shoe("runner"),
            (way("silver", trim="rust"), way("navy", trim="mustard"), way("sage", trim="forest"), way("blush", trim="burgundy"), way("charcoal", trim="sky")),
            "suede",
        ),
        _style(
            "HIG", "High-tops", "Sneakers", "unisex", "Autumn", "Casual", 7900,
            "Canvas above the ankle, with a rubber toe.", "canvas", Shoe("high-top"),
            (way("red", trim="navy"), way("black", trim="red"), way("ecru", trim="navy"), way("forest", trim="rust")), "canvas",
        ),
        _style(
            "SLP", "Slip-ons", "Sneakers", "women", "Summer", "Casual", 5500,
            "Canvas, two gores and no laces to tie.", "canvas", Shoe("slip-on"),
            (way("navy"), way("ecru", "breton", "navy", trim="ecru"), way("black", "check", "chalk", trim="black"), way("lilac")), "canvas",
        ),
    ),
)

BOOTS = Category(
    "Boots", "boots", "Leather, suede and rubber for wet and cold.", "BOO",
    (
        _style(
            "CHE", "Chelsea boots", "Boots", "men", "Autumn", "Formal", 17900,
            "Elastic at the ankle, a tab to pull them on by.", "leather", Shoe("chelsea", sole=_DARK_SOLE),
            (way("tobacco", trim="chocolate"), way("black", trim="black"), way("chocolate", trim="black"), way("camel", trim="chocolate", weave="suede")), "rib",
        ),
        _style(
            "LAC", "Lace-up boots", "Boots", "unisex", "Winter", "Casual", 18900,
            "Oiled leather, a padded collar and a sole with a grip.", "leather", Shoe("lace-boot", sole=(150, 104, 66)),
            (way("camel", trim="chocolate", metal=GOLD), way("chocolate", trim="black", metal=GOLD), way("black", trim="black"), way("forest", trim="chocolate", metal=GOLD)),
            "leather", (70, 50, 38),
        ),
        _style(
            "DSB", "Desert boots", "Boots", "men", "Spring", "Casual", 12900,
            "Two eyelets, soft suede and a crepe sole.", "suede", Shoe("desert", sole=GUM, shaft=170),
            (way("sand"), way("stone"), way("tobacco"), way("navy")), "suede", (226, 206, 170),
        ),
        _style(
            "HEB", "Heeled ankle boots", "Boots", "women", "Autumn", "Formal", 15900,
            "A block heel and a zip on the inside.", "leather", Shoe("heeled-boot", sole=(46, 38, 36), shaft=220),
            (way("black"), way("burgundy"), way("sand", weave="suede"), way("ecru")),
        ),
        _style(
            "TAL", "Rain boots", "Boots", "women", "Autumn", "Casual", 6900,
            "Natural rubber up to the calf, with a strap.", "rubber", Shoe("tall-boot", sole=(52, 54, 50), shaft=430, strap=True),
            (way("forest"), way("navy"), way("mustard"), way("red")), "rubber",
        ),
    ),
)

SHOES_ = Category(
    "Shoes & Heels", "shoes-heels", "Loafers, flats, heels and sandals.", "SHU",
    (
        _style(
            "LOA", "Loafers", "Loafers", "men", "Spring", "Formal", 14900,
            "Hand-sewn aprons and a saddle across the front.", "leather", Shoe("loafer", sole=_DARK_SOLE),
            (way("burgundy"), way("black"), way("tobacco"), way("navy", weave="suede")),
        ),
        _style(
            "BIT", "Bit loafers", "Loafers", "women", "Autumn", "Formal", 13900,
            "A snaffle of polished metal on soft leather.", "leather", Shoe("loafer", sole=_DARK_SOLE, strap=True),
            (way("black", metal=GOLD), way("ecru", metal=GOLD), way("forest", metal=GOLD)),
        ),
        _style(
            "BAL", "Ballet flats", "Flats", "women", "Spring", "Casual", 8900,
            "Glove leather with a bow and a binding.", "leather", Shoe("ballet", sole=(200, 170, 140)),
            (way("blush", trim="black"), way("black", trim="black"), way("red", trim="red"), way("silver", trim="charcoal")), "satin",
        ),
        _style(
            "PUM", "Pumps", "Heels", "women", "Winter", "Party", 12900,
            "A pointed toe on a heel you can stand on.", "patent", Shoe("pump", sole=(60, 40, 40), heel=34, pointed=True),
            (way("red"), way("black"), way("blush"), way("teal", weave="suede")),
        ),
        _style(
            "SAN", "Block-heel sandals", "Heels", "women", "Summer", "Party", 10900,
            "One broad strap, one fine one, a steady heel.", "suede", Shoe("sandal", sole=(150, 100, 60), heel=100),
            (way("mustard", metal=GOLD), way("black"), way("blush", metal=GOLD), way("sage", metal=GOLD)),
        ),
        _style(
            "SLD", "Two-strap sandals", "Sandals", "unisex", "Summer", "Casual", 7900,
            "A cork footbed that learns the shape of yours.", "leather", Shoe("slide", sole=(196, 160, 118), strap=True),
            (way("chocolate", metal=GOLD), way("black"), way("chalk"), way("camel", metal=GOLD, weave="suede")),
        ),
        _style(
            "ESP", "Espadrille wedges", "Sandals", "women", "Summer", "Casual", 7500,
            "Canvas on wound jute, tied round the ankle.", "canvas", Shoe("espadrille", heel=110, strap=True),
            (way("sky"), way("red"), way("ecru", "breton", "navy", trim="navy"), way("black")), "canvas",
        ),
    ),
)

SHOES = (SNEAKERS, BOOTS, SHOES_)
