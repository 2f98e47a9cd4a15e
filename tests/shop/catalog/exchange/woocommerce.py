"""What is read of WooCommerce's CSV."""

from __future__ import annotations

from shop.catalog.imports.formats import woocommerce
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown
from tests.shop.catalog.foreign_files import WOO, written

BOM = b"\xef\xbb\xbf"
HAT: Cells = {
    "ID": "7",
    "Type": "simple",
    "SKU": "HAT-7",
    "Name": "Sun Hat",
    "Published": "1",
    "Visibility in catalog": "visible",
    "In stock?": "1",
    "Regular price": "29.90",
    "Categories": "Hats",
}
SHIRT: Cells = {
    **HAT,
    "ID": "10",
    "Type": "variable",
    "SKU": "LIDO",
    "Name": "Lido",
    "Regular price": "",
    "Images": "https://x.example/a.jpg, https://x.example/b.jpg",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Navy, White",
    "Attribute 2 name": "Size",
    "Attribute 2 value(s)": "S, M, L",
}


def variation(number: str, colour: str, size: str, **more: str) -> Cells:
    return {
        "ID": number,
        "Type": "variation",
        "Name": f"Lido - {colour}, {size}",
        "SKU": f"LIDO-{number}",
        "Published": "1",
        "In stock?": "1",
        "Regular price": "49.90",
        "Parent": "LIDO",
        "Attribute 1 name": "Color",
        "Attribute 1 value(s)": colour,
        "Attribute 2 name": "Size",
        "Attribute 2 value(s)": size,
        **more,
    }


def write(*rows: Cells) -> bytes:
    return BOM + written(WOO, *rows)


