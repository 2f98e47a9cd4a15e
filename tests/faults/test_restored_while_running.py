"""An older backup of MongoDB is restored under a running shop: it serves what is there now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.processes import wait_until
from tests.running_shop import RunningShop
from tests.shop.catalog.shelves import jpeg

Backup = dict[str, list[dict[str, Any]]]
# What lives for a few minutes at most, and is no part of anybody's backup.
PASSING = "index_reports"
UNPUBLISH_ONE = """
from shop.catalog.models import Product
product = Product.objects.exclude(sku="AFTER").first()
product.status = "draft"
product.save()
"""


def backup_of(shop: RunningShop) -> Backup:
    names = [name for name in shop.database.list_collection_names() if name != PASSING]
    return {name: list(shop.database[name].find()) for name in names}


def restore(shop: RunningShop, backup: Backup) -> None:
    for name, documents in backup.items():
        shop.database[name].delete_many({})
        if documents:
            shop.database[name].insert_many(documents)


def finds_all(shop: RunningShop) -> bool:
    """Whether the web server says that it answers from as many photographs as belong."""
    belong = shop.database.embedding_work.count_documents({"state": "ready", "listed": True})
    revision = shop.database.recommender_state.find_one({"_id": "revision"})["value"]
    told = shop.database[PASSING].find({"program": {"$regex": "gunicorn"}})
    living = [found["contents"] for found in told if psutil.pid_exists(found["pid"])]
    wanted = (belong, revision)
    return bool(living) and all((it["rows"], it["revision"]) == wanted for it in living)


@pytest.fixture
def restored_at_the_end(running_shop: RunningShop) -> Iterator[Backup]:
    backup = backup_of(running_shop)
    yield backup
    restore(running_shop, backup)
    wait_until(lambda: finds_all(running_shop))


@pytest.mark.slow
def test_backup_restored_under_a_running_shop(
    running_shop: RunningShop, restored_at_the_end: Backup
) -> None:
    shop, backup = running_shop, restored_at_the_end
    wait_until(lambda: finds_all(shop))
    merchant = shop.merchant()
    shop.upload_product(merchant, "AFTER", [("after.jpg", jpeg("red"))])
    shop.wait_until_settled()
    shop.manage("shell", "--command", UNPUBLISH_ONE)
    shop.manage("build_index")
    wait_until(lambda: finds_all(shop))

    restore(shop, backup)

    wait_until(lambda: finds_all(shop))
    assert "finds" in shop.manage("check_index")
    shop.web.stop()
    shop.web.start()
    wait_until(lambda: finds_all(shop))
    assert "FAULT" not in shop.manage("doctor")
