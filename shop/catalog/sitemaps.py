"""What search engines are told to look at: the front page, the categories and every product."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from shop.catalog.context import shelves
from shop.catalog.models import Product

# The stand-in for MongoDB sends so many within a second or two on a busy machine.
PER_PAGE = 1000


class ShelfSitemap(Sitemap):
    """The front page and the categories."""

    def items(self) -> list[str]:
        return [reverse("home"), *(shelf.get_absolute_url() for shelf in shelves())]

    def location(self, item: str) -> str:
        return item


class ProductSitemap(Sitemap):
    limit = PER_PAGE

    def items(self) -> QuerySet:
        published = Product.objects.published().order_by("pk")
        return published.values_list("slug", "changed", named=True)

    def location(self, item: Any) -> str:
        return reverse("product", args=[item.slug])

    def lastmod(self, item: Any) -> datetime:
        changed: datetime = item.changed
        return changed

    def get_latest_lastmod(self) -> None:
        """None: it would take a look at every product, and each page says it for its own."""


SITEMAPS = {"shelves": ShelfSitemap, "products": ProductSitemap}
