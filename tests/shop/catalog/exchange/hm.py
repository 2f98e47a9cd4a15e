"""What is read of H&M's data set."""

from __future__ import annotations

from shop.catalog.imports.formats import hm
from tests.shop.catalog.exchange.cases import Cells, Format, read, shown
from tests.shop.catalog.foreign_files import written

COLUMNS = (
    *("article_id", "product_code", "prod_name", "product_type_no", "product_type_name"),
    *("product_group_name", "graphical_appearance_name", "colour_group_code"),
    *("colour_group_name", "department_name", "index_name", "index_group_name"),
    *("section_no", "section_name", "garment_group_name", "detail_desc"),
)
JACKET: Cells = {
    "article_id": "0123456789",
    "product_code": "0123456",
    "prod_name": "Riva",
    "product_type_name": "Jacket",
    "product_group_name": "Garment Upper body",
    "graphical_appearance_name": "Stripe",
    "colour_group_name": "Dark Blue",
    "index_group_name": "Ladieswear",
    "section_name": "Womens Everyday",
    "detail_desc": "A short jacket, with two pockets.",
}


def write(*rows: Cells) -> bytes:
    return written(COLUMNS, *rows)


HM = Format(
    name="hm",
    write=write,
    row=JACKET,
    understood=hm.COLUMNS,
    columns=(
        read(
            "`article_id`",
            "the SKU and the photograph's name, with the zeros at its beginning that a spreadsheet "
            "drops",
            shown({}, sku="0123456789", addresses=("0123456789.jpg",)),
            shown({"article_id": "123456789"}, sku="0123456789", addresses=("0123456789.jpg",)),
        ),
        read(
            "`product_code`",
            "the style: its articles are colours of one design",
            shown({}, style="0123456"),
            shown({"product_code": "123456"}, style="0123456"),
        ),
        read(
            "`prod_name`, `detail_desc`",
            "name, description",
            shown({}, name="Riva", description="A short jacket, with two pockets."),
        ),
        read(
            "`product_group_name`, `product_type_name`",
            "category: `Garment Upper body > Vest top`; kind",
            shown({}, category="Garment Upper body > Jacket", kind="Jacket"),
        ),
        read(
            "`colour_group_name`, `graphical_appearance_name`",
            "colour; a further fact, *Pattern*",
            shown({}, colours=["Dark Blue"], attributes={"Pattern": "Stripe"}),
        ),
        read(
            "`index_group_name`, `section_name`",
            "whom it is for",
            *(
                shown({"index_group_name": group, "section_name": section}, gender=gender)
                for group, section, gender in (
                    ("Menswear", "Men Suits", "men"),
                    ("Divided", "Divided Basics", "women"),
                    ("Baby/Children", "Kids Girl", "girls"),
                    ("Baby/Children", "Young Boy", "boys"),
                    ("Baby/Children", "Baby Essentials", "unisex"),
                    ("Baby/Children", "Girls & Boys Shoes", "unisex"),
                    ("Sport", "Men Sport", "men"),
                    ("Sport", "Ladies Sport", "women"),
                    ("Sport", "Sport", "unisex"),
                )
            ),
        ),
    ),
)
