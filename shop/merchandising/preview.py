"""What a rule changes, seen before shoppers see it: a panel or a search as it is, and with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bson import ObjectId
from django.conf import settings
from django.utils.translation import get_language, gettext, override

from shop.catalog import finding
from shop.catalog.alike import WIDE_K, similar_products
from shop.catalog.context import tree
from shop.catalog.listing import PUBLISHED, Listing, live, within
from shop.catalog.live.view import EVERYTHING
from shop.catalog.models import Product, Status
from shop.catalog.presentable import available
from shop.catalog.steering import Steering
from shop.merchandising.applying import Rules
from shop.merchandising.models import Does, Rule, State, Where

# Of a search so many are shown, and as many as it takes to see a pin.
SHOWN = 12


@dataclass(frozen=True)
class Place:
    """One place of a list, and the place of the same product in the other, from 1; None where it
    is not there."""

    number: int
    product: Product
    other: int | None

    @property
    def is_moved(self) -> bool:
        return self.other is not None and self.other != self.number


@dataclass(frozen=True)
class Comparison:
    """A list before and after; `title` says which it is, where there are several."""

    before: Sequence[Place]
    after: Sequence[Place]
    title: str = ""

    @classmethod
    def of(cls, before: Sequence[Product], after: Sequence[Product], title: str = "") -> Self:
        return cls(_places(before, after), _places(after, before), title)

    @property
    def is_same(self) -> bool:
        """Whether nobody would see a difference."""
        return [one.product for one in self.before] == [one.product for one in self.after]


@dataclass(frozen=True)
class Preview:
    """What changes, and what is to be said of it. `product` is whose panels they are, `phrase` what
    is searched for."""

    comparisons: Sequence[Comparison]
    remarks: Sequence[str] = ()
    product: Product | None = None
    phrase: str = ""


def preview_of(rule: Rule, at: Product | None = None, language: str = "") -> Preview:
    """What a rule changes, saved or not, at whatever moment it holds, besides all that holds now.

    `at` is the product whose panels are shown, where it holds for several, `language` the one whose
    pages are searched; that of this page where it is "". Raises
    recommender.search.SearchUnavailable and what MongoDB raises.
    """
    others = [one for one in Rule.objects.in_state(State.RUNNING) if one.pk != rule.pk]
    now, then = Rules.of(others), Rules.of([*others, rule])
    if rule.where == Where.SEARCH:
        return _of_search(rule, now, then, language or str(get_language()))
    is_of_one = rule.where == Where.PRODUCT or at is None
    return _of_panel(rule, now, then, _example(rule) if is_of_one else at)


def _of_search(rule: Rule, now: Rules, then: Rules, language: str) -> Preview:
    phrase, most = next(iter(rule.listed_phrases), ""), max(SHOWN, rule.place or 0)
    with override(language):
        before, after = (
            _found(phrase, rules.of_search(phrase, language), most) for rules in (now, then)
        )
    return Preview([Comparison.of(before, after)], _remarks(rule, after), phrase=phrase)


def _found(phrase: str, steering: Steering, most: int) -> list[Product]:
    answer = finding.answer(phrase, steering)
    return [] if answer is None else Listing(answer.among, EVERYTHING, found=answer.keys)[:most]


def _of_panel(rule: Rule, now: Rules, then: Rules, product: Product | None) -> Preview:
    if product is None:
        return Preview([], [gettext("There is no published product to show it at.")])
    if not product.is_published:
        return Preview([], [gettext("What is not published has no panel.")], product)

    def shown(count: int, rules: Rules) -> list[Product]:
        alike = similar_products(product, count, steering=rules.of_panel(product))
        return [match.product for match in alike]

    panels = {gettext("On its page"): settings.SIMILAR_K, gettext("Under “See ten”"): WIDE_K}
    comparisons = [
        Comparison.of(shown(count, now), shown(count, then), title)
        for title, count in panels.items()
    ]
    return Preview(comparisons, _remarks(rule, shown(WIDE_K, then)), product)


def _example(rule: Rule) -> Product | None:
    """A product that the rule is about."""
    if rule.where == Where.PRODUCT:
        return Product.objects.with_ids([rule.beside]).first()
    among = within(tree().keys(ObjectId(rule.shelf))) if rule.where == Where.CATEGORY else PUBLISHED
    return next(iter(Listing(among, sort="featured")[:1]), None)


def _places(these: Sequence[Product], others: Sequence[Product]) -> list[Place]:
    there = {product.pk: number for number, product in enumerate(others, 1)}
    return [Place(number, one, there.get(one.pk)) for number, one in enumerate(these, 1)]


def _remarks(rule: Rule, after: Sequence[Product]) -> list[str]:
    """Why what is pinned is not to be seen at its place."""
    if rule.does != Does.PIN:
        return []
    (status,) = live().values([rule.product], "status")
    if status != (Status.PUBLISHED,):
        return [gettext("It is not shown: it is not published.")]
    if not rule.even_sold_out and rule.product not in available([rule.product]):
        return [gettext("It is not shown at its place: it is sold out.")]
    if rule.product in {str(one.pk) for one in after}:
        return []
    return [gettext("It is not shown: another rule, or another colour of it, has the place.")]
