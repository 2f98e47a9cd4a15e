"""Which other shop's format a file has."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.catalog.imports import json_file
from shop.catalog.imports.formats import (
    feed_xml,
    feeds,
    hm,
    magento,
    oscar,
    page_data,
    pages,
    prestashop,
    shopify,
    vendure,
    woocommerce,
)
from shop.catalog.imports.formats.listing import Listing
from shop.catalog.imports.rows import ImportRefused
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


def in_json(content: bytes, title: str) -> Listing | None:
    """What a file of JSON lists; None where it is none. Raises ImportRefused."""
    if not json_file.is_json(content):
        return None
    told = json_file.parsed(content, title)
    if oscar.is_one(told):
        return oscar.listing(told)
    if vendure.is_one(told):
        return vendure.listing(told)
    raise ImportRefused(_("%(title)s is JSON of no kind that is known.") % {"title": title})


def in_xml(content: bytes, title: str) -> Listing | None:
    """What a file in XML lists; None where it is none. Raises ImportRefused."""
    return feeds.listing_of_xml(content, title) if feed_xml.is_xml(content) else None