WOOCOMMERCE = Format(
    name="woocommerce",
    write=write,
    row=HAT,
    understood=woocommerce.COLUMNS,
    columns=(
        read(
            "`Type`",
            "a simple product; a variable one with its variations. A group has no pieces of its "
            "own, and an external product is sold elsewhere: both are refused",
            shown({}, sku="HAT-7", sizes=("One size",), style=None),
            shown(SHIRT, variation("11", "Navy", "S"), sku="LIDO-NAVY", style="LIDO"),
        ),
        read(
            "`Parent`",
            "the product of a variation, by SKU or as `id:7`, wherever it stands in the file",
            shown(
                SHIRT,
                variation("11", "Navy", "S", Parent="id:10"),
                variation("12", "Navy", "M"),
                sizes=("S", "M"),
            ),
        ),
        read(
            "`ID`, `SKU`",
            "what a product is known by: its SKU, or else its name and id. The SKUs of variations "
            "are those of the sizes",
            shown({"SKU": ""}, sku="SUN-HAT-7"),
            shown(SHIRT, variation("11", "Navy", "S"), skus=("LIDO-11",)),
        ),
        read(
            "`Name`, `Description` or else `Short description`, `Brands`",
            "name, description (HTML; `\\n` is a break), brand (where headings are English)",
            shown(
                {"Description": "<p>Wide &amp; light</p>\\nStraw", "Brands": "Mare"},
                name="Sun Hat",
                description="Wide & light\n\nStraw",
                brand="Mare",
            ),
            shown({"Short description": "Straw"}, description="Straw"),
        ),
        read(
            "`Attribute 1 name`, `Attribute 1 value(s)` and so on",
            "colour and size, told as Shopify's options are. A variation that leaves one empty "
            "stands for all its values, except those that a variation of their own names; its "
            "pieces share no SKU. What there is nothing to choose of are further facts, and "
            "colours",
            shown(
                SHIRT,
                variation("11", "Navy", ""),
                variation("12", "Navy", "M", **{"Regular price": "59.90"}),
                sizes=("S", "L", "M"),
                skus=("", "", "LIDO-12"),
                prices=(4990, 4990, 5990),
            ),
            shown(
                {
                    "Attribute 1 name": "Colour",
                    "Attribute 1 value(s)": "Navy\\, light, White",
                    "Attribute 2 name": "Neckline",
                    "Attribute 2 value(s)": "Round",
                },
                colours=["Navy, light", "White"],
                attributes={"Neckline": "Round"},
            ),
        ),
        read(
            "`Regular price`, `Sale price`, `Date sale price starts`, `Date sale price ends`",
            "price and sale, with the decimals that the file's other prices show",
            shown(
                {
                    "Sale price": "19.90",
                    "Date sale price starts": "2026-01-01 00:00:00",
                    "Date sale price ends": "2026-01-31",
                },
                price_cents=2990,
                sale_price_cents=1990,
                sale_from="2026-01-01 00:00",
                sale_until="2026-02-01 00:00",
            ),
            shown(
                {"Regular price": "1.299"},
                {**HAT, "ID": "8", "SKU": "B", "Regular price": "9,90"},
                price_cents=129900,
            ),
        ),
        read(
            "`Stock`, `In stock?`, `Backorders allowed?`",
            "the stock, where every size has a number of its own and none is sold on without; "
            "otherwise whether each can be had",
            shown({"Stock": "4"}, stock=(4,), available=()),
            shown({"Stock": "-1"}, stock=(0,)),
            shown({"Stock": "4", "Backorders allowed?": "notify"}, stock=(), available=(True,)),
            shown({"In stock?": "0"}, stock=(), available=(False,)),
            shown({"In stock?": "backorder"}, available=(True,)),
            shown(
                SHIRT,
                variation("11", "Navy", "S", Stock="parent"),
                variation("12", "Navy", "M", Stock="3"),
                stock=(),
                available=(True, True),
            ),
        ),
        read(
            "`Published`, `Visibility in catalog`",
            "1 is published, 0, -1 and 2 are drafts; what is hidden is *by its link alone*. A "
            "variation that is switched off cannot be had",
            shown({}, status="published"),
            shown({"Published": "0"}, status="draft"),
            shown({"Published": "-1"}, status="draft"),
            shown({"Published": "2"}, status="draft"),
            shown({"Visibility in catalog": "hidden"}, status="link"),
            shown(SHIRT, variation("11", "Navy", "S", Published="0"), available=(False,)),
        ),
        read(
            "`Categories`",
            "the way with the most levels: `Women > Hats > Sun`",
            shown({"Categories": "Hats, Women > Hats > Sun"}, category="Women > Hats > Sun"),
            shown({"Categories": "Hats\\, caps"}, category="Hats, caps"),
        ),
        read(
            "`Images`",
            "photographs; those of a variation come first, and one without any shows its product's",
            shown(
                SHIRT,
                variation("11", "Navy", "S", Images="https://x.example/navy.jpg"),
                addresses=(
                    "https://x.example/navy.jpg",
                    "https://x.example/a.jpg",
                    "https://x.example/b.jpg",
                ),
            ),
            shown(
                SHIRT,
                variation("11", "Navy", "S"),
                addresses=("https://x.example/a.jpg", "https://x.example/b.jpg"),
            ),
        ),
        read(
            "`GTIN, UPC, EAN, or ISBN`",
            "the GTIN",
            shown({"GTIN, UPC, EAN, or ISBN": "4006381333931"}, gtin="4006381333931"),
        ),
    ),
    lost=(
        lost(
            "further categories, tags",
            "a product lies in one category",
            Categories="Hats, Sale",
            Tags="summer",
        ),
        lost("whom it is for", "the file does not say"),
        lost(
            "measures, taxes, shipping classes, downloads, upsells, `Meta:` columns",
            "the shop has no place for them",
            **{
                "Weight (kg)": "0.2",
                "Tax class": "reduced",
                "Shipping class": "small",
                "Download limit": "3",
                "Upsells": "LIDO",
                "Meta: _custom_1": "x",
            },
        ),
        lost(
            "headings in another language of only some columns",
            "nobody can tell what they mean: export all columns",
        ),
    ),
)
