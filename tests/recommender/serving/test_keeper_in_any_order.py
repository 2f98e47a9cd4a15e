"""Whatever happens to store, snapshots and processes in whatever order, a look makes it right.

The model is a plain dictionary of the vectors that belong in the index; the oracle is exact search
over it.
"""

import datetime as dt
import shutil
import zlib
from collections.abc import Callable, Iterable
from functools import wraps

import numpy as np
import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from recommender import search, switching
from recommender.index import snapshot
from recommender.index.exact import ExactIndex
from recommender.index.rows import Rows
from recommender.serving import building, keeper
from recommender.serving.keeper import IndexKeeper, View
from recommender.store import claiming, database
from recommender.store.claiming import Batch
from recommender.store.embeddings import embedding_id, parts_of
from tests.recommender.serving import beside, stocking

D = 6
ITEMS = st.integers(0, 4).map("item{}".format)
PHOTOS = st.lists(st.sampled_from("abc"), unique=True, max_size=3)
LOOKERS = st.sets(st.integers(0, 1))
QUERIES = np.linalg.qr(np.random.default_rng(0).standard_normal((D, D)))[0].astype(np.float32)

Content = dict[str, np.ndarray]


def drawn(id: str, times: int) -> np.ndarray:
    """The vector of what is photographed under a name, which is used anew after a removal."""
    row = np.random.default_rng(zlib.crc32(f"{id}{times}".encode())).standard_normal(D)
    return (row / np.linalg.norm(row)).astype(np.float32)


def encoder_of(id: str) -> str:
    return id.rpartition("|")[2]


def equals(view: View, content: Content) -> None:
    """Compare a view with exact search over its content: what it holds, finds and scores."""
    assert view.index.ids_under("") == sorted(content)
    assert len(view.index) == len(content)
    if not content:
        assert view.index.search(QUERIES, 3)[0].shape == (D, 0)
        return
    rows = np.stack(list(content.values()))
    np.testing.assert_allclose(view.index.vectors_of(list(content)), rows, atol=1e-6)
    queries = np.concatenate([QUERIES, rows])
    nearest, expected = ExactIndex(Rows.of(list(content), rows)).search(queries, len(content))
    for k in (1, 3, len(content) + 1):
        for exact in (False, True):
            ids, similarities = view.index.search(queries, k, exact=exact)
            np.testing.assert_array_equal(ids, nearest[:, :k])
            np.testing.assert_allclose(similarities, expected[:, :k], atol=1e-5)


