"""From a stored vector to its being found, in four web processes, while vectors come and go.

A writer stores drawn vectors as a worker does, of photographs that were listed and claimed before
the clock starts, and forgets some of the items again; each reader holds an index as a web process
does and looks all the time for what it was told of. All run on one machine with the store that the
settings name, the embedded one by default.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench import Figure, catalogue_freshness

if TYPE_CHECKING:
    from recommender.store.claiming import Batch

READERS = 4
SECONDS = 60
VECTORS_PER_SECOND = 100
# A worker stores a batch at a time.
BATCH = 10
DIMENSION = 964
# How long after the end the last changes may take, and after which a forgotten item is a ghost.
GRACE_S = 1.0
SETTLING_S = 5.0
LOOK_EVERY_S = 0.02


class Event(NamedTuple):
    """`at` by the machine's monotonic clock, in seconds; a forgotten item is no longer `there`."""

    item: int
    there: bool
    at: float


class Seen(NamedTuple):
    """What one reader found: seconds from stored to found and from forgotten to gone."""

    waits: list[float]
    farewells: list[float]
    lost: int
    ghosts: int


def run(folder: Path) -> dict[str, Figure]:
    """Waiting times over all readers, what never came, what came back; of products as well."""
    with _servers():
        return _figures(*_measured()) | catalogue_freshness.figures()


def _figures(seen: list[Seen], seconds: float, stored: int) -> dict[str, Figure]:
    waits = np.concatenate([reader.waits for reader in seen])
    farewells = np.concatenate([reader.farewells for reader in seen])
    rate = stored / seconds
    against = f"{READERS} processes, {rate:.0f} vectors/s for {seconds:.0f} s"
    return {
        "visible_p50_s": Figure(float(np.median(waits)), "s", against=against),
        "visible_p99_s": Figure(float(np.quantile(waits, 0.99)), "s", "<= 1.0", against),
        "visible_max_s": Figure(float(waits.max()), "s", against=against),
        "gone_p99_s": Figure(float(np.quantile(farewells, 0.99)), "s", against=against),
        "lost": Figure(sum(reader.lost for reader in seen), "vectors", "<= 0", against),
        "ghosts": Figure(
            sum(reader.ghosts for reader in seen),
            "items",
            "<= 0",
            f"{len(farewells)} times an item was forgotten and then looked for",
        ),
        "stored_per_s": Figure(
            rate, "vectors/s", f">= {0.95 * VECTORS_PER_SECOND:.0f}", "while the others look"
        ),
    }


@contextmanager
def _servers() -> Iterator[None]:
    _set_up()
    from shop.embedded import ensure_running, release

    ensure_running()
    try:
        yield
    finally:
        release()


def _set_up() -> None:
    import django

    django.setup()


def _vector(item: int) -> np.ndarray:
    """The item's vector, float32 (DIMENSION,) of length 1, which every process can draw anew."""
    vector = np.random.default_rng(item).standard_normal(DIMENSION, np.float32)
    return vector / np.linalg.norm(vector)


def _id(item: int, encoder: str) -> str:
    from recommender.store import embeddings

    return embeddings.embedding_id(f"bench-{item}", f"{item}.jpg", encoder)


# Writing


