"""Publishes the next snapshot of all products, beside the current one."""

from __future__ import annotations

import logging

from claims import locks
from shop.catalog.live import reading, snapshot
from shop.catalog.live.following import Following
from shop.catalog.live.reading import LANGUAGES
from shop.catalog.live.table import Table

logger = logging.getLogger(__name__)

# With fewer changes, or a smaller share of all products, the next snapshot can wait.
LEAST_DRIFT = 64
DRIFT_SHARE = 0.05


def build(*, always: bool = False) -> int:
    """Publish a snapshot, if one is worth it or `always`; returns how many products it holds.

    0 where nothing was built, or another process of this machine is building. Raises what MongoDB
    raises, and OSError where the disk is full.
    """
    snapshot.folder().mkdir(parents=True, exist_ok=True)
    with locks.open_lock(snapshot.folder() / "lock") as file:
        if not locks.try_exclusive(file) or not (always or _is_worth_it()):
            return 0
        following = Following.begin()
        view = following.view
        table = Table.joined([(layer.table, layer.alive) for layer in view.layers])
        name = snapshot.publish(table, view.vocabularies, following.seen, view.categories)
        logger.info("The snapshot %s holds %d products.", name, len(table))
        return len(table)


def _is_worth_it() -> bool:
    found = snapshot.open_latest(LANGUAGES)
    if found is None:
        return reading.count() > 0
    if found.categories != reading.categories():
        return True
    changed = len(reading.changed_since(reading.moment(found.until)))
    changed += abs(reading.count() - len(found.table))
    return changed > max(LEAST_DRIFT, DRIFT_SHARE * len(found.table))
