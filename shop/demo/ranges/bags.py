"""Bags."""

from collections.abc import Callable

from shop.demo.canvas import Canvas
from shop.demo.fabrics import Paint
from shop.demo.garments.bags import Bag, draw_bag
from shop.demo.look import Look
from shop.demo.palette import GOLD
from shop.demo.styles import ONE, Category, Detail, Style, way

_CLOSE = Detail(0.05, 0.12, 2.0, -5)


def _bag(bag: Bag) -> Callable[[Canvas, Look, Paint], None]:
    return lambda canvas, look, stone: draw_bag(canvas, look, bag)


BAGS = (
    Category(
        "Bags", "bags", "To carry in the hand, on the shoulder, on the back.", "BAG",
        (
            Style(
                "TOT", "Canvas tote", "Handbags", "unisex", "Summer", "Casual", 4500,
                "Heavy canvas, long handles, room for a week's shopping.",
                "canvas", _bag(Bag("tote")),
                (way("ecru", trim="navy"), way("ecru", "deckchair", "red", trim="red"), way("olive", trim="tobacco"), way("chalk", "breton", "navy", trim="navy")),
                ONE, "canvas", back=False, detail=_CLOSE,
            ),
            Style(
                "LTO", "Leather tote", "Handbags", "women", "Autumn", "Formal", 17900,
                "One piece of vegetable-tanned leather, unlined.",
                "leather", _bag(Bag("tote", width=1.1, height=0.86)),
                (way("tobacco"), way("black"), way("burgundy")), ONE, back=False, detail=_CLOSE,
            ),
            Style(
                "CRO", "Crossbody bag", "Handbags", "women", "Spring", "Casual", 12900,
                "A flap, a stud and a strap you can forget.",
                "leather", _bag(Bag("crossbody")),
                (way("tobacco", metal=GOLD), way("forest", metal=GOLD), way("blush", metal=GOLD), way("navy")), ONE, detail=_CLOSE,
            ),
            Style(
                "QUI", "Quilted chain bag", "Handbags", "women", "Winter", "Party", 15900,
                "Diamond quilting and a chain that holds its shine.",
                "leather", _bag(Bag("crossbody", chain=True, quilted=True)),
                (way("black", metal=GOLD), way("ecru", metal=GOLD), way("red", metal=GOLD), way("lilac")), ONE, detail=_CLOSE,
            ),
            Style(
                "MOO", "Half-moon bag", "Handbags", "women", "Autumn", "Casual", 13900,
                "A curve of soft leather that sits under the arm.",
                "leather", _bag(Bag("half-moon")),
                (way("burgundy", metal=GOLD), way("mustard", metal=GOLD), way("chalk"), way("olive", weave="suede", metal=GOLD)), ONE, back=False, detail=_CLOSE,
            ),
            Style(
                "BAC", "Backpack", "Backpacks", "unisex", "Autumn", "Travel", 9900,
                "Two compartments, padded straps and a patch of leather.",
                "canvas", _bag(Bag("backpack")),
                (way("olive", trim="tobacco"), way("navy", trim="tobacco"), way("rust", trim="chocolate"), way("charcoal", trim="black"), way("sky", trim="camel")), ONE, "leather", detail=Detail(0.05, 0.1),
            ),
            Style(
                "BUC", "Bucket bag", "Handbags", "women", "Spring", "Casual", 11900,
                "Suede drawn in by a leather cord.",
                "suede", _bag(Bag("bucket")),
                (way("sand", trim="tobacco"), way("black", trim="black"), way("teal", trim="chocolate")), ONE, "leather", back=False, detail=_CLOSE,
            ),
            Style(
                "CLU", "Envelope clutch", "Clutches", "women", "Winter", "Party", 7900,
                "A flap, a stud, and just enough room for the evening.",
                "patent", _bag(Bag("clutch")),
                (way("red", metal=GOLD), way("black", metal=GOLD), way("silver", weave="satin"), way("forest", weave="satin", metal=GOLD)), ONE, detail=_CLOSE,
            ),
            Style(
                "WEE", "Weekender", "Duffel Bag", "men", "Spring", "Travel", 18900,
                "Waxed canvas with leather ends, for two nights away.",
                "canvas", _bag(Bag("weekender")),
                (way("navy", trim="tobacco", metal=GOLD), way("olive", trim="chocolate", metal=GOLD), way("charcoal", trim="black")), ONE, "leather", back=False, detail=_CLOSE,
            ),
            Style(
                "SAT", "Satchel", "Messenger Bag", "men", "Autumn", "Formal", 19900,
                "Bridle leather with two buckles, made for papers.",
                "leather", _bag(Bag("satchel")),
                (way("camel", trim="chocolate", metal=GOLD), way("chocolate", trim="chocolate", metal=GOLD), way("black", trim="black")), ONE, "leather", detail=_CLOSE,
            ),
            Style(
                "BAS", "Straw basket", "Handbags", "women", "Summer", "Casual", 5900,
                "Woven by hand, with leather handles.",
                "straw", _bag(Bag("basket")),
                (way("sand", trim="tobacco"), way("ecru", trim="black"), way("sand", trim="red")), ONE, "leather", back=False, detail=_CLOSE,
            ),
        ),
    ),
)
