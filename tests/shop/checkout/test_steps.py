"""The steps of the checkout: their order, what they refuse, and what they remember."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from shop.catalog.models import Product
from shop.catalog.parts import Variant
from shop.orders.models import DeliveryMethod, Order, TaxRate, Voucher
from shop.stock import counting
from tests.shop.checkout.buying import ADDRESS, Buyer, order_fields, place, text


def test_a_guest_buys(buyer: Buyer) -> None:
    assert place(buyer.get("/checkout/")) == "/checkout/address/"
    assert place(buyer.address()) == "/checkout/delivery/"
    assert place(buyer.delivery()) == "/checkout/payment/"
    review = buyer.payment()
    assert place(review) == "/checkout/review/"
    for words in ("Long coat", "Analytical Row 1", "Germany", "Standard", "€16.59 VAT (19 %)"):
        assert words in text(review)
    assert "€103.90" in text(review)
    # Nothing else may stand on it.
    assert '<button class="button">Order and pay</button>' in review.content.decode()
    page = buyer.order(review)
    order = Order.objects.get()
    assert place(page) == f"/orders/{order.token}/pay/"
    assert (order.email, order.city, order.total_cents) == ("ada@example.com", "Berlin", 10390)
    assert order.user is None
    page = buyer.post(place(page), outcome="confirmed")
    assert place(page) == f"/orders/{order.token}/thanks/"
    assert f"Order {order.number} is paid" in text(page)
    order.refresh_from_db()
    assert (order.state, order.paid_cents) == ("paid", 10390)
    assert place(buyer.get("/checkout/")) == "/basket/"


@pytest.mark.parametrize("step", ["delivery", "payment", "review"])
def test_no_step_can_be_left_out(buyer: Buyer, step: str) -> None:
    assert place(buyer.get(f"/checkout/{step}/")) == "/checkout/address/"
    assert place(buyer.post(f"/checkout/{step}/", method="trial")) == "/checkout/address/"
    assert place(buyer.post("/checkout/order/", key="x" * 43, agreed_cents=1)) == (
        "/checkout/address/"
    )
    assert not Order.objects.exists()


@pytest.mark.parametrize("step", ["address", "delivery", "payment", "review", "voucher"])
def test_an_empty_bag_leads_back_to_it(client: Client, db: None, step: str) -> None:
    assert place(client.get(f"/checkout/{step}/", follow=True)) == "/basket/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": ""}, "This field is required."),
        ({"email": "ada@"}, "Enter a valid email address."),
        ({"name": " "}, "This field is required."),
        ({"street": ""}, "This field is required."),
        ({"postcode": ""}, "This field is required."),
        ({"postcode": "1011"}, "This is not a postcode there. One looks like"),
        ({"city": ""}, "This field is required."),
        ({"country": ""}, "This field is required."),
        ({"country": "US"}, "Select a valid choice."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"city": "B\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_bad_address_is_said_at_its_field(
    buyer: Buyer, changes: dict[str, str], sentence: str
) -> None:
    page = buyer.address(**changes)
    assert place(page) == "/checkout/address/"
    assert sentence in text(page)
    assert 'aria-invalid="true"' in page.content.decode()
    assert place(buyer.get("/checkout/delivery/")) == "/checkout/address/"


def test_a_country_may_want_a_region(buyer: Buyer) -> None:
    DeliveryMethod.objects.update(countries=["US"])
    us = {"country": "US", "city": "New York", "postcode": "10001"}
    assert "This field is required." in text(buyer.address(**us | {"city": "Albany"}))
    page = buyer.address(**us, region="Xyz")
    assert "Write one of: Alabama" in text(page)
    # What there is to choose from is offered without a script.
    assert '<option value="New York">' in page.content.decode()
    assert place(buyer.address(**us, region="New York")) == "/checkout/delivery/"


def test_who_lives_there_knows_better(buyer: Buyer) -> None:
    DeliveryMethod.objects.update(countries=["US"])
    odd = {"country": "US", "city": "Fort Campbell", "region": "TN", "postcode": "42223"}
    page = buyer.address(**odd)
    assert "This is not a postcode of Tennessee." in text(page)
    assert "The address is right as I wrote it." in text(page)
    assert place(buyer.address(**odd, as_written="on")) == "/checkout/delivery/"
    buyer.delivery()
    assert "Fort Campbell, TN 42223" in text(buyer.payment())


def test_another_country_has_other_fields(buyer: Buyer) -> None:
    DeliveryMethod.objects.update(countries=[])
    page = buyer.address(country="US", street="", look="1")
    assert place(page) == "/checkout/address/"
    assert "ZIP code" in text(page)
    assert 'value="Berlin"' in page.content.decode()
    assert "This field is required." not in text(page)
    assert place(buyer.get("/checkout/delivery/")) == "/checkout/address/"


def test_a_postcode_is_written_as_the_country_does(buyer: Buyer) -> None:
    DeliveryMethod.objects.update(countries=["NL"])
    assert place(buyer.address(country="NL", postcode="1012 ab")) == "/checkout/delivery/"
    buyer.delivery()
    assert "1012 AB" in text(buyer.payment())


@pytest.mark.parametrize("delivery", ["", "0", "nonsense", "999999"])
def test_a_delivery_that_is_not_offered(buyer: Buyer, delivery: str) -> None:
    buyer.address()
    page = buyer.delivery(delivery=delivery)
    assert place(page) == "/checkout/delivery/"
    assert "note--error" in page.content.decode()


def test_a_delivery_that_does_not_reach_a_new_address(buyer: Buyer) -> None:
    near = DeliveryMethod.objects.create(name="Bike", price_cents=0, countries=["DE"])
    buyer.address()
    buyer.delivery(delivery=near.pk)
    buyer.payment()
    assert place(buyer.address(country="AT", postcode="1010")) == "/checkout/delivery/"
    assert "Bike" not in text(buyer.get("/checkout/delivery/"))


def test_an_address_that_nothing_reaches(buyer: Buyer) -> None:
    buyer.address()
    DeliveryMethod.objects.update(countries=["FR"])
    assert "We do not deliver to this address." in text(buyer.get("/checkout/delivery/"))


@pytest.mark.parametrize("method", ["", "stripe", "cash"])
def test_a_payment_that_is_not_offered(buyer: Buyer, method: str) -> None:
    buyer.address()
    buyer.delivery()
    page = buyer.payment(method)
    assert place(page) == "/checkout/payment/"
    assert "note--error" in page.content.decode()


def test_a_shop_that_takes_no_money(buyer: Buyer, settings: object) -> None:
    settings.PAYMENT_VARIANTS = {}  # type: ignore[attr-defined]
    buyer.address()
    buyer.delivery()
    assert "cannot take payments yet" in text(buyer.get("/checkout/payment/"))


def test_what_was_filled_in_is_still_there(buyer: Buyer) -> None:
    buyer.address(extra="Second floor")
    assert place(buyer.get("/checkout/")) == "/checkout/delivery/"
    html = buyer.get("/checkout/address/").content.decode()
    assert 'value="Second floor"' in html
    assert 'value="ada@example.com"' in html


def test_who_is_signed_in_need_not_type_it_again(buyer: Buyer) -> None:
    user = User.objects.create_user("ada", "ada@home.example", "secret words")
    buyer.client.force_login(user)
    assert 'value="ada@home.example"' in buyer.get("/checkout/address/").content.decode()
    Order.objects.filter(pk=buyer.ordered().pk).update(street="Other Row 2")
    assert Order.objects.get().user == user
    buyer.put(Product.objects.get(), "COAT-S")
    assert 'value="Other Row 2"' in buyer.get("/checkout/address/").content.decode()


# Vouchers


def test_a_voucher_and_back(buyer: Buyer) -> None:
    Voucher.objects.create(code="TENTH", percent=10)
    buyer.to_review()
    page = buyer.post("/checkout/voucher/", code=" tenth ")
    assert "Voucher TENTH" in text(page)
    assert "€94.00" in text(page)
    assert "€103.90" in text(buyer.post("/checkout/voucher/", code=""))


def test_looking_at_the_voucher_s_address_leaves_the_voucher(buyer: Buyer) -> None:
    Voucher.objects.create(code="TENTH", percent=10)
    buyer.to_review()
    buyer.post("/checkout/voucher/", code="TENTH")
    page = buyer.get("/checkout/voucher/")
    assert place(page) == "/checkout/review/"
    assert "€94.00" in text(page)


def test_choices_of_another_version_of_the_shop(buyer: Buyer) -> None:
    buyer.to_review()
    session = buyer.client.session
    session["checkout"]["gift"] = True
    session["checkout"]["address"]["planet"] = "Earth"
    session.save()
    assert "€103.90" in text(buyer.get("/checkout/review/"))
    session = buyer.client.session
    del session["checkout"]["address"]["city"], session["checkout"]["voucher"]
    session.save()
    assert place(buyer.get("/checkout/")) == "/checkout/address/"


def test_a_voucher_that_nobody_knows(buyer: Buyer) -> None:
    buyer.to_review()
    page = buyer.post("/checkout/voucher/", code="NONE")
    assert "We know no voucher with this code." in text(page)
    assert "€103.90" in text(page)


def test_a_voucher_that_ends_before_the_order(buyer: Buyer) -> None:
    Voucher.objects.create(code="TENTH", percent=10)
    buyer.to_review()
    review = buyer.post("/checkout/voucher/", code="TENTH")
    Voucher.objects.update(active=False)
    page = buyer.order(review)
    assert place(page) == "/checkout/review/"
    assert "This voucher is no longer valid." in text(page)
    assert "€103.90" in text(page)
    assert not Order.objects.exists()


def test_an_order_that_costs_nothing_is_paid_at_once(buyer: Buyer) -> None:
    Voucher.objects.create(code="ALL", percent=100)
    DeliveryMethod.objects.update(price_cents=0)
    buyer.to_review()
    page = buyer.order(buyer.post("/checkout/voucher/", code="ALL"))
    order = Order.objects.get()
    assert place(page) == f"/orders/{order.token}/thanks/"
    assert order.state == "paid"
    assert not order.payments.exists()


# What changed before the order


def test_a_price_that_rose_is_told_before_paying(buyer: Buyer, coat: Product) -> None:
    review = buyer.to_review()
    coat.price_cents = 10900
    coat.save()
    page = buyer.order(review)
    assert place(page) == "/checkout/review/"
    assert "rose from €99.00 to €109.00" in text(page)
    assert not Order.objects.exists()
    buyer.order(page)
    assert Order.objects.get().total_cents == 11390


def test_a_tax_or_delivery_that_changed_is_told_too(buyer: Buyer) -> None:
    review = buyer.to_review()
    DeliveryMethod.objects.update(price_cents=590)
    page = buyer.order(review)
    assert "The total is now €104.90." in text(page)
    TaxRate.objects.update(percent="20")
    buyer.order(page)
    assert Order.objects.get().total_cents == 10490


def test_what_is_sold_out_meanwhile_is_told(buyer: Buyer, coat: Product) -> None:
    review = buyer.to_review()
    counting.count(str(coat.pk), {"COAT-S": 0})
    page = buyer.order(review)
    assert place(page) == "/basket/"
    assert "is sold out, so it is no longer in your bag" in text(page)
    assert not Order.objects.exists()


def test_every_step_names_the_colour_of_what_comes_in_several(buyer: Buyer, coat: Product) -> None:
    for variant in coat.variants:
        variant.colour = "Rust"
    coat.variants.append(Variant(size="S", colour="Sand", sku="COAT-SAND-S"))
    coat.save()
    buyer.put(coat, "COAT-SAND-S")
    page = text(buyer.get("/checkout/address/"))
    assert f"{coat.name} (Rust, S)" in page
    assert f"{coat.name} (Sand, S)" in page


def test_every_step_tells_what_changed(buyer: Buyer, coat: Product) -> None:
    buyer.address()
    coat.price_cents = 8900
    coat.save()
    assert "fell from €99.00 to €89.00" in text(buyer.get("/checkout/delivery/"))


def test_a_delivery_that_is_withdrawn_is_chosen_anew(buyer: Buyer) -> None:
    review = buyer.to_review()
    DeliveryMethod.objects.update(active=False)
    DeliveryMethod.objects.create(name="Bike", price_cents=100)
    page = buyer.order(review)
    assert place(page) == "/checkout/delivery/"
    assert "We cannot deliver there this way." in text(page)


# Twice, back, and in two windows


def test_pressed_twice_it_is_one_order(buyer: Buyer) -> None:
    review = buyer.to_review()
    first, second = buyer.order(review), buyer.order(review)
    assert place(first) == place(second) == f"/orders/{Order.objects.get().token}/pay/"


def test_going_back_after_paying_buys_nothing_more(buyer: Buyer, coat: Product) -> None:
    review = buyer.to_review()
    page = buyer.order(review)
    buyer.post(place(page), outcome="confirmed")
    buyer.put(coat, "COAT-M")
    again = buyer.order(review)
    assert place(again) == f"/orders/{Order.objects.get().token}/thanks/"
    assert place(buyer.get("/checkout/")) == "/checkout/address/"


def test_another_window_with_another_bag(buyer: Buyer, coat: Product) -> None:
    review = buyer.to_review()
    buyer.put(coat, "COAT-M")
    page = buyer.order(review)
    assert "The total is now €198.00" not in text(page)
    assert place(page) == "/checkout/review/"
    assert "The total is now" in text(page)
    assert not Order.objects.exists()


def test_a_window_of_a_checkout_that_was_begun_anew(buyer: Buyer, coat: Product) -> None:
    review = buyer.to_review()
    fields = order_fields(review)
    page = buyer.post("/checkout/order/", **fields | {"key": "another" + fields["key"]})
    assert "This was changed in another window." in text(page)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "fields", [{}, {"key": ""}, {"key": "x", "agreed_cents": "-1"}, {"agreed_cents": "1"}]
)
def test_a_button_that_sends_nonsense(buyer: Buyer, fields: dict[str, str]) -> None:
    buyer.to_review()
    assert place(buyer.post("/checkout/order/", **fields)) == "/checkout/review/"
    assert not Order.objects.exists()


def test_the_button_takes_no_get(buyer: Buyer) -> None:
    assert buyer.client.get("/checkout/order/").status_code == 405


def test_no_cache_keeps_it(buyer: Buyer) -> None:
    buyer.to_review()
    for step in ("address", "delivery", "payment", "review"):
        page = buyer.get(f"/checkout/{step}/")
        assert "no-store" in page["Cache-Control"]


def test_a_crawler_is_led_to_a_page_that_is_not_indexed(client: Client, db: None) -> None:
    page = client.get("/checkout/", follow=True)
    assert place(page) == "/basket/"
    assert 'name="robots" content="noindex"' in page.content.decode()


def test_the_review_needs_few_queries(buyer: Buyer, django_assert_max_num_queries: object) -> None:
    Voucher.objects.create(code="TENTH", percent=10)
    buyer.to_review()
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        buyer.get("/checkout/review/")


def test_the_address_fields_are_what_browsers_fill_in(buyer: Buyer) -> None:
    html = buyer.get("/checkout/address/").content.decode()
    for name in ADDRESS:
        assert f'name="{name}"' in html
    assert html.count("autocomplete=") >= len(ADDRESS)


def total(page: HttpResponse) -> tuple[str, str]:
    """The delivery that a page counts in, and what all comes to."""
    said = re.search(r"(\w+ €[\d.]+) Total .*?(€[\d.]+) Tax is included", text(page))
    assert said
    return said[1], said[2].rpartition(" ")[2]


def test_every_step_says_what_it_comes_to(buyer: Buyer) -> None:
    DeliveryMethod.objects.create(name="Express", price_cents=990, countries=["DE"])
    assert "Delivery from €4.90 Total from €103.90" in text(buyer.get("/checkout/address/"))
    assert total(buyer.address()) == ("Standard €4.90", "€103.90")
    express = DeliveryMethod.objects.get(name="Express")
    assert total(buyer.delivery(delivery=express.pk)) == ("Express €9.90", "€108.90")


def test_the_total_is_that_of_the_delivery_that_is_marked(buyer: Buyer) -> None:
    express = DeliveryMethod.objects.create(name="Express", price_cents=990, countries=["DE"])
    buyer.address()
    marked = buyer.get(f"/checkout/delivery/?delivery={express.pk}")
    assert total(marked) == ("Express €9.90", "€108.90")
    assert total(buyer.get("/checkout/delivery/?delivery=x")) == ("Standard €4.90", "€103.90")


def test_the_only_way_to_pay_is_no_choice(buyer: Buyer) -> None:
    buyer.address()
    page = buyer.delivery().content.decode()
    assert 'type="radio"' not in page
    assert '<input type="hidden" name="method" value="trial">' in page
