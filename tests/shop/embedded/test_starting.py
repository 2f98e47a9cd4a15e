"""A stand-in that is started again finds by its indexes what it found before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from pymongo.errors import DuplicateKeyError

from tests.shop.embedded.conftest import StandIn

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 1)


@pytest.mark.parametrize("are_lost", [False, True])
def test_indexes_are_as_they_were(tmp_path: Path, are_lost: bool) -> None:
    """Also in a file of before there were entries, or that lost them."""
    stand_in = StandIn(tmp_path)
    products = stand_in.client["trial"].products
    products.create_index("slug", unique=True)
    products.create_index("revision")
    products.insert_many([{"_id": n, "slug": f"s{n}", "revision": NOW} for n in range(3)])
    products.delete_one({"_id": 2})
    products.update_one({"_id": 1}, {"$set": {"slug": "changed"}})
    stand_in.stop()
    if are_lost:
        with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as file, file:
            assert file.execute("DELETE FROM scalar_index_entries").rowcount == 4
    again = StandIn(tmp_path)
    try:
        products = again.client["trial"].products
        found = {slug: products.find_one({"slug": slug}) for slug in ("s0", "changed", "s1", "s2")}
        assert [bool(one) for one in found.values()] == [True, True, False, False]
        assert len(list(products.find({"revision": {"$gte": NOW}}))) == 2
        with pytest.raises(DuplicateKeyError):
            products.insert_one({"_id": 9, "slug": "changed"})
        products.insert_one({"_id": 9, "slug": "s2", "revision": NOW})
        assert products.find_one({"slug": "s2"})
    finally:
        again.stop()
