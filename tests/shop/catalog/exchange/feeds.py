"""What is read of feeds for Google and Meta."""

from __future__ import annotations

from shop.catalog.imports.formats import feeds
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown
from tests.shop.catalog.foreign_files import written

COLUMNS = (
    *("id", "title", "description", "link", "image_link", "additional_image_link"),
    *("image[0].url", "price", "sale_price", "sale_price_effective_date", "availability"),
    *("brand", "gtin", "mpn", "product_type", "google_product_category", "item_group_id"),
    *("color", "size", "gender", "age_group", "material", "pattern"),
    *("quantity_to_sell_on_facebook", "condition", "shipping_weight", "custom_label_0"),
)
# A price without a currency is in the shop's own.
COAT: Cells = {
    "id": "C-1",
    "title": "Coat",
    "link": "https://shop.example.com/coat",
    "price": "1299.00",
    "product_type": "Coats",
}
LIDO: Cells = {"item_group_id": "Lido"}
ONE, TWO, THREE = (f"https://x.example/{number}.jpg" for number in (1, 2, 3))


def item(number: str, **more: str) -> Cells:
    """A further item of the group."""
    return {**COAT, **LIDO, "id": number, **more}


def write(*rows: Cells) -> bytes:
    return written(COLUMNS, *rows, delimiter="\t")


FEEDS = Format(
    name="feeds",
    called="attribute",
    write=write,
    row=COAT,
    understood=feeds.NAMES - {"quantity"},
    columns=(
        read(
            "`id`, `item_group_id`",
            "an item is a size; those of a group are one design",
            shown({}, sku="C-1", skus=("C-1",), style=None),
            shown(
                {**LIDO, "color": "Navy", "size": "S"},
                item("C-2", color="White", size="S"),
                item("C-3", color="Navy", size="M"),
                sku="LIDO-NAVY",
                skus=("C-1", "C-3"),
                sizes=("S", "M"),
                style="Lido",
            ),
        ),
        read(
            "`title`, `description`",
            "of a group those of its first item",
            shown(
                {**LIDO, "description": "Long &amp; warm", "size": "S"},
                item("C-2", title="Coat M", size="M"),
                name="Coat",
                description="Long & warm",
            ),
        ),
        read(
            "`price`, `sale_price`",
            "`1299.00 EUR`, with a point; another currency than the shop's is refused",
            shown({}, price_cents=129900, sale_price_cents=None),
            shown({"price": "49,90"}, price_cents=4990),
            shown({"sale_price": "999.00"}, price_cents=129900, sale_price_cents=99900),
        ),
        read(
            "`sale_price_effective_date`",
            "when the sale holds: two days or times with a slash between, with zones or in the "
            "shop's time; the last day is part of it",
            shown(
                {"sale_price": "9", "sale_price_effective_date": "2026-02-24/2026-02-28"},
                sale_from="2026-02-24 00:00",
                sale_until="2026-03-01 00:00",
            ),
            shown(
                {
                    "sale_price": "9",
                    "sale_price_effective_date": "2026-02-24T11:07+0100 / 2026-02-28T23:07+0100",
                },
                sale_from="2026-02-24 11:07",
                sale_until="2026-02-28 23:07",
            ),
        ),
        read(
            "`availability`",
            "with a space or an underscore. `out_of_stock` and `discontinued` cannot be had; "
            "`in_stock`, `preorder`, `backorder` and `available for order` can. Where this shop "
            "counts the pieces, its count is what holds",
            *(
                shown({"availability": told}, available=can_be_had)
                for told, can_be_had in (
                    ("in stock", (True,)),
                    ("in_stock", (True,)),
                    ("Out of Stock", (False,)),
                    ("discontinued", (False,)),
                    ("available for order", (True,)),
                    ("preorder", (True,)),
                    ("backorder", (True,)),
                    ("", ()),
                )
            ),
        ),
        read(
            "`quantity_to_sell_on_facebook`, `inventory`",
            "the stock, where all sizes have it",
            shown({"quantity_to_sell_on_facebook": "7"}, stock=(7,), available=()),
            shown({**LIDO, "quantity_to_sell_on_facebook": "7"}, item("C-2", size="M"), stock=()),
        ),
        read(
            "`image_link`, `additional_image_link`, `image[0].url`",
            "photographs, apart by commas",
            shown(
                {"image_link": ONE, "additional_image_link": f"{TWO},{THREE}"},
                addresses=(ONE, TWO, THREE),
            ),
            shown({"image[0].url": ONE}, addresses=(ONE,)),
        ),
        read(
            "`product_type`, or else a `google_product_category` in words",
            "category, with the way to it, but for `Home` and `Apparel & Accessories` at its "
            "beginning",
            shown({"product_type": "Home > Women > Coats"}, category="Women > Coats"),
            shown(
                {
                    "product_type": "",
                    "google_product_category": "Apparel & Accessories > Clothing > Coats",
                },
                category="Clothing > Coats",
            ),
        ),
        read(
            "`color`",
            "colours, the main one first: `Navy/White`",
            shown({"color": "Navy/White"}, colours=["Navy", "White"]),
        ),
        read(
            "`pattern`",
            "part of what tells two products of a group apart",
            shown({**LIDO, "color": "Navy", "pattern": "Dots"}, sku="LIDO-NAVY-DOTS"),
        ),
        read(
            "`size`, `gender`, `age_group`, `brand`, `material`, `gtin`, `mpn`",
            "as they are called",
            shown(
                {"size": "M", "brand": "Mare", "material": "Wool", "mpn": "M-1"},
                sizes=("M",),
                brand="Mare",
                material="Wool",
                mpn="M-1",
            ),
            shown({"gtin": "4006381333931"}, gtin="4006381333931"),
            shown({"gender": "male", "age_group": "kids"}, gender="boys"),
            shown({"gender": "female", "age_group": "adult"}, gender="women"),
        ),
    ),
    lost=(
        lost(
            "a category that is a number",
            "it means something in Google's list alone",
            shown(
                {"product_type": "", "google_product_category": "5598"},
                category="Unsorted",
                losses={"CATEGORY"},
            ),
        ),
        lost("titles of further items of a group", "a design has one name"),
        lost(
            "condition, shipping, tax, labels, videos, links to the pages there",
            "the shop has no place for them",
            condition="new",
            shipping_weight="1 kg",
            custom_label_0="winter",
            link="https://shop.example.com/other",
        ),
        lost("an item that has no price or no id", "it cannot be sold"),
    ),
)
