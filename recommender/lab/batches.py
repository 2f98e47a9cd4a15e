"""Batches for training: two altered views of each drawn photograph, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

import keras
import numpy as np
from PIL import Image

from recommender.encoder import resnet50
from recommender.encoder.preprocessing import pixels
from recommender.encoder.runtime import Views
from recommender.encoder.weights import Tower

from . import sent
from .augment import PHONE, STUDIO, alter
from .datasets import MISSING, Examples
from .kinds import candidates

VIEWS = 2
# Pictures that go through a network together where nothing is trained.
SEEN_AT_ONCE = 32
# Phone photographs are a twelfth of the data and the harder half of the task.
PHONE_SHARE = 0.25
# Draw an article type as often as (its number of products) ** (1 - BALANCE).
BALANCE = 0.3
SENT = sorted(sent.TAUGHT)


class TrainingBatches(keras.utils.PyDataset):
    """Random batches of ``batch`` views from ``examples`` at ``size`` (height, width).

    Batch n of a seed is always the same, so a resumed run sees what an unbroken one would. Of the
    views the share ``sent`` is as people send pictures, the others are moved and relit.
    """

    def __init__(
        self,
        examples: Examples,
        *,
        size: tuple[int, int],
        batch: int,
        steps: int,
        first_step: int = 0,
        seed: int = 0,
        strength: float = 1.0,
        sent: float = 0.0,
    ) -> None:
        super().__init__(workers=2, use_multiprocessing=False, max_queue_size=8)
        self.examples, self.size, self.batch, self.steps = examples, size, batch, steps
        self.first_step, self.seed, self.sent_share = first_step, seed, sent
        self.studio, self.phone = STUDIO.times(strength), PHONE.times(strength)
        self.cumulative = np.cumsum(sampling_weights(examples))
        self.candidates = candidates(examples)
        phones = np.flatnonzero(~examples.studio)
        self.backdrops = [examples.pictures[n] for n in phones]

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        rng = np.random.default_rng((self.seed, self.first_step + step))
        drawn = np.searchsorted(self.cumulative, rng.random(self.batch // VIEWS))
        rows = np.repeat(drawn, VIEWS)
        pictures = np.stack([self._view(int(row), rng) for row in rows])
        return pictures, targets(self.candidates, rows)

    def _view(self, row: int, rng: np.random.Generator) -> np.ndarray:
        picture = self.examples.pictures[row]
        if rng.random() < self.sent_share:
            return self._sent(picture, rng)
        strength = self.studio if self.examples.studio[row] else self.phone
        return alter(picture, self.size, rng, strength, self.backdrops)

    def _sent(self, picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        name = SENT[rng.integers(len(SENT))]
        image = sent.send(name, Image.fromarray(picture), str(rng.integers(2**32)))
        return pixels(image, served_tower(self.size))


def targets(candidates: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """What ``rows`` may be by head; the embedding's target is which photograph it is."""
    found = {attribute: of[rows].astype(np.float32) for attribute, of in candidates.items()}
    return found | {"embedding": rows.astype(np.int32)}


def sampling_weights(examples: Examples) -> np.ndarray:
    """The chance of each photograph to be drawn, float64 (n,), summing to one."""
    weights = np.zeros(len(examples))
    for studio, attribute in ((True, "articleType"), (False, "garment")):
        here = examples.studio == studio
        labels = examples.labels.get(attribute, np.full(len(examples), MISSING))
        counts = np.bincount(
            labels[here & (labels != MISSING)], minlength=labels.max(initial=0) + 1
        )
        balanced = np.where(labels == MISSING, 1.0, counts[labels].clip(1) ** -BALANCE) * here
        share = 1 - PHONE_SHARE if studio else PHONE_SHARE
        if balanced.sum() > 0:
            weights += share * balanced / balanced.sum()
    return weights / weights.sum()


def framed(pictures: Sequence[np.ndarray], tower: Tower, threads: int = 2) -> np.ndarray:
    """Unaltered pictures as a tower sees them: uint8 (n, height, width, 3)."""
    with ThreadPoolExecutor(threads) as pool:
        return np.stack(list(pool.map(lambda p: pixels(Image.fromarray(p), tower), pictures)))


def framed_for(pictures: Iterable[np.ndarray], towers: Sequence[Tower]) -> Iterator[Views]:
    """Unaltered pictures as an encoder's network takes them, ``SEEN_AT_ONCE`` at a time."""
    for some in batched(pictures, SEEN_AT_ONCE, strict=False):
        yield [framed(some, tower) for tower in towers]


def served_tower(size: tuple[int, int]) -> Tower:
    """How the shop will show photographs to a ResNet50 that is trained here."""
    return Tower(resnet50.NAME, size, pooling="avg", fit="pad", resample="bicubic")


def steps_per_epoch(examples: Examples, batch: int) -> int:
    """An epoch shows as many views as there are photographs."""
    return math.ceil(len(examples) / batch)
