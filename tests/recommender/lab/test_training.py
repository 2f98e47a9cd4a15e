"""The schedule, a real training stopped and gone on with, and what happens around the steps."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.lab.augment import STUDIO
from recommender.lab.datasets import ATTRIBUTES, Splits, subset
from recommender.lab.retrieval import mean_precision, neighbours
from tests.recommender.lab.labelled import SIZE

if TYPE_CHECKING:
    from recommender.lab.training import Plan, Progress
    from tests.recommender.lab.conftest import Trained

    Plans = Callable[..., Plan]

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PEAK = 0.1
EPOCH = st.integers(1, 300)
EPOCHS = st.floats(0, 9)
CLASSES = {"gender": ["Men", "Women"]}


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def silent(line: str) -> None:
    """Hear a report and say nothing."""


# ----------------------------------------------------------------------------- schedule


@given(st.integers(1, 2000), EPOCH, EPOCHS, EPOCHS)
def test_the_rate_rises_stays_and_falls_to_nothing(
    plan: Plans, steps: int, epoch: int, warmup: float, decay: float
):
    schedule = plan(peak=PEAK, warmup_epochs=warmup, decay_epochs=decay)
    rates = [schedule.learning_rate(step, steps, epoch) for step in range(steps + 1)]
    risen, falling = warmup * epoch, steps - decay * epoch
    assert all(0 <= rate <= PEAK * 1.0001 for rate in rates)
    assert rates[-1] == 0
    for step, (rate, following) in enumerate(itertools.pairwise(rates)):
        assert rate > 0
        if risen <= step + 1 and step <= falling and step < steps - 1:
            assert rate == pytest.approx(PEAK)
        if step + 1 <= falling and step < steps - 1:
            assert following >= rate * 0.999999
        if step + 1 >= risen and step >= falling:
            assert following <= rate * 1.000001


@given(st.integers(1, 500), EPOCH)
def test_the_warm_up_is_a_straight_line(plan: Plans, epochs: int, epoch: int):
    schedule = plan(peak=PEAK, warmup_epochs=2, decay_epochs=0)
    steps = (epochs + 3) * epoch
    for step in range(2 * epoch):
        expected = PEAK * (step + 1) / (2 * epoch)
        assert schedule.learning_rate(step, steps, epoch) == pytest.approx(expected)


@given(st.integers(4, 300))
def test_the_decay_is_one_less_the_square_root(plan: Plans, epoch: int):
    schedule = plan(peak=PEAK, warmup_epochs=0, decay_epochs=4)
    steps = 10 * epoch
    for done, expected in ((0, 1), (0.25, 0.5), (0.5, 1 - 0.5**0.5), (1, 0)):
        step = 6 * epoch + round(4 * epoch * done)
        rate = schedule.learning_rate(step, steps, epoch)
        assert rate == pytest.approx(PEAK * expected, abs=1e-9)


@given(st.integers(5, 60), st.integers(0, 60), EPOCH)
def test_a_longer_plan_goes_on_from_the_stable_part(
    plan: Plans, epochs: int, more: int, epoch: int
):
    schedule = plan(peak=PEAK, decay_epochs=4)
    for step in range(0, (epochs - 4) * epoch, max(1, epoch // 3)):
        short, long = (
            schedule.learning_rate(step, (epochs + extra) * epoch, epoch) for extra in (0, more)
        )
        assert short == long


def test_a_step_belongs_to_its_stage_and_its_epoch(training: ModuleType):
    small, large = training.Stage((32, 32), 1.5), training.Stage((64, 48), 2)
    both = training.Plan(stages=(small, large))
    assert both.steps(10) == 35
    ends = [both.epoch_at(step, 10) for step in (0, 9, 10, 14, 15, 24, 25, 34)]
    assert ends == [
        (small, 10), (small, 10), (small, 15), (small, 15),
        (large, 25), (large, 25), (large, 35), (large, 35),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="ends before step 35"):
        both.epoch_at(35, 10)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=4), EPOCH)
def test_epochs_follow_each_other_to_the_end_of_the_plan(
    training: ModuleType, epochs: list[float], epoch: int
):
    schedule = training.Plan(tuple(training.Stage((32, 32), part) for part in epochs))
    step, taken = 0, dict.fromkeys(schedule.stages, 0)
    while step < schedule.steps(epoch):
        stage, stop = schedule.epoch_at(step, epoch)
        assert 0 < stop - step <= epoch
        # Wherever in an epoch a run goes on, it ends where that epoch ends.
        assert schedule.epoch_at(stop - 1, epoch) == (stage, stop)
        taken[stage] += stop - step
        step = stop
    assert step == schedule.steps(epoch)
    for stage, steps in taken.items():
        assert steps == round(stage.epochs * epoch) * schedule.stages.count(stage)


# ----------------------------------------------------------------------- a real ResNet50


def test_a_training_learns(trained: Trained):
    history = trained.progress.history
    assert [epoch["step"] for epoch in history] == [12, 24]
    assert {epoch["height"] for epoch in history} == {SIZE[0]}
    assert history[-1]["loss"] < 0.75 * history[0]["loss"]
    for epoch in history:
        assert all(0 <= epoch[name] <= 1 for name in (*ATTRIBUTES, "garment", "mean"))


def test_a_training_begins_with_branches_that_add_nothing(training: ModuleType):
    """And with kernels whose variance is that of He et al. 2015 by the outputs."""
    backbone = training.trainable_backbone()
    lasts = 0
    for layer in backbone.layers:
        if layer.name.endswith("_bn"):
            assert type(layer) is training.FusedBatchNormalization
            last = layer.name.endswith("_3_bn")
            lasts += last
            assert set(np.asarray(layer.gamma)) == ({0.0} if last else {1.0})
        elif layer.name.endswith("_conv"):
            height, width, _, outputs = layer.kernel.shape
            expected = (2 / (height * width * outputs)) ** 0.5
            assert np.asarray(layer.kernel).std() == pytest.approx(expected, rel=0.1)
    # ResNet50 has 3 + 4 + 6 + 3 blocks.
    assert lasts == 16


def test_a_killed_training_goes_on_as_if_it_had_not_been(
    training: ModuleType, trained: Trained, many: Splits, tmp_path: Path
):
    """From the middle of an epoch to the same weights: bit for bit where sums keep their order.

    The tolerance is for a machine that adds up in another order each time.
    """
    folder = shutil.copytree(trained.killed, tmp_path / "run")
    assert json.loads((folder / "progress.json").read_text())["step"] == 20
    said: list[str] = []
    model, progress = training.train(many, trained.plan, folder, said.append)

    assert [line.split()[1] for line in said] == ["24/24"]
    assert progress.step == 24
    steps = [epoch["step"] for epoch in trained.progress.history]
    assert [epoch["step"] for epoch in progress.history] == steps
    expected = {variable.path: np.asarray(variable) for variable in trained.model.variables}
    found = {variable.path: np.asarray(variable) for variable in model.variables}
    assert found.keys() == expected.keys()
    for name, array in found.items():
        change = np.linalg.norm(array - expected[name])
        assert change <= 1e-3 * np.linalg.norm(expected[name]) + 1e-6, name


def test_validation_is_what_a_search_among_the_held_out_finds(
    training: ModuleType, trained: Trained, many: Splits
):
    """The history's figures again, from the trained model's own vectors."""
    vectors = training.embed(trained.model, many.validation, SIZE)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    studio = subset(many.validation, many.validation.studio)
    found = neighbours(vectors[many.validation.studio], 5)
    expected = mean_precision(found, studio.labels, ATTRIBUTES, 5)
    phones = subset(many.train, ~many.train.studio)
    others = subset(many.validation, ~many.validation.studio)
    gallery = training.embed(trained.model, phones, SIZE)
    nearest = (vectors[~many.validation.studio] @ gallery.T).argmax(axis=1)
    agree = phones.labels["garment"][nearest] == others.labels["garment"]
    expected["garment"] = agree.mean()

    last = trained.progress.history[-1]
    for name, figure in expected.items():
        assert last[name] == pytest.approx(figure, abs=0.02), name
    assert last["mean"] == pytest.approx(np.mean([last[name] for name in expected]))


# ---------------------------------------------------------------- around the steps of a run


@pytest.fixture(scope="module")
def small(keras: ModuleType, training: ModuleType) -> Iterator[None]:
    """A backbone of two layers: what runs around it is the same, and starts sooner."""

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


@dataclasses.dataclass(frozen=True)
class Finished:
    """A small run that came to its end, what it said, and the batches that it saw."""

    model: Any
    progress: Progress
    folder: Path
    said: list[str]
    batches: list[Any]


@pytest.fixture(scope="module")
def finished(
    small: None,
    training: ModuleType,
    plan: Plans,
    splits: Splits,
    tmp_path_factory: pytest.TempPathFactory,
) -> Finished:
    said: list[str] = []
    batches: list[Any] = []

    class Kept(training.TrainingBatches):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            batches.append(self)

    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "TrainingBatches", Kept)
        model, progress = training.train(splits, plan(), folder, said.append)
    return Finished(model, progress, folder, said, batches)


def test_a_run_says_how_far_it_is(finished: Finished):
    assert finished.progress.step == 8
    assert [line.split(":")[0] for line in finished.said] == [
        f"step 4/8 at {SIZE}",
        f"step 8/8 at {SIZE}",
    ]


def test_every_stage_is_trained_as_the_plan_says(finished: Finished, plan: Plans, splits: Splits):
    stages = plan().stages
    assert stages[0].strength != stages[1].strength
    for number, (batches, stage) in enumerate(zip(finished.batches, stages, strict=True)):
        assert batches.examples is splits.train
        assert (batches.size, batches.batch, batches.seed) == (SIZE, 16, plan().seed)
        assert (batches.first_step, len(batches)) == (4 * number, 4)
        assert batches.studio == STUDIO.times(stage.strength)


def test_the_rate_of_the_plan_is_the_optimiser_s(finished: Finished, plan: Plans):
    expected = plan().learning_rate(7, 8, 4)
    assert float(finished.model.optimizer.learning_rate) == pytest.approx(expected)


def test_a_checkpoint_is_whole_and_the_only_one(finished: Finished):
    state = json.loads((finished.folder / "progress.json").read_text())
    assert [file.name for file in finished.folder.glob("*.weights.h5")] == [state["weights"]]
    assert (state["step"], state["history"]) == (8, finished.progress.history)
    assert not list(finished.folder.glob("*partial*"))


def test_a_run_keeps_its_plan(finished: Finished, plan: Plans):
    written = json.loads((finished.folder / "plan.json").read_text())
    assert written == json.loads(json.dumps(dataclasses.asdict(plan())))


def test_a_finished_run_is_not_trained_again(
    finished: Finished, training: ModuleType, plan: Plans, splits: Splits
):
    said: list[str] = []
    again, progress = training.train(splits, plan(), finished.folder, said.append)
    assert said == []
    assert progress == finished.progress
    for found, expected in zip(again.variables, finished.model.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_a_longer_plan_goes_on_with_a_finished_run(
    finished: Finished, training: ModuleType, plan: Plans, splits: Splits, tmp_path: Path
):
    folder = shutil.copytree(finished.folder, tmp_path / "run")
    _, further = training.train(splits, plan(1.5), folder, silent)
    assert further.history[:2] == finished.progress.history
    # A stage of one and a half epochs ends with half an epoch.
    assert [epoch["step"] for epoch in further.history] == [4, 8, 10, 12]


def test_other_labels_need_another_folder(
    finished: Finished, training: ModuleType, plan: Plans, splits: Splits
):
    before = {file: file.read_bytes() for file in finished.folder.iterdir()}
    classes = splits.train.classes | {"gender": ["Men", "Unisex", "Women"]}
    train = dataclasses.replace(splits.train, classes=classes)
    with pytest.raises(FileExistsError, match="a run of other classes; choose another folder"):
        training.train(dataclasses.replace(splits, train=train), plan(), finished.folder, silent)
    assert {file: file.read_bytes() for file in finished.folder.iterdir()} == before


def test_weight_decay_pulls_at_kernels_and_centres_only(
    small: None, training: ModuleType, plan: Plans
):
    """A step without any gradient shows what it pulls at."""
    model = training.compiled(CLASSES, plan())
    before = [np.asarray(variable) for variable in model.trainable_variables]
    nothing = [np.zeros(array.shape, np.float32) for array in before]
    model.optimizer.apply(nothing, model.trainable_variables)
    kept = {"gamma": 0, "beta": 0, "bias": 0, "log_scale": 0}
    for variable, array in zip(model.trainable_variables, before, strict=True):
        if variable.name in kept:
            kept[variable.name] += 1
            np.testing.assert_array_equal(np.asarray(variable), array)
        else:
            ratio = np.linalg.norm(np.asarray(variable)) / np.linalg.norm(array)
            assert 0.99 < ratio < 1, variable.path
    assert all(kept.values())


@pytest.fixture
def figures(training: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What validation finds, epoch by epoch: no training can be told to stall. Then a kill."""
    found: list[float] = []

    def validate(*arguments: Any) -> dict[str, float]:
        if not found:
            raise Killed
        return dict.fromkeys((*ATTRIBUTES, "garment", "mean"), found.pop(0))

    monkeypatch.setattr(training, "validate", validate)
    return found


