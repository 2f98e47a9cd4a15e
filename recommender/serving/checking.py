"""Whether the index holds what it should and finds what it should.

What a process that starts now would load is compared with the store, id by id, and its approximate
search with exact search, on a random sample of the stored vectors. What the running processes say
that they answer from is compared with the store by number.
"""

import random
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.utils.formats import number_format
from django.utils.translation import gettext

from recommender import switching
from recommender.index import Searchable
from recommender.serving import reports
from recommender.serving.keeper import Keeper, View, new_keeper
from recommender.serving.reports import Process
from recommender.store import reading, search_indexes
from recommender.store.database import Document
from recommender.store.reading import Progress
from recommender.switching import Encoders

SAMPLE = 200
K = 10
BLOCK = 10
GOOD_RECALL = 0.98
# Cosines that differ by less are one to whoever looks at the pictures.
SAME_COSINE = 1e-5
# What differs only because it is being changed is equal after one of these looks.
LOOKS = 3
PAUSE_S = 1.0
# By then every living process has spoken again.
REPORTS_WITHIN_S = reports.UNCHANGED_EVERY_S + 2.0


class Check(NamedTuple):
    """What a check found.

    `recall` is the share, from 0 to 1, of the K nearest that approximate search finds, over
    `queries` queries; None where there are not two vectors to compare. `missing` counts the
    photographs that belong in the index and are not there, `surplus` those that are there and do
    not belong. `astray` are the processes that answer from something else than the store holds:
    `host`, `pid` and `program` of each, how many photographs it finds (`rows`) and how many
    `belong`.
    """

    fingerprint: str
    rows: int
    queries: int
    recall: float | None
    missing: int
    surplus: int
    seconds: float
    astray: Sequence[Document] = ()


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
    ids = sorted(reading.listed(view.encoder.fingerprint))
    _, queries = reading.load(random.sample(ids, min(SAMPLE, len(ids))))
    return Check(
        fingerprint=view.encoder.fingerprint,
        rows=len(view.index),
        queries=len(queries),
        recall=recall(view.index, queries, progress),
        missing=missing,
        surplus=surplus,
        astray=astray(),
        seconds=time.monotonic() - started,
    )


def astray() -> tuple[Document, ...]:
    """The running processes that answer from something else than the store holds; see Check.

    Takes a moment where there are any, since what they said before tells nothing of now.
    """
    began, counts = switching.current(), dict[int, int]()
    started = time.monotonic()
    while True:
        now = _counted(counts)
        wrong = [found for found in reports.processes() if _is_astray(found, counts, began, now)]
        waited = time.monotonic() - started
        if not wrong or waited > REPORTS_WITHIN_S:
            return tuple(_described(found, counts) for found in wrong if found.silent < waited)
        time.sleep(PAUSE_S)


def _counted(counts: dict[int, int]) -> Encoders:
    """Note how many photographs belong in the index, by the store's revision if it stands still."""
    before = switching.current()
    belonging = reading.count_listed(before.serving.fingerprint)
    after = switching.current()
    if after.revision == before.revision:
        counts[after.revision] = belonging
    return after


def _is_astray(process: Process, counts: dict[int, int], began: Encoders, now: Encoders) -> bool:
    contents = process.contents
    if contents.rows is None or contents.revision is None:
        return False
    if contents.fingerprint != now.serving.fingerprint:
        return True
    if contents.revision in counts:
        return contents.rows != counts[contents.revision]
    return not began.revision <= contents.revision <= now.revision


def _described(process: Process, counts: dict[int, int]) -> Document:
    return {
        "host": process.host,
        "pid": process.pid,
        "program": process.program,
        "rows": process.contents.rows,
        "belong": counts[max(counts)] if counts else None,
    }


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
    belonging = set(reading.listed(encoder))
    held = reading.findable(encoder) if search_indexes.in_use() else set(view.index.ids_under(""))
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
    if check.astray:
        return Verdict(
            False,
            " ".join(map(astray_words, check.astray)),
            gettext(
                "Such a process mends itself within two minutes. One that does not: start it anew."
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


def astray_words(process: Document) -> str:
    """One sentence about one of the processes that `astray` finds."""
    return (
        gettext(
            "%(program)s on %(host)s (process %(pid)d) finds %(rows)s photographs, "
            "%(belong)s belong."
        )
        % process
    )
