"""What feeds may use, and who may use them: the doctor, the settings and the addresses."""

from __future__ import annotations

from tests.recommender.test_arrows import imported, modules, users, within

MAY_USE = ("shop.catalog", "shop.stock", "shop.keys", "shop.web", "shop.feeds")


def test_nobody_but_the_doctor_uses_feeds() -> None:
    assert users(("shop.feeds",), "shop", but=("shop.feeds",)) == {"shop.operations.doctor"}


def test_feeds_use_the_catalogue_and_the_stock() -> None:
    used = {name for path in modules("shop/feeds").values() for name in imported(path)}
    assert {name for name in used if within(name, "shop") and not within(name, *MAY_USE)} == set()


def test_the_rules_know_nothing_of_how_feeds_are_made() -> None:
    path = modules("shop/feeds")["shop.feeds.rules"]
    ours = {name.rpartition(".")[0] for name in imported(path) if within(name, "shop")}
    assert ours == {"shop.catalog.gtin", "shop.feeds.channels"}