def test_where_validation_stalls_the_decay_begins_at_once(
    small: None, training: ModuleType, plan: Plans, splits: Splits, tmp_path: Path,
    figures: list[float],
):  # fmt: skip
    """And is gone on with where the run is killed in its first epoch."""
    figures += [0.5, 0.4, 0.5]
    patient = plan(4, patience=2, decay_epochs=2)
    said: list[str] = []
    with pytest.raises(Killed):
        training.train(splits, patient, tmp_path, said.append)
    assert said[-1] == "No better for a while: the rest of the stable part is left out."

    figures += [0.1, 0.1]
    _, progress = training.train(splits, patient, tmp_path, silent)
    assert [epoch["step"] for epoch in progress.history] == [4, 8, 12, 28, 32]
    assert progress.step == 32


def test_where_validation_goes_on_rising_nothing_is_left_out(
    small: None, training: ModuleType, plan: Plans, splits: Splits, tmp_path: Path,
    figures: list[float],
):  # fmt: skip
    """The last two epochs are of the decay, which comes to its end in any case."""
    figures += [0.1, 0.3, 0.2, 0.4, 0.3, 0.5, 0.1, 0.1]
    patient = plan(4, patience=2, decay_epochs=2)
    _, progress = training.train(splits, patient, tmp_path, silent)
    assert [epoch["step"] for epoch in progress.history] == list(range(4, 33, 4))


