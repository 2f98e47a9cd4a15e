"""Fixtures of the encoder's tests: the light untrained network, pictures, Keras."""

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recommender.encoder import Encoder, architecture, load_encoder, weights
from recommender.encoder.weights import Weights

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def untrained() -> Encoder:
    """The untrained encoder, loaded once."""
    return load_encoder("untrained")


@pytest.fixture(scope="session")
def pictures() -> list[Image.Image]:
    """Eleven garments of a sort: a batch and a remainder, all different."""
    return [_garment(seed) for seed in range(11)]


def _garment(seed: int) -> Image.Image:
    draw = np.random.default_rng(seed)
    picture = Image.new("RGB", (90 + 7 * seed, 120), (240, 240, 240))
    pen = ImageDraw.Draw(picture)
    left, top = (int(number) for number in draw.integers(5, 30, 2))
    colours = [tuple(int(part) for part in draw.integers(0, 255, 3)) for _ in range(2)]
    pen.rectangle((left, top, 80, 110), fill=colours[0])
    for stripe in range(top, 110, int(draw.integers(8, 30))):
        pen.line((left, stripe, 80, stripe), fill=colours[1], width=4)
    return picture


@pytest.fixture(scope="session")
def keras() -> Iterator[ModuleType]:
    """Keras on TensorFlow, whose own warnings are not this project's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras

        yield keras


@pytest.fixture(scope="session")
def in_keras(keras: ModuleType) -> Callable[[Weights], Any]:
    """Makes the `keras.Model` [vectors, feature maps] of some weights: what a graph must equal."""

    def build(loaded: Weights) -> Any:
        backbones = [architecture.backbone(tower) for tower in loaded.spec.towers]
        for backbone, arrays in zip(backbones, loaded.towers, strict=True):
            weights.assign(backbone, arrays)
        return architecture.encoder(backbones, loaded.spec, loaded.head)

    return build


@pytest.fixture
def python() -> Callable[[str], str]:
    """Runs a script in a process of its own, with Django's settings; the value is its output."""

    def run(script: str) -> str:
        command = [sys.executable, "-c", f"import django; django.setup()\n{script}"]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
