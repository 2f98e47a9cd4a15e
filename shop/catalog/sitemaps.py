"""What search engines are told to look at: the front page, the categories and every product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from shop.catalog.context import shelves
from shop.catalog.listing import Listing
from shop.catalog.models import Product

# The stand-in for MongoDB sends so many within a second or two on a busy machine.
PER_PAGE = 1000


class InOneLanguage(Sitemap):  # type: ignore[type-arg]
    """Django's own way to several languages would read every product to make one page."""

    def __init__(self, language: str) -> None:
        self._language = language

    def location(self, item: Any) -> str:
        with translation.override(self._language):
            return self.address_of(item)

    def address_of(self, item: Any) -> str:
        """The item's address in the active language."""
        raise NotImplementedError


class ShelfSitemap(InOneLanguage):
    """The front page (None) and the categories."""

    def items(self) -> list[Any]:
        return [None, *shelves()]

    def address_of(self, item: Any) -> str:
        return item.get_absolute_url() if item else reverse("home")


class Published:
    """The slug and the last change of every published product, read a page at a time by `_id`."""

    def __init__(self) -> None:
        self._listing = Listing(sort="newest")

    def __len__(self) -> int:
        return len(self._listing)

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    def __getitem__(self, places: slice) -> QuerySet[Product, Any]:
        start, stop, _ = places.indices(len(self))
        products = Product.objects.with_ids(self._listing.ids(start, stop))
        return products.values_list("slug", "changed", named=True)


class ProductSitemap(InOneLanguage):
    limit = PER_PAGE

    def items(self) -> Published:
        return Published()

    def address_of(self, item: Any) -> str:
        return reverse("product", args=[item.slug])

    def lastmod(self, item: Any) -> datetime:
        changed: datetime = item.changed
        return changed

    def get_latest_lastmod(self) -> None:
        """None: it would take a look at every product, and each page says it for its own."""


def _sitemaps() -> dict[str, InOneLanguage]:
    """The parts by name: `shelves` and `products`, `shelves-de` and `products-de`."""
    found: dict[str, InOneLanguage] = {}
    for language, _ in settings.LANGUAGES:
        suffix = "" if language == settings.LANGUAGE_CODE else f"-{language}"
        found[f"shelves{suffix}"] = ShelfSitemap(language)
        found[f"products{suffix}"] = ProductSitemap(language)
    return found


SITEMAPS = _sitemaps()
