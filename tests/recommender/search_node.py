"""Stands before the tests' MongoDB and answers what only a search node could, which there is not.

Every message goes on to the server, and the answer back, untouched, but for the four requests to
Vector Search. Those it answers as MongoDB's documentation says, exactly where that allows
approximation, and refuses what is documented as wrong. It shows that our requests hang together and
that we read such answers; it does not show how a search node behaves.
"""

from __future__ import annotations

import itertools
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import bson
import numpy as np
from bson.binary import Binary, BinaryVectorDtype
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

Document = dict[str, Any]
Answer = Callable[[str, Document], Document]

OP_MSG = 2013
HEADER = struct.Struct("<iiii")
# Flags, and the type of the first section, before the command's document.
BODY_AT = HEADER.size + 5
MOST_CANDIDATES = 10_000
STAGE_FIELDS = {"index", "path", "queryVector", "filter", "limit", "exact", "numCandidates"}


class Refused(Exception):
    """The request is wrong; the code is MongoDB's."""

    def __init__(self, message: str, code: int = 8) -> None:
        super().__init__(message)
        self.code = code


class SearchNode:
    """`requests` are the commands that it answered; `uri` is where to reach it and the server.

    Search indexes can be searched at once, unless `building`.
    """

    def __init__(self, mongodb_uri: str) -> None:
        self.upstream = parse_uri(mongodb_uri)["nodelist"][0]
        self.requests: list[Document] = []
        self.indexes: dict[str, Document] = {}
        self.building = False
        self._client: MongoClient[Document] = MongoClient(mongodb_uri)
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.uri = f"mongodb://127.0.0.1:{self._server.server_address[1]}/?directConnection=true"
        serve = partial(self._server.serve_forever, poll_interval=0.01)
        threading.Thread(target=serve, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    def answer(self, command: Document) -> Document | None:
        """The reply to a request to Vector Search; None for everything else."""
        answer = self._answer_to(command)
        if answer is None:
            return None
        self.requests.append(command)
        try:
            return answer(next(iter(command.values())), command) | {"ok": 1.0}
        except Refused as refused:
            return {"ok": 0.0, "errmsg": str(refused), "code": refused.code}

    def _answer_to(self, command: Document) -> Answer | None:
        kind = next(iter(command))
        if kind == "aggregate" and command["pipeline"]:
            kind = next(iter(command["pipeline"][0]))
        return {
            "createSearchIndexes": self._create,
            "dropSearchIndex": self._drop,
            "$listSearchIndexes": self._list,
            "$vectorSearch": self._search,
        }.get(kind)

    def _create(self, collection: str, command: Document) -> Document:
        for index in command["indexes"]:
            if index["type"] != "vectorSearch" or index["name"] in self.indexes:
                raise Refused(f"cannot create {index['name']}", 68)
            self.indexes[index["name"]] = index
        return {
            "indexesCreated": [{"id": i["name"], "name": i["name"]} for i in command["indexes"]]
        }

    def _drop(self, collection: str, command: Document) -> Document:
        if self.indexes.pop(command["name"], None) is None:
            raise Refused("index not found", 27)
        return {}

    def _list(self, collection: str, command: Document) -> Document:
        wanted = command["pipeline"][0]["$listSearchIndexes"].get("name")
        state = {"queryable": not self.building, "status": "BUILDING" if self.building else "READY"}
        found = [i | state for i in self.indexes.values() if wanted in (None, i["name"])]
        return _cursor(command, found)

    def _search(self, collection: str, command: Document) -> Document:
        stage, projection = (next(iter(stage.values())) for stage in command["pipeline"])
        assert projection == {"score": {"$meta": "vectorSearchScore"}}
        index = self.indexes.get(stage["index"])
        if index is None or self.building:
            # As MongoDB does: no error, and nothing found.
            return _cursor(command, [])
        vector = _checked(stage, index["definition"]["fields"])
        stored = self._client[command["$db"]][collection].find(stage["filter"])
        rows = [(document["_id"], _numbers(document["vector"])) for document in stored]
        scores = [
            {"_id": id, "score": (1.0 + _cosine(vector, row)) / 2.0}
            for id, row in rows
            if len(row) == len(vector)
        ]
        return _cursor(command, sorted(scores, key=lambda s: -s["score"])[: stage["limit"]])


def _checked(stage: Document, fields: list[Document]) -> np.ndarray:
    """The query, if the stage is as MongoDB documents it."""
    if unknown := stage.keys() - STAGE_FIELDS:
        raise Refused(f"unrecognised {unknown}")
    if stage.get("exact") is ("numCandidates" in stage):
        raise Refused("either exact or numCandidates")
    if not stage.get("exact") and not stage["limit"] <= stage["numCandidates"] <= MOST_CANDIDATES:
        raise Refused("numCandidates out of bounds")
    vector = _numbers(stage["queryVector"])
    by_path = {field["path"]: field for field in fields}
    if by_path[stage["path"]].get("numDimensions") != len(vector):
        raise Refused("the query's dimension is not the index's")
    filters = list(itertools.chain.from_iterable(stage["filter"]["$and"]))
    if any(by_path.get(path, {}).get("type") != "filter" for path in filters):
        raise Refused("a filter's path is not indexed")
    return vector


def _numbers(binary: Binary) -> np.ndarray:
    vector = Binary(binary, 9).as_vector()
    assert vector.dtype is BinaryVectorDtype.FLOAT32
    return np.array(vector.data)


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def _cursor(command: Document, documents: list[Document]) -> Document:
    return {"cursor": {"id": 0, "ns": f"{command['$db']}.x", "firstBatch": documents}}


def _handler(node: SearchNode) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(node.upstream) as server:
                while message := _message(self.request):
                    command = _command(message)
                    reply = node.answer(command) if command else None
                    if reply is None:
                        server.sendall(message)
                        self.request.sendall(_message(server))
                    else:
                        self.request.sendall(_reply(message, reply))

    return Handler


def _message(connection: socket.socket) -> bytes:
    """The next message, whole; empty where the other side is gone."""
    head = connection.recv(4, socket.MSG_WAITALL)
    if len(head) < 4:
        return b""
    return head + connection.recv(int.from_bytes(head, "little") - 4, socket.MSG_WAITALL)


def _command(message: bytes) -> Document | None:
    if HEADER.unpack_from(message)[3] != OP_MSG or message[BODY_AT - 1] != 0:
        return None
    size = int.from_bytes(message[BODY_AT : BODY_AT + 4], "little")
    return bson.decode(message[BODY_AT : BODY_AT + size])


def _reply(message: bytes, reply: Document) -> bytes:
    body = bytes(5) + bson.encode(reply)
    request_id = HEADER.unpack_from(message)[1]
    return HEADER.pack(HEADER.size + len(body), 1, request_id, OP_MSG) + body
