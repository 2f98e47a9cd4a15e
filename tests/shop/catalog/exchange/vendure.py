"""What is read of the answers of Vendure's shop API."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from tests.shop.catalog.exchange.cases import Cells, Format, lost, read, shown

# What docs/exchange.md has merchants ask.
QUERY = """query Products($skip: Int) {
  products(options: {skip: $skip, take: 100, sort: {id: ASC}}) {
    totalItems
    items {
      id name slug description
      featuredAsset { source }
      assets { source }
      collections { breadcrumbs { name } }
      facetValues { name facet { name } }
      variants {
        sku priceWithTax currencyCode stockLevel
        options { name group { name } }
        featuredAsset { source }
        assets { source }
      }
    }
  }
}"""


def variant(sku: str, size: str, price: int = 4990, **more: Any) -> dict[str, Any]:
    return {
        "sku": sku,
        "priceWithTax": price,
        "currencyCode": "EUR",
        "stockLevel": "IN_STOCK",
        "options": [
            {"name": "Navy", "group": {"name": "Color"}},
            {"name": size, "group": {"name": "Size"}},
        ],
        "assets": [],
        **more,
    }


SHIRT: Cells = {
    "id": "1",
    "name": "Lido",
    "slug": "lido",
    "description": "<p>Cool &amp; light.</p>",
    "featuredAsset": {"source": "https://v.example/1.jpg"},
    "assets": [{"source": "https://v.example/2.jpg"}, {"source": "https://v.example/1.jpg"}],
    "collections": [
        {"breadcrumbs": [{"name": "__root_collection__"}, {"name": "Sale"}]},
        {"breadcrumbs": [{"name": "__root_collection__"}, {"name": "Women"}, {"name": "Shirts"}]},
    ],
    "facetValues": [{"name": "Linen", "facet": {"name": "fabric"}}],
    "variants": [variant("L-S", "S"), variant("L-M", "M", 5490)],
}


def write(*products: Cells) -> bytes:
    """Answers in the shop's own currency."""
    told = json.dumps([{"data": {"products": {"items": products, "totalItems": len(products)}}}])
    return told.replace('"EUR"', json.dumps(settings.CURRENCY)).encode()


def one(**more: Any) -> dict[str, Any]:
    return {"variants": [variant("L-S", "S", **more)]}


VENDURE = Format(
    name="vendure",
    called="field",
    write=write,
    row=SHIRT,
    understood=(),
    columns=(
        read(
            "`slug`",
            "what a design is known by, and its style",
            shown({}, sku="LIDO-NAVY", style="lido"),
        ),
        read(
            "`name`, `description`",
            "name, description (HTML as the text that it shows)",
            shown({}, name="Lido", description="Cool & light."),
        ),
        read(
            "`variants` with their `options` and `sku`",
            "colours and sizes, told by the names of their groups as Shopify's are, and their SKUs",
            shown({}, colours=["Navy"], sizes=("S", "M"), skus=("L-S", "L-M")),
            shown({"variants": [variant("L", "S", options=[])]}, sizes=("One size",), sku="LIDO"),
        ),
        read(
            "`priceWithTax`, `currencyCode`",
            "the price, in whole cents; another currency than the shop's is refused",
            shown({}, price_cents=4990, prices=(4990, 5490), sale_price_cents=None),
        ),
        read(
            "`stockLevel`",
            "OUT_OF_STOCK cannot be had; the stock, where the shop says a number instead",
            shown({}, available=(True, True), stock=()),
            shown(one(stockLevel="OUT_OF_STOCK"), available=(False,)),
            shown(one(stockLevel="7"), stock=(7,)),
        ),
        read(
            "`collections` by their `breadcrumbs`",
            "category: the way with the most levels",
            shown({}, category="Women > Shirts"),
        ),
        read(
            "`facetValues`",
            "further facts, by the names of their facets",
            shown({}, attributes={"Fabric": "Linen"}),
        ),
        read(
            "`featuredAsset`, `assets`",
            "photographs; those of a variant come first, and with no other colour",
            shown({}, addresses=("https://v.example/1.jpg", "https://v.example/2.jpg")),
            shown(
                one(assets=[{"source": "https://v.example/navy.jpg"}]),
                addresses=(
                    "https://v.example/navy.jpg",
                    "https://v.example/1.jpg",
                    "https://v.example/2.jpg",
                ),
            ),
        ),
    ),
    lost=(
        lost("products and variants that are not enabled", "the shop API does not tell them"),
        lost("how many pieces there are", "the shop API tells a level, if the shop sets no number"),
        lost(
            "custom fields, promotions, channels",
            "their meaning is each shop's own",
            customFields={"care": "cold"},
        ),
    ),
)
