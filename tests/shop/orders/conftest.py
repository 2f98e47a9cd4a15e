"""A coat to order and a way to deliver it. Models are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from shop.catalog.models import Product
    from shop.orders.models import DeliveryMethod, Order


@pytest.fixture
def coat(db: None) -> Product:
    """A coat at €99.00: three pieces in S, one in M."""
    from shop.catalog.models import Category, Product
    from shop.catalog.parts import Variant
    from shop.stock import counting
    from tests.shop.catalog.shelves import put

    coats = Category.objects.create(name="Coats", slug="coats")
    coat = Product(
        sku="COAT",
        name="Long coat",
        colours=["Navy"],
        category=coats,
        price_cents=9900,
        variants=[Variant(size="S", sku="COAT-S"), Variant(size="M", sku="COAT-M")],
    )
    (product,) = put(coats, coat)
    counting.count(str(product.pk), {"COAT-S": 3, "COAT-M": 1})
    return product


@pytest.fixture
def delivery(db: None) -> DeliveryMethod:
    """€4.90 to Germany and Austria, free from €200."""
    from shop.orders.models import DeliveryMethod, TaxRate

    TaxRate.objects.create(country="DE", percent="19")
    return DeliveryMethod.objects.create(
        name="Standard", price_cents=490, free_from_cents=20000, countries=["DE", "AT"]
    )


@pytest.fixture
def order(coat: Product, delivery: DeliveryMethod) -> Order:
    """One coat in S, placed by a guest."""
    from tests.shop.orders.shopping import order_of

    return order_of(coat, {"COAT-S": 1}, delivery)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Runs what waits for the end of a transaction: `with committed(): ...`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def eager_tasks() -> Any:
    """Tasks run where they are sent from, through Celery's own machinery."""
    from celery_app import app

    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = False
    app.conf.task_eager_propagates = False
