"""Train the encoder: stages of growing size, a schedule that can be stopped and resumed.

The learning rate warms up, stays, and falls to zero over the last part ("warmup, stable,
decay", Hägele et al. 2024): a run that was stopped goes on where it was, and a longer plan can
continue from the stable part of a shorter one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np

from recommender.encoder import architecture
from recommender.encoder.source import FASHION_RESNET50
from recommender.encoder.weights import Arrays, assign

from . import checkpoints, plots
from .batches import TrainingBatches, framed, served_tower, steps_per_epoch
from .calibration import calibrate
from .datasets import ATTRIBUTES, Examples, Splits, described, subset
from .export import export
from .objectives import FusedBatchNormalization, loss_weights, losses, trainable_encoder
from .retrieval import mean_precision, nearest, neighbours

type Make = Callable[[dict[str, list[str]], Plan], keras.Model]
"""Of classes and a plan: a compiled model with the outputs of ``trainable_encoder``."""

CHECKPOINT_STEPS = 150
# Keras holds every feature map of a batch until its last one is there.
EMBED_BATCH = 32
MOMENTUM, WEIGHT_DECAY, CLIP_NORM = 0.9, 5e-4, 5.0
UNDECAYED = ["gamma", "beta", "bias", "log_scale"]


@dataclass(frozen=True)
class Stage:
    """``epochs`` at one input ``size`` (height, width), altered ``strength`` times as hard.

    ``sent`` is the share of views that are as people send pictures.
    """

    size: tuple[int, int]
    epochs: float
    strength: float = 1.0
    sent: float = 0.0


@dataclass(frozen=True)
class Plan:
    """A whole recipe; two runs of one plan see the same batches in the same order.

    After ``patience`` epochs without a better validation the rate begins to fall at once.
    """

    stages: tuple[Stage, ...]
    batch: int = 128
    peak: float = 0.08
    warmup_epochs: float = 1.0
    decay_epochs: float = 4.0
    patience: int = 6
    seed: int = 7

    def steps(self, epoch_steps: int) -> int:
        """The steps of all stages where an epoch has ``epoch_steps``."""
        return sum(round(stage.epochs * epoch_steps) for stage in self.stages)

    def epoch_at(self, step: int, epoch_steps: int) -> tuple[Stage, int]:
        """The stage of a step before the last, and the step at which its epoch ends."""
        start = 0
        for stage in self.stages:
            end = start + round(stage.epochs * epoch_steps)
            if step < end:
                return stage, min(step - (step - start) % epoch_steps + epoch_steps, end)
            start = end
        raise ValueError(f"The plan ends before step {step}.")

    def learning_rate(self, step: int, steps: int, epoch_steps: int) -> float:
        """The rate at ``step`` of ``steps``: warm-up, stable, then 1 - sqrt decay to zero."""
        warmup, decay = self.warmup_epochs * epoch_steps, self.decay_epochs * epoch_steps
        rise = min(1.0, (step + 1) / max(warmup, 1))
        left = min(1.0, (steps - step) / max(decay, 1))
        rate: float = self.peak * rise * (1 - (1 - left) ** 0.5)
        return rate


@dataclass
class Progress:
    """Where a run stands; written beside its weights."""

    step: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


# What made the weights in the box, with drawings among the photographs.
RECIPE = Plan(
    stages=(
        Stage((80, 64), 11.25),
        Stage((128, 96), 4.2, strength=0.8),
        Stage((160, 120), 6.05, strength=0.75),
    ),
    decay_epochs=3.5,
)


def run(splits: Splits, plan: Plan, folder: Path, report: Callable[[str], None] = print) -> Path:
    """Train or go on, then draw the curves and a confusion plot; return the weights file."""
    model, progress = train(splits, plan, folder, report)
    size = plan.stages[-1].size
    weights = folder / "fashion.npz"
    export(model, weights, size=size)
    calibrate(weights, FASHION_RESNET50, splits.validation)
    draw_curves(progress.history, folder / "curves.png")
    draw_confusion(model, splits.validation, size, folder / "confusion.png")
    return weights


def train(
    splits: Splits,
    plan: Plan,
    run: Path,
    report: Callable[[str], None] = print,
    make: Make | None = None,
) -> tuple[keras.Model, Progress]:
    """Run or resume ``plan`` in the folder ``run``; return the trained model and its history.

    The model is of ``make``, or a ResNet50 with random weights (``compiled``). Raises
    ``FileExistsError`` where the folder holds a run of other classes.
    """
    model = (make or compiled)(splits.train.classes, plan)
    progress = resume(model, run, splits.train.classes)
    epoch_steps = steps_per_epoch(splits.train, plan.batch)
    steps = plan.steps(epoch_steps)
    (run / "plan.json").write_text(json.dumps(asdict(plan), indent=1))
    decay_start = steps - round(plan.decay_epochs * epoch_steps)
    while progress.step < steps:
        stage, stop = plan.epoch_at(progress.step, epoch_steps)
        batches = TrainingBatches(
            splits.train,
            size=stage.size,
            batch=plan.batch,
            steps=stop - progress.step,
            first_step=progress.step,
            seed=plan.seed,
            strength=stage.strength,
            sent=stage.sent,
        )
        pace = _Pace(run, plan, progress, steps, epoch_steps, report)
        logs = model.fit(batches, epochs=1, shuffle=False, verbose=0, callbacks=[pace]).history
        figures = validate(model, splits.validation, splits.train, stage.size)
        progress.history.append(
            {"step": stop, "height": stage.size[0], **{k: float(v[-1]) for k, v in logs.items()}}
            | figures
        )
        save(model, run, progress)
        report(
            f"step {stop}/{steps} at {stage.size}: "
            + " ".join(f"{name} {value:.3f}" for name, value in figures.items())
        )
        if stop < decay_start and _stalled(progress.history, plan.patience):
            report("No better for a while: the rest of the stable part is left out.")
            progress.step = decay_start
            save(model, run, progress)
    return model, progress


def compiled(classes: dict[str, list[str]], plan: Plan, start: Arrays | None = None) -> keras.Model:
    """A fresh model with its losses and optimiser; mixed precision where Keras offers it.

    Its backbone is random, or has the weights ``start``.
    """
    keras.utils.set_random_seed(plan.seed)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        backbone = trainable_backbone()
        if start is not None:
            assign(backbone, start)
        model = trainable_encoder(backbone, classes)
    finally:
        keras.config.set_dtype_policy("float32")
    optimizer = keras.optimizers.SGD(
        plan.peak,
        momentum=MOMENTUM,
        nesterov=True,
        weight_decay=WEIGHT_DECAY,
        global_clipnorm=CLIP_NORM,
    )
    optimizer.exclude_from_weight_decay(var_names=UNDECAYED)
    model.compile(optimizer, losses(classes), loss_weights=loss_weights(classes), jit_compile=False)
    return model


def trainable_backbone() -> keras.Model:
    """ResNet50 for any input size, with the fused normalisation and an initialisation for it.

    Kernels as He et al. 2015; every residual branch starts at zero (Goyal et al. 2017).
    """

    def fused(layer: keras.Layer) -> keras.Layer:
        kind = type(layer)
        if kind is keras.layers.BatchNormalization:
            kind = FusedBatchNormalization
        return kind.from_config(layer.get_config())

    untrained = architecture.backbone(served_tower(RECIPE.stages[-1].size), any_size=True)
    backbone = keras.models.clone_model(untrained, clone_function=fused)
    he = keras.initializers.VarianceScaling(2.0, mode="fan_out", seed=7)
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.Conv2D):
            layer.kernel.assign(he(layer.kernel.shape))
        elif layer.name.endswith("_3_bn"):
            layer.gamma.assign(np.zeros(layer.gamma.shape, np.float32))
    return backbone


def embed(model: keras.Model, examples: Examples, size: tuple[int, int]) -> np.ndarray:
    """Vectors of unaltered photographs: float32 (n, d), rows of length 1."""
    vectors = []
    for start in range(0, len(examples), EMBED_BATCH):
        pictures = framed(examples.pictures[start : start + EMBED_BATCH], served_tower(size))
        vectors.append(np.asarray(model(pictures, training=False)["embedding"]))
    return np.concatenate(vectors)


def validate(
    model: keras.Model, validation: Examples, train: Examples, size: tuple[int, int]
) -> dict[str, float]:
    """Precision at 5 among held-out products, and the class of phone photographs by 1-NN.

    Without phone photographs, as in a catalogue of one's own, the former alone.
    """
    vectors = embed(model, validation, size)
    studio = validation.studio
    found = neighbours(vectors[studio], 5)
    products = subset(validation, studio)
    figures = mean_precision(found, products.labels, described(products), 5)
    phones = subset(train, ~train.studio)
    if len(phones) and not studio.all():
        match = nearest(vectors[~studio], embed(model, phones, size), 1)[:, 0]
        agree = phones.labels["garment"][match] == validation.labels["garment"][~studio]
        figures["garment"] = float(agree.mean())
    figures["mean"] = float(np.mean(list(figures.values())))
    return figures


def save(model: keras.Model, run: Path, progress: Progress) -> None:
    """Write weights, optimiser and progress so that a kill at any moment leaves a whole one."""
    checkpoints.save(model, run, progress.step, asdict(progress))


def resume(model: keras.Model, run: Path, classes: dict[str, list[str]]) -> Progress:
    """Load what ``save`` left, or start afresh."""
    return Progress(**(checkpoints.resume(model, run, classes, "classes") or {}))


def draw_curves(history: list[dict[str, float]], path: Path) -> None:
    """Loss and validation figures over the steps of a run."""
    figures = (*ATTRIBUTES, "garment", "mean")
    panels = {
        "training loss": {"loss": [epoch["loss"] for epoch in history]},
        "validation: precision at 5, garment by 1-NN": {
            name: [epoch[name] for epoch in history] for name in figures if name in history[-1]
        },
    }
    plots.curves(path, [epoch["step"] for epoch in history], panels, "step")


def draw_confusion(
    model: keras.Model, validation: Examples, size: tuple[int, int], path: Path
) -> None:
    """The article type of each held-out product against its nearest neighbour's."""
    products = subset(validation, validation.labels["articleType"] >= 0)
    labels = products.labels["articleType"]
    found = neighbours(embed(model, products, size), 1)[:, 0]
    plots.confusion(path, labels, labels[found], validation.classes["articleType"])


def _stalled(history: list[dict[str, float]], patience: int) -> bool:
    means = [epoch["mean"] for epoch in history]
    return len(means) > patience and max(means[-patience:]) <= max(means[:-patience])


class _Pace(keras.callbacks.Callback):
    """Sets the learning rate, saves now and then, says how long it will take."""

    def __init__(
        self,
        run: Path,
        plan: Plan,
        progress: Progress,
        steps: int,
        epoch_steps: int,
        report: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.run, self.plan, self.progress = run, plan, progress
        self.steps, self.epoch_steps, self.report = steps, epoch_steps, report
        self.started, self.first = time.monotonic(), progress.step

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        rate = self.plan.learning_rate(self.progress.step, self.steps, self.epoch_steps)
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.progress.step += 1
        if self.progress.step % CHECKPOINT_STEPS == 0:
            save(self.model, self.run, self.progress)
            taken = (time.monotonic() - self.started) / (self.progress.step - self.first)
            left = (self.steps - self.progress.step) * taken / 60
            self.report(
                f"step {self.progress.step}/{self.steps} loss {(logs or {}).get('loss', 0):.3f} "
                f"{self.plan.batch / taken:.0f} views/s, {left:.0f} min left"
            )
