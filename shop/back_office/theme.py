"""settings.UNFOLD: the shop's accent and warm greys in the admin, and its navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

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


def _item(title: Any, icon: str, page: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{page}")}


def _shows_imports(request: HttpRequest) -> bool:
    # The upload page lies below the imports and has an entry of its own.
    path = request.path
    return path.startswith("/admin/catalog/importjob/") and not path.endswith("/add/")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Vitrine",
    "SITE_HEADER": "Vitrine",
    "SITE_SUBHEADER": _("The shop's back office"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icon.svg")},
    ],
    "COLORS": {"primary": TERRACOTTA, "base": STONE},
    "STYLES": [lambda request: static("css/admin.css")],
    "SCRIPTS": [lambda request: static("js/admin.js")],
    "DASHBOARD_CALLBACK": "shop.back_office.dashboard.fill",
    "SHOW_LANGUAGES": True,
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "items": [
                    _item(_("Overview"), "dashboard", "index"),
                    _item(_("Products"), "apparel", "catalog_product_changelist"),
                    _item(_("Categories"), "category", "catalog_category_changelist"),
                    _item(_("Stock"), "inventory_2", "stock_stock_changelist"),
                    _item(_("Movements"), "swap_vert", "stock_movement_changelist"),
                    _item(_("Upload many"), "upload", "catalog_importjob_add"),
                    _item(_("Imports"), "history", "catalog_importjob_changelist")
                    | {"active": _shows_imports},
                    _item(_("Sources"), "sync", "catalog_importsource_changelist"),
                    _item(_("Feeds"), "rss_feed", "feeds_feedkey_changelist"),
                    _item(_("Widget"), "widgets", "widget_widgetkey_changelist"),
                    {"title": _("Index"), "icon": "hub", "link": reverse_lazy("search_index")},
                ],
            },
            {
                "title": _("Selling"),
                "separator": True,
                "items": [
                    {"title": _("Sales"), "icon": "monitoring", "link": reverse_lazy("sales")},
                    {"title": _("Panels"), "icon": "view_carousel", "link": reverse_lazy("panels")},
                    {
                        "title": _("Looked for in vain"),
                        "icon": "search_off",
                        "link": reverse_lazy("in_vain"),
                    },
                    _item(_("Merchandising"), "push_pin", "merchandising_rule_changelist"),
                    _item(_("Ranking tests"), "science", "trials_trial_changelist"),
                    _item(_("Orders"), "receipt_long", "orders_order_changelist"),
                    _item(_("Withdrawals"), "undo", "withdrawals_withdrawal_changelist")
                    | {"badge": "shop.withdrawals.admin.waiting"},
                    _item(_("Deliveries"), "local_shipping", "orders_deliverymethod_changelist"),
                    _item(_("Tax rates"), "percent", "orders_taxrate_changelist"),
                    _item(_("Vouchers"), "sell", "orders_voucher_changelist"),
                    _item(_("Reviews"), "reviews", "shoppers_review_changelist"),
                    _item(_("Alerts"), "notifications", "alerts_alert_changelist"),
                    _item(_("Pages"), "article", "pages_wording_changelist"),
                ],
            },
            {
                "title": _("People"),
                "separator": True,
                "items": [
                    _item(_("Users"), "person", "auth_user_changelist"),
                    _item(_("Groups"), "group", "auth_group_changelist"),
                    _item(_("API tokens"), "key", "api_token_changelist"),
                    {
                        "title": _("Mails"),
                        "icon": "mail",
                        "link": reverse_lazy("mails"),
                        "permission": "shop.outbox.admin.may_read",
                    },
                ],
            },
        ],
    },
}
