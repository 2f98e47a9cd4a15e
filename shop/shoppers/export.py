"""Everything that the shop has stored about a shopper, for the shopper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress

from shop.alerts.models import Alert
from shop.basket.models import Line
from shop.catalog.models import Product
from shop.events.models import Event, Visit
from shop.orders.models import Order
from shop.shoppers.models import Review, SavedAddress, View, Wish, WishlistLink

ADDRESS = ("name", "street", "extra", "postcode", "city", "region", "country")
ORDER = (
    *("number", "state", "placed_at", "paid_at", "cancelled_at", "email", "language"),
    *ADDRESS,
    *("delivery_name", "parcel", "voucher_code", "currency", "goods_cents", "discount_cents"),
    *("delivery_cents", "total_cents", "tax_cents", "paid_cents", "refunded_cents"),
)
ALERT = ("kind", "email", "product_name", "sku", "asked_at", "confirmed_at", "told_at")
# What hangs on an order, by what the export calls it: the relation, and what of each row.
OF_ORDER = {
    "lines": (
        "lines",
        ("sku", "name", "colour", "size", "quantity", "unit_price_cents", "discount_cents"),
    ),
    "history": ("events", ("at", "state", "note")),
    "returns": ("returns", ("asked_at", "state", "reason", "size_reason")),
    "refunds": ("refunds", ("begun_at", "cents", "reason")),
    "withdrawals": (
        "withdrawals",
        ("received_at", "name", "number", "email", "pieces", "state"),
    ),
}
EVENT = ("product", "words", "panel", "place")


def everything_about(user: Any) -> dict[str, Any]:
    """What is stored about a shopper, as JSON can write it; money is in cents."""
    wishes = list(Wish.objects.of(user))
    views = list(View.objects.of(user))
    names = _names({row.product for row in (*wishes, *views)})
    return {
        "account": {
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "joined": user.date_joined,
            "last_login": user.last_login,
        },
        "email_addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "addresses": list(SavedAddress.objects.filter(user=user).values(*ADDRESS, "is_default")),
        "wishes": [{**_product(wish, names), "added": wish.added} for wish in wishes],
        "wishlist_is_shared": WishlistLink.objects.filter(user=user).exists(),
        "looked_at": [{**_product(view, names), "at": view.at} for view in views],
        "what_you_did": _events(user),
        "bag": list(
            Line.objects.filter(basket__user=user).values(
                "sku", "name", "colour", "size", "quantity", "price_cents"
            )
        ),
        "reviews": list(
            Review.objects.filter(user=user).values(
                "product", "product_name", "stars", "fit", "text", "state", "written_at"
            )
        ),
        "alerts": list(Alert.objects.of(user).values(*ALERT)),
        "orders": [_order(order) for order in _orders(user)],
    }


def _names(products: Iterable[str]) -> dict[str, str]:
    return {str(product.pk): product.title for product in Product.objects.by_ids(list(products))}


def _events(user: Any) -> list[dict[str, Any]]:
    visit = Visit.objects.filter(user=user).first()
    events = Event.objects.of(visit.number) if visit else []
    return [
        {"at": event.at, "kind": event.get_kind_display()}
        | {name: value for name in EVENT if (value := getattr(event, name))}
        for event in events
    ]


def _product(row: Wish | View, names: dict[str, str]) -> dict[str, Any]:
    return {"product": row.product, "name": names.get(row.product)}


def _orders(user: Any) -> Iterable[Order]:
    relations = [relation for relation, _facts in OF_ORDER.values()]
    return Order.objects.of(user).prefetch_related(*relations)


def _order(order: Order) -> dict[str, Any]:
    facts = {name: getattr(order, name) for name in ORDER} | {"country": order.country.code}
    for called, (relation, names) in OF_ORDER.items():
        rows = getattr(order, relation).all()
        facts[called] = [{name: getattr(row, name) for name in names} for row in rows]
    return facts
