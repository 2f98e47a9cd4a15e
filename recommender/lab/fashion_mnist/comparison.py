"""Both networks from every seed: trained, looked at once on the test set, kept as files."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from .data import Parts, Pictures
from .networks import NETWORKS, Network
from .training import Budget, Done, answers, train

Following = Callable[[str, int], Done]
# So many pictures are timed.
TIMED = 1000


@dataclass(frozen=True)
class Facts:
    """What is known of a trained network, beside what it answers.

    ``minutes`` and ``images_per_s`` are by the processor's time, divided among its cores: what it
    would take a machine that does nothing else, however busy this one was. ``mirrored`` says
    whether the mean of a picture and its mirror image did better on the validation part.
    """

    network: str
    seed: int
    parameters: int
    minutes: float
    images_per_s: float
    mirrored: bool
    validation_accuracy: float
    history: list[dict[str, float]]


@dataclass(frozen=True)
class Result:
    """A trained network's facts and its answers to the test pictures.

    ``logits``: float32 (n, classes); ``vectors``: float32 (n, d), rows of length 1.
    """

    facts: Facts
    logits: np.ndarray
    vectors: np.ndarray

    @property
    def answers(self) -> np.ndarray:
        """The class that each picture is taken for, int (n,)."""
        return self.logits.argmax(axis=1)


def compare(
    parts: Parts,
    budget: Budget,
    seeds: Sequence[int],
    folder: Path,
    following: Following,
) -> list[Result]:
    """Train or go on with both networks from each seed, below ``folder``.

    ``following`` is told what begins and of how many steps, and gives what counts them.
    Raises ``FileExistsError`` where the folder holds another recipe's runs.
    """
    return [
        result(network, parts, budget, seed, folder / f"seed-{seed}" / network.name, following)
        for seed in seeds
        for network in NETWORKS.values()
    ]


def result(
    network: Network,
    parts: Parts,
    budget: Budget,
    seed: int,
    folder: Path,
    following: Following,
) -> Result:
    """What a network of one seed comes to: read where it was measured, else trained first."""
    done = following(f"{network.title}, seed {seed}", budget.steps(len(parts.train)))
    model, progress = train(network, parts, budget, seed, folder, done)
    if (folder / "facts.json").is_file():
        return _read(folder)
    mirrored, accuracy = _choose(model, parts.validation)
    measured = Facts(
        network.name,
        seed,
        model.count_params(),
        progress.processor_s / _cores() / 60,
        _images_per_s(model, parts.validation),
        mirrored,
        accuracy,
        progress.history,
    )
    return _write(Result(measured, *asked(model, parts.test, mirrored)), folder)


def asked(model: keras.Model, pictures: Pictures, mirrored: bool) -> tuple[np.ndarray, np.ndarray]:
    """Logits and unit vectors; with ``mirrored`` the mean with those of the mirror images."""
    logits, vectors = answers(model, pictures)
    if mirrored:
        other_logits, other_vectors = answers(model, pictures, mirrored=True)
        logits, vectors = (logits + other_logits) / 2, vectors + other_vectors
    return logits, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _choose(model: keras.Model, validation: Pictures) -> tuple[bool, float]:
    """Whether to look at mirror images too, and the accuracy that this gives."""
    plain, both = (
        float((asked(model, validation, mirrored)[0].argmax(axis=1) == validation.labels).mean())
        for mirrored in (False, True)
    )
    return both > plain, max(plain, both)


def _images_per_s(model: keras.Model, pictures: Pictures) -> float:
    some = pictures.some(np.arange(min(TIMED, len(pictures))))
    answers(model, some)
    started = time.process_time()
    answers(model, some)
    return len(some) / (time.process_time() - started) * _cores()


def _cores() -> int:
    return os.process_cpu_count() or 1


def _write(found: Result, folder: Path) -> Result:
    np.savez(folder / "answers.npz", logits=found.logits, vectors=found.vectors)
    partial = folder / "facts.partial"
    partial.write_text(json.dumps(asdict(found.facts), indent=1))
    partial.replace(folder / "facts.json")
    return found


def _read(folder: Path) -> Result:
    facts = Facts(**json.loads((folder / "facts.json").read_text()))
    with np.load(folder / "answers.npz") as kept:
        return Result(facts, kept["logits"], kept["vectors"])
