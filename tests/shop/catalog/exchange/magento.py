"""What is read of Magento's CSV."""

from __future__ import annotations

from shop.catalog.imports.formats import magento
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown
from tests.shop.catalog.foreign_files import written

HEADINGS = (
    *("sku", "store_view_code", "attribute_set_code", "product_type", "categories"),
    *("product_websites", "name", "description", "short_description", "weight", "product_online"),
    *("tax_class_name", "visibility", "price", "special_price", "special_price_from_date"),
    *("special_price_to_date", "url_key", "meta_title", "base_image", "base_image_label"),
    *("small_image", "thumbnail_image", "swatch_image", "created_at", "updated_at"),
    *("additional_attributes", "qty", "out_of_stock_qty", "allow_backorders"),
    *("use_config_backorders", "is_in_stock", "manage_stock", "use_config_manage_stock"),
    *("related_skus", "upsell_skus", "additional_images", "additional_image_labels"),
    *("custom_options", "configurable_variations", "configurable_variation_labels"),
)
HAT: Cells = {
    "sku": "HAT-7",
    "attribute_set_code": "Default",
    "product_type": "simple",
    "categories": "Default Category/Hats",
    "name": "Sun Hat",
    "product_online": "1",
    "visibility": "Catalog, Search",
    "price": "29.9000",
    "created_at": "1/23/26, 7:45 PM",
    "qty": "4.0000",
    "use_config_backorders": "1",
    "is_in_stock": "1",
    "use_config_manage_stock": "1",
}
SHIRT: Cells = {
    **HAT,
    "sku": "LIDO",
    "product_type": "configurable",
    "name": "Lido",
    "price": "",
    "configurable_variations": "sku=LIDO-N-S,color=Navy,size=S|sku=LIDO-N-M,color=Navy,size=M",
    "configurable_variation_labels": "color=Color,size=Size",
}


def size(sku: str, **more: str) -> Cells:
    """One that a configurable product comes in."""
    hidden = {"sku": sku, "name": sku, "visibility": "Not Visible Individually", "price": "49.9000"}
    return {**HAT, **hidden, **more}


def write(*rows: Cells) -> bytes:
    return written(HEADINGS, *rows)


SIZES = (size("LIDO-N-S"), size("LIDO-N-M", price="54.9000"))

