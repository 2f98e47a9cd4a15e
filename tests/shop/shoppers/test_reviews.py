"""What buyers think of products."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shop.catalog import remember
from shop.catalog.models import Product
from shop.orders.models import DeliveryMethod
from shop.orders.states import State
from shop.shoppers import ratings, reviews
from shop.shoppers.models import Review, ReviewState
from shop.shoppers.reviews import NotBought
from tests.shop.orders.shopping import order_of, taken_to

PAGE = "/p/navy-shirt/reviews/"


@pytest.fixture
def navy(shirts: list[Product]) -> Product:
    return shirts[0]


def buys(user: User | None, product: Product, state: State = State.DELIVERED) -> None:
    delivery = DeliveryMethod.objects.create(name="Standard", price_cents=490)
    taken_to(order_of(product, {product.sku: 1}, delivery, user=user), state)


def review(client: Client, stars: object = 5, text: str = "It fits.") -> str:
    """Sends the form of a review; returns the page that follows."""
    response = client.post(PAGE, {"stars": stars, "text": text}, follow=True)
    return response.content.decode()


def product_page(client: Client) -> str:
    remember.forget_all()
    return client.get("/p/navy-shirt/").content.decode()


def test_a_review_is_read_before_it_is_shown(client: Client, ada: User, navy: Product) -> None:
    buys(ada, navy)
    client.force_login(ada)
    assert "as soon as we have read it" in review(client, 4, "It fits.\n\nAnd <b>lasts</b>.")
    assert "It fits." not in product_page(Client())
    Review.objects.update(state=ReviewState.SHOWN)
    ratings.reconcile()
    for page in (product_page(Client()), Client().get(PAGE).content.decode()):
        assert "<p>It fits.</p>" in page
        assert "&lt;b&gt;lasts&lt;/b&gt;" in page
        assert "<b>Ada</b>" in page
        assert "4 of 5 stars" in page or "4.0 of 5 stars" in page
        assert ada.email not in page
    Review.objects.update(state=ReviewState.REFUSED)
    assert "It fits." not in product_page(Client())


def test_a_buyer_has_one_review_and_may_change_it(client: Client, ada: User, navy: Product) -> None:
    buys(ada, navy)
    client.force_login(ada)
    review(client, 2, "Too small.")
    Review.objects.update(state=ReviewState.SHOWN)
    form = client.get(PAGE).content.decode()
    assert '<option value="2" selected>' in form
    review(client, 5, "The next size fits.")
    (changed,) = Review.objects.all()
    # It is another text, which nobody has read yet.
    assert (changed.stars, changed.state) == (5, ReviewState.WAITING)


@pytest.mark.parametrize("state", [State.PLACED, State.PAID, State.PACKED, State.CANCELLED])
def test_who_does_not_have_it_yet_cannot_say_how_it_is(
    client: Client, ada: User, navy: Product, state: State
) -> None:
    buys(ada, navy, state)
    client.force_login(ada)
    assert "Once a piece that you bought is on its way" in review(client)
    assert not Review.objects.exists()
    with pytest.raises(NotBought):
        reviews.write(ada, navy, stars=5, text="Great.")


def test_only_buyers_of_this_product_may(client: Client, ada: User, shirts: list[Product]) -> None:
    buys(ada, shirts[1], State.SENT)
    buys(None, shirts[0], State.SENT)
    client.force_login(ada)
    assert "<form" not in re.findall(r"your-review.*</section>", review(client), re.S)[0]
    assert "Sign in" in Client().get(PAGE).content.decode()
    assert not Review.objects.exists()
    assert reviews.has_bought(ada, str(shirts[1].pk))


@pytest.mark.parametrize(
    ("stars", "text"), [(0, "x"), (6, "x"), ("many", "x"), ("", "x"), (5, ""), (5, "x" * 2001)]
)
def test_a_review_needs_stars_and_words(
    client: Client, ada: User, navy: Product, stars: object, text: str
) -> None:
    buys(ada, navy)
    client.force_login(ada)
    assert 'aria-invalid="true"' in review(client, stars, text)
    assert not Review.objects.exists()


def test_the_average_is_of_what_is_shown(ada: User, navy: Product) -> None:
    for number, (stars, state) in enumerate(
        [(5, "shown"), (4, "shown"), (4, "shown"), (1, "refused"), (1, "waiting")]
    ):
        user = User.objects.create_user(f"buyer {number}")
        Review.objects.create(
            user=user, product=str(navy.pk), stars=stars, text="Words.", state=state
        )
    ratings.reconcile()
    opinion = reviews.opinion_of(Product.objects.get(pk=navy.pk))
    assert (opinion.average, opinion.number) == (4.3, 3)
    assert len(opinion.latest) == 3


def test_search_engines_read_the_average(client: Client, ada: User, navy: Product) -> None:
    assert "aggregateRating" not in product_page(client)
    Review.objects.create(user=ada, product=str(navy.pk), stars=4, text="Words.", state="shown")
    ratings.reconcile()
    rating = '"aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.0, "ratingCount": 1}'
    assert rating in product_page(client)


def test_the_first_review_is_asked_of_who_may_write_it(
    client: Client, ada: User, navy: Product
) -> None:
    assert "Write the first review" not in product_page(client)
    client.force_login(ada)
    assert "Write the first review" not in product_page(client)
    buys(ada, navy)
    assert "Write the first review" in product_page(client)
    assert client.get("/p/nothing/reviews/").status_code == 404


@pytest.mark.usefixtures("rules_are_known")
def test_reviews_cost_the_product_s_page_two_queries_where_there_are_any(
    client: Client,
    ada: User,
    navy: Product,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # One is for what the merchant says of delivery, one for such rules.
    with django_assert_max_num_queries(2):
        assert "of 5 stars" not in product_page(client)
    Review.objects.create(user=ada, product=str(navy.pk), stars=5, text="x", state="shown")
    ratings.reconcile()
    with django_assert_max_num_queries(4):
        assert "5 of 5 stars" in product_page(client)
    with django_assert_max_num_queries(0):
        client.get("/p/navy-shirt/")


def test_merchants_decide_in_the_admin(admin_client: Client, ada: User, navy: Product) -> None:
    written = Review.objects.create(user=ada, product=str(navy.pk), stars=5, text="Words.")
    page = admin_client.get("/admin/shoppers/review/?state__exact=waiting").content.decode()
    assert "Words." in page
    chosen = {"_selected_action": [written.pk]}
    for action, state in (("show", ReviewState.SHOWN), ("refuse", ReviewState.REFUSED)):
        admin_client.post("/admin/shoppers/review/", chosen | {"action": action})
        written.refresh_from_db()
        assert written.state == state
    # What somebody else said is not theirs to rewrite.
    admin_client.post(
        f"/admin/shoppers/review/{written.pk}/change/", {"state": "shown", "text": "Lovely!"}
    )
    written.refresh_from_db()
    assert (written.state, written.text) == ("shown", "Words.")
