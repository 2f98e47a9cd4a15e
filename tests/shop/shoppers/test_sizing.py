"""What is said beside the sizes: only what many said, or what often came back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shop.basket.basket import MOST_OF_ONE
from shop.catalog import remember
from shop.catalog.models import Product
from shop.catalog.parts import Variant
from shop.orders.models import DeliveryMethod, Order, ReturnLine, ReturnRequest, SizeReason
from shop.orders.states import ReturnState, State
from shop.shoppers.models import Fit, Review, ReviewState
from shop.shoppers.sizing import ENOUGH_BACK, ENOUGH_REVIEWS, ENOUGH_SOLD, hints
from shop.stock import counting
from tests.shop.orders.shopping import order_of, taken_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt(shirts: list[Product]) -> Product:
    """One with sizes, of which there are enough."""
    product = shirts[0]
    product.variants = [Variant(size="M"), Variant(size="L")]
    product.save()
    counting.count(str(product.pk), {variant.sku: 200 for variant in product.variants})
    return product


def said(product: Product, *fits: str, state: ReviewState = ReviewState.SHOWN) -> None:
    for number, fit in enumerate(fits, Review.objects.count()):
        Review.objects.create(
            user=User.objects.create_user(f"buyer-{number}"),
            product=str(product.pk),
            product_name=product.name,
            stars=4,
            text="Soft.",
            fit=fit,
            state=state,
        )


def sold(product: Product, pieces: int, size: int = 0) -> Order:
    """So many pieces, in orders of as many as one may have; the first of them."""
    delivery = DeliveryMethod.objects.create(name="Standard", price_cents=0)
    orders = []
    for start in range(0, pieces, MOST_OF_ONE):
        wants = {product.variants[size].sku: min(MOST_OF_ONE, pieces - start)}
        orders.append(order_of(product, wants, delivery))
        taken_to(orders[-1], State.DELIVERED)
    return orders[0]


def came_back(
    order: Order,
    pieces: int,
    reason: str = SizeReason.SMALL,
    state: ReturnState = ReturnState.RECEIVED,
) -> None:
    request = ReturnRequest.objects.create(order=order, size_reason=reason, state=state)
    ReturnLine.objects.create(request=request, line=order.lines.get(), quantity=pieces)


def told(product: Product) -> list[str]:
    remember.forget_all()
    return hints(product)


def test_few_reviews_say_nothing(shirt: Product) -> None:
    said(shirt, *[Fit.SMALL] * (ENOUGH_REVIEWS - 1), "", "")
    assert told(shirt) == []
    said(shirt, Fit.SMALL, state=ReviewState.WAITING)
    assert told(shirt) == []
    said(shirt, Fit.SMALL)
    assert told(shirt) == [f"It runs small, say {ENOUGH_REVIEWS} of {ENOUGH_REVIEWS} buyers."]


@pytest.mark.parametrize(
    ("fits", "hint"),
    [
        ((Fit.LARGE,) * 3 + (Fit.EXPECTED,) * 2, ["It runs large, say 3 of 5 buyers."]),
        ((Fit.EXPECTED,) * 4 + (Fit.SMALL,), ["It fits as expected, say 4 of 5 buyers."]),
        ((Fit.EXPECTED,) * 2 + (Fit.SMALL,) * 2 + (Fit.LARGE,), []),
    ],
)
def test_what_most_say_is_told(shirt: Product, fits: tuple[str, ...], hint: list[str]) -> None:
    said(shirt, *fits)
    assert told(shirt) == hint


def test_what_often_comes_back_is_told_of_its_size(shirt: Product) -> None:
    order = sold(shirt, 12)
    sold(shirt, 30, size=1)
    came_back(order, 3)
    assert told(shirt) == ["One in four sent M back as too small."]
    came_back(order, 1)
    assert told(shirt) == ["One in three sent M back as too small."]
    came_back(sold(shirt, 12), 10, SizeReason.LARGE)
    assert told(shirt) == [
        "One in two sent M back as too large.",
        "One in six sent M back as too small.",
    ]


def test_nearly_all_that_come_back_are_told_in_words(shirt: Product) -> None:
    came_back(sold(shirt, 12), 11)
    assert told(shirt) == ["More than half sent M back as too small."]


def test_what_is_seldom_rare_or_only_asked_for_is_no_hint(shirt: Product) -> None:
    few = sold(shirt, ENOUGH_SOLD - 1)
    came_back(few, ENOUGH_BACK)
    assert told(shirt) == []
    many = sold(shirt, 40)
    assert told(shirt) == []
    came_back(many, 20, state=ReturnState.ASKED)
    came_back(many, 20, reason="")
    assert told(shirt) == []
    came_back(many, 10)
    assert told(shirt) == ["One in four sent M back as too small."]


def test_a_size_that_is_no_longer_sold_is_not_spoken_of(shirt: Product) -> None:
    came_back(sold(shirt, 12), 6)
    shirt.variants = [Variant(size="L", sku=shirt.variants[1].sku)]
    assert told(shirt) == []


def test_the_page_says_it_beside_the_sizes_in_its_language(
    client: Client, shirt: Product, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    came_back(sold(shirt, 12), 4)
    remember.forget_all()
    page = client.get(shirt.get_absolute_url()).content.decode()
    sizes = page[page.index('<fieldset class="sizes">') : page.index("</fieldset>")]
    assert "One in three sent M back as too small." in sizes
    german = client.get(f"/de{shirt.get_absolute_url()}").content.decode()
    assert "Jedes dritte Stück in M kam als zu klein zurück." in german
    with django_assert_num_queries(0):
        hints(shirt)


def test_reviews_say_how_it_fits_where_there_are_sizes(
    client: Client, ada: User, shirt: Product, shirts: list[Product]
) -> None:
    delivery = DeliveryMethod.objects.create(name="Standard", price_cents=0)
    for product in (shirt, shirts[1]):
        sku = product.offers()[0].sku
        taken_to(order_of(product, {sku: 1}, delivery, user=ada), State.DELIVERED)
    client.force_login(ada)
    address = f"{shirt.get_absolute_url()}reviews/"
    client.post(address, {"stars": 5, "fit": "small", "text": "Nice."})
    review = Review.objects.get()
    assert review.fit == Fit.SMALL
    Review.objects.update(state=ReviewState.SHOWN)
    assert "smaller than expected" in Client().get(address).content.decode()
    assert 'name="fit"' in client.get(address).content.decode()
    # Nobody is asked how something fits that comes in no sizes.
    other = f"{shirts[1].get_absolute_url()}reviews/"
    assert 'name="fit"' not in client.get(other).content.decode()
    client.post(other, {"stars": 5, "fit": "small", "text": "Nice."})
    assert Review.objects.get(product=str(shirts[1].pk)).fit == ""


def test_whoever_sends_back_may_say_that_it_is_the_size(client: Client, shirt: Product) -> None:
    order = sold(shirt, 2)
    line = order.lines.get()
    fields = {f"pieces_{line.pk}": "1", "size_reason": "large", "reason": "Lovely, though."}
    client.post(f"{order.get_absolute_url()}return/", fields)
    request = ReturnRequest.objects.get()
    assert (request.size_reason, request.reason) == ("large", "Lovely, though.")
