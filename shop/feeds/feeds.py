"""A feed from the catalogue to the text, a few products at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Self

from django.conf import settings
from django.utils import timezone, translation

from shop.catalog.models import Category, Product, Tree
from shop.feeds import writing
from shop.feeds.channels import CHANNELS, Channel, Item
from shop.feeds.grouping import Groups
from shop.feeds.items import Making, items_of
from shop.stock.models import Stock

CONTENT_TYPES = {
    "xml": "application/xml; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
# Products that are in memory at once.
AT_ONCE = 250


@dataclass(frozen=True)
class Feed:
    """What one fetches: for whom, in which language (its code), in which form (`xml`, `tsv`)."""

    channel: Channel
    language: str
    form: str

    @classmethod
    def named(cls, name: str) -> Self | None:
        """The feed called so, such as `google-de.xml`; None where there is none."""
        return next((feed for feed in cls.every() if feed.name == name), None)

    @classmethod
    def every(cls) -> Iterator[Self]:
        """All that there are."""
        for channel in CHANNELS.values():
            for language, _name in settings.LANGUAGES:
                for form in CONTENT_TYPES:
                    yield cls(channel, language, form)

    @property
    def name(self) -> str:
        return f"{self.channel.name}-{self.language}.{self.form}"

    def text(self, origin: str, ids: Sequence[str] | None = None) -> Iterator[str]:
        """The feed, piece by piece; of these products (ids as text) alone, if they are named.

        `origin` is the shop's scheme and host. Raises what MongoDB and SQL raise, on the way too.
        """
        items = self.items(origin, published() if ids is None else ids)
        if self.form == "tsv":
            return writing.tsv(items)
        return writing.rss(items, title=settings.SHOP_NAME, link=f"{origin}/")

    def items(self, origin: str, ids: Sequence[str]) -> Iterator[Item]:
        """The items of those of these products that are published."""
        tree = Tree(Category.objects.in_order())
        making = Making(self.channel, origin, tree, timezone.now())
        groups = Groups()
        for some in batched(ids, AT_ONCE, strict=False):
            # Whole, since whoever reads on has a language of their own.
            with translation.override(self.language):
                made = _items(Product.objects.by_ids(some), making, groups)
            yield from made


def published() -> list[str]:
    """The ids of all published products, the oldest first.

    Not from memory, which a process that has just begun fills little by little: a product that a
    feed leaves out is taken off its channel.
    """
    return sorted(Product.objects.published().ids())


def _items(products: Sequence[Product], making: Making, groups: Groups) -> list[Item]:
    skus = [offer.sku for product in products for offer in product.offers()]
    free = {row.sku: row.free for row in Stock.objects.filter(sku__in=skus).with_free()}
    made: list[Item] = []
    for product in products:
        items = list(items_of(product, free, making))
        groups.settle(items, product.sku)
        made += items
    return made
