"""From rules to what panels and searches keep to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log
from typing import Self

from bson import ObjectId
from django.utils import timezone

from shop.catalog.context import tree
from shop.catalog.listing import within
from shop.catalog.live.facts import milliseconds
from shop.catalog.live.view import Narrowing
from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.catalog.steering import UNSTEERED, Boost, Pin, Steering
from shop.merchandising.models import Does, Of, Rule, Search, Where, search_of


@dataclass(frozen=True)
class Rules:
    """The rules that hold, by where they do."""

    searches: dict[Search, list[Rule]] = field(default_factory=dict)
    panels: dict[str, list[Rule]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Self:
        """Those of panels by the id of a product or of a category, or "" for every panel."""
        found = cls()
        for rule in rules:
            for search in rule.searches() if rule.where == Where.SEARCH else ():
                found.searches.setdefault(search, []).append(rule)
            if rule.where != Where.SEARCH:
                found.panels.setdefault(rule.beside or rule.shelf, []).append(rule)
        return found

    def of_search(self, words: str, language: str) -> Steering:
        """What holds for a search."""
        if not self.searches:
            return UNSTEERED
        return steering_of(self.searches.get(search_of(words, language), ()))

    def of_panel(self, product: Product) -> Steering:
        """What holds for the panel of a product; of two pins to one place the nearer rule's comes
        first: its own, its category's, then those of the categories above."""
        if not self.panels:
            return UNSTEERED
        keys = [str(product.pk), *_shelves_of(product), ""]
        return steering_of([rule for key in keys for rule in self.panels.get(key, ())])


def _shelves_of(product: Product) -> Iterator[str]:
    """The ids of its category and of those above it."""
    for category in reversed(tree().way(product.category_id)):
        yield str(category.pk)


def steering_of(rules: Sequence[Rule]) -> Steering:
    """What these rules come to. What any of them blocks is blocked, whatever pins it."""
    if not rules:
        return UNSTEERED
    blocked = frozenset(rule.product for rule in rules if rule.does == Does.BLOCK)
    pins: dict[str, Pin] = {}
    for rule in rules:
        if rule.does == Does.PIN and rule.place and rule.product not in blocked:
            pin = Pin(rule.place, rule.product, rule.even_sold_out)
            pins.setdefault(rule.product, pin)
    boosts = [_boost(rule) for rule in rules if rule.does == Does.BOOST]
    return Steering(tuple(sorted(pins.values(), key=lambda pin: pin.place)), blocked, tuple(boosts))


def _boost(rule: Rule) -> Boost:
    odds = rule.strength * log(2)
    if rule.of == Of.CATEGORY:
        return Boost(odds, goods=_lying_in(rule.category))
    if rule.of == Of.BRAND:
        return Boost(odds, goods=Narrowing.to({"brand": {rule.brand}}))
    if rule.of == Of.NEW:
        return Boost(odds, since=milliseconds(_days_ago(rule.days or 0)))
    return Boost(odds, products=frozenset({rule.product}))


def _lying_in(category: str) -> Narrowing:
    try:
        return within(tree().keys(ObjectId(category)))
    except DATABASE_ERRORS:
        # Nothing is listed now, either.
        return within([category])


def _days_ago(days: int) -> datetime:
    """The beginning of that day, so that what holds changes once a day and not all the time."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)
