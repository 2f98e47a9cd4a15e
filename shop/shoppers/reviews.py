"""What buyers think of products: written by them, read by a merchant, then shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Avg, Count
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalog.models import Product
from shop.catalog.remember import Recent
from shop.orders.models import Order
from shop.shoppers.models import Review, ReviewState

ON_THE_PAGE = 3


class NotBought(Exception):
    """Only buyers may say what they think. The text is a sentence for the shopper."""


@dataclass(frozen=True)
class Opinion:
    """What buyers think of a product: how many stars (1 to 5) by how many, and the latest words.

    Where nobody has said anything yet there are none by none.
    """

    average: float
    number: int
    latest: tuple[Review, ...]


NONE_YET = Opinion(0, 0, ())


def has_bought(user: User, product: str) -> bool:
    """Whether a product, by its id, was sent to this shopper."""
    return Order.objects.of(user).bought(product).exists()


def review_of(user: User, product: str) -> Review | None:
    """What this shopper wrote about a product."""
    return Review.objects.filter(user=user, product=product).first()


def write(
    user: User | AnonymousUser, product: Product, *, stars: int, text: str, fit: str = ""
) -> Review:
    """Write a review, or the shopper's earlier one anew; a merchant reads it before it is shown.

    `stars` are 1 to 5, `fit` is a Fit or "" for nothing said. Raises NotBought.
    """
    key = str(product.pk)
    if not (user.is_authenticated and has_bought(user, key)):
        raise NotBought(_("Only who bought it and has it can say how it is."))
    facts = {
        "product_name": product.name,
        "stars": stars,
        "text": text,
        "fit": fit,
        "state": ReviewState.WAITING,
        "written_at": timezone.now(),
    }
    return Review.objects.update_or_create(user=user, product=key, defaults=facts)[0]


# Every visitor of a product's page asks for it.
_recent: Recent[str, Opinion] = Recent(seconds=30, most=2000)


def opinion_of(product: Product) -> Opinion:
    """What buyers think of a product, as it was half a minute ago at most."""
    if product.rating is None:
        return NONE_YET
    key = str(product.pk)
    return _recent.get_or_set(key, partial(_opinion_of, key))


def _opinion_of(product: str) -> Opinion:
    shown = Review.objects.shown_of(product)
    sums = shown.order_by().aggregate(average=Avg("stars"), number=Count("pk"))
    latest = tuple(shown[:ON_THE_PAGE]) if sums["number"] else ()
    return Opinion(round(sums["average"] or 0, 1), sums["number"], latest)
