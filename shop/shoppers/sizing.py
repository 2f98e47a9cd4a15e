"""How a product fits: what its reviews say, and what came back as too small or too large.

Nothing is said of few: somebody could be told by it, and it would mean nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from shop.catalog.models import Product
from shop.catalog.remember import remembered
from shop.catalog.vocabulary import translated
from shop.orders.models import Order, OrderLine, ReturnLine, SizeReason
from shop.orders.states import ReturnState
from shop.shoppers.models import Fit, Review, ReviewState

# So many reviews must say how it fits, and at least this share of them the same.
ENOUGH_REVIEWS, MOST_OF_THEM = 5, 0.5
# Of a size so many pieces must have been sold, and so many of them have come back for its sake;
# what comes back less often than one in eight is no hint.
ENOUGH_SOLD, ENOUGH_BACK, LEAST_SHARE = 10, 3, 1 / 8
MORE_THAN_HALF = 0.55
# What is said and sent back within some minutes changes little.
KNOWN_FOR_SECONDS = 300
NUMBERS = {
    2: pgettext_lazy("one in", "two"),
    3: pgettext_lazy("one in", "three"),
    4: pgettext_lazy("one in", "four"),
    5: pgettext_lazy("one in", "five"),
    6: pgettext_lazy("one in", "six"),
    7: pgettext_lazy("one in", "seven"),
    8: pgettext_lazy("one in", "eight"),
}


@dataclass(frozen=True)
class Back:
    """Of the pieces sold of a size this share came back as too small, or as too large."""

    size: str
    reason: str
    share: float

    @property
    def words(self) -> str:
        """As the product's page says it."""
        is_small = self.reason == SizeReason.SMALL
        size = translated(self.size)
        if self.share > MORE_THAN_HALF:
            more = (
                _("More than half sent %(size)s back as too small.")
                if is_small
                else _("More than half sent %(size)s back as too large.")
            )
            return more % {"size": size}
        one_in = (
            _("One in %(number)s sent %(size)s back as too small.")
            if is_small
            else _("One in %(number)s sent %(size)s back as too large.")
        )
        return one_in % {"size": size, "number": NUMBERS[max(2, round(1 / self.share))]}


def hints(product: Product) -> list[str]:
    """What is worth knowing before one chooses a size, a sentence each; often nothing.

    Raises what the database raises.
    """
    key = str(product.pk)
    said = _said(_fits().get(key, Counter()))
    sizes = {variant.size for variant in product.variants}
    backs = [back.words for back in _backs().get(key, ()) if back.size in sizes]
    return [*said, *backs]


def _said(fits: Counter[str]) -> list[str]:
    """What most reviews say of the fit."""
    number = fits.total()
    if number < ENOUGH_REVIEWS:
        return []
    fit, times = fits.most_common(1)[0]
    if times < MOST_OF_THEM * number:
        return []
    facts = {"times": times, "number": number}
    if fit == Fit.SMALL:
        return [_("It runs small, say %(times)s of %(number)s buyers.") % facts]
    if fit == Fit.LARGE:
        return [_("It runs large, say %(times)s of %(number)s buyers.") % facts]
    return [_("It fits as expected, say %(times)s of %(number)s buyers.") % facts]


@remembered(seconds=KNOWN_FOR_SECONDS)
def _fits() -> Mapping[str, Counter[str]]:
    """How often the reviews that are shown of each product say which fit: one query for all."""
    told = Review.objects.filter(state=ReviewState.SHOWN).exclude(fit="").order_by()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for product, fit, times in told.values_list("product", "fit").annotate(Count("pk")):
        found[product][fit] = times
    return dict(found)


@remembered(seconds=KNOWN_FOR_SECONDS)
def _backs() -> Mapping[str, list[Back]]:
    """What came back of each product as too small or too large, often enough: two queries."""
    came = (
        ReturnLine.objects.filter(request__state=ReturnState.RECEIVED)
        .filter(line__order__in=Order.objects.sold())
        .exclude(request__size_reason="")
        .exclude(line__size="")
        .order_by()
        .values_list("line__product", "line__size", "request__size_reason")
        .annotate(Sum("quantity"))
    )
    often = [row for row in came if row[3] >= ENOUGH_BACK]
    pieces = _pieces_sold({row[0] for row in often}) if often else {}
    found: defaultdict[str, list[Back]] = defaultdict(list)
    for product, size, reason, back in often:
        sold = pieces.get((product, size), 0)
        if sold >= ENOUGH_SOLD and back / sold >= LEAST_SHARE:
            found[product].append(Back(size, reason, back / sold))
    return dict(found)


def _pieces_sold(products: set[str]) -> dict[tuple[str, str], int]:
    """How many pieces of each size of these products were sold."""
    sold = OrderLine.objects.filter(order__in=Order.objects.sold(), product__in=products)
    sums = sold.order_by().values_list("product", "size").annotate(Sum("quantity"))
    return {(product, size): pieces for product, size, pieces in sums}
