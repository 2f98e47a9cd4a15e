#!/bin/sh
# mongoeco 4.11.0, a MongoDB server over SQLite: a null in `$nin` counts for nothing.
#
# MongoDB says that null in such a list stands for a null as for a missing field: `$nin: ["a", null]`
# leaves out both, as `$ne: null` does. mongoeco's own `$ne: null` and `$in: [null]` agree with
# MongoDB; its `$nin` returns both, so a filter for "has a colour, and not this one" lets through
# what has none.
# Source: MongoDB's manual, "Query for Null or Missing Fields" and "$nin".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "mongoeco[wire]==4.11.0" "pymongo==4.20.0"

cat >"$folder/ask.py" <<'PYTHON'
import asyncio

from mongoeco.engines import SQLiteEngine
from mongoeco.wire import AsyncMongoEcoProxyServer
from pymongo import AsyncMongoClient


async def main() -> None:
    engine = SQLiteEngine(":memory:")
    server = AsyncMongoEcoProxyServer(engine=engine, host="127.0.0.1", port=0)
    await server.start()
    client = AsyncMongoClient("127.0.0.1", server.address.port)
    things = client.shop.things
    await things.insert_many(
        [{"_id": "lacks"}, {"_id": "null", "colour": None}, {"_id": "red", "colour": "red"}]
    )
    for condition in ({"$ne": None}, {"$in": [None]}, {"$nin": ["blue", None]}):
        found = [thing["_id"] async for thing in things.find({"colour": condition}).sort("_id")]
        print(condition, found)
    await client.close()
    await server.close()


asyncio.run(main())
PYTHON

"$folder/venv/bin/python" "$folder/ask.py" | tee "$folder/seen"
cat >"$folder/expected" <<'SEEN'
{'$ne': None} ['red']
{'$in': [None]} ['lacks', 'null']
{'$nin': ['blue', None]} ['lacks', 'null', 'red']
SEEN
diff "$folder/expected" "$folder/seen"
