"""$in and $nin of more values than mongoeco takes by itself find what they would of few."""

from __future__ import annotations

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

SIZES = (499, 5000)
DOCUMENTS = 300
KEYS = [ObjectId() for _ in range(max(SIZES))]
NAMES = [f"n{number}" for number in range(max(SIZES))]


@pytest.fixture
def things(mongo: Database[Any]) -> Any:
    """Documents of which the first two hundred are among any of the lists."""
    mongo.things.create_index("indexed")
    mongo.things.create_index("unique", unique=True)
    mongo.things.insert_many(
        {
            "_id": KEYS[number] if number < 200 else f"other {number}",
            "indexed": NAMES[number] if number < 200 else ["x", f"other {number}"],
            "unique": NAMES[number] if number < 200 else f"other {number}",
            "plain": KEYS[number] if number % 2 else NAMES[number],
            "number": number,
            "even": number % 2 == 0,
        }
        for number in range(DOCUMENTS)
    )
    # An array's elements are looked at one by one.
    mongo.things.update_one({"number": 199}, {"$set": {"indexed": ["x", NAMES[199]]}})
    return mongo.things


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("_id", KEYS[:499]),
        ("_id", KEYS),
        ("indexed", NAMES[:499]),
        ("indexed", NAMES),
        ("unique", NAMES[:499]),
    ],
    ids=lambda it: it if isinstance(it, str) else str(len(it)),
)
def test_a_list_of_any_length_is_taken(things: Any, field: str, values: list[Any]) -> None:
    some, others = {field: {"$in": values}}, {field: {"$nin": values}}
    assert {thing["number"] for thing in things.find(some)} == set(range(200))
    assert things.count_documents({"$or": [some, {"number": 250}]}) == 201
    assert {thing["number"] for thing in things.find(others)} == set(range(200, DOCUMENTS))
    assert things.count_documents(others | {"even": True}) == 50
    assert things.update_many(some, {"$set": {"seen": True}}).modified_count == 200
    assert things.delete_many(some | {"even": True}).deleted_count == 100


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_list_may_hold_values_of_several_kinds(things: Any, size: int) -> None:
    mixed = [*KEYS[: size // 2], *NAMES[: size // 2], None, 7, True, 1.5]
    assert things.count_documents({"plain": {"$in": mixed}}) == min(DOCUMENTS, size // 2)
    assert things.count_documents({"plain": {"$nin": mixed}}) == max(0, DOCUMENTS - size // 2)
    assert things.count_documents({"missing": {"$in": mixed}}) == DOCUMENTS
    assert things.count_documents({"missing": {"$nin": mixed}}) == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_list_of_numbers_finds_numbers_alone(things: Any, size: int) -> None:
    things.insert_one({"_id": "text", "number": "7"})
    assert things.count_documents({"number": {"$in": list(range(size))}}) == DOCUMENTS
    assert things.count_documents({"number": {"$nin": list(range(1, size))}}) == 2
