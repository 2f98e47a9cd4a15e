"""Which other shop's format a file has."""

from __future__ import annotations

from shop.catalog.imports.formats import feed_xml, feeds, hm, magento, shopify, woocommerce
from shop.catalog.imports.formats.listing import Listing
from shop.catalog.imports.tables import Table

_TABLES = (shopify, woocommerce, magento, hm, feeds)


def in_table(table: Table) -> Listing | None:
    """What a table lists, if its columns are those of a format."""
    return next((each.listing(table) for each in _TABLES if each.is_one(table)), None)


def in_xml(content: bytes, title: str) -> Listing | None:
    """What a file in XML lists; None where it is none. Raises ImportRefused."""
    return feeds.listing_of_xml(content, title) if feed_xml.is_xml(content) else None
