"""A shopper whose button sends the order many times at once, to web servers that all take it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

from tests.running_shop import RunningShop
from tests.visitor import Visitor

TIMES = 8
TERMS = "from shop.demo.terms import prepare_terms; prepare_terms()"
ORDERS = """
import json
from shop.orders.models import Order
orders = Order.objects.filter(email="impatient@example.com")
facts = [(order.number, order.state, order.payments.count()) for order in orders]
print(json.dumps(facts))
"""
ADDRESS = {
    "email": "impatient@example.com",
    "name": "Ada Lovelace",
    "street": "Analytical Row 1",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}


def field(html: str, name: str) -> str:
    found = re.search(f'name="{name}"[^>]* value="([^"]+)"', html)
    assert found, f"no {name}"
    return found[1]


def review(visitor: Visitor) -> str:
    """A shirt in the bag, and everything chosen."""
    path = "/p/navy-shirt-01/"
    page = visitor.get(path).text
    shirt = {"product": field(page, "product"), "sku": field(page, "sku")}
    assert visitor.post("/basket/add/", shirt).address == "/basket/"
    assert visitor.submit("/checkout/address/", ADDRESS).address == "/checkout/delivery/"
    delivery = field(visitor.get("/checkout/delivery/").text, "delivery")
    visitor.submit("/checkout/delivery/", {"delivery": delivery})
    answer = visitor.submit("/checkout/payment/", {"method": "trial"})
    assert answer.address == "/checkout/review/"
    return answer.text


def test_one_order_and_one_payment_come_of_it(running_shop: RunningShop) -> None:
    running_shop.manage("shell", "--verbosity=0", "-c", TERMS)
    visitor = running_shop.visitor()
    page = review(visitor)
    button = {name: field(page, name) for name in ("csrfmiddlewaretoken", "key", "agreed_cents")}

    def at_once(path: str, fields: dict[str, str]) -> set[str]:
        with ThreadPoolExecutor(TIMES) as pool:
            answers = list(pool.map(lambda _: visitor.post(path, fields), range(TIMES)))
        assert {answer.status for answer in answers} == {200}
        return {answer.address for answer in answers}

    (place,) = at_once("/checkout/order/", button)
    assert place.endswith("/pay/")
    fields = {"csrfmiddlewaretoken": button["csrfmiddlewaretoken"], "outcome": "confirmed"}
    (place,) = at_once(place, fields)
    assert place.endswith("/thanks/")
    ((_, state, payments),) = json.loads(running_shop.manage("shell", "-v", "0", "-c", ORDERS))
    assert (state, payments) == ("paid", 1)
