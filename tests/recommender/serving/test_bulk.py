"""However much arrives at once, searches go on, and what was read first is found first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from recommender.index.live import LiveIndex
from recommender.index.rows import Rows
from recommender.index.scan import ScanIndex
from recommender.serving import keeper
from recommender.serving.keeper import IndexKeeper
from recommender.store import claiming, reading, tracking
from tests.recommender.serving.stocking import ENCODER, add, age, names, unit

PATIENCE_S = 60.0
# As many as the stand-in's MongoDB stores within a second or two.
PHOTOS = 500
AT_ONCE = 100


@pytest.mark.slow
@pytest.mark.usefixtures("fingerprint")
def test_between_the_parts_of_a_bulk_searches_go_on(monkeypatch: pytest.MonkeyPatch):
    first = add(*names(10))
    age()
    own = IndexKeeper()
    view = own.look()
    tracking.match_wanted("bulk", names(PHOTOS, "p"), listed=True, encoders=[ENCODER])
    while batch := claiming.claim(ENCODER, limit=50, lease=60.0):
        claiming.store(batch, [job.id for job in batch.jobs], unit(7, len(batch.jobs)))

    monkeypatch.setattr(keeper, "AT_ONCE", AT_ONCE)
    load, sizes = reading.load, []
    elsewhere = ThreadPoolExecutor(1)

    def search() -> int:
        ids, similarities = view.index.search(np.stack(list(first.values())), 1)
        assert ids[:, 0].tolist() == list(first)
        np.testing.assert_allclose(similarities, 1.0, atol=1e-5)
        return len(view.index)

    def load_while_another_searches(*arguments):
        sizes.append(elsewhere.submit(search).result(PATIENCE_S))
        return load(*arguments)

    monkeypatch.setattr(reading, "load", load_while_another_searches)
    assert own.look().index is view.index
    assert sizes == [10 + done for done in range(0, PHOTOS, AT_ONCE)]
    assert search() == 10 + PHOTOS
    elsewhere.shutdown()


@pytest.mark.slow
def test_while_100000_vectors_are_added_searches_end():
    """Of the encoder's length, in one go."""
    count, dimension = 100_000, 708
    held, coming = unit(1, 500, dimension), unit(2, count, dimension)
    old, new = names(500, "old"), names(count, "new")
    index = LiveIndex(ScanIndex(Rows.of(old, held)))
    begun, finished = threading.Event(), threading.Event()

    def add_all() -> None:
        begun.set()
        index.add(new, coming)
        finished.set()

    adding = threading.Thread(target=add_all)
    adding.start()
    begun.wait()
    ended = 0
    while not finished.is_set():
        (found,), _ = index.search(held[:1], 5)
        assert found[0] == "old0"
        # All of it, or nothing yet.
        assert len(index) in (500, 500 + count)
        ended += not finished.is_set()
    adding.join()
    assert ended
    assert index.search(coming[-1:], 1)[0] == "new99999"
