"""A shopper at the checkout, who fills in the forms that the pages show."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from shop.catalog.models import Product
from shop.orders.models import DeliveryMethod, Order

ADDRESS = {
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "street": "Analytical Row 1",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}
CHOICES = ("checkout_address", "checkout_delivery", "checkout_payment")


class Buyer:
    """Knows the addresses of the steps; every answer is a page and the redirects to it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def put(self, product: Product, sku: str, quantity: int = 1) -> None:
        facts = {"product": str(product.pk), "sku": sku, "quantity": quantity}
        assert self.client.post("/basket/add/", facts).status_code == 302

    def get(self, path: str) -> Any:
        return self.client.get(path, follow=True)

    def post(self, path: str, **fields: object) -> Any:
        return self.client.post(path, fields, follow=True)

    def address(self, **changes: str) -> Any:
        return self.post("/checkout/address/", **(ADDRESS | changes))

    def delivery(self, **changes: object) -> Any:
        method = DeliveryMethod.objects.first()
        return self.post("/checkout/delivery/", **({"delivery": method and method.pk} | changes))

    def payment(self, method: str = "trial") -> Any:
        return self.post("/checkout/payment/", method=method)

    def to_review(self) -> Any:
        self.address()
        self.delivery()
        return self.payment()

    def order(self, review: Any) -> Any:
        """Presses the button of a review page."""
        return self.post("/checkout/order/", **order_fields(review))

    def ordered(self) -> Order:
        """All the way to an order that waits for its payment."""
        self.order(self.to_review())
        return Order.objects.get()


def order_fields(review: Any) -> dict[str, str]:
    """What the button of a review page sends."""
    html = review.content.decode()
    found = {name: re.search(f'name="{name}" value="([^"]+)"', html) for name in ORDER_FIELDS}
    return {name: match[1] for name, match in found.items() if match}


ORDER_FIELDS = ("key", "agreed_cents")


def place(response: Any) -> str:
    """The path at which the redirects ended."""
    return str(response.request["PATH_INFO"])


def text(response: Any) -> str:
    """What the page says, in one line."""
    html = re.sub(r"<script.*?</script>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(html))
