"""Whatever happens in whatever order, the index is a dictionary of vectors."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from recommender.index import ann, snapshot
from recommender.index.live import LiveIndex
from recommender.index.rows import RowIndex
from recommender.index.scan import ScanIndex
from recommender.index.snapshot import Origin
from recommender.store.embeddings import NEVER

D = 6
FINGERPRINT = "ab" * 8
ORIGIN = Origin("store", 0, NEVER, NEVER)
NUMBERS = st.sets(st.integers(0, 30), min_size=1, max_size=12)


def names(numbers: set[int]) -> list[str]:
    return [f"item{n // 2}|{n % 2}|{FINGERPRINT}" for n in sorted(numbers)]


class AnyOrder(RuleBasedStateMachine):
    """The index, a plain dictionary beside it, and what the last snapshot held."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.random = np.random.default_rng(0)
        self.index = LiveIndex()
        self.model: dict[str, np.ndarray] = {}
        self.published: dict[str, np.ndarray] = {}
        # Two readers that hold what was there when they came.
        self.readers: list[tuple[RowIndex, dict[str, np.ndarray]]] = []

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(numbers=NUMBERS)
    def add_or_replace(self, numbers: set[int]) -> None:
        rows = self.random.standard_normal((len(numbers), D)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self.index.add(names(numbers), rows)
        self.model |= dict(zip(names(numbers), rows, strict=True))

    @rule(numbers=NUMBERS)
    def remove(self, numbers: set[int]) -> None:
        self.index.remove(names(numbers))
        for name in names(numbers):
            self.model.pop(name, None)

    @precondition(lambda self: self.model)
    @rule(graph=st.booleans())
    def publish(self, graph: bool) -> None:
        rows = self.index.rows()
        index = ann.built(rows, "HNSW16_SQfp16,Refine(Flat)") if graph else ScanIndex(rows)
        snapshot.publish(self.folder, FINGERPRINT, index, ORIGIN)
        self.published = dict(self.model)

    @rule()
    def restart(self) -> None:
        """A process begins with the snapshot and catches up with what changed since."""
        found = snapshot.open_latest(self.folder, FINGERPRINT)
        self.index = LiveIndex(found.index if found else None)
        held = self.published if found else {}
        if found:
            self.readers = [*self.readers, (found.index, held)][-2:]
        self.index.remove([name for name in held if name not in self.model])
        new = {name: row for name, row in self.model.items() if held.get(name) is not row}
        if new:
            self.index.add(list(new), np.stack(list(new.values())))

    @rule(place=st.integers(0, 10**6), file=st.integers(0, 3))
    def damage(self, place: int, file: int) -> None:
        """One byte of the snapshot turns: it must not be believed."""
        files = sorted(self.folder.glob(f"{FINGERPRINT}-*/*"))
        if not files:
            return
        chosen = files[file % len(files)]
        content = bytearray(chosen.read_bytes())
        content[place % len(content)] ^= 0x10
        # Beside the old file, which readers have mapped.
        chosen.unlink()
        chosen.write_bytes(content)
        assert snapshot.open_latest(self.folder, FINGERPRINT) is None

    @rule()
    def a_builder_dies(self) -> None:
        (self.folder / "building-x").mkdir(exist_ok=True)
        (self.folder / "building-x" / "ids.npy").write_bytes(b"half")

    @rule()
    def another_encoder_is_published(self) -> None:
        other = LiveIndex()
        other.add(["else|0|cd"], np.eye(1, D, dtype=np.float32))
        snapshot.publish(self.folder, "cd" * 8, ScanIndex(other.rows()), ORIGIN)

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        assert len(self.index) == len(self.model)
        assert self.index.ids() == sorted(self.model)
        if self.model:
            rows = self.index.vectors_of(list(self.model))
            np.testing.assert_allclose(rows, np.stack(list(self.model.values())), atol=1e-5)

    @invariant()
    def finds_what_a_sort_finds(self) -> None:
        query = np.eye(1, D, dtype=np.float32)
        best = sorted((float(row[0]) for row in self.model.values()), reverse=True)
        for exact in (True, False):
            ids, similarities = self.index.search(query, 5, exact=exact)
            np.testing.assert_allclose(similarities[0], best[:5], atol=1e-5)
            own = [self.model[id][0] for id in ids[0]]
            np.testing.assert_allclose(similarities[0], own, atol=1e-5)

    @invariant()
    def readers_keep_what_they_opened(self) -> None:
        for index, held in self.readers:
            assert index.ids_under("") == sorted(held)
            ids, _ = index.search(np.eye(1, D, dtype=np.float32), 1)
            assert ids[0, 0] in held


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)
