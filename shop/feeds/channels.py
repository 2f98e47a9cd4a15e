"""Who fetches feeds, and in what words they differ. The rules that they share are in `rules`."""

from __future__ import annotations

from dataclasses import dataclass

# An item's attributes by their names, each with its values: several of `additional_image_link`, one
# of every other.
type Item = dict[str, list[str]]

# In the order in which tables have them.
ATTRIBUTES = (
    *("id", "item_group_id", "title", "description", "link", "image_link"),
    *("additional_image_link", "availability", "condition", "price", "sale_price"),
    *("sale_price_effective_date", "brand", "gtin", "mpn", "identifier_exists", "product_type"),
    *("color", "size", "size_type", "gender", "age_group", "material"),
)
REPEATED = "additional_image_link"


@dataclass(frozen=True)
class Channel:
    """One that fetches feeds.

    `needs_identifier`: an item without a brand, a GTIN and a manufacturer's number is refused.
    """

    name: str
    title: str
    in_stock: str
    out_of_stock: str
    needs_identifier: bool


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("google", "Google", "in_stock", "out_of_stock", needs_identifier=False),
        Channel("meta", "Meta", "in stock", "out of stock", needs_identifier=True),
    )
}
