"""Every format that docs/exchange.md tells of."""

from __future__ import annotations

from tests.shop.catalog.exchange.feeds import FEEDS
from tests.shop.catalog.exchange.hm import HM
from tests.shop.catalog.exchange.magento import MAGENTO
from tests.shop.catalog.exchange.oscar import OSCAR
from tests.shop.catalog.exchange.pages import PAGES
from tests.shop.catalog.exchange.prestashop import PRESTASHOP
from tests.shop.catalog.exchange.shopify import SHOPIFY
from tests.shop.catalog.exchange.vendure import VENDURE
from tests.shop.catalog.exchange.woocommerce import WOOCOMMERCE

FORMATS = (SHOPIFY, WOOCOMMERCE, MAGENTO, PRESTASHOP, FEEDS, PAGES, OSCAR, VENDURE, HM)
