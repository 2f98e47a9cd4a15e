"""The drawn catalogue as labelled pictures that an encoder learns from.

Layout and words are those of Kaggle's fashion-products: `images.zip` with `<id>.jpg`, and
`styles.csv`. A label that it has no word for is left empty.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from drawings.ahead import drawn_ahead
from drawings.catalogue import DemoProduct

WIDTH, HEIGHT, QUALITY = 192, 240, 90
# A back is much like its front: every third product's is enough.
BACK_EVERY = 3

# Article type and subcategory of each kind in the catalogue.
KINDS = {
    "Backpacks": ("Backpacks", "Bags"),
    "Bangle": ("Bangle", "Jewellery"),
    "Belts": ("Belts", "Belts"),
    "Blazer": ("Blazers", "Topwear"),
    "Blouse": ("Tops", "Topwear"),
    "Boots": ("Booties", "Shoes"),
    "Bracelet": ("Bracelet", "Jewellery"),
    "Brooch": ("", "Jewellery"),
    "Caps": ("Caps", "Headwear"),
    "Cardigan": ("Sweaters", "Topwear"),
    "Clutches": ("Clutches", "Bags"),
    "Coat": ("Jackets", "Topwear"),
    "Dress": ("Dresses", "Dress"),
    "Duffel Bag": ("Duffel Bag", "Bags"),
    "Earrings": ("Earrings", "Jewellery"),
    "Flats": ("Flats", "Shoes"),
    "Handbags": ("Handbags", "Bags"),
    "Hat": ("Hat", "Headwear"),
    "Heels": ("Heels", "Shoes"),
    "Hoodie": ("Sweatshirts", "Topwear"),
    "Jacket": ("Jackets", "Topwear"),
    "Jeans": ("Jeans", "Bottomwear"),
    "Jumper": ("Sweaters", "Topwear"),
    "Loafers": ("Casual Shoes", "Shoes"),
    "Messenger Bag": ("Messenger Bag", "Bags"),
    "Necklace and Chains": ("Necklace and Chains", "Jewellery"),
    "Pendant": ("Pendant", "Jewellery"),
    "Ring": ("Ring", "Jewellery"),
    "Sandals": ("Sandals", "Sandal"),
    "Scarves": ("Scarves", "Scarves"),
    "Shirt": ("Shirts", "Topwear"),
    "Shorts": ("Shorts", "Bottomwear"),
    "Skirt": ("Skirts", "Bottomwear"),
    "Sneakers": ("Casual Shoes", "Shoes"),
    "Sports Shoes": ("Sports Shoes", "Shoes"),
    "Sunglasses": ("Sunglasses", "Eyewear"),
    "Sweatshirt": ("Sweatshirts", "Topwear"),
    "T-shirt": ("Tshirts", "Topwear"),
    "Trousers": ("Trousers", "Bottomwear"),
    "Waistcoat": ("Waistcoat", "Topwear"),
    "Watches": ("Watches", "Watches"),
}

# Base colours of the palette's colours that have another name there.
COLOURS = {
    "Blush": "Pink",
    "Butter": "Yellow",
    "Camel": "Tan",
    "Chalk": "White",
    "Chocolate": "Coffee Brown",
    "Ecru": "Off White",
    "Forest": "Green",
    "Indigo": "Blue",
    "Lilac": "Lavender",
    "Navy": "Navy Blue",
    "Sage": "Green",
    "Sand": "Beige",
    "Sky": "Blue",
    "Stone": "Taupe",
    "Tobacco": "Brown",
}
FIELDS = ("id", "gender", "subCategory", "articleType", "baseColour", "productDisplayName")


def write_dataset(products: Iterable[DemoProduct], folder: Path, drawers: int) -> int:
    """Draw the products' pictures, 192 x 240, in `drawers` processes; return how many there are.

    The table comes last: a folder without it was broken off and is written anew. Raises
    `FileExistsError` where there is a whole data set.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "styles.csv"
    if table.exists():
        raise FileExistsError(table)
    rows: list[dict[str, str]] = []
    with zipfile.ZipFile(folder / "images.zip", "w", zipfile.ZIP_STORED) as archive:
        for product, pictures in _drawn(products, drawers):
            for angle, content in pictures:
                rows.append(_labels(product, angle))
                archive.writestr(f"{rows[-1]['id']}.jpg", _reduced(content))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _drawn(
    products: Iterable[DemoProduct], drawers: int
) -> Iterator[tuple[DemoProduct, list[tuple[str, bytes]]]]:
    kept = (_with_fewer_backs(at, product) for at, product in enumerate(products))
    for product, pictures in drawn_ahead(kept, drawers):
        angles = [picture.angle for picture in product.pictures]
        yield product, [(a, read()) for a, read in zip(angles, pictures, strict=True)]


def _with_fewer_backs(at: int, product: DemoProduct) -> DemoProduct:
    if at % BACK_EVERY == 0:
        return product
    return replace(product, pictures=tuple(p for p in product.pictures if p.angle != "back"))


def _labels(product: DemoProduct, angle: str) -> dict[str, str]:
    article, group = KINDS[product.kind]
    colour = COLOURS.get(product.colour, product.colour)
    names = (product.gender.capitalize(), group, article, colour, product.name)
    return dict(zip(FIELDS, (f"{product.sku}-{angle}", *names), strict=True))


def _reduced(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (WIDTH, HEIGHT))
        smaller = picture.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    smaller.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
