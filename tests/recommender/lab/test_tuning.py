"""A short training of EfficientNet-Lite2's last blocks: what learns, and what is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from recommender.encoder import efficientnet_lite, weights
from recommender.encoder.source import FASHION
from recommender.lab.datasets import Splits

if TYPE_CHECKING:
    from recommender.lab.training import Plan

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def tuning(keras: ModuleType) -> ModuleType:
    from recommender.lab import tuning

    return tuning


@pytest.fixture(scope="module")
def imagenet() -> weights.Arrays:
    from recommender.lab import imagenet

    return imagenet.efficientnet_lite2()


@pytest.fixture(scope="module")
def short(plan: Callable[..., Plan]) -> Plan:
    """An epoch of four steps, half of its views as people send pictures."""
    whole = plan(peak=1e-3)
    return replace(whole, stages=(replace(whole.stages[0], sent=0.5),))


@pytest.fixture(scope="module")
def tuned(
    tuning: ModuleType, short: Plan, splits: Splits, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    file: Path = tuning.run(splits, short, tmp_path_factory.mktemp("tuned"), lambda line: None)
    return file


def learns(tuning: ModuleType, name: str) -> bool:
    last = [f"{block.name}_" for block in efficientnet_lite.BLOCKS[-tuning.LEARNING :]]
    return name.endswith("/kernel") and name.startswith((*last, "head_"))


def test_the_last_blocks_learn_and_nothing_else_changes(
    tuning: ModuleType, tuned: Path, imagenet: weights.Arrays
):
    (tower,) = weights.load(tuned, FASHION).towers
    before = weights.dequantise(weights.quantise(imagenet))
    assert tower.keys() == before.keys()
    changed = {name for name in before if not np.array_equal(tower[name], before[name])}
    assert changed == {name for name in before if learns(tuning, name)}
    # The six blocks have three convolutions each.
    assert len(changed) == 3 * tuning.LEARNING + 1


def test_a_finished_run_is_not_trained_again(
    tuning: ModuleType, short: Plan, splits: Splits, tuned: Path
):
    before, said = weights.load(tuned, FASHION).towers[0], list[str]()
    again = tuning.run(splits, short, tuned.parent, said.append)
    assert said == []
    after = weights.load(again, FASHION).towers[0]
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array)


def test_a_training_begins_with_nothing_to_be_held_against(
    tuning: ModuleType, short: Plan, splits: Splits, imagenet: weights.Arrays
):
    model = tuning.compiled(splits.train.classes, short, imagenet)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 48, 3)).astype(np.float32)
    model(pictures, training=True)
    assert [float(loss) for loss in model.losses] == [pytest.approx(0, abs=1e-5)]


def test_what_strays_is_held_by_the_angle_of_the_means(tuning: ModuleType):
    draw = np.random.default_rng(0)
    maps = draw.normal(size=(3, 4, 5, 6)).astype(np.float32)
    # Twice as far in the same direction on the mean, opposite, and at a right angle.
    mean = maps.mean(axis=(1, 2), keepdims=True)
    aside = np.roll(mean, 1, axis=-1) * np.array([1, -1] * 3, np.float32)
    aside -= (aside * mean).sum(-1, keepdims=True) / (mean**2).sum(-1, keepdims=True) * mean
    for other, expected in ((2 * mean + 0 * maps, 0), (-maps, 2), (aside + 0 * maps, 1)):
        layer = tuning.Keeping(0.5)
        passed = layer([maps, other])
        np.testing.assert_array_equal(passed, maps)
        assert float(layer.losses[0]) == pytest.approx(0.5 * expected, abs=1e-5)
