"""Filters that name an `_id` or an indexed field match what they would match without an index."""

from __future__ import annotations

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

OID = ObjectId()
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


def test_a_changed_value_is_found_under_its_new_value_only(things: Any) -> None:
    things.update_one({"_id": "a", "item": "x"}, {"$set": {"item": "z"}})
    assert [thing["_id"] for thing in things.find({"item": "z", "state": "ready"})] == ["a"]
    assert things.count_documents({"item": "x", "state": "ready"}) == 1