def _measured() -> tuple[list[Seen], float, int]:
    """What the readers saw, how long the writer wrote, and how many vectors."""
    context = multiprocessing.get_context("spawn")
    events: list[Queue[Event | None]] = [context.Queue() for _ in range(READERS)]
    results: Queue[Seen] = context.Queue()
    ready = context.Semaphore(0)
    readers = [
        context.Process(target=_read, args=(queue, results, ready), daemon=True) for queue in events
    ]
    # A shop is not empty: the first batch is there when the readers load their index.
    first, *batches = map(_claimed, range(SECONDS * VECTORS_PER_SECOND // BATCH + 1))
    _write(first, 0, [])
    for reader in readers:
        reader.start()
    for _ in readers:
        ready.acquire()
    start = time.monotonic()
    for number, batch in enumerate(batches, start=1):
        _wait_until(start + number * BATCH / VECTORS_PER_SECOND)
        _write(batch, number, events)
    seconds = time.monotonic() - start
    for queue in events:
        queue.put(None)
    seen = [results.get() for _ in readers]
    for reader in readers:
        reader.join()
    return seen, seconds, BATCH * len(batches)


def _claimed(number: int) -> Batch:
    from recommender import switching
    from recommender.store import claiming, tracking

    encoder = switching.current().serving.fingerprint
    for item in _items(number):
        tracking.match_wanted(f"bench-{item}", [f"{item}.jpg"], listed=True, encoders=[encoder])
    batch = claiming.claim(encoder, limit=BATCH, lease=3600)
    assert batch is not None
    return batch


def _items(number: int) -> range:
    """The items of a batch."""
    return range(BATCH * number, BATCH * (number + 1))


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _write(batch: Batch, number: int, readers: list[Queue[Event | None]]) -> None:
    """Store a batch, and forget one item of it and one that has been there for a while."""
    from recommender import search
    from recommender.store import claiming

    rows = np.stack([_vector(int(job.photo.removesuffix(".jpg"))) for job in batch.jobs])
    claiming.store(batch, [job.id for job in batch.jobs], rows)
    _tell(readers, _items(number), there=True)
    gone = [_items(earlier)[place] for place, earlier in enumerate((number, number - 50))]
    for item in gone:
        if item > 0:
            search.forget(f"bench-{item}")
            _tell(readers, [item], there=False)


def _tell(readers: list[Queue[Event | None]], items: Iterable[int], *, there: bool) -> None:
    at = time.monotonic()
    for queue in readers:
        for item in items:
            queue.put(Event(item, there, at))


# Reading


def _read(events: Queue[Event | None], results: Queue[Seen], ready: object) -> None:
    """A web process's index, asked all the time."""
    _set_up()
    from recommender.serving.keeper import keeper

    view = keeper().view()
    reader = Reader(view.encoder.fingerprint)
    ready.release()  # type: ignore[attr-defined]
    while reader.listen(events):
        reader.look()
        time.sleep(LOOK_EVERY_S)
    end = time.monotonic() + SETTLING_S
    while reader.pending and time.monotonic() < end:
        reader.look()
        time.sleep(LOOK_EVERY_S)
    results.put(reader.seen())
    keeper().stop()


class Reader:
    def __init__(self, encoder: str) -> None:
        self.encoder = encoder
        # Told of but not yet found, and forgotten but still found: since when.
        self._awaited: dict[int, float] = {}
        self._leaving: dict[int, float] = {}
        self._gone: set[int] = set()
        self._living: set[int] = set()
        self._ghosts: set[int] = set()
        self._waits: list[float] = []
        self._farewells: list[float] = []

    @property
    def pending(self) -> bool:
        return bool(self._awaited or self._leaving)

    def listen(self, events: Queue[Event | None]) -> bool:
        """Take in what happened; False once the writer has ended."""
        while not events.empty():
            event = events.get()
            if event is None:
                return False
            if event.there:
                self._awaited[event.item] = event.at
            else:
                self._forget(event)
        return True

    def _forget(self, event: Event) -> None:
        self._living.discard(event.item)
        self._awaited.pop(event.item, None)
        self._leaving[event.item] = event.at

    def look(self) -> None:
        """Search for everything that should have come or gone."""
        now = time.monotonic()
        for item, at in list(self._awaited.items()):
            if self._finds(item):
                del self._awaited[item]
                self._living.add(item)
                self._waits.append(now - at)
        for item, at in list(self._leaving.items()):
            if not self._finds(item):
                del self._leaving[item]
                self._gone.add(item)
                self._farewells.append(now - at)
            elif now - at > GRACE_S:
                self._ghosts.add(item)

    def _finds(self, item: int) -> bool:
        """Whether a search for the item's own vector answers with the item."""
        from recommender.serving.keeper import keeper

        index = keeper().view().index
        id = _id(item, self.encoder)
        # The cheap question first: most looks come before the vector does.
        if not index.ids_under(id):
            return False
        (found,), _ = index.search(_vector(item)[np.newaxis], 1)
        return id in found

    def seen(self) -> Seen:
        """The result, after a last look at everything that should be here and that should not."""
        lost = len(self._awaited) + sum(not self._finds(item) for item in self._living)
        ghosts = self._ghosts | {item for item in self._gone if self._finds(item)}
        return Seen(self._waits, self._farewells, lost, len(ghosts) + len(self._leaving))
