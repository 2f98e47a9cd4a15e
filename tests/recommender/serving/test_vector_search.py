"""MongoDB Vector Search, by the requests that are sent: there is no search node to test with.

tests/recommender/search_node.py answers them as documented, from what really is stored.
"""

from collections.abc import Callable

import numpy as np
import pytest
from bson.binary import Binary, BinaryVectorDtype

from recommender import search
from recommender.index.exact import ExactIndex
from recommender.serving import vector_search
from recommender.serving.vector_search import VectorSearchIndex
from recommender.store import claiming, database, reading, search_indexes, tracking
from recommender.store.search_indexes import VectorSearchUnavailable
from tests.recommender.search_node import Document, SearchNode

A, B = "0" * 16, "1" * 16
D = 8
TOLERANCE = 1e-6


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def add(*items: str, encoder: str = A, photos: int = 2) -> None:
    """Put ready photographs into the store for each item, with vectors drawn by their number."""
    names = [f"{n}.jpg" for n in range(photos)]
    for item in items:
        tracking.match_wanted(item, names, listed=True, encoders=[encoder])
    while batch := claiming.claim(encoder, limit=100, lease=60.0):
        seed = database.stored().count_documents({})
        claiming.store(batch, [job.id for job in batch.jobs], unit(seed, len(batch.jobs)))


def oracle(encoder: str = A) -> ExactIndex:
    """The exact index over what is listed."""
    exact = ExactIndex()
    exact.add(*reading.load(list(reading.listed(encoder))))
    return exact


def stages(node: SearchNode) -> list[Document]:
    """The $vectorSearch stages that were sent."""
    pipelines = [request["pipeline"] for request in node.requests if "pipeline" in request]
    return [
        pipeline[0]["$vectorSearch"] for pipeline in pipelines if "$vectorSearch" in pipeline[0]
    ]


@pytest.fixture
def index(search_node: SearchNode) -> VectorSearchIndex:
    """Over nine items with two photographs each, and something of another encoder."""
    add(*(f"item{n}" for n in range(9)))
    add("item3", encoder=B)
    search_indexes.prepare([A, B])
    search_node.requests.clear()
    return VectorSearchIndex(A)


# Requests


def test_asks_for_an_approximate_search(index: VectorSearchIndex, search_node: SearchNode):
    (query,) = unit(1, 1)
    index.search(query[np.newaxis], 5)
    (request,) = search_node.requests
    assert request["aggregate"] == "embedding_vectors"
    assert request["maxTimeMS"] == vector_search.MOST_SEARCH_MS
    assert request["pipeline"] == [
        {
            "$vectorSearch": {
                "index": "vectors_8",
                "path": "vector",
                "queryVector": Binary.from_vector(query.tolist(), BinaryVectorDtype.FLOAT32),
                "filter": {"$and": [{"encoder": {"$eq": A}}, {"listed": {"$eq": True}}]},
                "limit": 5,
                "numCandidates": 100,
            }
        },
        {"$project": {"score": {"$meta": "vectorSearchScore"}}},
    ]


def test_asks_for_an_exact_search(index: VectorSearchIndex, search_node: SearchNode):
    index.search(unit(1, 1), 5, exact=True)
    (stage,) = stages(search_node)
    assert stage["exact"] is True
    assert "numCandidates" not in stage


@pytest.mark.parametrize(
    ("k", "candidates"), [(1, 20), (256, 5120), (1024, 10_000), (10_000, 10_000), (10_001, None)]
)
def test_considers_as_many_candidates_as_mongodb_takes(
    index: VectorSearchIndex, search_node: SearchNode, k: int, candidates: int | None
):
    index.search(unit(1, 1), k)
    (stage,) = stages(search_node)
    assert stage.get("numCandidates") == candidates
    assert stage.get("exact", False) is (candidates is None)


