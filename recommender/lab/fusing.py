"""One encoder of two towers: a head that learns from what both see; neither is trained here.

The ResNet50 is the one that `training` made, the EfficientNet-Lite2 the one that `tuning` did. A
photograph is seen unaltered and as others might send it, once each: so features are computed once,
and the head is learnt in minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from recommender.encoder import efficientnet_lite, weights
from recommender.encoder.heads import Beside, Dense, Head
from recommender.encoder.source import FASHION, FASHION_RESNET50
from recommender.encoder.weights import Spec, Tower, Weights

from . import sent
from .augment import PHONE, STUDIO, alter
from .batches import VIEWS, sampling_weights, targets
from .calibration import calibrate
from .datasets import Examples, Splits
from .export import SERVED, classifiers
from .features import Features
from .kinds import candidates
from .localising import fit_localiser
from .objectives import DIMENSION, CosineHead, loss_weights, losses

LITE = Tower(
    efficientnet_lite.NAME, (192, 144), normalisation="centred", fit="pad", resample="bicubic"
)
HIDDEN = 1024
DROPOUT = 0.3
BATCH, EPOCHS = 512, 20
PEAK, WEIGHT_DECAY = 2e-3, 1e-3
# What agreeing in an attribute counts; a ResNet50 alone needs more to tell whom a thing is for.
SERVED_BY_TWO = SERVED | {
    "articleType": 0.6,
    "baseColour": 0.5,
    "subCategory": 0.3,
    "gender": 1.1,
    "garment": 0.6,
}
# How many numbers stand beside the learned ones at most, and what they count on plain white.
BESIDE, WHITE = 256, 0.1
# Of the studio photographs, the share that tells them apart from the others.
EVERY = 8
# The deviation of a channel that says nothing.
SILENT = 1e-6


def fuse(
    file: Path, lite: Path, splits: Splits, run: Path, report: Callable[[str], None] = print
) -> Path:
    """Write the encoder in ``file`` and the one of two towers into ``run``; return that file.

    The second tower is the last one of ``fashion`` in ``lite``. What the towers see is kept in
    ``run``, so that a run that was stopped goes on.
    """
    alone = weights.load(file, FASHION_RESNET50)
    second = weights.load(lite, FASHION).towers[-1]
    towers = Weights((*alone.towers, second), Spec(FASHION, (*alone.spec.towers, LITE)))
    features = Features(towers, run / "features", report)
    head = learn(features, splits.train, report)
    made = run / "fashion.npz"
    weights.save(made, alone, towers._replace(head=head))
    for encoder in (FASHION_RESNET50, FASHION):
        calibrate(made, encoder, splits.validation)
    fit_localiser(made, FASHION, splits.train)
    return made


def learn(features: Features, examples: Examples, report: Callable[[str], None]) -> Head:
    """The head for what the towers see of the examples."""
    seen = look(features, examples)
    lite = np.asarray(seen[0][:, -efficientnet_lite.CHANNELS :], np.float32)
    return learn_layers(seen, examples, report)._replace(beside=beside_of(lite, examples.studio))


def look(features: Features, examples: Examples) -> list[np.ndarray]:
    """What the towers see of each example unaltered, then altered: float16 (n, channels) each."""
    return [
        features.of("plain", len(examples), lambda row: examples.pictures[row]),
        features.of("altered", len(examples), Altered(examples)),
    ]


def learn_layers(
    seen: list[np.ndarray],
    examples: Examples,
    report: Callable[[str], None],
    epochs: int = EPOCHS,
) -> Head:
    """The layers and classifiers of a head, with nothing beside them."""
    mean, deviation = _moments(seen[0])
    model = trainable_head(len(mean), examples.classes)
    batches = Batches(examples, seen, mean, deviation)
    rate = keras.optimizers.schedules.CosineDecay(PEAK, epochs * len(batches))
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY),
        losses(examples.classes),
        loss_weights=loss_weights(examples.classes),
    )
    for epoch in range(epochs):
        logs = model.fit(batches, shuffle=False, verbose=0).history
        report(f"epoch {epoch + 1}/{epochs} loss {logs['loss'][0]:.3f}")
    first = _on_raw_features(_dense(model, "hidden"), mean, deviation)
    return Head((first, _dense(model, "learned")), classifiers(model, SERVED_BY_TWO))


class Altered:
    """The second view of each photograph: moved and relit, or as people send it.

    Called with the photograph's row it gives uint8 (height, width, 3), the same at every call.
    """

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        self._backdrops = [examples.pictures[row] for row in np.flatnonzero(~examples.studio)]
        self._sent = sorted(sent.TAUGHT)

    def __call__(self, row: int) -> np.ndarray:
        picture = self._examples.pictures[row]
        if row % 2:
            name = self._sent[row // 2 % len(self._sent)]
            key = self._examples.ids[row]
            return np.asarray(sent.send(name, Image.fromarray(picture), key))
        strength = STUDIO if self._examples.studio[row] else PHONE
        rng = np.random.default_rng(row)
        return alter(picture, LITE.size, rng, strength, self._backdrops)


def trainable_head(channels: int, classes: dict[str, list[str]]) -> keras.Model:
    """From standardised features (n, channels) to the outputs of ``objectives.losses``."""
    features = keras.Input((channels,))
    node = keras.layers.Dropout(DROPOUT)(features)
    node = keras.layers.Dense(HIDDEN, activation="gelu", name="hidden")(node)
    node = keras.layers.Dense(DIMENSION, name="learned")(node)
    unit = keras.layers.UnitNormalization(name="embedding")(node)
    outputs = {a: CosineHead(len(names), name=a)(unit) for a, names in classes.items()}
    return keras.Model(features, outputs | {"embedding": unit})


class Batches(keras.utils.PyDataset):
    """Two views of each of some random photographs, chosen as for the training of a tower.

    ``seen`` has the features of each view, (n, channels). Every epoch draws anew.
    """

    def __init__(
        self, examples: Examples, seen: list[np.ndarray], mean: np.ndarray, deviation: np.ndarray
    ) -> None:
        super().__init__()
        self._examples, self._seen = examples, seen
        self._mean, self._deviation = mean, deviation
        self._cumulative = np.cumsum(sampling_weights(examples))
        self._candidates = candidates(examples)
        self._rng = np.random.default_rng(0)

    def __len__(self) -> int:
        return math.ceil(len(self._examples) / BATCH)

    def __getitem__(self, step: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        drawn = np.searchsorted(self._cumulative, self._rng.random(BATCH // VIEWS))
        rows = np.repeat(drawn, VIEWS)
        looks = self._rng.integers(len(self._seen), size=BATCH)
        features = np.stack([self._seen[look][row] for look, row in zip(looks, rows, strict=True)])
        return (features - self._mean) / self._deviation, targets(self._candidates, rows)


def beside_of(features: np.ndarray, studio: np.ndarray) -> Beside:
    """What stands beside the learned numbers, of the last tower's features, float32 (n, channels).

    The mean of the studio photographs counts as much as that of the others, which are fewer.
    """
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    mean = (unit[studio].mean(axis=0) + unit[~studio].mean(axis=0)) / 2
    few = np.concatenate([np.flatnonzero(~studio), np.flatnonzero(studio)[::EVERY]])
    most = min(BESIDE, len(few))
    components = PCA(most, random_state=0).fit(unit[few] - mean).components_.T
    regression = LogisticRegression(C=100, max_iter=1000).fit(unit[few], ~studio[few])
    return Beside(
        Dense(*(np.asarray(part, np.float32) for part in (components, -mean @ components))),
        Dense(
            *(np.asarray(part, np.float32) for part in (regression.coef_.T, regression.intercept_))
        ),
        WHITE,
    )


def _moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of each channel, float32; the deviation is never zero."""
    exact = np.asarray(features, np.float32)
    return exact.mean(axis=0), exact.std(axis=0) + SILENT


def _dense(model: keras.Model, name: str) -> Dense:
    layer = model.get_layer(name)
    return Dense(np.asarray(layer.kernel), np.asarray(layer.bias))


def _on_raw_features(layer: Dense, mean: np.ndarray, deviation: np.ndarray) -> Dense:
    """The same layer for features that are not standardised."""
    matrix = layer.matrix / deviation[:, np.newaxis]
    return Dense(matrix, layer.bias - mean @ matrix)
