"""What is fast stays right, seen through pymongo as the shop sees it."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from tests.processes import wait_until
from tests.shop.embedded.conftest import StandIn


def test_unique_index_still_refuses_a_second_one(mongo: Database[Any]) -> None:
    mongo.products.create_index("slug", unique=True)
    mongo.products.insert_one({"_id": "a", "slug": "coat"})
    with pytest.raises(DuplicateKeyError):
        mongo.products.insert_one({"_id": "b", "slug": "coat"})
    with pytest.raises(DuplicateKeyError):
        mongo.products.insert_one({"_id": "a", "slug": "hat"})


def test_distinct_finds_each_of_many_values_once(mongo: Database[Any]) -> None:
    mongo.products.insert_many({"_id": f"p{n}", "sku": f"s{n % 300}"} for n in range(600))
    assert sorted(mongo.products.distinct("sku")) == sorted(f"s{n}" for n in range(300))


def test_sorting_knows_arrays_and_dates(mongo: Database[Any]) -> None:
    now = datetime(2026, 1, 1)
    mongo.things.insert_many({"_id": n, "at": now - timedelta(days=n)} for n in range(3))
    assert [thing["_id"] for thing in mongo.things.find().sort("at")] == [2, 1, 0]
    # Of an array, the least value counts; by the first this one would come last.
    mongo.things.insert_one({"_id": 3, "at": [now + timedelta(days=9), now - timedelta(days=9)]})
    assert [thing["_id"] for thing in mongo.things.find().sort("at")] == [3, 2, 1, 0]


def test_a_long_read_is_not_disturbed_by_writes(mongo: Database[Any]) -> None:
    mongo.things.insert_many({"_id": f"t{number:03}", "n": number} for number in range(300))
    reading = mongo.things.find({"n": {"$gte": 0}}, batch_size=50)
    first = next(reading)
    mongo.things.delete_many({"n": {"$gte": 200}})
    mongo.things.insert_one({"_id": "new", "n": 1})
    rest = [thing["_id"] for thing in reading]
    assert [first["_id"], *rest] == [f"t{number:03}" for number in range(300)]


def test_a_write_is_not_kept_a_second_time_for_watchers(stand_in: StandIn) -> None:
    things = stand_in.client["trial"].things
    things.insert_one({"_id": "a", "count": 1})
    things.update_one({"_id": "a"}, {"$inc": {"count": 1}})
    things.replace_one({"_id": "b"}, {"count": 5}, upsert=True)
    things.delete_one({"_id": "a"})

    assert list(things.find()) == [{"_id": "b", "count": 5}]
    with closing(sqlite3.connect(stand_in.folder / "catalogue.sqlite3")) as file:
        assert file.execute("SELECT count(*) FROM change_outbox").fetchone() == (0,)
    stand_in.client.drop_database("trial")


@pytest.mark.slow
def test_a_command_is_committed_as_one(stand_in: StandIn, mongo: Database[Any]) -> None:
    mongo.things.insert_many({"_id": number, "seen": "before"} for number in range(300))
    states: set[frozenset[str]] = set()
    done = threading.Event()

    def look() -> None:
        with closing(sqlite3.connect(stand_in.folder / "catalogue.sqlite3")) as file:
            while not done.is_set():
                found = file.execute(
                    "SELECT DISTINCT json_extract(document, '$.seen') FROM documents "
                    "WHERE db_name = 'trial'"
                )
                states.add(frozenset(state for (state,) in found))

    with ThreadPoolExecutor() as threads:
        looking = threads.submit(look)
        try:
            wait_until(lambda: bool(states))
            mongo.things.update_many({}, {"$set": {"seen": "after"}})
            wait_until(lambda: frozenset({"after"}) in states)
        finally:
            done.set()
        looking.result()
    assert states == {frozenset({"before"}), frozenset({"after"})}


@pytest.mark.parametrize(("ordered", "left"), [(True, ["a", "b"]), (False, ["a", "b", "c"])])
def test_what_fails_within_a_command_is_undone_alone(
    mongo: Database[Any], ordered: bool, left: list[str]
) -> None:
    with pytest.raises(BulkWriteError):
        mongo.things.insert_many([{"_id": id} for id in "abac"], ordered=ordered)
    assert sorted(thing["_id"] for thing in mongo.things.find()) == left


@pytest.mark.slow
def test_commands_that_write_at_once_lose_nothing(mongo: Database[Any]) -> None:
    mongo.things.insert_many({"_id": number, "count": 0} for number in range(20))
    with ThreadPoolExecutor(4) as threads:
        for _ in range(40):
            threads.submit(mongo.things.update_many, {}, {"$inc": {"count": 1}})
            threads.submit(mongo.things.find_one_and_update, {"_id": 7}, {"$inc": {"count": 1}})
    assert {thing["_id"]: thing["count"] for thing in mongo.things.find()} == {
        number: 80 if number == 7 else 40 for number in range(20)
    }
