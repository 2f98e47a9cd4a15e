"""EfficientNet-Lite2's last blocks learn clothes, and are held to what ImageNet taught them.

What is frozen is the first blocks, and every normalisation with its moments: those of a few
thousand photographs on white would be others, and what was learnt before would not fit them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
from keras import ops

from recommender.encoder import architecture, efficientnet_lite, weights
from recommender.encoder.source import FASHION
from recommender.encoder.weights import Arrays, Spec, Weights

from . import imagenet
from .datasets import Splits
from .fusing import LITE
from .objectives import loss_weights, losses, trainable_encoder
from .training import CLIP_NORM, UNDECAYED, Plan, Stage, draw_curves, train

# Of the 21 blocks, the last that learn; the convolution after them does too.
LEARNING = 6
# What straying from ImageNet's features counts beside the labels.
KEEPING = 2.0
WEIGHT_DECAY = 1e-2

RECIPE = Plan(
    stages=(Stage(LITE.size, 8, sent=0.25),),
    peak=5e-4,
    warmup_epochs=0.2,
    decay_epochs=3.0,
)


def run(splits: Splits, plan: Plan, folder: Path, report: Callable[[str], None] = print) -> Path:
    """Train or go on in ``folder``, draw the curves; return the file with the tower alone."""
    start = imagenet.efficientnet_lite2()
    model, progress = train(splits, plan, folder, report, partial(compiled, start=start))
    tuned = {name: array for name, array in weights.collect(model).items() if name in start}
    file = folder / "lite2.npz"
    weights.save(file, Weights((tuned,), Spec(FASHION, (LITE,))))
    draw_curves(progress.history, folder / "curves.png")
    return file


def compiled(classes: dict[str, list[str]], plan: Plan, start: Arrays) -> keras.Model:
    """The network ``start`` with a neck and a head for each attribute, losses and optimiser."""
    keras.utils.set_random_seed(plan.seed)
    backbone = architecture.backbone(LITE, any_size=True)
    weights.assign(backbone, start)
    _freeze(backbone)
    model = trainable_encoder(_held(backbone), classes)
    optimizer = keras.optimizers.AdamW(
        plan.peak, weight_decay=WEIGHT_DECAY, global_clipnorm=CLIP_NORM
    )
    optimizer.exclude_from_weight_decay(var_names=UNDECAYED)
    model.compile(optimizer, losses(classes), loss_weights=loss_weights(classes), jit_compile=False)
    return model


def _freeze(backbone: keras.Model) -> None:
    first = backbone.layers.index(backbone.get_layer(_first_learning()))
    for place, layer in enumerate(backbone.layers):
        is_frozen = place < first or isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = not is_frozen


def _first_learning() -> str:
    return f"{efficientnet_lite.BLOCKS[-LEARNING].name}_expand_conv"


def _held(backbone: keras.Model) -> keras.Model:
    """The same with a loss for whatever strays from what it computes now."""
    before = backbone.get_layer(_first_learning()).input
    tail = keras.Model(before, backbone.output)
    teacher = keras.models.clone_model(tail)
    teacher.set_weights(tail.get_weights())
    teacher.trainable = False
    held = Keeping(KEEPING, name="keeping")([backbone.output, teacher(before)])
    return keras.Model(backbone.input, held)


@keras.saving.register_keras_serializable("vitrine")
class Keeping(keras.layers.Layer):
    """Passes the first of two feature maps on; the loss is how far its mean points elsewhere."""

    def __init__(self, weight: float, **kwargs: object) -> None:
        super().__init__(dtype="float32", autocast=False, **kwargs)
        self.weight = weight

    def call(self, maps: list[keras.KerasTensor]) -> keras.KerasTensor:
        means = (ops.mean(ops.cast(one, "float32"), axis=(1, 2)) for one in maps)
        new, old = (ops.normalize(mean, axis=-1) for mean in means)
        self.add_loss(self.weight * ops.mean(1 - ops.sum(new * old, axis=-1)))
        return maps[0]
