"""The index beside scikit-learn, bare FAISS and usearch; its growth to a million; its filters.

All vectors are drawn (bench/drawn_vectors.py). Every search is one query at a time on one thread,
as a page does it, and ways that are compared take the same queries in turns.
"""

from __future__ import annotations

import datetime as dt
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import Figure
from bench.drawn_vectors import ENCODER, blocks, draw

if TYPE_CHECKING:
    from recommender.index import Searchable
    from recommender.index.live import LiveIndex

PROJECT = Path(__file__).parents[1]
K = 10
QUERIES = 300
WIDE_DIMENSION = 2048
CATALOGUE = 44_000
SIZES = {"10k": 10_000, "44k_708": CATALOGUE, "200k": 200_000, "1m": 1_000_000}
SHARES = (0.5, 0.01, 0.0001, 0.0)
FILTERED_QUERIES = 50
# What few bits may move a cosine by; whoever looks at two pictures sees far less.
SAME_COSINE = 1e-3
# Below some size comparing with all is faster than walking a graph.
SMALL_SIZES = (250, 500, 1000, 1500, 2000, 3000, 4000, 6000, 8000)
# How widely a bare graph may look to reach our recall.
BREADTHS = (10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def run(folder: Path) -> dict[str, Figure]:
    """Speed beside others, growth, memory, filters, and where the graph begins to pay."""
    import django

    django.setup()
    return _beside_others() | _filters() | _change_over() | _growth()


# Searching


@dataclass
class Drawn:
    """Rows to search, queries that are none of them, and the exact answer (n, K)."""

    rows: np.ndarray
    queries: np.ndarray
    truth: np.ndarray

    @classmethod
    def of(cls, count: int, dimension: int) -> Drawn:
        vectors = draw(count + QUERIES, dimension, seed=count)
        rows, queries = vectors[:count], vectors[count:]
        return cls(rows, queries, _exact(rows, queries))

    def recall(self, answers: Sequence[np.ndarray]) -> float:
        """The share of the K true neighbours among the answers, row numbers by query."""
        hits = [np.isin(answer[:K], true).sum() for answer, true in zip(answers, self.truth)]  # noqa: B905
        return float(np.mean(hits)) / K


def _exact(rows: np.ndarray, queries: np.ndarray) -> np.ndarray:
    nearest = [np.argpartition(-(rows @ query), K)[:K] for query in queries]
    return np.stack(nearest)


def _timed[Query](
    search: Callable[[Query], Any], queries: Iterable[Query]
) -> tuple[list[float], list[Any]]:
    """Seconds and answer of each query."""
    seconds, answers = [], []
    for query in queries:
        start = time.perf_counter()
        answer = search(query)
        seconds.append(time.perf_counter() - start)
        answers.append(answer)
    return seconds, answers


def item_ids(count: int) -> list[str]:
    """As the recommender has them: item, photograph and encoder."""
    return [f"{n:024x}|products/{n:012d}.jpg|0123456789abcdef" for n in range(count)]


def _row_numbers(ids: Sequence[str]) -> np.ndarray:
    return np.array([int(id.partition("|")[0], 16) for id in ids])


def _ours(index: Searchable, query: np.ndarray) -> Sequence[str]:
    found: Sequence[str] = index.search(query[np.newaxis], K)[0][0]
    return found


def published(rows: np.ndarray) -> tuple[LiveIndex, float, float]:
    """A snapshot of these rows as a web process opens it, seconds to build it, its MB."""
    from django.conf import settings

    from recommender.index import snapshot
    from recommender.index.live import LiveIndex
    from recommender.index.rows import Rows
    from recommender.index.snapshot import Origin
    from recommender.serving.building import searchable

    start = time.perf_counter()
    name = snapshot.publish(
        settings.INDEX_DIR,
        "bench",
        searchable(Rows.of(item_ids(len(rows)), rows)),
        Origin("bench", 0, EPOCH, EPOCH),
    )
    seconds = time.perf_counter() - start
    opened = snapshot.open_latest(settings.INDEX_DIR, "bench")
    assert opened is not None
    size = sum(file.stat().st_size for file in (settings.INDEX_DIR / name).iterdir())
    return LiveIndex(opened.index), seconds, size / 1e6


# Beside others


def _beside_others() -> dict[str, Figure]:
    drawn = Drawn.of(CATALOGUE, WIDE_DIMENSION)
    index, _, _ = published(drawn.rows)
    ours, found = _timed(partial(_ours, index), drawn.queries)
    recall = drawn.recall([_row_numbers(ids) for ids in found])
    sklearn = _sklearn(drawn)
    faiss, faiss_name = _bare_faiss(drawn, recall)
    usearch, usearch_name = _bare_usearch(drawn, recall)
    calls = _similar_calls(index)
    size = f"{CATALOGUE:,} x {WIDE_DIMENSION}"
    return {
        "speedup_over_sklearn_44k": Figure(
            median(sklearn) / median(ours),
            "times",
            ">= 200",
            f"NearestNeighbors, brute force, {size}: {median(sklearn) * 1e3:.1f} ms",
        ),
        "recall_at_10_44k": Figure(recall, "", ">= 0.99", f"exact search, {size}"),
        "p50_ms_44k_wide": Figure(median(ours) * 1e3, "ms", against=size),
        "search_over_bare_faiss": Figure(
            median(ours) / median(faiss),
            "times",
            against=f"ten neighbours each, {faiss_name}: {median(faiss) * 1e3:.2f} ms",
        ),
        "similar_call_p50_ms_44k": Figure(
            median(calls) * 1e3, "ms", against=f"the whole `similar` but its catalogue, {size}"
        ),
        "over_bare_faiss": Figure(
            median(calls) / median(faiss),
            "times",
            "<= 1.2",
            f"256 ranked beside ten neighbours, {faiss_name}: {median(faiss) * 1e3:.2f} ms",
        ),
        "over_bare_usearch": Figure(
            median(calls) / median(usearch),
            "times",
            against=f"{usearch_name}: {median(usearch) * 1e3:.2f} ms",
        ),
    }


def _sklearn(drawn: Drawn) -> list[float]:
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(drawn.rows)
    few = drawn.queries[: QUERIES // 10]
    return _timed(lambda query: search.kneighbors(query[np.newaxis]), few)[0]


def _bare_faiss(drawn: Drawn, recall: float) -> tuple[list[float], str]:
    """FAISS's graph over the raw vectors, as wide as it takes to reach the recall."""
    import faiss

    graph = faiss.IndexHNSWFlat(drawn.rows.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = 80
    graph.add(drawn.rows)
    faiss.omp_set_num_threads(1)

    def searching(breadth: int) -> Callable[[np.ndarray], np.ndarray]:
        parameters = faiss.SearchParametersHNSW(efSearch=breadth)
        return lambda query: graph.search(query[np.newaxis], K, params=parameters)[1][0]

    seconds, breadth, reached = _wide_enough(drawn, recall, searching)
    return seconds, f"FAISS HNSW32,Flat, efSearch {breadth}, recall {reached:.3f}"


def _bare_usearch(drawn: Drawn, recall: float) -> tuple[list[float], str]:
    from usearch.index import Index

    graph = Index(
        ndim=drawn.rows.shape[1], metric="ip", dtype="f16", connectivity=32, expansion_add=80
    )
    graph.add(np.arange(len(drawn.rows)), drawn.rows)

    def searching(breadth: int) -> Callable[[np.ndarray], np.ndarray]:
        def search(query: np.ndarray) -> np.ndarray:
            graph.expansion_search = breadth  # type: ignore[misc]  # it has a setter
            return np.asarray(graph.search(query, K, threads=1).keys)

        return search

    seconds, breadth, reached = _wide_enough(drawn, recall, searching)
    return seconds, f"usearch f16, expansion {breadth}, recall {reached:.3f}"


def _wide_enough(
    drawn: Drawn, recall: float, searching: Callable[[int], Callable[[np.ndarray], np.ndarray]]
) -> tuple[list[float], int, float]:
    """The times of the narrowest search that reaches a recall, else of the widest."""
    for breadth in BREADTHS:
        seconds, answers = _timed(searching(breadth), drawn.queries)
        reached = drawn.recall(answers)
        if reached >= recall:
            break
    return seconds, breadth, reached


def _similar_calls(index: LiveIndex) -> list[float]:
    """The recommender's whole answer to "what is like this item", the catalogue left out."""
    from recommender.matching import Wanted, matches_of_item

    wanted = Wanted(5, diversity=0.15)

    def similar(item: str) -> None:
        matches_of_item(index, item, wanted)

    items = [f"{n:024x}" for n in range(QUERIES)]
    # The first round fetches the pages of the map; the others have had rounds to warm up too.
    _timed(similar, items)
    return _timed(similar, items)[0]


# Filters


class Chosen:
    """A filter that passes these items, as a query on the catalogue does."""

    def __init__(self, items: set[str]) -> None:
        self._items = items

    def few(self, limit: int) -> Sequence[str] | None:
        return sorted(self._items) if len(self._items) <= limit else None

    def accept(self, items: list[str]) -> set[str]:
        return self._items.intersection(items)


def _filters() -> dict[str, Figure]:
    drawn = Drawn.of(CATALOGUE, ENCODER.dimension)
    index, _, _ = published(drawn.rows)
    figures = {}
    slowest, mismatches = 0.0, 0
    for share in SHARES:
        seconds, wrong = _filtered(index, drawn, share)
        mismatches += wrong
        slowest = max(slowest, median(seconds) * 1e3)
        figures[f"filtered_p50_ms_{share * 100:g}_percent"] = Figure(median(seconds) * 1e3, "ms")
    return {
        "filtered_p50_ms": Figure(
            slowest, "ms", "<= 10", f"the slowest of filters passing {SHARES} of {CATALOGUE:,}"
        ),
        "filtered_mismatches": Figure(
            mismatches, "matches", "<= 0", f"exact search; cosines within {SAME_COSINE} are one"
        ),
        **figures,
    }


def _filtered(index: LiveIndex, drawn: Drawn, share: float) -> tuple[list[float], int]:
    """Seconds, and how many matches are lacking or farther than comparing with all gives."""
    from recommender.matching import Wanted, matches

    passing = np.random.default_rng(1).permutation(CATALOGUE)[: round(share * CATALOGUE)]
    chosen = Chosen({f"{n:024x}" for n in passing})
    wanted = Wanted(K, filter=chosen)
    queries = drawn.queries[:FILTERED_QUERIES]
    seconds, answers = _timed(lambda query: matches(index, query, wanted), queries)
    wrong = 0
    for query, answer in zip(queries, answers, strict=True):
        cosines = drawn.rows[passing] @ query
        farthest = np.sort(cosines)[-K:].min(initial=1.0) - SAME_COSINE
        near = set(passing[cosines >= farthest].tolist())
        found = [int(match.item, 16) for match in answer]
        wrong += min(K, len(passing)) - len(near.intersection(found)) + len(set(found) - near)
    return seconds, wrong


# Where the graph begins to pay


def _change_over() -> dict[str, Figure]:
    """The smallest size from which on the graph is faster than comparing with all."""
    from django.conf import settings

    from recommender.index import ann
    from recommender.index.rows import Rows
    from recommender.index.scan import ScanIndex

    pays = 0
    for size in SMALL_SIZES:
        drawn = Drawn.of(size, ENCODER.dimension)
        rows = Rows.of(item_ids(size), drawn.rows)
        graph = ann.built(rows, settings.INDEX_FACTORY or ann.factory_for(ENCODER.dimension))
        walking = _timed(partial(_ours, graph), drawn.queries)[0]
        scanning = _timed(partial(_ours, ScanIndex(rows)), drawn.queries)[0]
        if median(walking) >= median(scanning):
            pays = 0
        elif not pays:
            pays = size
    against = f"VITRINE_INDEX_SCAN_BELOW is {settings.INDEX_SCAN_BELOW}"
    return {"graph_pays_from": Figure(pays, "photographs", against=against)}


# Growth


def _growth() -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for name, size in SIZES.items():
        figures |= _at_size(name, size)
        gc.collect()
    return figures


def _at_size(name: str, size: int) -> dict[str, Figure]:
    rows, queries = _many(size)
    truth = _exact(rows, queries)
    index, seconds, megabytes = published(rows)
    drawn = Drawn(rows, queries, truth)
    # Once beforehand: the pages of a map are fetched at their first use.
    _timed(partial(_ours, index), queries)
    times, found = _timed(partial(_ours, index), np.tile(queries, (10, 1)))
    recall = drawn.recall([_row_numbers(ids) for ids in found[:QUERIES]])
    goals = ("<= 0.5", "<= 3", ">= 0.98", "<= 1300") if name == "1m" else ("", "", "", "")
    size_text = f"{size:,} x {ENCODER.dimension}"
    figures = {
        f"p50_ms_{name}": Figure(median(times) * 1e3, "ms", goals[0], size_text),
        f"p99_ms_{name}": Figure(float(np.quantile(times, 0.99)) * 1e3, "ms", goals[1], size_text),
        f"recall_at_10_{name}": Figure(recall, "", goals[2], "exact search"),
        f"build_s_{name}": Figure(
            seconds, "s", against=f"graph, files and their checksums, {size_text}"
        ),
        f"file_mb_{name}": Figure(megabytes, "MB", against=size_text),
        f"bytes_per_photograph_{name}": Figure(
            megabytes * 1e6 / size, "bytes", goals[3], "all of the snapshot's files"
        ),
    }
    return figures | (_processes(queries) if name == "1m" else {})


def _many(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows in a mapped file, so that a million need not be held beside their snapshot."""
    from django.conf import settings

    file = settings.VAR_DIR / f"{size}.npy"
    vectors = np.lib.format.open_memmap(file, "w+", np.float32, (size + QUERIES, ENCODER.dimension))
    start = 0
    for block in blocks(size + QUERIES, ENCODER.dimension, seed=size):
        vectors[start : start + len(block)] = block
        start += len(block)
    return vectors[:size], np.array(vectors[size:])


def _processes(queries: np.ndarray) -> dict[str, Figure]:
    """What a further process takes to open the million, and of memory of its own."""
    from django.conf import settings

    np.save(settings.VAR_DIR / "queries.npy", queries)
    reports = list(_opening_processes(settings.VAR_DIR / "queries.npy"))
    seconds, own, shared = reports[-1]
    return {
        "open_s_1m": Figure(seconds, "s", "<= 1", "to check and map the snapshot's files"),
        "rss_per_further_process_mb_1m": Figure(
            own, "MB", "<= 60", f"private memory added by the index after {QUERIES} searches"
        ),
        "rss_shared_mb_1m": Figure(
            shared, "MB", against="of the snapshot's files, once every byte was looked at"
        ),
    }


def _opening_processes(queries: Path) -> Iterator[tuple[float, float, float]]:
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-m", "bench.index_process", str(queries)],
            cwd=PROJECT,
            check=True,
            capture_output=True,
            text=True,
        )
        seconds, own, shared = map(float, done.stdout.split()[-3:])
        yield seconds, own, shared
