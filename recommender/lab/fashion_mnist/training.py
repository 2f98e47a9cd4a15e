"""Train one network from one seed; a run that is stopped goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import keras
import numpy as np

from .. import checkpoints
from ..objectives import crossentropy
from .data import Parts, Pictures
from .networks import HEAD, Network, build
from .views import Views, plain, steps_per_epoch

# Is told how many steps were done.
Done = Callable[[int], None]
WARMUP_SHARE = 0.15
EPOCHS, BATCH = 20, 128
CHECKPOINT_STEPS = 100
PREDICTED_AT_ONCE = 500


@dataclass(frozen=True)
class Budget:
    """What both networks get: so many epochs of all pictures in batches of one size."""

    epochs: int = EPOCHS
    batch: int = BATCH

    def steps(self, pictures: int) -> int:
        """Of all epochs together."""
        return self.epochs * steps_per_epoch(pictures, self.batch)


@dataclass
class Progress:
    """Where a run stands: its steps, the sum of this epoch's losses, the processor's seconds."""

    step: int = 0
    loss: float = 0.0
    processor_s: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)


def train(
    network: Network,
    parts: Parts,
    budget: Budget,
    seed: int,
    folder: Path,
    done: Done,
) -> tuple[keras.Model, Progress]:
    """Run or resume a training in ``folder``.

    Raises ``FileExistsError`` where the folder holds a run of another budget or seed.
    """
    steps = budget.steps(len(parts.train))
    model = compiled(network, steps, seed)
    terms = asdict(budget) | {"seed": seed, "pictures": len(parts.train)}
    progress = Progress(**(checkpoints.resume(model, folder, terms, "terms") or {}))
    done(progress.step)
    while progress.step < steps:
        epoch, first = divmod(progress.step, steps // budget.epochs)
        views = Views(parts.train, batch=budget.batch, seed=seed, epoch=epoch, first_step=first)
        pace = _Pace(folder, progress, steps // budget.epochs, done)
        model.fit(views, epochs=1, shuffle=False, verbose=0, callbacks=[pace])
        right = answers(model, parts.validation)[0].argmax(axis=1) == parts.validation.labels
        mean = progress.loss / (steps // budget.epochs)
        progress.history.append({"loss": mean, "accuracy": float(right.mean())})
        progress.loss = 0.0
        checkpoints.save(model, folder, progress.step, asdict(progress))
    return model, progress


class _Pace(keras.callbacks.Callback):
    """Keeps count, and saves now and then; an epoch's last step is saved with its history."""

    def __init__(self, folder: Path, progress: Progress, epoch_steps: int, done: Done) -> None:
        super().__init__()
        self.folder, self.progress, self.epoch_steps = folder, progress, epoch_steps
        self.done, self.before = done, replace(progress)
        self.started = time.process_time()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        # Keras tells the mean of all batches since it began.
        self.progress.loss = self.before.loss + (logs or {}).get("loss", 0.0) * (batch + 1)
        taken = time.process_time() - self.started
        self.progress.processor_s = self.before.processor_s + taken
        self.progress.step += 1
        step = self.progress.step
        if step % CHECKPOINT_STEPS == 0 and step % self.epoch_steps:
            checkpoints.save(self.model, self.folder, step, asdict(self.progress))
        self.done(1)


def compiled(network: Network, steps: int, seed: int) -> keras.Model:
    """A fresh network; its rate rises for a part of the steps and falls to nothing as a cosine."""
    keras.utils.set_random_seed(seed)
    model = build(network)
    warmup = max(1, round(WARMUP_SHARE * steps))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warmup), warmup_target=network.peak, warmup_steps=warmup
    )
    optimizer = network.optimizer(rate)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias", "log_scale"])
    model.compile(optimizer, {HEAD: crossentropy}, jit_compile=False)
    return model


def answers(
    model: keras.Model, pictures: Pictures, mirrored: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Logits (n, classes) and embeddings (n, d) of unaltered or mirrored pictures, float32."""
    found = []
    for start in range(0, len(pictures), PREDICTED_AT_ONCE):
        views = plain(pictures.pixels[start : start + PREDICTED_AT_ONCE])
        answer = model(views[:, :, ::-1] if mirrored else views, training=False)
        found.append((np.asarray(answer[HEAD]), np.asarray(answer["embedding"])))
    kinds, vectors = zip(*found, strict=True)
    return np.concatenate(kinds), np.concatenate(vectors)
