"""The widget stands on the API, and nothing but settings and addresses knows of it."""

from __future__ import annotations

from tests.recommender.test_arrows import imported, modules, users, within

MAY_USE = ("shop.api", "shop.catalog", "shop.keys", "shop.web", "shop.widget")


def test_nobody_uses_the_widget() -> None:
    assert users(("shop.widget",), "shop", but=("shop.widget",)) == {"shop.config.urls"}


def test_the_widget_uses_the_api_and_the_catalogue() -> None:
    used = {name for path in modules("shop/widget").values() for name in imported(path)}
    assert {name for name in used if within(name, "shop") and not within(name, *MAY_USE)} == set()
