"""settings.UNFOLD: the shop's accent and warm greys in the admin, and its navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

# The accent of static/css/shop.css, light (600) and dark (400), as an even ramp.
TERRACOTTA = {
    "50": "#fdf4f0",
    "100": "#fae5dc",
    "200": "#f7c4b1",
    "300": "#f3b5a0",
    "400": "#f0a98f",
    "500": "#c25a3a",
    "600": "#98391f",
    "700": "#7c2c16",
    "800": "#632413",
    "900": "#4a1c10",
    "950": "#26110a",
}
STONE = {
    "50": "#faf7f2",
    "100": "#f3efe8",
    "200": "#e6e0d6",
    "300": "#d3cbbf",
    "400": "#a59c90",
    "500": "#766e64",
    "600": "#575049",
    "700": "#433d37",
    "800": "#2b2723",
    "900": "#1d1a17",
    "950": "#171513",
}


def _item(title: str, icon: str, page: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{page}")}


def _shows_imports(request: HttpRequest) -> bool:
    # The upload page lies below the imports and has an entry of its own.
    path = request.path
    return path.startswith("/admin/catalog/importjob/") and not path.endswith("/add/")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Vitrine",
    "SITE_HEADER": "Vitrine",
    "SITE_SUBHEADER": "The shop's back office",
    "SITE_URL": "/",
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icon.svg")},
    ],
    "COLORS": {"primary": TERRACOTTA, "base": STONE},
    "STYLES": [lambda request: static("css/admin.css")],
    "SCRIPTS": [lambda request: static("js/admin.js")],
    "DASHBOARD_CALLBACK": "shop.catalog.admin.dashboard.fill",
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "items": [
                    _item("Overview", "dashboard", "index"),
                    _item("Products", "apparel", "catalog_product_changelist"),
                    _item("Categories", "category", "catalog_category_changelist"),
                    _item("Stock", "inventory_2", "stock_stock_changelist"),
                    _item("Movements", "swap_vert", "stock_movement_changelist"),
                    _item("Upload many", "upload", "catalog_importjob_add"),
                    _item("Imports", "history", "catalog_importjob_changelist")
                    | {"active": _shows_imports},
                    {"title": "Index", "icon": "hub", "link": reverse_lazy("search_index")},
                ],
            },
            {
                "title": "Selling",
                "separator": True,
                "items": [
                    {"title": "Sales", "icon": "monitoring", "link": reverse_lazy("sales")},
                    _item("Orders", "receipt_long", "orders_order_changelist"),
                    _item("Deliveries", "local_shipping", "orders_deliverymethod_changelist"),
                    _item("Tax rates", "percent", "orders_taxrate_changelist"),
                    _item("Vouchers", "sell", "orders_voucher_changelist"),
                ],
            },
            {
                "title": "People",
                "separator": True,
                "items": [
                    _item("Users", "person", "auth_user_changelist"),
                    _item("Groups", "group", "auth_group_changelist"),
                    _item("API tokens", "key", "api_token_changelist"),
                ],
            },
        ],
    },
}
