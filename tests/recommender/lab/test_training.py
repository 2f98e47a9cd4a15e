"""The schedule, and what happens around the steps of a run: stop, go on, stall."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.lab.datasets import Splits
from tests.recommender.lab.conftest import SIZE, plan

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@given(
    steps=st.integers(1, 3000),
    epoch=st.integers(1, 300),
    warmup=st.floats(0, 3),
    decay=st.floats(0, 9),
)
def test_the_rate_rises_stays_and_falls_to_nothing(
    keras: ModuleType, steps: int, epoch: int, warmup: float, decay: float
):
    schedule = plan(peak=0.1, warmup_epochs=warmup, decay_epochs=decay)
    rates = [schedule.learning_rate(step, steps, epoch) for step in range(steps + 1)]
    assert all(0 <= rate <= 0.1 + 1e-12 for rate in rates)
    assert rates[-1] == 0
    risen = round(warmup * epoch) + 1
    falling = max(0, steps - round(decay * epoch) - 1)
    assert all(rate == pytest.approx(0.1) for rate in rates[risen:falling])
    if falling > risen:
        assert rates[falling:] == sorted(rates[falling:], reverse=True)


def test_a_step_belongs_to_its_stage_and_its_epoch(keras: ModuleType):
    from recommender.lab.training import Plan, Stage

    small, large = Stage((32, 32), 1.5), Stage((64, 48), 2)
    both = Plan(stages=(small, large))
    assert both.steps(10) == 35
    ends = [both.epoch_at(step, 10) for step in (0, 9, 10, 14, 15, 24, 25, 34)]
    assert ends == [
        (small, 10), (small, 10), (small, 15), (small, 15),
        (large, 25), (large, 25), (large, 35), (large, 35),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="ends before step 35"):
        both.epoch_at(35, 10)


@pytest.fixture(scope="module")
def small(keras: ModuleType) -> Iterator[None]:
    """A backbone of two layers: what runs around it is the same, and starts sooner."""
    from recommender.lab import training

    def backbone() -> Any:
        pictures = keras.Input((None, None, 3))
        maps = keras.layers.Rescaling(1 / 127.5, -1.0)(pictures)
        maps = keras.layers.Conv2D(32, 5, 4, activation="relu")(maps)
        maps = training.FusedBatchNormalization()(maps)
        maps = keras.layers.Conv2D(64, 3, 2, activation="relu")(maps)
        return keras.Model(pictures, maps)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "trainable_backbone", backbone)
        yield


@pytest.fixture(scope="module")
def trained(small: None, splits: Splits, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """(model, progress, folder, lines) of an unbroken run."""
    from recommender.lab import training

    folder, said = tmp_path_factory.mktemp("run"), []
    model, progress = training.train(splits, plan(), folder, said.append)
    return model, progress, folder, said


def test_a_run_learns(trained: Any):
    _, progress, _, said = trained
    losses = [epoch["loss"] for epoch in progress.history]
    assert [epoch["step"] for epoch in progress.history] == [4, 8]
    assert losses[-1] < losses[0]
    assert all(0 <= progress.history[-1][name] <= 1 for name in ("articleType", "garment", "mean"))
    assert any("step 8/8" in line for line in said)


def test_a_stopped_run_goes_on_where_it_was(trained: Any, splits: Splits, tmp_path: Path):
    """Another process, half way: the weights are those of the unbroken run but for rounding."""
    from recommender.lab import training

    model, progress, _, _ = trained

    class Stopped(Exception):
        pass

    def stop(line: str) -> None:
        if line.startswith("step 4/8"):
            raise Stopped

    with pytest.raises(Stopped):
        training.train(splits, plan(), tmp_path, stop)
    resumed, continued = training.train(splits, plan(), tmp_path, lambda line: None)
    assert continued.step == progress.step == 8
    photographs = splits.validation
    expected, found = (training.embed(m, photographs, SIZE) for m in (model, resumed))
    assert np.sum(expected * found, axis=1).min() > 0.98


def test_a_checkpoint_is_whole_and_the_only_one(trained: Any):
    _, progress, folder, _ = trained
    state = json.loads((folder / "progress.json").read_text())
    assert [file.name for file in folder.glob("*.weights.h5")] == [state["weights"]]
    assert state["step"] == progress.step
    assert not list(folder.glob("*partial*"))


def test_a_finished_run_is_not_trained_again(trained: Any, splits: Splits):
    from recommender.lab import training

    _, progress, folder, _ = trained
    _, again = training.train(splits, plan(), folder, lambda line: None)
    assert again.history == progress.history


def test_other_labels_need_another_folder(trained: Any, splits: Splits):
    from recommender.lab import training

    train = dataclasses.replace(
        splits.train, classes=splits.train.classes | {"gender": ["Men", "Women", "Unisex"]}
    )
    other = dataclasses.replace(splits, train=train)
    with pytest.raises(FileExistsError, match="choose another --run folder"):
        training.train(other, plan(), trained[2], lambda line: None)


def test_where_validation_stalls_the_decay_begins_at_once(
    small: None, splits: Splits, tmp_path: Path
):
    """A rate of nothing learns nothing, so the first epoch without a better figure stalls."""
    from recommender.lab import training

    said: list[str] = []
    idle = plan(20, peak=0.0, patience=1)
    _, progress = training.train(splits, idle, tmp_path, said.append)
    assert "No better for a while: the rest of the stable part is left out." in said
    steps = [epoch["step"] for epoch in progress.history]
    assert steps[-2:] == [8, 80]
    assert progress.step == 80
