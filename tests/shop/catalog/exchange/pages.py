"""What is read of saved product pages."""

from __future__ import annotations

import json
from typing import Any

from shop.catalog.imports.formats import pages
from shop.catalog.imports.formats.listing import Listing
from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown

EUR = {"priceCurrency": "EUR"}
HAT: Cells = {
    "@context": "https://schema.org",
    "@type": "Product",
    "sku": "HAT-7",
    "name": "Sun Hat",
    "category": "Hats",
    "offers": {"@type": "Offer", "price": 29.90, **EUR},
}


def block(told: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def page(*blocks: str) -> bytes:
    head = '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
    return "\n".join((head, *blocks, "</head><body><h1>Sun Hat</h1></body></html>")).encode()


def of_pages(*contents: bytes) -> Listing:
    """What pages list together."""
    named = [(f"{number}.html", content) for number, content in enumerate(contents, 1)]
    listing = pages.listing(lambda: iter(named))
    assert listing
    return listing


def write(*nodes: Cells) -> Listing:
    return of_pages(page(*map(block, nodes)))


def variant(sku: str, **more: Any) -> dict[str, Any]:
    offers = {"@type": "Offer", "price": "49.90", **EUR}
    return {"@type": "Product", "sku": sku, "offers": offers, **more}


GROUP: Cells = {
    "@context": "https://schema.org",
    "@type": "ProductGroup",
    "name": "Lido",
    "productGroupID": "lido",
    "image": "https://x.example/lido.jpg",
    "hasVariant": [
        variant("L-S", name="Lido Navy S", color="Navy", size="S"),
        variant("L-M", name="Lido Navy M", color="Navy", size={"@type": "X", "name": "M"}),
    ],
}


def offered(**told: Any) -> Cells:
    return {"offers": {"@type": "Offer", "price": "29.90", **EUR, **told}}


PAGES = Format(
    name="pages",
    called="property",
    write=write,
    row=HAT,
    understood={key for keys in pages.TEXTS.values() for key in keys},
    columns=(
        read(
            "`sku` or else `productID`, or else the name",
            "what a product is known by, and each of its sizes",
            shown({}, sku="HAT-7", skus=("HAT-7",)),
            shown({"sku": None, "productID": 7}, sku="7"),
            shown({"sku": ""}, sku="SUN-HAT"),
        ),
        read(
            "`hasVariant` of a ProductGroup, `isVariantOf` with its `productGroupID`, "
            "`inProductGroupWithID`",
            "the sizes and colours of one design, from several pages as well; what a variant does "
            "not say, its group does",
            shown(GROUP, sku="LIDO-NAVY", name="Lido", style="lido", sizes=("S", "M")),
            shown(
                {"isVariantOf": {"@id": "#lido"}, "color": "Navy", "size": "S"},
                {"@type": "ProductGroup", "@id": "#lido", "name": "Lido", "productGroupID": "lido"},
                sku="LIDO-NAVY",
                name="Lido",
                sizes=("S",),
            ),
            shown({"inProductGroupWithID": "lido", "size": "S"}, style="lido"),
        ),
        read(
            "`name`, `description`, `brand` or else `manufacturer`, `mpn`",
            "name, description, brand, manufacturer's number",
            shown(
                {"description": "Wide &amp; light", "brand": {"name": "Mare"}, "mpn": "M-7"},
                name="Sun Hat",
                description="Wide & light",
                brand="Mare",
                mpn="M-7",
            ),
            shown({"manufacturer": "Mare"}, brand="Mare"),
        ),
        read(
            "`color`, `size`, `pattern`, `material`, and an `additionalProperty` that is called as "
            "a colour or a size is",
            "as they are called; of variants that tell none of them, what their names say beside "
            "their group's is the size",
            shown({"color": ["Navy", "White"]}, colours=["Navy", "White"]),
            shown({"material": ["Straw", "Cotton"]}, material="Straw/Cotton"),
            shown({"additionalProperty": [{"name": "Farbe", "value": "Navy"}]}, colours=["Navy"]),
            shown(
                {
                    **GROUP,
                    "hasVariant": [
                        variant("1", name="Lido - 30 ml"),
                        variant("2", name="Lido - 50 ml"),
                    ],
                },
                sizes=("30 ml", "50 ml"),
            ),
        ),
        read(
            "`price` and `priceCurrency` of an Offer or its `priceSpecification`",
            "the price; another currency than the shop's is refused. One that is a "
            "StrikethroughPrice, a ListPrice or the like is the former price beside a sale",
            shown({}, price_cents=2990, sale_price_cents=None),
            shown(
                {
                    "offers": {
                        "priceSpecification": [
                            {"price": "19.90", **EUR},
                            {
                                "price": "29.90",
                                "priceType": "https://schema.org/StrikethroughPrice",
                                **EUR,
                            },
                        ]
                    }
                },
                price_cents=2990,
                sale_price_cents=1990,
            ),
        ),
        read(
            "several offers, of an AggregateOffer too",
            "sizes, where each has a SKU or a name",
            shown(
                {
                    "offers": {
                        "@type": "AggregateOffer",
                        "lowPrice": "29.90",
                        "highPrice": "39.90",
                        "offers": [
                            {"sku": "H-S", "name": "Sun Hat - S", "price": "29.90", **EUR},
                            {"sku": "H-M", "name": "Sun Hat - M", "price": "39.90", **EUR},
                        ],
                    }
                },
                sizes=("S", "M"),
                skus=("H-S", "H-M"),
                prices=(2990, 3990),
            ),
        ),
        read(
            "`availability`, `inventoryLevel`",
            "whether it can be had: OutOfStock, SoldOut, Discontinued and InStoreOnly cannot; the "
            "stock, where all sizes have it",
            shown(offered(availability="https://schema.org/InStock"), available=(True,)),
            shown(offered(availability="http://schema.org/SoldOut"), available=(False,)),
            shown(offered(availability="PreOrder"), available=(True,)),
            shown(offered(), available=()),
            shown(offered(inventoryLevel={"value": 3}), stock=(3,)),
        ),
        read(
            "`image`",
            "photographs, those of a variant before those of its group. Where a browser kept the "
            "page's pictures beside it, they are found by their names",
            shown(
                {"image": ["https://x.example/1.jpg", {"url": "https://x.example/2.jpg"}]},
                addresses=("https://x.example/1.jpg", "https://x.example/2.jpg"),
            ),
            shown(
                {**GROUP, "hasVariant": [variant("1", image="https://x.example/navy.jpg")]},
                addresses=("https://x.example/navy.jpg", "https://x.example/lido.jpg"),
            ),
        ),
        read(
            "`category`, or else the page's BreadcrumbList",
            "category, with the way to it, but for *Home* and the product itself",
            shown({"category": "Women > Hats"}, category="Women > Hats"),
            shown(
                {"category": None},
                {
                    "@type": "BreadcrumbList",
                    "itemListElement": [
                        {"position": 3, "name": "Sun Hat"},
                        {"position": 2, "item": {"name": "Hats"}},
                        {"position": 1, "name": "Home"},
                    ],
                },
                category="Hats",
            ),
        ),
        read(
            "`gtin`, `gtin13`, `gtin14`, `gtin12`, `gtin8`",
            "the GTIN",
            shown({"gtin13": "4006381333931"}, gtin="4006381333931"),
        ),
        read(
            "`audience`",
            "whom it is for: `suggestedGender`, and children where `suggestedMaxAge` is 13 or less",
            shown({"audience": {"suggestedGender": "https://schema.org/Female"}}, gender="women"),
            shown({"audience": {"suggestedGender": "male", "suggestedMaxAge": 12}}, gender="boys"),
        ),
    ),
    lost=(
        lost(
            "prices of sizes that a page sums up as from `lowPrice` to `highPrice`",
            "it does not say which size costs what: the least is taken, and the report counts them",
            shown(
                {"offers": {"lowPrice": "29.90", "highPrice": "39.90", **EUR}},
                price_cents=2990,
                losses={"PRICES"},
            ),
        ),
        lost(
            "products that a page shows without a price",
            "they are those of other pages",
        ),
        lost(
            "until when a price holds",
            "`priceValidUntil` is no end of a sale, but of the page's word",
            **offered(priceValidUntil="2026-12-31"),
        ),
        lost(
            "opinions, shipping, returns, videos",
            "the shop has its own",
            aggregateRating={"ratingValue": "4.5", "reviewCount": "8"},
            review=[{"reviewBody": "Nice"}],
        ),
        lost(
            "microdata, RDFa, what scripts write into a page later",
            "only JSON-LD is read that stands in the file: save pages with a browser",
        ),
    ),
)
