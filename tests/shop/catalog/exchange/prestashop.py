"""What is read of PrestaShop's CSV files."""

from __future__ import annotations

from shop.catalog.imports.formats import prestashop
from shop.catalog.imports.formats.listing import Listing
from shop.catalog.imports.tables import read_table
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown
from tests.shop.catalog.foreign_files import written

HEADINGS = (
    *("Product ID", "Active (0/1)", "Name *", "Categories (x,y,z...)", "Price tax excluded"),
    *("Price tax included", "Tax rules ID", "Wholesale price", "On sale (0/1)", "Discount amount"),
    *("Discount percent", "Discount from (yyyy-mm-dd)", "Discount to (yyyy-mm-dd)", "Reference #"),
    *("Supplier reference #", "Supplier", "Manufacturer", "EAN13", "UPC", "MPN", "Ecotax"),
    *("Weight", "Quantity", "Minimal quantity", "Visibility", "Summary", "Description"),
    *("Tags (x,y,z...)", "Meta title", "URL rewritten", "Available for order (0 = No, 1 = Yes)"),
    *("Image URLs (x,y,z...)", "Image alt texts (x,y,z...)", "Feature(Name:Value:Position)"),
    *("Condition", "Out of stock action", "ID / Name of shop", "Acessories  (x,y,z...)"),
)
COMBINATIONS = (
    *("Product ID*", "Product Reference", "Attribute (Name:Type:Position)*"),
    *("Value (Value:Position)*", "Supplier reference", "Reference", "EAN13", "UPC"),
    *("Wholesale price", "Impact on price", "Ecotax", "Quantity", "Impact on weight"),
    *("Default (0 = No, 1 = Yes)", "Image position", "Image URLs (x,y,z...)"),
    *("Image alt texts (x,y,z...)", "Warehouse"),
)
HAT: Cells = {
    "Product ID": "7",
    "Active (0/1)": "1",
    "Name *": "Sun Hat",
    "Categories (x,y,z...)": "Home,Hats",
    "Price tax excluded": "20.000000",
    "Price tax included": "25.000000",
    "Reference #": "HAT-7",
    "Quantity": "4",
}
ONE, TWO = "https://x.example/1.jpg", "https://x.example/2.jpg"


def combination(values: str, **more: str) -> Cells:
    """A row of the other file, of the hat."""
    return {
        "Product ID*": "7",
        "Attribute (Name:Type:Position)*": "Color:color:0, Size:select:1",
        "Value (Value:Position)*": values,
        **more,
    }


def products(*rows: Cells) -> bytes:
    return written(HEADINGS, *rows, delimiter=";")


def combinations(*rows: Cells) -> bytes:
    return written(COMBINATIONS, *rows, delimiter=";")


def of_two(product_rows: bytes, combination_rows: bytes) -> Listing:
    """What two files list together."""
    files = {"products.csv": product_rows, "combinations.csv": combination_rows}
    listing = prestashop.listing_of_two([read_table(files[name], name) for name in files])
    assert listing
    return listing


def write(row: Cells, *further: Cells) -> Listing:
    """One file, or two where there are combinations."""
    if further:
        return of_two(products(row), combinations(*further))
    return prestashop.listing(read_table(products(row), "products.csv"))


