"""Each wrong answer of mongoeco that the adapter mends, seen through pymongo as the shop sees it.

Each is shown twice: by the stand-in, and by mongoeco as it comes, of which the test must fail.
Where a newer mongoeco passes, the patch is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bson import ObjectId
from bson.int64 import Int64
from pymongo.database import Database
from pymongo.errors import OperationFailure

from tests.shop.embedded.conftest import StandIn

AS_IT_COMES = """
import asyncio, sys
from pathlib import Path
from shop.embedded.stand_in import serve
asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
"""
WRONG = pytest.mark.xfail(strict=True, raises=(AssertionError, OperationFailure), reason="a fault")


@pytest.fixture(scope="module")
def as_it_comes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """mongoeco without the adapter."""
    bare = StandIn(tmp_path_factory.mktemp("bare"), "-c", AS_IT_COMES)
    yield bare
    bare.stop()


@pytest.fixture(params=["stand_in", pytest.param("as_it_comes", marks=WRONG)])
def mongo(request: pytest.FixtureRequest) -> Iterator[Database[Any]]:
    """An empty database of either."""
    server: StandIn = request.getfixturevalue(request.param)
    yield server.client["trial"]
    server.client.drop_database("trial")


@pytest.mark.slow
def test_build_info_is_answered_in_lower_case(mongo: Database[Any]) -> None:
    assert mongo.command("buildinfo")["version"].startswith("8.")
    assert mongo.client.server_info()["versionArray"][0] == 8


def test_int64_equals_a_plain_number(mongo: Database[Any]) -> None:
    mongo.products.insert_one({"_id": "a", "price": Int64(5), "sizes": [Int64(38)]})
    mongo.products.insert_one({"_id": "b", "price": 5})
    assert mongo.products.count_documents({"price": 5}) == 2
    assert mongo.products.count_documents({"price": Int64(5)}) == 2
    assert mongo.products.count_documents({"sizes": 38}) == 1


def test_int64_in_a_pipeline_equals_a_plain_number(mongo: Database[Any]) -> None:
    mongo.products.insert_one({"_id": "a", "price": 5})
    matched = mongo.products.aggregate([{"$match": {"price": Int64(5)}}])
    assert [product["_id"] for product in matched] == ["a"]


def test_type_long_matches_a_stored_number(mongo: Database[Any]) -> None:
    mongo.products.insert_one({"_id": "a", "price": Int64(5)})
    assert mongo.products.count_documents({"price": {"$type": "long"}}) == 1


def test_projection_may_be_nested(mongo: Database[Any]) -> None:
    mongo.products.insert_one({"_id": "a", "cover": {"name": "a.jpg", "width": 10, "tint": "#fff"}})
    pipeline = [
        {"$project": {"cover": {"name": 1, "tint": 1}, "wide": {"$gt": ["$cover.width", 5]}}}
    ]
    (product,) = mongo.products.aggregate(pipeline)
    assert product == {"_id": "a", "cover": {"name": "a.jpg", "tint": "#fff"}, "wide": True}


def test_projection_may_be_nested_inside_a_facet(mongo: Database[Any]) -> None:
    mongo.products.insert_one({"_id": "a", "cover": {"name": "a.jpg", "width": 10}})
    pipeline = [{"$facet": {"covers": [{"$project": {"cover": {"name": 1}}}]}}]
    (facets,) = mongo.products.aggregate(pipeline)
    assert facets["covers"] == [{"_id": "a", "cover": {"name": "a.jpg"}}]


def test_not_is_an_expression(mongo: Database[Any]) -> None:
    values = {"null": None, "false": False, "zero": 0, "true": True, "text": "", "list": []}
    mongo.things.insert_many({"_id": name, "value": value} for name, value in values.items())
    mongo.things.insert_one({"_id": "missing"})
    negated = mongo.things.aggregate([{"$match": {"$expr": {"$not": ["$value"]}}}])
    assert {thing["_id"] for thing in negated} == {"null", "false", "zero", "missing"}


def test_not_takes_an_expression_without_a_list(mongo: Database[Any]) -> None:
    mongo.things.insert_many([{"_id": "few", "n": 1}, {"_id": "many", "n": 9}])
    few = mongo.things.aggregate([{"$match": {"$expr": {"$not": {"$gt": ["$n", 5]}}}}])
    assert [thing["_id"] for thing in few] == ["few"]


def test_distinct_leaves_out_missing_fields_and_opens_arrays(mongo: Database[Any]) -> None:
    mongo.products.insert_many(
        [{"_id": "a", "size": ["S", "M"]}, {"_id": "b", "size": "M"}, {"_id": "c"}]
    )
    assert sorted(mongo.products.distinct("size"), key=str) == ["M", "S"]


@pytest.mark.parametrize("operator", ["$in", "$nin"])
@pytest.mark.parametrize("value", [ObjectId(), "text", 7], ids=["id", "text", "number"])
def test_a_list_may_be_long(mongo: Database[Any], operator: str, value: Any) -> None:
    # From 499 on, an expression of each value inside the next is too deep for SQLite.
    values = [type(value)() if isinstance(value, ObjectId) else value for _ in range(498)]
    mongo.things.insert_one({"_id": "a", "kind": value})
    found = mongo.things.count_documents({"kind": {operator: [*values, value]}})
    assert found == (operator == "$in")


def test_what_lacks_a_field_is_not_outside_a_list_with_null(mongo: Database[Any]) -> None:
    mongo.things.insert_many([{"_id": "none"}, {"_id": "null", "kind": None}])
    mongo.things.insert_many([{"_id": "a", "kind": "a"}, {"_id": "b", "kind": "b"}])
    found = mongo.things.find({"kind": {"$nin": ["a", None]}})
    assert [thing["_id"] for thing in found] == ["b"]
