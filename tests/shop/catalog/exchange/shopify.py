"""What is read of Shopify's CSV."""

from __future__ import annotations

from shop.catalog.imports.formats import shopify
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown
from tests.shop.catalog.foreign_files import AGES, COLOUR, GENDER, OLD, written

MATERIAL = "Stoff (product.metafields.shopify.fabric)"
OTHER = "Pflege (product.metafields.custom.care)"
MARKET = "Included / Germany"
SHIRT: Cells = {
    "Handle": "lido-shirt",
    "Title": "Lido Shirt",
    "Type": "Shirts",
    "Published": "true",
    "Status": "active",
    "Variant Price": "49.90",
}
SIZE: Cells = {"Option1 Name": "Size", "Option1 Value": "S"}
SIZE_AND_COLOUR: Cells = {**SIZE, "Option2 Name": "Farbe", "Option2 Value": "Navy"}
TRACKED: Cells = {"Variant Inventory Tracker": "shopify"}


def variant(size: str, **more: str) -> Cells:
    """A further row of the shirt."""
    return {"Handle": "lido-shirt", "Option1 Value": size, "Variant Price": "49.90", **more}


def picture(name: str, position: str) -> Cells:
    return {"Handle": "lido-shirt", "Image Src": name, "Image Position": position}


def write(*rows: Cells) -> bytes:
    return written((*OLD, COLOUR, GENDER, AGES, MATERIAL, OTHER, MARKET), *rows)


# What is read under one of the first headings is told by it; those of today say the same.
_FIRST = {
    name
    for name in shopify.COLUMNS
    if name.startswith(("variant", "image", "google"))
    or name in ("handle", "title", "body (html)", "vendor", "type", "published", "status")
}

