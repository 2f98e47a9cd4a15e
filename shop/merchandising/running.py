"""The rules that hold now, as every process knows them within a second."""

from __future__ import annotations

from django.utils import timezone

from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS, remembered
from shop.catalog.steering import UNSTEERED, Steering
from shop.merchandising.applying import Rules
from shop.merchandising.models import Rule, State

# Twice, as old as what is known of them may be: together less than a second.
SECONDS = 0.4


@remembered(seconds=SECONDS)
def _switched_on() -> tuple[Rule, ...]:
    """While SQL is away those that were known last."""
    return tuple(Rule.objects.not_over().order_by("pk"))


@remembered(seconds=SECONDS)
def rules() -> Rules:
    """Those that hold now; none where none were known before SQL went away."""
    try:
        known = _switched_on()
    except DATABASE_ERRORS:
        return Rules()
    now = timezone.now()
    return Rules.of(rule for rule in known if rule.state(now) == State.RUNNING)


def of_panel(product: Product) -> Steering:
    """What holds now for what looks like a product."""
    try:
        return rules().of_panel(product)
    except DATABASE_ERRORS:
        # Nobody knows in which categories it lies.
        return UNSTEERED


def of_search(words: str, language: str) -> Steering:
    """What holds now for a search by words."""
    return rules().of_search(words, language)
