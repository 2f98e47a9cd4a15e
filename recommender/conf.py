"""The recommender's settings: each is Django's of the same name, or a default where it has none.

They are read when they are used, so that importing the recommender needs no settings.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, overload

from django.conf import settings


class Setting[T]:
    """One setting; of the class `Conf` it is asked for its `default()`, of `conf` for its value."""

    def __init__(self, default: Callable[[], T]) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return self
        return getattr(settings, self._name) if hasattr(settings, self._name) else self.default()


class Conf:
    MONGODB_URI = Setting[str](lambda: "mongodb://127.0.0.1:27017")
    MONGODB_NAME = Setting[str](lambda: "recommender")
    # How long a request waits for a MongoDB that is away, in milliseconds.
    MONGODB_PATIENCE_MS = Setting[int](lambda: 2000)
    # How long a connection to it may take, and its word that it lives, in milliseconds.
    MONGODB_CONNECT_MS = Setting[int](lambda: 2000)

    # Where the index, the converted encoders and what a command writes lie.
    VAR_DIR = Setting[Path](lambda: Path(getattr(settings, "BASE_DIR", Path.cwd()), "var"))
    # The labelled photographs that the lab's commands read.
    DATA_DIR = Setting[Path | None](lambda: None)

    # One of `recommender.encoder.NAMES`.
    ENCODER = Setting[str](lambda: "fashion")
    # A file with the weights of "imagenet"; without one Keras downloads them.
    ENCODER_WEIGHTS = Setting[Path | None](lambda: None)
    # "avg", "max" or "gem"; empty: the pooling that the encoder's weights were trained with.
    POOLING = Setting[str](lambda: "")
    ENCODER_CACHE_DIR = Setting[Path](lambda: conf.VAR_DIR / "encoders")
    # Of each process that encodes. More than four gain little and crowd out the others.
    ENCODER_THREADS = Setting[int](lambda: min(4, os.process_cpu_count() or 1))
    # The largest file that is taken for a picture.
    MAX_UPLOAD_BYTES = Setting[int](lambda: 25 * 1024**2)
    # How long a worker may take over a batch before another one takes its photographs up.
    EMBEDDING_LEASE_S = Setting[int](lambda: 60)
    # The dotted name of a function without arguments that tracks every item of the project anew,
    # for `manage.py embed`; None where there is none.
    TRACK_EVERYTHING = Setting[str | None](lambda: None)

    # Where neighbours are found: in each process's "memory", or by "mongodb".
    INDEX = Setting[str](lambda: "memory")
    INDEX_DIR = Setting[Path](lambda: conf.VAR_DIR / "index")
    # FAISS's description of the graph for large catalogues and of what their vectors are kept in;
    # empty: one that suits the length of the encoder's vectors. Below how many a scan serves.
    INDEX_FACTORY = Setting[str](lambda: "")
    INDEX_SCAN_BELOW = Setting[int](lambda: 2000)
    # From 0, the nearest however alike among themselves, to 1, as different as can be.
    DIVERSITY = Setting[float](lambda: 0.15)


conf: Conf = Conf()
