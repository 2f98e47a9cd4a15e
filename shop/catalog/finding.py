"""Products by words, in the language of the page."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from shop.catalog.live import keeper as catalogue
from shop.catalog.live.cards import products
from shop.catalog.live.finding.keeper import keeper
from shop.catalog.live.words import Found, Suggestion, suggest
from shop.catalog.models import Product


class Suggestions(NamedTuple):
    """Words to search for, and products that they would find."""

    words: tuple[Suggestion, ...]
    products: list[Product]


def find(text: str) -> Found | None:
    """The published products that fit what somebody typed; None where that is nothing at all.

    Raises NotLoaded, a DatabaseError.
    """
    return keeper().view().search(text, _language())


def suggestions(text: str) -> Suggestions:
    """How the text may go on. Raises NotLoaded and what MongoDB raises."""
    found = suggest(keeper().view(), text, _language())
    return Suggestions(found.words, products(catalogue.keeper().view(), found.products))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
