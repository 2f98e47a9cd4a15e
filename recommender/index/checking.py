"""Whether the index holds what it should and finds what it should.

What a process that starts now would load is compared with the store, id by id, and its approximate
search with exact search, on a random sample of the stored vectors.
"""

import random
import time
from typing import NamedTuple

import numpy as np
from django.utils.formats import number_format
from django.utils.translation import gettext

from recommender import search_indexes, vectors
from recommender.index import Searchable
from recommender.index.keeper import Keeper, View, new_keeper
from recommender.vectors import Progress

SAMPLE = 200
K = 10
BLOCK = 10
GOOD_RECALL = 0.98
# Cosines that differ by less are one to whoever looks at the pictures.
SAME_COSINE = 1e-5
# What differs only because it is being changed is equal after one of these looks.
LOOKS = 3
PAUSE_S = 1.0


class Check(NamedTuple):
    """What a check found.

    `recall` is the share, from 0 to 1, of the K nearest that approximate search finds, over
    `queries` queries; None where there are not two vectors to compare. `missing` counts the
    photographs that belong in the index and are not there, `surplus` those that are there and do
    not belong.
    """

    fingerprint: str
    rows: int
    queries: int
    recall: float | None
    missing: int
    surplus: int
    seconds: float


class Verdict(NamedTuple):
    """`words` say what a check means, `remedy` what to do; empty where nothing is to be done."""

    sound: bool
    words: str
    remedy: str


def check(progress: Progress | None = None) -> Check:
    """Check the serving encoder's index. Reads all its ids, and scans it for each query.

    Raises PyMongoError, VectorSearchUnavailable and EncoderUnavailable.
    """
    started = time.monotonic()
    own = new_keeper()
    missing, surplus = _differences(own)
    view = own.look()
    ids = sorted(vectors.listed(view.encoder.fingerprint))
    _, queries = vectors.load(random.sample(ids, min(SAMPLE, len(ids))))
    return Check(
        fingerprint=view.encoder.fingerprint,
        rows=len(view.index),
        queries=len(queries),
        recall=recall(view.index, queries, progress),
        missing=missing,
        surplus=surplus,
        seconds=time.monotonic() - started,
    )


def _differences(own: Keeper) -> tuple[int, int]:
    """How many ids are missing and how many are surplus, at every one of a few looks."""
    missing, surplus = _compared(own.look())
    for _ in range(LOOKS - 1):
        if not missing | surplus:
            break
        time.sleep(PAUSE_S)
        still_missing, still_surplus = _compared(own.look())
        missing, surplus = missing & still_missing, surplus & still_surplus
    return len(missing), len(surplus)


def _compared(view: View) -> tuple[set[str], set[str]]:
    encoder = view.encoder.fingerprint
    belonging = set(vectors.listed(encoder))
    held = vectors.findable(encoder) if search_indexes.in_use() else set(view.index.ids_under(""))
    return belonging - held, held - belonging


def recall(
    index: Searchable, queries: np.ndarray, progress: Progress | None = None
) -> float | None:
    """Recall@K of approximate search for queries, float32 (n, d), that are in the index themselves.

    A find counts when it is as near as the K-th nearest, so that equal pictures may stand for each
    other (as in Aumüller et al., "ANN-Benchmarks", 2020).
    """
    hits = wanted = 0
    for start in range(0, len(queries), BLOCK):
        block = queries[start : start + BLOCK]
        # One more, because the nearest to each is itself.
        _, truth = index.search(block, K + 1, exact=True)
        _, found = index.search(block, K + 1)
        hits += int((found[:, 1:] >= truth[:, -1:] - SAME_COSINE).sum())
        wanted += truth[:, 1:].size
        if progress:
            progress(start + len(block), len(queries))
    return hits / wanted if wanted else None


def verdict(check: Check) -> Verdict:
    """What the figures of a check mean."""
    if check.missing or check.surplus:
        return Verdict(
            False,
            gettext(
                "Photographs that the index lacks: %(missing)d; that it holds and should not: "
                "%(surplus)d."
            )
            % {"missing": check.missing, "surplus": check.surplus},
            gettext(
                "Rebuild it, then check again. What has lost its vector is embedded anew by a "
                "worker."
            ),
        )
    if check.recall is None:
        return Verdict(True, gettext("There is nothing to compare yet."), "")
    recall = {"percent": number_format(100 * check.recall, 1)}
    if check.recall < GOOD_RECALL:
        return Verdict(
            False,
            gettext("The index holds what it should, but finds only %(percent)s%% of the nearest.")
            % recall,
            gettext(
                "Rebuild it. If that does not help, raise the number behind HNSW in "
                "VITRINE_INDEX_FACTORY and rebuild."
            ),
        )
    return Verdict(
        True,
        gettext("The index holds what it should and finds %(percent)s%% of the nearest.") % recall,
        "",
    )
