"""The backend's aggregations that only filter, sort and cut are answered as a `find` would be."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.database import Database

from shop.embedded.adapter.speed import as_find

SORTED = {"$sort": {"price": -1, "_id": 1}}
NOTHING = {"$addFields": {"price": "$price", "_id": "$_id"}}


@pytest.mark.parametrize(
    ("pipeline", "options"),
    [
        ([], {}),
        ([{"$match": {"a": 1}}], {"filter": {"a": 1}}),
        (
            [{"$match": {"a": 1}}, NOTHING, SORTED, {"$skip": 2}, {"$limit": 3}],
            {"filter": {"a": 1}, "sort": SORTED["$sort"], "skip": 2, "limit": 3},
        ),
        (
            [{"$limit": 3}, {"$project": {"a": 1, "b": 0}}],
            {"limit": 3, "projection": {"a": 1, "b": 0}},
        ),
    ],
    ids=str,
)
def test_what_a_find_can_do(pipeline: list[Any], options: dict[str, Any]) -> None:
    command = {"aggregate": "things", "pipeline": pipeline, "cursor": {"batchSize": 7}, "$db": "d"}
    find = as_find(command)
    assert next(iter(find)) == "find"
    assert find == {"find": "things", "batchSize": 7, "$db": "d"} | options


@pytest.mark.parametrize(
    "pipeline",
    [
        [{"$limit": 3}, {"$match": {"a": 1}}],
        [{"$limit": 3}, SORTED],
        [{"$match": {"a": 1}}, {"$match": {"b": 1}}],
        [{"$project": {"a": {"$literal": 1}}}],
        [{"$project": {"a": "$b"}}],
        [{"$addFields": {"a": "$b"}}],
        [{"$group": {"_id": None}}],
        [{"$facet": {}}],
        [{"$count": "n"}],
    ],
    ids=str,
)
def test_everything_else_stays_an_aggregation(pipeline: list[Any]) -> None:
    command = {"aggregate": "things", "pipeline": pipeline, "cursor": {}}
    assert as_find(command) is command


@pytest.mark.slow
def test_the_answer_is_the_same(mongo: Database[Any]) -> None:
    things = [{"_id": n, "price": n % 3, "kind": "ab"[n % 2], "n": {"m": n}} for n in range(10)]
    mongo.goods.insert_many(things)
    pipeline = [{"$match": {"kind": "a"}}, NOTHING, SORTED, {"$skip": 1}, {"$limit": 3}]
    wanted = sorted((t for t in things if t["kind"] == "a"), key=lambda t: (-t["price"], t["_id"]))
    assert list(mongo.goods.aggregate(pipeline)) == wanted[1:4]
    # Several batches, and the aggregation itself, which a second $match keeps.
    assert list(mongo.goods.aggregate(pipeline[:-2], batchSize=2)) == wanted
    assert list(mongo.goods.aggregate([{"$match": {}}, *pipeline])) == wanted[1:4]


def test_a_unique_index_of_the_backend_finds_by_text_and_by_nothing_else(
    mongo: Database[Any],
) -> None:
    text_only = {"slug": {"$type": "string"}}
    mongo.pages.create_index("slug", unique=True, partialFilterExpression=text_only)
    mongo.pages.insert_many(
        [{"_id": 1, "slug": "a"}, {"_id": 2, "slug": None}, {"_id": 3, "slug": 7}]
    )
    mongo.pages.insert_many([{"_id": 4}, {"_id": 5, "slug": "b"}])
    for value, expected in (("a", {1}), ("b", {5}), (None, {2, 4}), (7, {3}), ("none", set())):
        assert {page["_id"] for page in mongo.pages.find({"slug": value})} == expected
    assert {p["_id"] for p in mongo.pages.find({"slug": {"$in": ["a", "b"]}})} == {1, 5}