PRESTASHOP = Format(
    name="prestashop",
    write=write,
    row=HAT,
    understood=(*prestashop.COLUMNS, *prestashop.COMBINATION_COLUMNS),
    columns=(
        read(
            "`Product ID` (`ID`), `Reference`",
            "what a product is known by: its reference, or else its name and id. Combinations name "
            "their product by its id or its reference (`Product Reference`), and their references "
            "are the SKUs of their sizes",
            shown({}, sku="HAT-7", skus=("HAT-7",)),
            shown({"Reference #": ""}, sku="SUN-HAT-7"),
            shown(
                {},
                combination("Sand:0, S:1", Reference="HAT-S"),
                combination(
                    "Sand:0, M:1",
                    **{"Product ID*": "", "Product Reference": "hat-7", "Reference": "HAT-M"},
                ),
                sku="HAT-7-SAND",
                style="HAT-7",
                sizes=("S", "M"),
                skus=("HAT-S", "HAT-M"),
            ),
        ),
        read(
            "`Name`, `Description` or else `Summary` (`Short description`), `Manufacturer` "
            "(`Brand`), `MPN`",
            "name, description (HTML as the text that it shows), brand, manufacturer's number",
            shown(
                {"Summary": "<p>Straw</p>", "Manufacturer": "Mare", "MPN": "M-7"},
                name="Sun Hat",
                description="Straw",
                brand="Mare",
                mpn="M-7",
            ),
            shown({"Summary": "Straw", "Description": "<p>Wide</p>"}, description="Wide"),
        ),
        read(
            "`Attribute`, `Value`",
            "colour and size of a combination: `Color:color:0, Size:select:1` with `Sand:0, S:1`",
            shown({}, combination("Sand:0, S:1"), colours=["Sand"], sizes=("S",)),
        ),
        read(
            "`Price tax excluded`, `Price tax included`",
            "the price with tax, and from both how much tax there is",
            shown({}, price_cents=2500, losses=set()),
            shown({"Price tax excluded": ""}, price_cents=2500, losses=set()),
        ),
        read(
            "`Impact on price`",
            "what a combination costs more, or less, than its product, without tax",
            shown(
                {},
                combination("Sand:0, S:1"),
                combination("Sand:0, M:1", **{"Impact on price": "4.000000"}),
                combination("Sand:0, L:1", **{"Impact on price": "-0,50"}),
                prices=(2500, 3000, 2438),
            ),
        ),
        read(
            "`Discount amount`, `Discount percent`, `Discount from`, `Discount to`",
            "a sale: an amount with tax, or percents, off the price; until the last day begins",
            shown(
                {
                    "Discount percent": "20",
                    "Discount from (yyyy-mm-dd)": "2026-01-01",
                    "Discount to (yyyy-mm-dd)": "2026-02-01",
                },
                price_cents=2500,
                sale_price_cents=2000,
                sale_from="2026-01-01 00:00",
                sale_until="2026-02-01 00:00",
            ),
            shown(
                {"Discount amount": "5", "Discount from (yyyy-mm-dd)": "0000-00-00"},
                sale_price_cents=2000,
                sale_from=None,
            ),
            shown({"Discount from (yyyy-mm-dd)": "2026-01-01"}, sale_price_cents=None),
        ),
        read(
            "`Active` (`Enabled`, `Status`), `Visibility`",
            "0 is a draft; what is visible to `none` is *by its link alone*",
            shown({}, status="published"),
            shown({"Active (0/1)": "0"}, status="draft"),
            shown({"Visibility": "none"}, status="link"),
        ),
        read(
            "`Quantity`, `Out of stock action` (`Action when out of stock`)",
            "the stock, where none is sold on without (1)",
            shown({}, stock=(4,)),
            shown({"Out of stock action": "1"}, stock=()),
            shown({}, combination("Sand:0, S:1", Quantity="9"), stock=(9,)),
            shown({}, combination("Sand:0, S:1"), stock=()),
        ),
        read(
            "`Available for order`",
            "0 cannot be had",
            shown({"Available for order (0 = No, 1 = Yes)": "0"}, stock=(0,)),
            shown(
                {"Available for order (0 = No, 1 = Yes)": "0", "Quantity": ""}, available=(False,)
            ),
        ),
        read(
            "`Categories` (`Category`)",
            "the first way with the most levels, without `Home`: `Home/Women/Hats`",
            shown({}, category="Hats"),
            shown({"Categories (x,y,z...)": "Home,Sale,Home/Women/Hats"}, category="Women > Hats"),
        ),
        read(
            "`Image URLs` (`Image URL`, `Image`)",
            "photographs; those of a combination, also as `Image position` (`Choose among product "
            "images by position`) of its product's, come first, and with no other colour",
            shown({"Image URLs (x,y,z...)": f"{ONE},{TWO}"}, addresses=(ONE, TWO)),
            shown(
                {"Image URLs (x,y,z...)": f"{ONE},{TWO}"},
                combination("Sand:0, S:1", **{"Image position": "2"}),
                combination("Navy:0, S:1", **{"Image position": "1"}),
                addresses=(TWO,),
            ),
        ),
        read(
            "`EAN13`, `UPC`",
            "the GTIN",
            shown({"EAN13": "4006381333931"}, gtin="4006381333931"),
            shown({"UPC": "036000291452"}, gtin="036000291452"),
        ),
        read(
            "`Feature`",
            "further facts: `Brim:9 cm:1, Fit:Loose`",
            shown(
                {"Feature(Name:Value:Position)": "Brim:9 cm:1, Fit:Loose, Fit:Wide"},
                attributes={"Brim": "9 cm", "Fit": "Loose, Wide"},
            ),
        ),
    ),
    lost=(
        lost(
            "how much tax there is, where all prices are without",
            "tax rules are but numbers: prices are taken as they are, and the report counts them. "
            "Add a column `Price tax included`",
            shown({"Price tax included": ""}, price_cents=2000, losses={"TAX"}),
        ),
        lost(
            "further categories",
            "a product lies in one category",
            **{"Categories (x,y,z...)": "Home,Hats,Sale"},
        ),
        lost("whom it is for", "the files do not say"),
        lost("badges (`On sale`)", "they are not a reduction", **{"On sale (0/1)": "1"}),
        lost(
            "alternative texts",
            "they are written in the admin, and an import leaves them alone",
            **{"Image alt texts (x,y,z...)": "A hat"},
        ),
        lost(
            "wholesale prices, ecotax, suppliers, measures, least quantities, tags, meta texts, "
            "conditions, accessories, further shops and warehouses",
            "the shop has no place for them",
            **{
                "Wholesale price": "9",
                "Ecotax": "1",
                "Supplier": "S",
                "Weight": "0.2",
                "Minimal quantity": "2",
                "Tags (x,y,z...)": "a, b",
                "Meta title": "Hats",
                "Condition": "new",
                "Acessories  (x,y,z...)": "8",
            },
        ),
    ),
)
