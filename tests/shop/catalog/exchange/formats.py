"""Every format that docs/exchange.md tells of."""

from __future__ import annotations

from tests.shop.catalog.exchange.magento import MAGENTO
from tests.shop.catalog.exchange.pages import PAGES
from tests.shop.catalog.exchange.prestashop import PRESTASHOP

FORMATS = (MAGENTO, PRESTASHOP, PAGES)
