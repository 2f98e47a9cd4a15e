"""What a kind of article implies where a source is silent: its category, sizes and price."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from shop.catalog import naming

LETTERS = ("XS", "S", "M", "L", "XL")
WAISTS = ("28", "30", "32", "34", "36")
CHILDREN = ("4Y", "6Y", "8Y", "10Y", "12Y")
WOMENS_SHOES = ("36", "37", "38", "39", "40", "41")
MENS_SHOES = ("40", "41", "42", "43", "44", "45")
CHILDRENS_SHOES = ("28", "30", "32", "34", "36")
BRAS = ("75A", "75B", "75C", "80B", "80C", "85B")
ONE_SIZE = (naming.ONE_SIZE,)


@dataclass(frozen=True)
class Shelf:
    """A category, the system of sizes in it and its span of prices in whole units."""

    category: str
    sizes: str
    cheapest: int
    dearest: int


_TSHIRTS = Shelf("T-shirts", "letters", 12, 39)
_SHIRTS = Shelf("Shirts", "letters", 29, 79)
_TOPS = Shelf("Tops", "letters", 19, 59)
_KNITS = Shelf("Knitwear & Sweatshirts", "letters", 35, 95)
_JACKETS = Shelf("Jackets & Coats", "letters", 59, 199)
_DRESSES = Shelf("Dresses", "letters", 39, 129)
_SKIRTS = Shelf("Skirts", "letters", 29, 79)
_JEANS = Shelf("Jeans", "waists", 45, 99)
_TROUSERS = Shelf("Trousers", "waists", 35, 89)
_LEGGINGS = Shelf("Leggings & Tights", "letters", 9, 35)
_SHORTS = Shelf("Shorts", "letters", 22, 55)
_ETHNIC = Shelf("Kurtas & Sarees", "letters", 29, 119)
_UNDERWEAR = Shelf("Underwear", "letters", 9, 35)
_BRAS = Shelf("Underwear", "bras", 19, 45)
_NIGHT = Shelf("Nightwear", "letters", 22, 59)
_SWIM = Shelf("Swim & Sport", "letters", 25, 69)
_SHOES = Shelf("Shoes", "shoes", 49, 139)
_TRAINERS = Shelf("Trainers", "shoes", 59, 149)
_HEELS = Shelf("Heels & Flats", "shoes", 39, 119)
_SANDALS = Shelf("Sandals", "shoes", 19, 69)
_BAGS = Shelf("Bags", "one", 35, 149)
_WALLETS = Shelf("Wallets & Belts", "one", 19, 59)
_WATCHES = Shelf("Watches", "one", 59, 249)
_EYEWEAR = Shelf("Sunglasses", "one", 29, 129)
_JEWELLERY = Shelf("Jewellery", "one", 15, 89)
_SCARVES = Shelf("Scarves & Ties", "one", 15, 49)
_HATS = Shelf("Hats & Caps", "one", 15, 39)
_SOCKS = Shelf("Socks", "one", 6, 15)
_ACCESSORIES = Shelf("Accessories", "one", 9, 45)

_SHELVES = {
    kind: shelf
    for shelf, kinds in {
        _TSHIRTS: ("tshirts", "t-shirt", "t-shirts", "lounge tshirts", "longsleeve"),
        _SHIRTS: ("shirts", "shirt"),
        _TOPS: ("tops", "top", "tunics", "camisoles", "shrug"),
        _KNITS: ("sweaters", "sweatshirts", "sweater", "hoodie"),
        _JACKETS: (
            *("jackets", "blazers", "rain jacket", "nehru jackets", "waistcoat", "outwear"),
            *("coat", "coats", "jacket", "suits"),
        ),
        _DRESSES: ("dresses", "dress", "jumpsuit", "rompers"),
        _SKIRTS: ("skirts", "skirt"),
        _JEANS: ("jeans",),
        _TROUSERS: ("trousers", "pants", "track pants", "capris", "tracksuits"),
        _LEGGINGS: ("leggings", "jeggings", "tights", "stockings", "churidar"),
        _SHORTS: ("shorts",),
        _ETHNIC: (
            *("kurtas", "kurtis", "kurta sets", "sarees", "dupatta", "salwar", "patiala"),
            *("salwar and dupatta", "lehenga choli", "clothing set"),
        ),
        _UNDERWEAR: ("briefs", "trunk", "boxers", "innerwear vests", "shapewear"),
        _BRAS: ("bra",),
        _NIGHT: (
            *("nightdress", "night suits", "lounge pants", "lounge shorts", "bath robe"),
            *("baby dolls", "robe"),
        ),
        _SWIM: ("swimwear",),
        _SHOES: ("casual shoes", "formal shoes", "shoes", "booties", "boots"),
        _TRAINERS: ("sports shoes", "trainers", "sneakers"),
        _HEELS: ("heels", "flats"),
        _SANDALS: ("sandals", "flip flops", "sports sandals"),
        _BAGS: (
            *("handbags", "backpacks", "clutches", "duffel bag", "laptop bag", "messenger bag"),
            *("rucksacks", "trolley bag", "waist pouch", "mobile pouch", "tablet sleeve"),
        ),
        _WALLETS: ("wallets", "belts", "suspenders"),
        _WATCHES: ("watches",),
        _EYEWEAR: ("sunglasses",),
        _JEWELLERY: (
            *("earrings", "pendant", "necklace and chains", "ring", "bangle", "bracelet"),
            *("jewellery set", "cufflinks", "ties and cufflinks"),
        ),
        _SCARVES: ("scarves", "stoles", "mufflers", "ties", "gloves"),
        _HATS: ("caps", "hat", "headband"),
        _SOCKS: ("socks",),
    }.items()
    for kind in kinds
}


def shelf_for(kind: str) -> Shelf:
    """Where a kind of article belongs; accessories when nobody knows."""
    return _SHELVES.get(kind.strip().lower(), _ACCESSORIES)


def sizes_for(kind: str, gender: str) -> tuple[str, ...]:
    """The sizes that a kind of article is sold in."""
    system = shelf_for(kind).sizes
    children = gender in ("girls", "boys")
    if system == "shoes":
        if children:
            return CHILDRENS_SHOES
        return WOMENS_SHOES if gender == "women" else MENS_SHOES
    if system in ("letters", "waists"):
        if children:
            return CHILDREN
        return LETTERS if system == "letters" else WAISTS
    return BRAS if system == "bras" else ONE_SIZE


def price_for(kind: str, sku: str) -> int:
    """A plausible price in cents, ending in .95: the same for a SKU at every import."""
    shelf = shelf_for(kind)
    steps = shelf.dearest - shelf.cheapest + 1
    step = int.from_bytes(hashlib.sha256(sku.encode()).digest()[:4]) % steps
    return (shelf.cheapest + step) * 100 - 5
