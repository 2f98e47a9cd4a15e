"""Nearest neighbours by MongoDB Vector Search, for catalogues that outgrow one machine.

Nothing is held in memory: MongoDB's search nodes keep a graph over the stored vectors and answer
`$vectorSearch`. What may be found is decided by filters on what is stored beside each vector.
"""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import NamedTuple

import numpy as np

from recommender.index import Searchable
from recommender.store import claiming, reading, search_indexes
from recommender.store.database import Document, stored
from recommender.store.search_indexes import VectorSearchUnavailable, reaching

# What MongoDB recommends for good recall, and the most that it takes.
CANDIDATES_PER_RESULT = 20
MOST_CANDIDATES = 10_000
# Lucene, which the search nodes stand on, takes 1,024 clauses unless it is told otherwise.
ITEMS_PER_REQUEST = 1000
# A page rather goes without its panel.
MOST_SEARCH_MS = 3000


class Hit(NamedTuple):
    id: str
    similarity: float


class VectorSearchIndex(Searchable):
    """The listed vectors of one encoder.

    Every method asks MongoDB and raises VectorSearchUnavailable where it does not answer. A prefix
    must be a whole item's, "item|": ValueError for any other.
    """

    def __init__(self, encoder: str) -> None:
        self.encoder = encoder

    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        exact: bool = False,
        under: Sequence[str] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        found = [self._nearest(query, k, exact=exact, under=under) for query in queries]
        width = min(map(len, found), default=0)
        ids = np.empty((len(found), width), object)
        similarities = np.empty((len(found), width), np.float32)
        for row, hits in enumerate(found):
            ids[row] = [hit.id for hit in hits[:width]]
            similarities[row] = [hit.similarity for hit in hits[:width]]
        return ids, similarities

    def _nearest(
        self, query: np.ndarray, k: int, *, exact: bool, under: Sequence[str] | None
    ) -> list[Hit]:
        exact = exact or under is not None or k > MOST_CANDIDATES
        requests = [_request(query, k, filter, exact=exact) for filter in self._filters(under)]
        hits = [hit for request in requests for hit in _answer(request)]
        if requests and not hits and (trouble := search_indexes.trouble(self.encoder)):
            # MongoDB finds nothing, without an error, where there is no search index.
            raise VectorSearchUnavailable(trouble)
        return sorted(hits, key=lambda hit: -hit.similarity)[:k]

    def _filters(self, under: Sequence[str] | None) -> Iterator[Document]:
        """One for each request; several where the items are too many for one."""
        mine: list[Document] = [{"encoder": {"$eq": self.encoder}}, {"listed": {"$eq": True}}]
        if under is None:
            yield {"$and": mine}
            return
        for items in batched(map(_item, under), ITEMS_PER_REQUEST, strict=False):
            yield {"$and": [*mine, {"item": {"$in": list(items)}}]}

    def __len__(self) -> int:
        with reaching():
            return reading.count_listed(self.encoder)

    def ids_under(self, prefix: str) -> list[str]:
        with reaching():
            return sorted(reading.listed_of(_item(prefix), self.encoder), key=str.encode)

    def vectors_of(self, ids: Sequence[str]) -> np.ndarray:
        with reaching():
            found = dict(zip(*reading.load(ids), strict=True))
        return np.stack([found[id] for id in ids])


def _item(prefix: str) -> str:
    item, bar, rest = prefix.partition("|")
    if not bar or rest:
        raise ValueError(f"Not the prefix of a whole item: {prefix}")
    return item


def _request(query: np.ndarray, k: int, filter: Document, *, exact: bool) -> list[Document]:
    breadth = {"numCandidates": min(CANDIDATES_PER_RESULT * k, MOST_CANDIDATES)}
    return [
        {
            "$vectorSearch": {
                "index": search_indexes.name(len(query)),
                "path": "vector",
                "queryVector": claiming.binary(query),
                "filter": filter,
                "limit": k,
                **({"exact": True} if exact else breadth),
            }
        },
        {"$project": {"score": {"$meta": "vectorSearchScore"}}},
    ]


def _answer(request: list[Document]) -> list[Hit]:
    with reaching():
        found = list(stored().aggregate(request, maxTimeMS=MOST_SEARCH_MS))
    # For cosine MongoDB's score is (1 + cosine) / 2.
    return [Hit(document["_id"], 2.0 * document["score"] - 1.0) for document in found]