SHOPIFY = Format(
    name="shopify",
    write=write,
    row=SHIRT,
    understood=_FIRST - {"variant image url"},
    columns=(
        read(
            "`Handle`, `URL handle`",
            "what a design is known by, and its style",
            shown({}, sku="LIDO-SHIRT", style="lido-shirt"),
            shown({**SIZE_AND_COLOUR}, sku="LIDO-SHIRT-NAVY", style="lido-shirt"),
        ),
        read(
            "`Title`, `Body (HTML)` / `Description`, `Vendor`",
            "name, description (HTML as the text that it shows), brand",
            shown(
                {
                    "Body (HTML)": "<p>Cool &amp; light.</p><ul><li>Linen</li></ul>",
                    "Vendor": "Mare",
                },
                name="Lido Shirt",
                description="Cool & light.\n\nLinen",
                brand="Mare",
            ),
        ),
        read(
            "`Type`, or else the end of `Product Category`",
            "category: `Apparel & Accessories > Clothing > Clothing Tops > Shirts` is *Shirts*",
            shown({"Type": "Tops"}, category="Tops"),
            shown(
                {"Type": "", "Product Category": "Apparel & Accessories > Clothing > Shirts"},
                category="Shirts",
            ),
            shown({"Type": ""}, category="Unsorted", losses={"CATEGORY"}),
        ),
        read(
            "`Option1 Name` to `Option3 Value`",
            "colour and size, whatever language they are called in; what is linked to a metafield "
            "(`Option1 Linked To`) is told by that, what has no known name by its values. A third "
            "option is part of the size: *32 / Long*. `Title` with `Default Title` is no choice",
            shown(SIZE_AND_COLOUR, colours=["Navy"], sizes=("S",)),
            shown(
                {
                    "Option1 Name": "Nuance",
                    "Option1 Linked To": "product.metafields.shopify.color-pattern",
                    "Option1 Value": "Navy",
                    "Option2 Name": "Wie groß",
                    "Option2 Value": "S",
                },
                colours=["Navy"],
                sizes=("S",),
            ),
            shown(
                {
                    "Option1 Name": "Length",
                    "Option1 Value": "Long",
                    "Option2 Name": "Size",
                    "Option2 Value": "32",
                },
                sizes=("32 / Long",),
            ),
            shown(
                {
                    "Option1 Name": "Ausführung",
                    "Option1 Value": "Lang",
                    "Option2 Name": "Wahl",
                    "Option2 Value": "XL",
                },
                sizes=("XL / Lang",),
            ),
            shown(
                {"Option1 Name": "Title", "Option1 Value": "Default Title"},
                sizes=("One size",),
                colours=None,
                skus=(),
            ),
        ),
        read(
            "`Variant Price`, `Variant Compare At Price`",
            "the price, and a sale where what it is compared with is more; `0.00` is no former "
            "price",
            shown({"Variant Compare At Price": "59.90"}, price_cents=5990, sale_price_cents=4990),
            shown({"Variant Compare At Price": "49.90"}, price_cents=4990, sale_price_cents=None),
            shown({"Variant Compare At Price": "39.90"}, price_cents=4990, sale_price_cents=None),
            shown({"Variant Compare At Price": "0.00"}, price_cents=4990, sale_price_cents=None),
        ),
        read(
            "`Variant SKU`, `Variant Barcode`",
            "the size's SKU; the GTIN",
            shown({"Variant SKU": "LS"}, sku="LIDO-SHIRT", skus=("LS",)),
            shown({"Variant Barcode": "'4006381333931"}, gtin="4006381333931"),
            shown({"Variant Barcode": "SHELF-7"}, losses={"GTIN"}),
        ),
        read(
            "`Variant Inventory Qty`",
            "the stock, where Shopify counts it (`Variant Inventory Tracker`) and does not sell on "
            "without (`Variant Inventory Policy`), in all sizes; less than nothing is none",
            shown({**TRACKED, "Variant Inventory Qty": "4"}, stock=(4,)),
            shown({**TRACKED, "Variant Inventory Qty": "-2"}, stock=(0,)),
            shown({"Variant Inventory Qty": "4"}, stock=()),
            shown(TRACKED, stock=()),
            shown(
                {
                    **TRACKED,
                    "Variant Inventory Qty": "0",
                    "Variant Inventory Policy": "continue",
                },
                stock=(),
            ),
            shown({**SIZE, **TRACKED, "Variant Inventory Qty": "4"}, variant("M"), stock=()),
        ),
        read(
            "`Published`, `Status`",
            "active is published, and a draft where it is not published on the online store; "
            "draft, archived; unlisted is *by its link alone*",
            shown({}, status="published"),
            shown({"Status": ""}, status="published"),
            shown({"Status": "draft"}, status="draft"),
            shown({"Status": "archived"}, status="archived"),
            shown({"Status": "unlisted"}, status="link"),
            shown({"Published": "false"}, status="draft"),
            shown({"Published": "false", "Status": "archived"}, status="archived"),
        ),
        read(
            "`Image Src`, `Image Position`",
            "photographs, in their order",
            shown(
                {**SIZE, **picture("1.jpg", "2")},
                picture("2.jpg", "1"),
                picture("3.jpg", "10"),
                picture("1.jpg", "2"),
                sizes=("S",),
                addresses=("2.jpg", "1.jpg", "3.jpg"),
            ),
        ),
        read(
            "`Variant Image`",
            "what shows this colour: it comes first, and with no other colour",
            shown(
                {**SIZE_AND_COLOUR, **picture("all.jpg", "1"), "Variant Image": "navy.jpg"},
                variant("S", **{"Option2 Value": "White", "Variant Image": "white.jpg"}),
                picture("white.jpg", "2"),
                addresses=("navy.jpg", "all.jpg"),
            ),
        ),
        read(
            "metafields of Shopify's own, told by what is in brackets: `shopify.color-pattern`, "
            "`target-gender`, `age-group`, `fabric` or `material`",
            "colours where no option is one, whom it is for, material; lists are parted at `;`",
            shown({COLOUR: "navy; white"}, colours=["navy", "white"]),
            shown({GENDER: "female; male", AGES: "adults"}, gender="unisex"),
            shown({GENDER: "female", AGES: "kids"}, gender="girls"),
            shown({MATERIAL: "linen; cotton"}, material="linen, cotton"),
        ),
        read(
            "`Google Shopping / Gender`, `Google Shopping / Age Group`",
            "whom it is for",
            shown({"Google Shopping / Gender": "Male"}, gender="men"),
            shown(
                {"Google Shopping / Gender": "Male", "Google Shopping / Age Group": "Kids"},
                gender="boys",
            ),
            shown({}, gender=None),
        ),
    ),
    lost=(
        lost(
            "tags, SEO texts, gift cards' meaning, cost, taxes, weights, shipping",
            "the shop has no place for them",
            **{
                "Tags": "summer, sale",
                "SEO Title": "Shirts",
                "SEO Description": "All of them",
                "Gift Card": "true",
                "Cost per item": "9.00",
                "Variant Taxable": "true",
                "Variant Grams": "0.0",
                "Variant Requires Shipping": "true",
            },
        ),
        lost(
            "further metafields",
            "their meaning is each merchant's own; write them as `attr:` columns of [a file of "
            "your own](importing.md)",
            **{OTHER: "Wash cold"},
        ),
        lost(
            "alternative texts",
            "they are written in the admin, and an import leaves them alone",
            **{"Image Alt Text": "A shirt"},
        ),
        lost(
            "prices of markets (`Included / ...`)",
            "a shop has one currency",
            **{MARKET: "true"},
        ),
        lost(
            "which picture shows which colour, where variants name none",
            "every colour gets all pictures",
            shown(
                {**SIZE_AND_COLOUR, **picture("1.jpg", "1")},
                variant("S", **{"Option2 Value": "White"}),
                picture("2.jpg", "2"),
                addresses=("1.jpg", "2.jpg"),
            ),
        ),
    ),
)
