"""ResNet50 (He et al. 2015, arXiv:1512.03385) as Keras builds it, and what makes it an encoder.

`backbone` and `encoder` build it in Keras, which trains it; `graph` builds the same network for
OpenVINO, which serves it, and a test holds one against the other. Keras takes seconds and hundreds
of megabytes to import, and is not there where the shop is only served: it is imported inside the
functions, which only the lab and the reading of Keras's own files call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ARCHITECTURE = "keras-resnet50-v1"

IMAGENET_BGR_MEANS = (103.939, 116.779, 123.68)

EPSILON = 1.001e-5
"""What Keras's ResNet50 adds to a variance before it divides by its root."""

# A vector is shifted by this before it is scaled to length 1, so that an all-zero one has a
# direction; it is far below the resolution of any other.
TINY = 1e-12


class Block(NamedTuple):
    """A residual block: its layers' names begin with ``name``; ``width`` channels go in between."""

    name: str
    width: int
    stride: int
    opens_stage: bool
    """Whether what passes it by is convolved too, to its number of channels."""


BLOCKS = tuple(
    Block(f"conv{stage}_block{number}", width, 2 if number == 1 < stage - 1 else 1, number == 1)
    for stage, width, blocks in ((2, 64, 3), (3, 128, 4), (4, 256, 6), (5, 512, 3))
    for number in range(1, blocks + 1)
)


class Attribute(NamedTuple):
    """A classifier of one attribute (kind, colour, ...): ``softmax(unit vector @ matrix)``.

    ``matrix`` is float32 (d, classes). ``weight`` is what agreeing in this attribute counts beside
    agreeing in the projected vector, which counts 1.
    """

    matrix: npt.NDArray[np.float32]
    weight: float


class Projection(NamedTuple):
    """A linear step after pooling: ``pooled @ matrix + bias``, and the classifiers behind it.

    ``matrix`` is float32 (2048, d), ``bias`` float32 (d,). It holds a learned embedding head as
    well as centring with PCA or whitening.
    """

    matrix: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    attributes: tuple[Attribute, ...] = ()


def backbone(size: tuple[int | None, int | None], normalisation: str = "signed") -> Any:
    """ResNet50 without its classifier, as a ``keras.Model`` with random weights.

    It maps pictures (n, height, width, 3), RGB in [0, 255] of any numeric dtype, to feature maps
    (n, ceil(height / 32), ceil(width / 32), 2048). ``size`` is (height, width), each at least 32
    or None for any. The normalisation is part of the model:

    - ``signed``: x / 127.5 - 1;
    - ``caffe``: BGR minus the ImageNet means, as ``keras.applications.resnet50.preprocess_input``.

    Raises ``ValueError`` for an unknown normalisation.
    """
    import keras

    pictures = keras.Input((*size, 3), name="pictures")
    resnet = keras.applications.ResNet50(
        include_top=False, weights=None, input_tensor=_normalised(pictures, normalisation)
    )
    return keras.Model(pictures, resnet.output, name="backbone")


def encoder(
    backbone: Any,
    pooling: str = "avg",
    gem_power: float = 3.0,
    projection: Projection | None = None,
) -> Any:
    """A ``keras.Model`` from pictures to ``[vectors (n, d), feature maps (n, h, w, 2048)]``.

    The vectors are the feature map pooled by ``avg``, ``max`` or ``gem`` (generalised mean,
    Radenović et al. 2017, arXiv:1711.02512: (mean x^p)^(1/p)), projected if there is a projection,
    and scaled to length 1. The square roots of an attribute's probabilities follow, so that the
    cosine of two vectors is the weighted mean of the projected vectors' cosine and, for each
    attribute, the Bhattacharyya coefficient of the two distributions.

    Raises ``ValueError`` for an unknown pooling.
    """
    import keras

    feature_map = backbone.output
    vectors = _pooled(keras.ops.cast(feature_map, "float32"), pooling, gem_power)
    if projection is not None:
        vectors = _projected(vectors, projection)
    return keras.Model(backbone.input, [_unit_length(vectors), feature_map], name="encoder")


def _projected(vectors: Any, projection: Projection) -> Any:
    from keras import ops

    unit = _unit_length(ops.matmul(vectors, projection.matrix) + projection.bias)
    parts = [unit]
    for matrix, weight in projection.attributes:
        probabilities = ops.softmax(ops.matmul(unit, matrix), axis=-1)
        parts.append(ops.sqrt(weight * probabilities))
    return ops.concatenate(parts, axis=-1)


def _normalised(pictures: Any, normalisation: str) -> Any:
    import keras

    if normalisation == "signed":
        return keras.layers.Rescaling(1 / 127.5, -1.0, name="normalise")(pictures)
    if normalisation == "caffe":
        means = [-mean for mean in IMAGENET_BGR_MEANS]
        return keras.layers.Rescaling(1.0, means, name="normalise")(
            keras.ops.flip(pictures, axis=-1)
        )
    raise ValueError(f"Unknown normalisation {normalisation!r}: use 'signed' or 'caffe'.")


def _pooled(feature_map: Any, pooling: str, gem_power: float) -> Any:
    from keras import ops

    if pooling == "avg":
        return ops.mean(feature_map, axis=(1, 2))
    if pooling == "max":
        return ops.max(feature_map, axis=(1, 2))
    if pooling == "gem":
        # The floor keeps the gradient of the root finite where a channel is silent.
        powers = ops.power(ops.maximum(feature_map, 1e-6), gem_power)
        return ops.power(ops.mean(powers, axis=(1, 2)), 1.0 / gem_power)
    raise ValueError(f"Unknown pooling {pooling!r}: use 'avg', 'max' or 'gem'.")


def _unit_length(vectors: Any) -> Any:
    from keras import ops

    shifted = vectors + TINY
    return shifted / ops.sqrt(ops.sum(ops.square(shifted), axis=-1, keepdims=True))