MAGENTO = Format(
    name="magento",
    write=write,
    row=HAT,
    understood=magento.COLUMNS,
    columns=(
        read(
            "`sku`",
            "what a product is known by, and each of its sizes",
            shown({}, sku="HAT-7", skus=("HAT-7",)),
            shown(
                SHIRT, *SIZES, sku="LIDO-NAVY", skus=("LIDO-N-S", "LIDO-N-M"), prices=(4990, 5490)
            ),
        ),
        read(
            "`product_type`",
            "simple, virtual or downloadable; a configurable one with those that it comes in. "
            "Bundles and groups have no pieces of their own and are refused",
            shown({"product_type": "virtual"}, sku="HAT-7"),
        ),
        read(
            "`configurable_variations`, `configurable_variation_labels`",
            "which rows are its sizes, wherever they stand, and their colours and sizes: options "
            "are told by their codes, or else by their labels",
            shown(SHIRT, *SIZES, colours=["Navy"], sizes=("S", "M"), style="LIDO"),
            shown(
                {
                    **SHIRT,
                    "configurable_variations": "sku=LIDO-N-S,fashion_hue=Navy, light",
                    "configurable_variation_labels": "fashion_hue=Farbe",
                },
                SIZES[0],
                colours=["Navy, light"],
            ),
        ),
        read(
            "`name`, `description`, or else `short_description`",
            "name, description (HTML as the text that it shows)",
            shown(
                {"description": "<p>Wide &amp; light</p>", "short_description": "Straw"},
                name="Sun Hat",
                description="Wide & light",
            ),
            shown({"short_description": "Straw"}, description="Straw"),
        ),
        read(
            "`store_view_code`",
            "a row with one holds texts in a language: that which its code names, as `de`, "
            "`shop_de` or `german` do",
            shown(
                {},
                {"sku": "HAT-7", "store_view_code": "shop_de", "name": "Sonnenhut"},
                name="Sun Hat",
                texts={"de": ("Sonnenhut", None)},
            ),
            shown(
                {},
                {"sku": "HAT-7", "store_view_code": "english", "name": "Straw Hat"},
                name="Straw Hat",
                texts={},
            ),
        ),
        read(
            "`categories`",
            "the way with the most levels, without the root category: `Women > Hats > Sun`",
            shown(
                {
                    "categories": "Default Category/Hats,"
                    "Default Category/Women/Hats, caps/Sun\\/Rain,Default Category"
                },
                category="Women > Hats, caps > Sun/Rain",
            ),
        ),
        read(
            "`product_online`, `visibility`",
            "2 is a draft, and what is not visible by itself and is nobody's size. A size that is "
            "switched off cannot be had",
            shown({}, status="published"),
            shown({"product_online": "2"}, status="draft"),
            shown({"visibility": "Not Visible Individually"}, status="draft"),
        ),
        read(
            "`price`, `special_price`, `special_price_from_date`, `special_price_to_date`",
            "price and sale, whose last day is part of it. Days are read as `2026-01-31`, "
            "`31.01.2026` or `1/31/26`; where one of the file's dates (`created_at` and "
            "`updated_at` count) cannot begin with the month, all begin with the day",
            shown({}, price_cents=2990, sale_price_cents=None),
            shown(
                {
                    "special_price": "19.9000",
                    "special_price_from_date": "1/2/26",
                    "special_price_to_date": "2026-01-31 00:00:00",
                },
                price_cents=2990,
                sale_price_cents=1990,
                sale_from="2026-01-02 00:00",
                sale_until="2026-02-01 00:00",
            ),
            shown(
                {
                    "special_price": "19.9000",
                    "special_price_from_date": "01/02/2026",
                    "created_at": "23/01/2026, 19:45",
                },
                sale_from="2026-02-01 00:00",
            ),
            shown(
                {"special_price": "19.9000", "special_price_from_date": "2.1.26"},
                sale_from="2026-01-02 00:00",
            ),
        ),
        read(
            "`base_image`, `small_image`, `thumbnail_image`, `additional_images`",
            "photographs, each once; those of a size come first, and with no other colour. They "
            "are paths within `pub/media/catalog/product`: pack that folder with the file",
            shown(
                {
                    "base_image": "/h/a/hat.jpg",
                    "small_image": "/h/a/hat.jpg",
                    "thumbnail_image": "no_selection",
                    "additional_images": "/h/a/hat.jpg,/h/a/back.jpg",
                },
                addresses=("/h/a/hat.jpg", "/h/a/back.jpg"),
            ),
        ),
        read(
            "`qty`, `manage_stock`, `use_config_manage_stock`, `allow_backorders`, "
            "`use_config_backorders`",
            "the stock, where it is counted (what the file leaves to the shop's settings is) and "
            "none is sold on without",
            shown({"qty": "4.0000"}, stock=(4,), available=()),
            shown({"qty": "-1.0000"}, stock=(0,)),
            shown({"use_config_manage_stock": "0", "manage_stock": "0"}, stock=()),
            shown({"use_config_backorders": "0", "allow_backorders": "1"}, stock=()),
        ),
        read(
            "`is_in_stock`",
            "0 is none, whatever the number; whether it can be had, where nobody counts",
            shown({"is_in_stock": "0"}, stock=(0,)),
            shown({"is_in_stock": "0", "qty": ""}, stock=(), available=(False,)),
            shown({"qty": ""}, available=(True,)),
        ),
        read(
            "`additional_attributes`",
            "brand (`brand`, `manufacturer`), `material`, `gender` and `age_group`, GTIN (`gtin`, "
            "`ean`, `upc`), colours where there is no choice of them; others become further facts. "
            "Several values are apart by `|`",
            shown(
                {
                    "additional_attributes": "brand=Mare,material=Straw|Cotton,gender=Women,"
                    'ean=4006381333931,color=Sand|White,brim_width="9 cm, stiff",has_options=0'
                },
                brand="Mare",
                material="Straw, Cotton",
                gender="women",
                gtin="4006381333931",
                colours=["Sand", "White"],
                attributes={"Brim width": "9 cm, stiff"},
            ),
        ),
    ),
    lost=(
        lost(
            "texts of a store view that is named after no language of this shop",
            "nobody can tell what language they are in; the report counts them",
            shown(
                {},
                {"sku": "HAT-7", "store_view_code": "outlet", "name": "Outlet hat"},
                name="Sun Hat",
                losses={"LANGUAGE"},
            ),
        ),
        lost(
            "prices of further store views and websites",
            "a shop has one currency",
            shown(
                {},
                {"sku": "HAT-7", "store_view_code": "de", "price": "9.9900"},
                price_cents=2990,
            ),
        ),
        lost(
            "further categories",
            "a product lies in one category",
            categories="Default Category/Hats,Default Category/Sale",
        ),
        lost(
            "labels of photographs, `swatch_image`",
            "alternative texts are written in the admin, and an import leaves them alone",
            base_image_label="A hat",
            swatch_image="/s/w/sand.jpg",
        ),
        lost(
            "weights, tax classes, meta texts, related products, custom options, tier prices, "
            "several warehouses",
            "the shop has no place for them",
            weight="0.2",
            tax_class_name="Taxable Goods",
            meta_title="Hats",
            related_skus="LIDO",
            upsell_skus="LIDO",
            custom_options="name=Name,type=field",
            url_key="sun-hat",
        ),
    ),
)
