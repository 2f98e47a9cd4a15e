"""Fixtures of the lab's tests: a small folder of labelled photographs, and a real short training.

Keras is imported inside: it takes seconds, and most of these tests do without.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from recommender.conf import conf
from recommender.lab.datasets import Splits, read_splits, subset
from recommender.lab.fashion_mnist import data as fashion_mnist
from tests.recommender.lab import idx_files
from tests.recommender.lab.labelled import PRODUCTS, REFERENCE, SIZE, product, write_data

if TYPE_CHECKING:
    from recommender.lab.training import Plan, Progress


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `--data` names: 240 products, 60 phone photographs, 24 reference products."""
    rows = [product(number) for number in range(PRODUCTS)]
    return write_data(tmp_path_factory.mktemp("data"), rows, reference=rows[:REFERENCE])


@pytest.fixture(scope="session")
def whole(data: Path) -> Splits:
    return read_splits(data)


def some(whole: Splits, studio: int, phones: int) -> Splits:
    """So many photographs to train on."""
    train = whole.train
    keep = np.zeros(len(train), bool)
    keep[np.flatnonzero(train.studio)[:studio]] = True
    keep[np.flatnonzero(~train.studio)[:phones]] = True
    assert keep.sum() == studio + phones
    return Splits(subset(train, keep), whole.validation, whole.test)


@pytest.fixture(scope="session")
def splits(whole: Splits) -> Splits:
    """A few of each kind to train on: an epoch of four steps."""
    return some(whole, studio=40, phones=24)


@pytest.fixture(scope="session")
def many(whole: Splits) -> Splits:
    """An epoch of twelve steps."""
    return some(whole, studio=156, phones=36)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Fashion-MNIST: the published files where they are there, else drawn ones of their form."""
    published = conf.DATA_DIR and conf.DATA_DIR / "fashion-mnist"
    if published and not fashion_mnist.missing(published):
        yield published
        return
    folder = tmp_path_factory.mktemp("drawn") / "fashion-mnist"
    idx_files.write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fashion_mnist, "CHECKSUMS", idx_files.checksums(folder))
        yield folder


@pytest.fixture(scope="session")
def keras() -> Iterator[ModuleType]:
    """Keras on TensorFlow, whose own warnings are not this project's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras

        yield keras


@pytest.fixture(scope="session", autouse=True)
def little_nonsense(keras: ModuleType) -> Iterator[None]:
    """Hundreds of pictures without clothes take longer to look at than all the others here."""
    from recommender.lab import calibration, evaluation

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "NONSENSE", 40)
        patch.setattr(evaluation, "NONSENSE", 60)
        yield


@pytest.fixture(scope="session")
def training(keras: ModuleType) -> ModuleType:
    from recommender.lab import training

    return training


@pytest.fixture(scope="session")
def plan(training: ModuleType) -> Callable[..., Plan]:
    """Makes a training plan of few steps: two stages of `epochs` each, if not told otherwise."""

    def make(epochs: float = 1, **changes: Any) -> Plan:
        defaults = {"batch": 16, "peak": 0.05, "warmup_epochs": 0.5, "decay_epochs": 1.0}
        stages = (training.Stage(SIZE, epochs, 0.3), training.Stage(SIZE, epochs, 0.1))
        return training.Plan(**{"stages": stages, **defaults, **changes})

    return make


@dataclass(frozen=True)
class Trained:
    """An unbroken run, and its folder as a kill shortly after step 20 would have left it."""

    model: Any
    progress: Progress
    plan: Plan
    folder: Path
    killed: Path


@pytest.fixture(scope="session")
def trained(
    training: ModuleType,
    plan: Callable[..., Plan],
    many: Splits,
    tmp_path_factory: pytest.TempPathFactory,
) -> Trained:
    """A real ResNet50 after 24 steps, two epochs."""
    folder = tmp_path_factory.mktemp("trained")
    killed = tmp_path_factory.mktemp("killed") / "run"

    def keep_a_copy(line: str) -> None:
        if line.startswith("step 20/24 loss"):
            shutil.copytree(folder, killed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "CHECKPOINT_STEPS", 10)
        model, progress = training.train(many, plan(), folder, keep_a_copy)
    return Trained(model, progress, plan(), folder, killed)


@pytest.fixture(scope="session")
def weights_file(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from recommender.lab.export import export

    file = tmp_path_factory.mktemp("weights") / "fashion.npz"
    export(trained.model, file, size=SIZE)
    return file


@pytest.fixture
def served(weights_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short training's weights in place of those in the box."""
    from recommender.encoder import source

    monkeypatch.setattr(source, "FASHION_FILE", weights_file)
