"""Publishes the next index of words, beside the current one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import numpy as np

from claims import locks
from shop.catalog.live import following as live
from shop.catalog.live import snapshot as catalogue
from shop.catalog.live.building import DRIFT_SHARE, LEAST_DRIFT
from shop.catalog.live.finding import reading, snapshot
from shop.catalog.live.finding.following import revisions_of, touched
from shop.catalog.live.finding.snapshot import GONE
from shop.catalog.live.reading import AT_ONCE
from shop.catalog.live.view import EVERYTHING, View
from shop.catalog.live.words import Document

logger = logging.getLogger(__name__)


def build(*, always: bool = False) -> int:
    """Publish an index, if one is worth it or `always`; returns of how many products it is.

    0 where nothing was built, or another process of this machine is building. Raises what MongoDB
    raises, and OSError where the disk is full.
    """
    catalogue.folder().mkdir(parents=True, exist_ok=True)
    with locks.open_lock(catalogue.folder() / "words.lock") as file:
        if not locks.try_exclusive(file):
            return 0
        view = live.Following.begin().view
        keys = touched(None, view)
        revisions = revisions_of(view, keys)
        keys, revisions = keys[revisions != GONE], revisions[revisions != GONE]
        if not always and not _is_worth_it(keys, revisions):
            return 0
        name = snapshot.publish(_documents(view), keys, revisions)
        logger.info("The index %s holds the words of %d products.", name, len(keys))
        return len(keys)


def _is_worth_it(keys: np.ndarray, revisions: np.ndarray) -> bool:
    found = snapshot.open_latest()
    if found is None:
        return len(keys) > 0
    known = found.revisions_of(keys)
    changed = np.count_nonzero(known != revisions)
    gone = len(found.keys) - np.count_nonzero(known != GONE)
    return bool(changed + gone > max(LEAST_DRIFT, DRIFT_SHARE * len(found.keys)))


def _documents(view: View) -> Iterator[Document]:
    """All products in their order of display, so that suggestions show the first ones."""
    _, ids = view.listing(EVERYTHING, EVERYTHING, "featured", 0, len(view))
    for start in range(0, len(ids), AT_ONCE):
        yield from _in_order(ids[start : start + AT_ONCE])


def _in_order(ids: Sequence[str]) -> Iterator[Document]:
    for some in reading.documents(map(bytes.fromhex, ids)):
        found = {document.id: document for document in some}
        yield from (found[id] for id in ids if id in found)
