"""Keys, and things to show. Models are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.shop.api.conftest import coats, products

if TYPE_CHECKING:
    from shop.widget.models import WidgetKey

__all__ = ["coats", "products"]

ORIGIN = "https://old.example"


@pytest.fixture
def key(db: None) -> WidgetKey:
    from shop.widget.models import WidgetKey

    return WidgetKey.objects.make(name="Old shop", origins=f"https://www.old.example\n{ORIGIN}")


@pytest.fixture
def page() -> Client:
    """What a browser sends of a page of the old shop."""
    return Client(enforce_csrf_checks=True, headers={"Origin": ORIGIN})