def step(**drawn: st.SearchStrategy) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule, after which some of the processes look."""

    def decorate(act: Callable[..., None]) -> Callable[..., None]:
        @rule(lookers=LOOKERS, **drawn)
        @wraps(act)
        def steps(self: "Catalogue", *given: object, lookers: Iterable[int] = (), **named: object):
            act(self, *given, **named)
            self.look(lookers)

        return steps

    return decorate


class Catalogue(RuleBasedStateMachine):
    """The store, two processes with an index each, workers, builders; and the model beside them."""

    def __init__(self) -> None:
        super().__init__()
        # What shoppers should find: photographs by item, where it is listed, and every vector.
        self.photos: dict[str, list[str]] = {}
        self.unlisted: set[str] = set()
        self.ready: Content = {}
        self.times: dict[tuple[str, str], int] = {}
        # Which batch a photograph is claimed in, and those whose lease ran out.
        self.owner: dict[str, str] = {}
        self.free: set[str] = set()
        self.batches: list[Batch] = []
        self.keepers = [IndexKeeper(), IndexKeeper()]
        # What each held at its last look, and what was let go of, which goes on answering.
        self.held: list[Content] = [{}, {}]
        self.let_go: list[tuple[View, Content]] = []

    def teardown(self) -> None:
        for collection in (database.work(), database.stored(), database.state()):
            collection.delete_many({})
        shutil.rmtree(settings.INDEX_DIR, ignore_errors=True)

    @initialize(items=st.lists(ITEMS, min_size=1, max_size=4))
    def a_shop_opens(self, items: list[str]) -> None:
        for item in items:
            self.track(item, ["a", "b"], listed=True)
        self.embed_everything()
        self.look({0, 1})

    def belonging(self) -> Content:
        serving = switching.current().serving.fingerprint
        return {
            id: row
            for id, row in self.ready.items()
            if encoder_of(id) == serving and parts_of(id)[0] not in self.unlisted
        }

    def wanted(self) -> Iterable[tuple[str, str]]:
        return ((item, photo) for item, photos in self.photos.items() for photo in photos)

    # Merchants

    @step(item=ITEMS, photos=PHOTOS, listed=st.sampled_from([True, True, False]))
    def track(self, item: str, photos: list[str], listed: bool) -> None:
        search.track(item, photos, listed)
        self._wanted_now(item, photos)
        (self.unlisted.discard if listed else self.unlisted.add)(item)

    @step(item=ITEMS)
    def photograph_anew(self, item: str) -> None:
        """Other pictures under the same names."""
        photos = self.photos.get(item, [])
        self.forget(item)
        self.track(item, photos, listed=True)
        self.embed_everything()

    @step(item=ITEMS)
    def forget(self, item: str) -> None:
        search.forget(item)
        self._wanted_now(item, [])

    def _wanted_now(self, item: str, photos: list[str]) -> None:
        for photo in set(self.photos.get(item, ())).difference(photos):
            self.times[item, photo] = self.times.get((item, photo), 0) + 1
            for known in (self.ready, self.owner):
                for id in [id for id in known if parts_of(id) == (item, photo)]:
                    del known[id]
        self.photos[item] = photos

    # Workers

    @step(newest=st.booleans(), limit=st.integers(1, 6))
    def claim(self, newest: bool, limit: int) -> None:
        encoder = switching.current().fingerprints[-1 if newest else 0]
        batch = claiming.claim(encoder, limit=limit, lease=600.0)
        if batch is None:
            return
        wanted = set(self.wanted())
        for job in batch.jobs:
            assert parts_of(job.id) in wanted
            assert job.id not in self.ready
            assert job.id not in self.owner or self.owner[job.id] in self.free
            self.owner[job.id] = batch.owner
        self.batches.append(batch)

    @precondition(lambda self: self.batches)
    @step(number=st.integers(0, 9))
    def store(self, number: int) -> None:
        """A worker is done, however late."""
        batch = self.batches.pop(number % len(self.batches))
        ids = [job.id for job in batch.jobs]
        rows = [drawn(id, self.times.get(parts_of(id), 0)) for id in ids]
        claiming.store(batch, ids, np.stack(rows))
        for id, row in zip(ids, rows, strict=True):
            if self.owner.get(id) == batch.owner:
                self.ready[id] = row
                del self.owner[id]

    @precondition(lambda self: self.batches)
    @step(number=st.integers(0, 9), dead=st.booleans())
    def a_lease_runs_out(self, number: int, dead: bool) -> None:
        batch = self.batches[number % len(self.batches)]
        database.work().update_many({"owner": batch.owner}, {"$set": {"lease": 0.0, "attempts": 0}})
        self.free.add(batch.owner)
        if dead:
            self.batches.remove(batch)

    @step()
    def embed_everything(self) -> None:
        while self.batches:
            self.store(0)
        for owner in set(self.owner.values()):
            database.work().update_many({"owner": owner}, {"$set": {"lease": 0.0, "attempts": 0}})
            self.free.add(owner)
        for newest in (False, True):
            self.claim(newest, 100)
            while self.batches:
                self.store(0)
                self.claim(newest, 100)

    # Changing the encoder

    @step(name=st.sampled_from(["tiny", "other"]))
    def want(self, name: str) -> None:
        switching.want(name)

    @step()
    def advance(self) -> None:
        """List the photographs for another encoder, or switch to it."""
        before, after = switching.current().serving, switching.advance().serving
        if after != before:
            for item, photo in self.wanted():
                assert embedding_id(item, photo, after.fingerprint) in self.ready

    @step(name=st.sampled_from(["tiny", "other"]))
    def change_over(self, name: str) -> None:
        """From wish to completion, and the vectors of the old encoder are gone."""
        switching.want(name)
        # What was listed for the new encoder already is embedded before the rest is listed.
        for _ in range(2):
            self.advance()
            self.embed_everything()
        self.advance()
        now = switching.current()
        assert (now.serving.name, now.target) == (name, None)
        self.retired_are_dropped()

    @step()
    def retired_are_dropped(self) -> None:
        now = switching.current()
        past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        retired = [{"fingerprint": fingerprint, "at": past} for fingerprint in now.retired]
        database.state().update_one({"_id": "encoder"}, {"$set": {"retired": retired}})
        self.advance()
        now = switching.current()
        # That very step may have retired another.
        there = {*now.fingerprints, *now.retired}
        for known in (self.ready, self.owner):
            for id in [id for id in known if encoder_of(id) not in there]:
                del known[id]

    # Builders

    @step(graph=st.booleans())
    def build(self, graph: bool) -> None:
        below = 1 if graph else 1_000_000
        with override_settings(INDEX_SCAN_BELOW=below, INDEX_FACTORY=stocking.WHOLE):
            assert building.build(always=True) == len(self.belonging())

    @step(limit=st.integers(0, 900), graph=st.booleans())
    def a_builder_dies(self, limit: int, graph: bool) -> None:
        """In the middle of whatever file is the first to grow beyond the limit, if any is."""
        child = beside.start(beside.build_and_die, settings.INDEX_DIR, limit, graph)
        child.join()
        assert child.exitcode in (0, beside.TOO_LARGE)

    @step()
    def a_builder_dies_before_it_deletes_the_older(self) -> None:
        older = snapshot.latest(settings.INDEX_DIR, switching.current().serving.fingerprint)
        if older is None:
            return
        kept = settings.INDEX_DIR.with_name("kept")
        shutil.copytree(settings.INDEX_DIR / older, kept)
        self.build(graph=False)
        if (settings.INDEX_DIR / older).exists():
            shutil.rmtree(kept)
        else:
            kept.rename(settings.INDEX_DIR / older)

    @step(
        graph=st.booleans(),
        file=st.integers(0, 3),
        place=st.integers(0, 10**6),
        bit=st.integers(0, 7),
        cut=st.booleans(),
        found=st.sampled_from(["by a process", "by a builder", "later"]),
    )
    def damage(self, graph: bool, file: int, place: int, bit: int, cut: bool, found: str) -> None:
        """Lose the end of a file of a snapshot, or turn a bit of it."""
        self.build(graph)
        files = sorted(settings.INDEX_DIR.glob("*-*/*"))
        if not files:
            return
        chosen = files[file % len(files)]
        content = bytearray(chosen.read_bytes())
        place %= max(len(content), 1)
        if cut:
            del content[place:]
        elif content:
            content[place] ^= 1 << bit
        # Beside the old file, which keepers have mapped.
        chosen.unlink()
        chosen.write_bytes(content)
        if found == "by a process":
            equals(IndexKeeper().look(), self.belonging())
        elif found == "by a builder":
            self.build(graph=False)

    # The processes

    def look(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            before = self.keepers[number]._view
            view = self.keepers[number].look()
            if before is not None and before.index is not view.index:
                self.let_go = [*self.let_go, (before, self.held[number])][-3:]
            self.held[number] = self.belonging()
            assert view.encoder == switching.current().serving

    @rule(numbers=LOOKERS)
    def restart(self, numbers: set[int]) -> None:
        for number in numbers:
            self.keepers[number] = IndexKeeper()
        self.look(numbers)

    @invariant()
    def every_view_answers_as_at_its_last_look(self) -> None:
        views = [own._view for own in self.keepers]
        for view, content in [*zip(views, self.held, strict=True), *self.let_go]:
            if view is not None:
                equals(view, content)


@pytest.mark.slow
@pytest.mark.usefixtures("encoders", "wakes")
@pytest.mark.parametrize("overlapping", [True, False])
def test_a_look_makes_it_right(overlapping: bool, monkeypatch: pytest.MonkeyPatch):
    if not overlapping:
        # Then nothing is seen only because a look goes back a little.
        monkeypatch.setattr(keeper, "OVERLAP", dt.timedelta())
        monkeypatch.setattr(keeper, "LONG_OVERLAP", dt.timedelta())
    run_state_machine_as_test(
        Catalogue,
        settings=effort(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
