"""Which of a feed's items are one design, where the shop's products do not say it well enough."""

from __future__ import annotations

from collections.abc import Sequence

from shop.feeds import shaping
from shop.feeds.channels import Item
from shop.feeds.rules import DIFFERS_BY


class Groups:
    """Those of one feed so far. Products come to it one by one, in the feed's order.

    Two of a style may look the same to a channel: chalk sneakers with a navy and with a green
    trim, or what two brands call "101". The later of them is then a design of its own.
    """

    def __init__(self) -> None:
        # What the first item of a group settles for all, by the group's key.
        self._founded: dict[str, tuple[str, str]] = {}
        # By the hashes of what items differ in, of which there are as many as there are items.
        self._taken: set[int] = set()

    def settle(self, items: Sequence[Item], sku: str) -> None:
        """Leave a product's items in their group, or give them one that is named after its SKU."""
        if not items or "item_group_id" not in items[0]:
            return
        if not self._takes(items):
            for item in items:
                item["item_group_id"] = [shaping.group(sku)]
        self._founded.setdefault(_key(items[0]), _founds(items[0]))
        self._taken.update(map(_variant, items))

    def _takes(self, items: Sequence[Item]) -> bool:
        founded = self._founded.get(_key(items[0]), _founds(items[0]))
        return founded == _founds(items[0]) and self._taken.isdisjoint(map(_variant, items))


def _key(item: Item) -> str:
    # A channel does not tell capital letters from small ones.
    return item["item_group_id"][0].lower()


def _founds(item: Item) -> tuple[str, str]:
    """How a group is written, and its brand."""
    return item["item_group_id"][0], item.get("brand", [""])[0]


def _variant(item: Item) -> int:
    return hash((_key(item), *(tuple(item.get(name, ())) for name in DIFFERS_BY)))
