"""Filters that name an `_id` or an indexed field match what they would match without an index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

OID = ObjectId("6b0aac794e2a96d52038d00a")
DAY = datetime(2026, 11, 20, 8, 0)
DOCUMENTS = [
    {"_id": "a", "item": "x", "state": "ready", "tags": ["red", "new"]},
    {"_id": "b", "item": "x", "state": "waiting", "tags": "red"},
    {"_id": "c", "item": ["x", "y"], "state": "ready"},
    {"_id": OID, "item": OID, "state": "ready", "tags": []},
    {"_id": "e", "state": "ready", "item": None},
]
FILTERS: list[tuple[dict[str, Any], list[Any]]] = [
    ({"_id": "a"}, ["a"]),
    ({"_id": "a", "state": "ready"}, ["a"]),
    ({"_id": "a", "state": "waiting"}, []),
    ({"_id": {"$in": ["a", "b", "none"]}, "state": "ready"}, ["a"]),
    ({"_id": {"$in": ["a", OID]}}, ["a", OID]),
    ({"_id": {"$in": []}}, []),
    ({"_id": {"$ne": "a"}, "item": "x"}, ["b", "c"]),
    ({"_id": "a", "tags": "new"}, ["a"]),
    ({"_id": {"$in": ["a", "b"]}, "tags": "red"}, ["a", "b"]),
    ({"item": "x"}, ["a", "b", "c"]),
    ({"item": "y"}, ["c"]),
    ({"item": OID}, [OID]),
    ({"item": {"$in": ["x", "y"]}, "state": "ready"}, ["a", "c"]),
    ({"item": {"$in": ["x", OID]}}, ["a", "b", "c", OID]),
    ({"item": {"$in": ["x", None]}}, ["a", "b", "c", "e"]),
    ({"item": None}, ["e"]),
    ({"$or": [{"_id": "a"}, {"item": OID}]}, ["a", OID]),
    ({"item": {"$not": {"$eq": "x"}}}, [OID, "e"]),
    ({"_id": {"$nin": ["a", "b"]}}, ["c", OID, "e"]),
]


@pytest.fixture
def things(mongo: Database[Any]) -> Any:
    mongo.things.create_index("item")
    mongo.things.insert_many([dict(document) for document in DOCUMENTS])
    return mongo.things


@pytest.mark.slow
@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=str)
def test_a_filter_finds_what_it_should(things: Any, query: Any, expected: list[Any]) -> None:
    order = [document["_id"] for document in DOCUMENTS]
    found = sorted((thing["_id"] for thing in things.find(query)), key=order.index)
    assert found == expected
    assert things.count_documents(query) == len(expected)
    assert {thing["_id"] for thing in things.find(query).sort("state").limit(9)} == set(expected)


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=str)
def test_a_conditional_write_reaches_what_it_should(
    things: Any, query: Any, expected: list[Any]
) -> None:
    assert things.update_one(query, {"$set": {"mark": 1}}).modified_count == min(1, len(expected))
    assert things.update_many(query, {"$set": {"mark": 2}}).modified_count == len(expected)
    marked = {thing["_id"] for thing in things.find({"mark": 2})}
    assert marked == set(expected)
    assert things.delete_many(query).deleted_count == len(expected)
    assert things.count_documents({}) == len(DOCUMENTS) - len(expected)


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "plain"])
def test_what_happened_since_a_date_is_found(mongo: Database[Any], indexed: bool) -> None:
    moments = [DAY + timedelta(microseconds=step) for step in (-1000, 0, 1000, 500_000, 1_000_000)]
    if indexed:
        mongo.events.create_index("at")
    mongo.events.insert_many(
        [{"_id": str(n), "at": at, "kind": "a" if n else "b"} for n, at in enumerate(moments)]
        + [{"_id": "text", "at": "2026-01-01"}, {"_id": "none", "at": None}]
    )

    def since(moment: datetime, **more: str) -> set[str]:
        return {event["_id"] for event in mongo.events.find({"at": {"$gte": moment}, **more})}

    assert since(DAY, kind="a") == {"1", "2", "3", "4"}
    assert since(moments[3]) == {"3", "4"}
    assert since(DAY - timedelta(days=1)) == {"0", "1", "2", "3", "4"}
    assert since(DAY - timedelta(days=1), kind="b") == {"0"}
    assert since(DAY + timedelta(seconds=2)) == set()


@pytest.mark.parametrize("write", ["insert_one", "insert_many", "replace", "set", "push", "upsert"])
def test_a_field_that_becomes_an_array_is_searched_as_one(mongo: Database[Any], write: str) -> None:
    things = mongo[f"becoming_{write}"]
    things.insert_many([{"_id": "a", "tag": "red"}, {"_id": "b"}])
    # Asked for before, when no tag was an array yet.
    assert things.count_documents({"tag": "new"}) == 0
    tags = ["red", "new"]
    writes: dict[str, Callable[[], object]] = {
        "insert_one": lambda: things.insert_one({"_id": "c", "tag": tags}),
        "insert_many": lambda: things.insert_many([{"_id": "c", "tag": tags}]),
        "replace": lambda: things.replace_one({"_id": "a"}, {"tag": tags}),
        "set": lambda: things.update_one({"_id": "a"}, {"$set": {"tag": tags}}),
        "push": lambda: things.update_one({"_id": "b"}, {"$push": {"tag": "new"}}),
        "upsert": lambda: things.update_one({"_id": "c"}, {"$set": {"tag": tags}}, upsert=True),
    }
    writes[write]()
    assert things.count_documents({"tag": "new"}) == 1


def test_a_changed_value_is_found_under_its_new_value_only(things: Any) -> None:
    things.update_one({"_id": "a", "item": "x"}, {"$set": {"item": "z"}})
    assert [thing["_id"] for thing in things.find({"item": "z", "state": "ready"})] == ["a"]
    assert things.count_documents({"item": "x", "state": "ready"}) == 1