def test_searches_under_items_exactly_and_in_parts(
    index: VectorSearchIndex, search_node: SearchNode, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(vector_search, "ITEMS_PER_REQUEST", 2)
    index.search(unit(1, 1), 5, under=["item1|", "item4|", "item7|"])
    assert all(stage["exact"] for stage in stages(search_node))
    assert [stage["filter"]["$and"][2] for stage in stages(search_node)] == [
        {"item": {"$in": ["item1", "item4"]}},
        {"item": {"$in": ["item7"]}},
    ]


def test_asks_nothing_under_no_items(index: VectorSearchIndex, search_node: SearchNode):
    ids, similarities = index.search(unit(1, 2), 5, under=[])
    assert ids.shape == similarities.shape == (2, 0)
    assert search_node.requests == []


@pytest.mark.parametrize("prefix", ["item1", "item1|0.jpg", ""])
def test_knows_prefixes_of_whole_items_only(index: VectorSearchIndex, prefix: str):
    with pytest.raises(ValueError, match="whole item"):
        index.search(unit(1, 1), 5, under=[prefix])
    with pytest.raises(ValueError, match="whole item"):
        index.ids_under(prefix)


# Answers


@pytest.mark.parametrize("k", [1, 5, 100])
@pytest.mark.parametrize(
    "how", [{}, {"exact": True}, {"under": ["item2|", "none|", "item8|", "item5|"]}]
)
def test_answers_like_the_exact_index(
    index: VectorSearchIndex, monkeypatch: pytest.MonkeyPatch, k: int, how: dict
):
    monkeypatch.setattr(vector_search, "ITEMS_PER_REQUEST", 2)
    queries = unit(2, 3)
    ids, similarities = index.search(queries, k, **how)
    expected_ids, expected = oracle().search(queries, k, **how)
    assert ids.tolist() == expected_ids.tolist()
    assert similarities.dtype == np.float32
    np.testing.assert_allclose(similarities, expected, atol=TOLERANCE)


def test_what_is_hidden_or_gone_is_not_found(index: VectorSearchIndex):
    tracking.match_wanted("item1", ["0.jpg", "1.jpg"], listed=False, encoders=[A])
    tracking.match_wanted("item2", ["1.jpg"], listed=True, encoders=[A])
    tracking.match_wanted("item3", [], listed=False, encoders=[A])
    ids, _ = index.search(unit(3, 1), 100)
    assert set(ids[0]) == set(oracle().ids())
    assert len(index) == len(ids[0]) == 18 - 2 - 1 - 2
    assert index.ids_under("item1|") == index.ids_under("item3|") == []
    assert index.ids_under("item2|") == [f"item2|1.jpg|{A}"]


def test_what_has_no_vector_yet_is_not_there(index: VectorSearchIndex):
    tracking.match_wanted("new", ["0.jpg"], listed=True, encoders=[A])
    assert index.ids_under("new|") == []
    assert len(index) == 18
    with pytest.raises(KeyError):
        index.vectors_of([f"new|0.jpg|{A}"])


def test_gives_vectors_back_in_the_order_asked(index: VectorSearchIndex):
    ids = [f"item5|0.jpg|{A}", f"item1|1.jpg|{A}"]
    np.testing.assert_array_equal(index.vectors_of(ids), oracle().vectors_of(ids))


def test_says_why_it_finds_nothing(index: VectorSearchIndex, search_node: SearchNode):
    search_node.building = True
    with pytest.raises(VectorSearchUnavailable, match="not ready yet"):
        index.search(unit(1, 1), 5)
    search_node.indexes.clear()
    with pytest.raises(VectorSearchUnavailable, match="build_index"):
        index.search(unit(1, 1), 5, under=["item1|"])


def test_finding_nothing_is_no_fault_where_the_search_index_is_there(index: VectorSearchIndex):
    ids, _ = index.search(unit(1, 1), 5, under=["none|"])
    assert ids.shape == (1, 0)


def test_a_server_without_search_nodes_is_named(store: None, settings):
    """Sent to the stand-in itself, which has none."""
    settings.INDEX = "mongodb"
    add("item")
    with pytest.raises(VectorSearchUnavailable, match=r"refuses \(.*needs Atlas or search nodes"):
        VectorSearchIndex(A).search(unit(1, 1), 5)


@pytest.mark.slow
def test_a_server_that_is_away_is_named(
    index: VectorSearchIndex, settings, remake_clients: Callable[[], None]
):
    settings.MONGODB_URI = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"
    settings.MONGODB_PATIENCE_MS = 50
    remake_clients()
    for ask in (
        lambda: index.search(unit(1, 1), 5),
        lambda: index.ids_under("item1|"),
        lambda: index.vectors_of([f"item1|0.jpg|{A}"]),
        lambda: len(index),
    ):
        with pytest.raises(VectorSearchUnavailable, match="away"):
            ask()


# The whole way


@pytest.mark.usefixtures("search_node", "wakes")
def test_similar_items_come_from_mongodb(encoders, photograph, embed, keeper):
    first, second, third = photograph(1), photograph(2), photograph(3)
    search.track("a", [first])
    search.track("b", [second])
    search.track("c", [third], listed=False)
    embed()
    keeper.look()
    with pytest.raises(search.SearchUnavailable, match="build_index"):
        search.similar("a")
    search_indexes.prepare([encoders["tiny"].fingerprint])
    assert [match.item for match in search.similar("a")] == ["b"]
    assert search.similar("c") == []
    assert search.similar("nobody") == []


@pytest.mark.usefixtures("search_node", "wakes")
def test_a_photo_is_searched_for_by_mongodb(encoders, photograph, picture, embed, keeper):
    search.track("a", [photograph(1)])
    search.track("b", [photograph(2)])
    embed()
    search_indexes.prepare([encoders["tiny"].fingerprint])
    keeper.look()
    query = search.vector_of(picture(2))
    first, second = search.by_vector(query)
    assert (first.item, second.item) == ("b", "a")
    assert first.similarity == pytest.approx(1.0)
    assert [match.item for match in search.by_vector(query, filter=Only("a"))] == ["a"]
    assert search.by_vector(query, filter=Only()) == []


class Only:
    """A filter that few items pass."""

    def __init__(self, *items: str) -> None:
        self.items = items

    def few(self, limit: int) -> tuple[str, ...]:
        return self.items

    def accept(self, items: list[str]) -> set[str]:
        return set(items)
