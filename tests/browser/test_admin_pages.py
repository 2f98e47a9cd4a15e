"""Every page of the admin, found in its own registry: nothing that axe knows is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.urls import URLPattern, reverse

from shop.back_office import encoders, indexes
from shop.insights import admin as insights
from shop.outbox import admin as outbox
from tests.browser.test_every_page import SIZES, inaccessible, sideways
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Something of each kind, so that there is a page of it.
SAMPLES = """
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
from shop.alerts.models import Alert
from shop.api.models import Token
from shop.catalog.models import Category, ImportJob, ImportSource, Product, Status
from shop.demo.terms import prepare_terms
from shop.feeds.models import FeedKey
from shop.merchandising.models import Rule
from shop.orders.models import DeliveryMethod
from shop.orders.states import State
from shop.shoppers.models import Review
from shop.stock.counting import count
from shop.trials.models import Trial
from shop.widget.models import WidgetKey
from shop.withdrawals.models import Withdrawal
from tests.shop.orders.shopping import order_of, taken_to
prepare_terms()
user = User.objects.create_user("sample", "sample@pages.example")
EmailAddress.objects.create(user=user, email=user.email)
Group.objects.create(name="sample")
Token.objects.make(user=user, name="sample")
FeedKey.objects.make(name="sample")
WidgetKey.objects.make(name="sample", origins="https://old.example")
product = Product.objects.published().first()
sku = product.offers()[0].sku
delivery = DeliveryMethod.objects.first()
order = taken_to(order_of(product, {sku: 1}, delivery, email=user.email), State.SENT)
about = {"product": str(product.pk), "product_name": product.name}
Review.objects.create(user=user, stars=4, text="Warm.", **about)
Alert.objects.create(kind="cheaper", email=user.email, cents=100, language="en", **about)
Withdrawal.objects.create(
    name="Sample", number=order.number, email=user.email, language="en", order=order
)
Trial.objects.get_or_create(runs=False)
Rule.objects.create(
    phrases="shirt", product=str(product.pk), product_name=product.name, place=1, is_on=False
)
seen = {"place": "line 2", "name": "Sample", "sku": "SAMPLE", "category": "Coats", "is_new": True}
seen |= {"price_cents": 100, "sizes": "S, M", "photographs": 0, "status": "Draft"}
ImportJob.objects.create(
    title="sample.csv", state="previewed", total=2, notes=["One is missing."],
    preview=[seen | {"missing": "stock"}, {"place": "line 3", "reason": "The name is empty."}],
)
source = ImportSource.objects.create(name="Sample", file="sample.csv", every=24)
ImportJob.objects.create(title="Sample", source=str(source.pk), state="failed", error="Away.")
category = Category.objects.first()
draft = Product(
    sku="SAMPLE", name="Sample", category=category, price_cents=100, status=Status.DRAFT
)
draft.save()
count(str(draft.pk), {"SAMPLE": 3})
"""
# What is no page: pieces of one that are asked for by themselves, files, and what sends one on.
PIECES = {
    *("switch_encoder", "switching", "search_index_now", "rebuild_index", "check_index"),
    *("catalog_product_states", "catalog_product_photograph_states", "catalog_product_retry"),
    *("catalog_product_looks", "catalog_product_colourway"),
    *("merchandising_rule_skus", "merchandising_rule_preview"),
    *("catalog_importjob_progress", "catalog_importjob_bad_rows", "catalog_importjob_import"),
    *("catalog_importjob_unfetched", "catalog_importjob_archive", "catalog_importsource_run"),
    *("orders_order_step", "orders_order_return"),
    *("withdrawals_withdrawal_match", "withdrawals_withdrawal_settle"),
    # The page of the stock of one SKU sends on to it.
    "stock_stock_count",
}
OWN = {
    pattern.name: pattern
    for urls in (encoders.urls, indexes.urls, insights.urls, outbox.urls)
    for pattern in urls()
    if pattern.name not in PIECES and not pattern.pattern.converters
}
# As new as WCAG 2.2, so switched off by default: targets that a finger can hit.
SIZE_RULES = {"target-size": {"enabled": True}}
MODELS = {model._meta.label_lower: found for model, found in admin.site._registry.items()}


@pytest.fixture(scope="module", autouse=True)
def samples(running_shop: RunningShop) -> None:
    running_shop.manage("shell", "--verbosity=0", "-c", SAMPLES)


def faults(page: Page, address: str) -> list[str]:
    """What is wrong with a page of the admin, its frame included."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        found += sideways(page) + inaccessible(page, "body", "light", SIZE_RULES)
    # It looks at the scheme when it is loaded.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.reload()
    found += inaccessible(page, "body", "dark")
    return [f"{address}: {fault}" for fault in found]


@pytest.mark.parametrize("name", ["admin:index", "admin:password_change", *OWN])
def test_page_of_no_model(merchant: Page, name: str) -> None:
    assert faults(merchant, reverse(name)) == []


def test_way_in(page: Page) -> None:
    assert faults(page, "/admin/login/") == []


@pytest.mark.parametrize("found", MODELS.values(), ids=MODELS)
def test_pages_of_a_model(merchant: Page, found: ModelAdmin) -> None:  # type: ignore[type-arg]
    wrong = faults(merchant, address(found, "changelist"))
    assert merchant.locator("#result_list tbody tr").count(), "add something of the kind to SAMPLES"
    links = merchant.locator("#result_list tbody a[href*='/change/']")
    one = (
        re.search("/([^/]+)/change/", links.first.get_attribute("href") or "")
        if links.count()
        else None
    )
    addresses = [address(found, "add")] if may(found, "add") else []
    addresses += [address(found, name, one[1]) for name in names_of_one(found)] if one else []
    assert wrong + [fault for each in addresses for fault in faults(merchant, each)] == []


def address(found: ModelAdmin, name: str, *arguments: str) -> str:  # type: ignore[type-arg]
    opts = found.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=arguments)


def may(found: ModelAdmin, what: str) -> bool:  # type: ignore[type-arg]
    """Whether anybody may do it: add or delete."""
    request = RequestFactory().get("/")
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    return bool(getattr(found, f"has_{what}_permission")(request))


def names_of_one(found: ModelAdmin) -> list[str]:  # type: ignore[type-arg]
    """The names of the pages about one thing of a kind."""
    prefix = f"{found.opts.app_label}_{found.opts.model_name}_"
    urls = [url for url in found.get_urls() if isinstance(url, URLPattern) and url.name]
    names = [url.name for url in urls if len(url.pattern.converters) == 1]
    refused = set() if may(found, "delete") else {f"{prefix}delete"}
    return [name.removeprefix(prefix) for name in names if name not in PIECES | refused]
