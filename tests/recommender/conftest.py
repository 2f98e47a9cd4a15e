"""Fixtures of the recommender's tests: an empty store, a tiny encoder, drawn pictures."""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from recommender import embedding, encoder, search, switching
from recommender.encoder.correspondence import Parts
from recommender.serving import keeper as keepers
from recommender.store import database
from tests.recommender.search_node import SearchNode
from tests.written import empty

Draw = Callable[[int], Image.Image]


class TinyEncoder:
    """Tells pictures apart by the mean colour of their four quarters; needs no network."""

    dimension = 12
    decode_side = 8
    size = (8, 8)

    def __init__(self, name: str = "tiny", fingerprint: str = "0" * 16) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.encoded = 0

    def encode(self, pictures: Iterable[Image.Image]) -> np.ndarray:
        rows = [self._row(picture) for picture in pictures]
        self.encoded += len(rows)
        return np.array(rows, np.float32)

    def compare(self, one: Image.Image, other: Image.Image) -> tuple[Parts, Parts]:
        """A corner of either, in which they have the same colour."""
        corner = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5))
        return Parts((corner,), (corner,)), Parts((corner,), (corner,))

    def _row(self, picture: Image.Image) -> np.ndarray:
        row = np.asarray(picture.resize((2, 2), Image.Resampling.BOX), np.float32).ravel() + 1.0
        return row / np.linalg.norm(row)


class Encoders(dict[str, TinyEncoder]):
    """The encoders that tests can have by name, instead of the real ones."""

    def load(self, name: str) -> TinyEncoder:
        if name not in self:
            raise encoder.EncoderUnavailable(name)
        return self[name]

    def fingerprint(self, name: str) -> str:
        return self.load(name).fingerprint

    def missing_for(self, name: str) -> None:
        self.load(name)

    def waiting_for(self) -> dict[str, TinyEncoder]:
        return embedding.load_encoders()


@pytest.fixture
def store(embedded_servers: None, settings, tmp_path: Path) -> Iterator[None]:
    """Empty collections of the recommender and empty folders."""
    settings.INDEX_DIR = tmp_path / "index"
    settings.MEDIA_ROOT = tmp_path / "media"
    yield
    # What was reported here would keep each later check waiting until nobody could say it anew.
    for collection in (database.work(), database.stored(), database.state(), database.reports()):
        empty(collection)


@pytest.fixture
def encoders(store: None, settings, monkeypatch: pytest.MonkeyPatch) -> Encoders:
    """Tiny encoders: "tiny" serves, "other" may be switched to."""
    found = Encoders(tiny=TinyEncoder(), other=TinyEncoder("other", "1" * 16))
    settings.ENCODER = "tiny"
    monkeypatch.setattr(encoder, "fingerprint_of", found.fingerprint)
    monkeypatch.setattr(search, "fingerprint_of", found.fingerprint)
    monkeypatch.setattr(embedding, "load_encoder", found.load)
    monkeypatch.setattr(search, "load_encoder", found.load)
    monkeypatch.setattr(search, "missing_for", found.missing_for)
    monkeypatch.setattr(search, "encoder_notice", lambda: None)
    return found


@pytest.fixture
def wakes(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Counts the messages to workers instead of sending them."""
    sent: list[None] = []
    for message in ("wake", "look_around"):
        monkeypatch.setattr(f"recommender.tasks.{message}", lambda: sent.append(None))
    return sent


@pytest.fixture
def index(encoders: Encoders, wakes: list[None], monkeypatch: pytest.MonkeyPatch):
    """This process's index, without its thread: it looks when the test says so."""
    own = keepers.IndexKeeper()
    own.start = lambda: None  # type: ignore[method-assign]
    own._tried.set()
    monkeypatch.setattr(search, "keeper", lambda: own)
    return own


@pytest.fixture
def remake_clients() -> Iterator[Callable[[], None]]:
    """Connects this process to MongoDB anew, as the settings say; and at the end as they said."""

    def remake() -> None:
        database._client(os.getpid()).close()
        database._client.cache_clear()
        database._collections.cache_clear()

    yield remake
    remake()


@pytest.fixture
def stand_in(settings) -> str:
    """Where the tests' MongoDB is, which has no search nodes."""
    return settings.MONGODB_URI


@pytest.fixture
def search_node(
    store: None, stand_in: str, settings, remake_clients: Callable[[], None]
) -> Iterator[SearchNode]:
    """The recommender's MongoDB can search vectors, and is asked to."""
    node = SearchNode(stand_in)
    settings.INDEX = "mongodb"
    settings.MONGODB_URI = node.uri
    remake_clients()
    yield node
    settings.MONGODB_URI = stand_in
    remake_clients()
    node.close()


@pytest.fixture
def keeper(search_node: SearchNode, monkeypatch: pytest.MonkeyPatch) -> keepers.EncoderKeeper:
    """What this process answers from where MongoDB searches; it looks when the test says so."""
    own = keepers.EncoderKeeper()
    own.start = lambda: None  # type: ignore[method-assign]
    own._tried.set()
    monkeypatch.setattr(search, "keeper", lambda: own)
    return own


@pytest.fixture
def embed(encoders: Encoders, wakes: list[None]) -> Callable[[], None]:
    """Embeds everything that waits, as a worker would."""

    def run() -> None:
        embedding.drain(encoders.waiting_for())

    return run


@pytest.fixture
def fingerprint(encoders: Encoders) -> str:
    return switching.current().serving.fingerprint


def draw(seed: int) -> Image.Image:
    quarters = np.random.default_rng(seed).integers(0, 256, (2, 2, 3), np.uint8)
    return Image.fromarray(quarters).resize((32, 32), Image.Resampling.NEAREST)


@pytest.fixture
def picture() -> Draw:
    """Draws a picture of four coloured quarters, different for every seed."""
    return draw


@pytest.fixture
def photograph(store: None, picture: Draw) -> Callable[[int], str]:
    """Puts a picture in the storage; the value is its name."""

    def put(seed: int) -> str:
        file = io.BytesIO()
        picture(seed).save(file, "PNG")
        return default_storage.save(f"photographs/{seed}.png", ContentFile(file.getvalue()))

    return put
