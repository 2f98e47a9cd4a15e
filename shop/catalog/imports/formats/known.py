"""Which other shop's format a file has."""

from __future__ import annotations

from collections.abc import Sequence

from shop.catalog.imports.formats import (
    feed_xml,
    feeds,
    hm,
    magento,
    page_data,
    pages,
    prestashop,
    shopify,
    woocommerce,
)
from shop.catalog.imports.formats.listing import Listing
from shop.catalog.imports.tables import Table

_TABLES = (shopify, woocommerce, magento, prestashop, hm, feeds)


def in_table(table: Table) -> Listing | None:
    """What a table lists, if its columns are those of a format. Raises ImportRefused."""
    return next((each.listing(table) for each in _TABLES if each.is_one(table)), None)


def in_tables(tables: Sequence[Table]) -> Listing | None:
    """What several tables list together, if they belong together."""
    return prestashop.listing_of_two(tables)


def in_pages(each: pages.Pages) -> Listing | None:
    """What pages in HTML list; None where none of them has a product."""
    return pages.listing(each)


def is_page(content: bytes) -> bool:
    """Whether a file is a page in HTML."""
    return page_data.is_page(content)


def in_xml(content: bytes, title: str) -> Listing | None:
    """What a file in XML lists; None where it is none. Raises ImportRefused."""
    return feeds.listing_of_xml(content, title) if feed_xml.is_xml(content) else None