# --------------------------------------------------------------------------- checkpoints


@pytest.fixture
def network(keras: ModuleType) -> Callable[[float], Any]:
    """Makes a network of one layer, every weight and momentum of it the same number."""

    def make(value: float) -> Any:
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
        model.optimizer.build(model.trainable_variables)
        for variable in (*model.weights, *model.optimizer.momentums):
            variable.assign(np.full(variable.shape, value))
        return model

    return make


def values(model: Any) -> set[float]:
    variables = (*model.weights, *model.optimizer.momentums)
    return {float(number) for one in variables for number in np.ravel(np.asarray(one))}


def kill_before(monkeypatch: pytest.MonkeyPatch, folder: Path, change: int) -> None:
    """Die before that change to `folder`; a text is begun and cut short."""
    changes = 0

    def counted(name: str) -> None:
        usual = getattr(Path, name)

        def method(self: Path, *arguments: Any, **options: Any) -> Any:
            nonlocal changes
            if self.parent == folder:
                changes += 1
                if changes > change:
                    if name == "write_text":
                        usual(self, arguments[0][:9])
                    raise Killed
            return usual(self, *arguments, **options)

        monkeypatch.setattr(Path, name, method)

    for name in ("replace", "write_text", "unlink"):
        counted(name)


@pytest.mark.parametrize(("changes", "survives"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2)])
def test_a_kill_at_any_moment_of_saving_leaves_a_whole_checkpoint(
    training: ModuleType,
    network: Callable[[float], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: int,
    survives: int,
):
    assert training.resume(network(0), tmp_path, CLASSES).step == 0
    training.save(network(1), tmp_path, training.Progress(1, [{"loss": 1.0}]))
    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        kill_before(patch, tmp_path, changes)
        training.save(network(2), tmp_path, training.Progress(2, [{"loss": 2.0}]))
        assert changes == 4, "four changes make a checkpoint"
    # Another kill, in the middle of the weights.
    (tmp_path / "partial.weights.h5").write_bytes(b"\x89HDF")

    model = network(0)
    progress = training.resume(model, tmp_path, CLASSES)
    assert values(model) == {survives}
    assert progress == training.Progress(survives, [{"loss": float(survives)}])

    training.save(network(3), tmp_path, training.Progress(3))
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "3.weights.h5",
        "classes.json",
        "progress.json",
    ]


def test_a_new_folder_begins_at_the_first_step(
    training: ModuleType, network: Callable[[float], Any], tmp_path: Path
):
    model = network(5)
    assert training.resume(model, tmp_path, CLASSES) == training.Progress()
    assert values(model) == {5}
    assert json.loads((tmp_path / "classes.json").read_text()) == CLASSES
