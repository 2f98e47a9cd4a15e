"""What is read of django-oscar's API, as save_oscar keeps it."""

from __future__ import annotations

import json
from typing import Any

from shop.catalog.imports.formats import oscar
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown

PRICE = {"currency": None, "excl_tax": "29.90", "incl_tax": "29.90", "tax": "0.00"}
HAT: Cells = {
    "url": "https://shop.example/api/products/7/",
    "id": 7,
    "upc": "HAT-7",
    "title": "Sun Hat",
    "description": "<p>Wide &amp; light</p>",
    "structure": "standalone",
    "is_public": True,
    "attributes": [],
    "categories": ["Women > Hats"],
    "product_class": "clothes",
    "images": [{"original": "https://shop.example/media/hat.jpg", "caption": "A hat"}],
    "price": PRICE,
    "availability": {"is_available_to_buy": True, "num_available": 4, "message": "In stock"},
    "children": [],
}


def child(number: int, size: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "upc": f"HAT-{number}",
        "title": "",
        "structure": "child",
        "attributes": [
            {"name": "Colour", "value": "Navy", "code": "colour"},
            {"name": "Size", "value": size, "code": "size"},
        ],
        "price": {**PRICE, "incl_tax": f"{number}.50"},
        "availability": {"is_available_to_buy": True, "num_available": number},
        **more,
    }


PARENT: Cells = {
    "structure": "parent",
    "price": {"currency": None, "excl_tax": None, "incl_tax": None, "tax": "0.00"},
    "availability": {"is_available_to_buy": False, "message": "Unavailable"},
    "children": [child(42, "M"), child(41, "S")],
}


def write(*products: Cells) -> bytes:
    return json.dumps(products).encode()


OSCAR = Format(
    name="oscar",
    called="field",
    write=write,
    row=HAT,
    understood=oscar.FIELDS,
    columns=(
        read(
            "`upc`, or else `title` and `id`",
            "what a product is known by; those of children are the SKUs of their sizes",
            shown({}, sku="HAT-7", skus=("HAT-7",)),
            shown({"upc": None}, sku="SUN-HAT-7"),
            shown(PARENT, sku="HAT-7-NAVY", skus=("HAT-41", "HAT-42")),
        ),
        read(
            "`structure`, `children`",
            "a product with its children: they have its texts, categories and photographs, and "
            "prices of their own",
            shown(PARENT, name="Sun Hat", sizes=("S", "M"), prices=(4150, 4250), style="HAT-7"),
        ),
        read(
            "`title`, `description`",
            "name, description (HTML as the text that it shows)",
            shown({}, name="Sun Hat", description="Wide & light"),
        ),
        read(
            "`attributes`",
            "colour and size of children, told by their names; those of a product itself are its "
            "colours and further facts",
            shown(PARENT, colours=["Navy"]),
            shown(
                {
                    "attributes": [
                        {"name": "Colour", "value": "Sand"},
                        {"name": "Brim", "value": ["9 cm", "stiff"]},
                    ]
                },
                colours=["Sand"],
                attributes={"Brim": "9 cm, stiff"},
            ),
        ),
        read(
            "`price`",
            "`incl_tax`, or else `excl_tax`; another currency than the shop's is refused",
            shown({}, price_cents=2990, sale_price_cents=None),
            shown({"price": {**PRICE, "incl_tax": None, "excl_tax": "9.00"}}, price_cents=900),
        ),
        read(
            "`availability`",
            "the stock, where all sizes have a number; otherwise whether each can be had",
            shown({}, stock=(4,), available=()),
            shown({"availability": {"is_available_to_buy": False}}, stock=(), available=(False,)),
        ),
        read("`categories`", "the way with the most levels", shown({}, category="Women > Hats")),
        read(
            "`images`",
            "photographs, in their order",
            shown({}, addresses=("https://shop.example/media/hat.jpg",)),
        ),
        read(
            "`is_public`",
            "false is a draft",
            shown({}, status="published", losses=set()),
            shown({"is_public": False}, status="draft"),
        ),
    ),
    lost=(
        lost(
            "whether a product is public, where the API does not tell `is_public`",
            "its list holds those that are not as well, so new products come as drafts. Add it to "
            "`OSCARAPI_PRODUCTDETAIL_FIELDS` there",
            shown({"is_public": None}, status="draft", losses={"STATUS"}),
        ),
        lost(
            "captions of photographs",
            "alternative texts are written in the admin, and an import leaves them alone",
            images=[{"original": "https://shop.example/media/hat.jpg", "caption": "Another"}],
        ),
        lost("offers, vouchers, ranges, reviews", "the API does not tell them with a product"),
        lost(
            "product classes, options, recommended products, partners",
            "the shop has no place for them",
            product_class="hats",
            options=[{"name": "Engraving"}],
            recommended_products=["https://shop.example/api/products/8/"],
        ),
    ),
)
