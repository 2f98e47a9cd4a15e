"""An encoder in Keras, which trains it: towers, pooling, head.

`graph` builds the same for OpenVINO, which serves it, and a test holds one against the other. Keras
takes seconds and hundreds of megabytes to import, and is not there where the shop is only served:
it is imported inside the functions, which only the lab and the reading of Keras's own files call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recommender.encoder import efficientnet_lite, resnet50
from recommender.encoder.heads import TINY, Beside, Dense, Head
from recommender.encoder.weights import Spec, Tower

ARCHITECTURE = "towers-v1"

IMAGENET_BGR_MEANS = (103.939, 116.779, 123.68)

NETWORKS = {network.NAME: network for network in (resnet50, efficientnet_lite)}


def backbone(tower: Tower, *, any_size: bool = False) -> Any:
    """A tower up to its last feature map, as a ``keras.Model`` with random weights.

    It maps pictures (n, height, width, 3), RGB in [0, 255] of any numeric dtype, to feature maps
    (n, ceil(height / 32), ceil(width / 32), channels), of the tower's size or, with ``any_size``,
    of any from 32 on. The normalisation is part of the model:

    - ``signed``: x / 127.5 - 1;
    - ``centred``: (x - 127) / 128, as EfficientNet-Lite was trained;
    - ``caffe``: BGR minus the ImageNet means, as ``keras.applications.resnet50.preprocess_input``.

    Raises ``ValueError`` for an unknown normalisation or network.
    """
    import keras

    size = (None, None) if any_size else tower.size
    pictures = keras.Input((*size, 3))
    feature_map = network(tower).in_keras(_normalised(pictures, tower.normalisation))
    return keras.Model(pictures, feature_map, name="backbone")


def network(tower: Tower) -> Any:
    """The module that builds a tower's network. Raises ``ValueError`` for an unknown one."""
    try:
        return NETWORKS[tower.network]
    except KeyError:
        raise ValueError(
            f"Unknown network {tower.network!r}: use one of {', '.join(NETWORKS)}."
        ) from None


def encoder(backbones: Sequence[Any], spec: Spec, head: Head | None = None) -> Any:
    """A ``keras.Model`` from pictures to ``[vectors (n, d), the last tower's feature maps]``.

    It takes a list of each tower's pictures, where there are two. The feature maps are (n, h, w,
    channels). Each is pooled by ``avg``, ``max`` or ``gem`` (generalised mean, Radenović et al.
    2017, arXiv:1711.02512: (mean x^p)^(1/p)). Without a head a vector is all of that side by side.
    With one it is what the head's layers make of it, scaled to length 1; the square roots of an
    attribute's probabilities follow, so that the cosine of two vectors is the weighted mean of the
    learned vectors' cosine and, for each attribute, the Bhattacharyya coefficient of the two
    distributions; then what stands beside. All of it is scaled to length 1.

    Raises ``ValueError`` for an unknown pooling.
    """
    import keras
    from keras import ops

    maps = [one.output for one in backbones]
    pooled = [
        _pooled(ops.cast(one, "float32"), tower)
        for one, tower in zip(maps, spec.towers, strict=True)
    ]
    vectors = ops.concatenate(pooled, axis=-1) if head is None else _headed(pooled, head)
    inputs = [one.input for one in backbones]
    # Keras warns where a list of one is given a picture.
    inputs = inputs if len(inputs) > 1 else inputs[0]
    return keras.Model(inputs, [_unit_length(vectors), maps[-1]], name="encoder")


def _headed(pooled: Sequence[Any], head: Head) -> Any:
    from keras import ops

    node = ops.concatenate(pooled, axis=-1)
    for number, layer in enumerate(head.layers):
        node = _dense(ops.gelu(node, approximate=False) if number else node, layer)
    unit = _unit_length(node)
    parts = [unit]
    for matrix, weight in head.attributes:
        probabilities = ops.softmax(ops.matmul(unit, matrix), axis=-1)
        parts.append(ops.sqrt(weight * probabilities))
    if head.beside is not None:
        parts.append(_beside(pooled[-1], head.beside))
    return ops.concatenate(parts, axis=-1)


def _beside(pooled: Any, beside: Beside) -> Any:
    from keras import ops

    seen = _unit_length(pooled)
    everyday = ops.sigmoid(_dense(seen, beside.everyday))
    weight = beside.white + (1 - beside.white) * everyday
    return weight * _unit_length(_dense(seen, beside.projection))


def _dense(node: Any, layer: Dense) -> Any:
    from keras import ops

    return ops.matmul(node, layer.matrix) + layer.bias


def _normalised(pictures: Any, normalisation: str) -> Any:
    import keras

    if normalisation == "signed":
        return keras.layers.Rescaling(1 / 127.5, -1.0)(pictures)
    if normalisation == "centred":
        return keras.layers.Rescaling(1 / 128, -127 / 128)(pictures)
    if normalisation == "caffe":
        means = [-mean for mean in IMAGENET_BGR_MEANS]
        return keras.layers.Rescaling(1.0, means)(keras.ops.flip(pictures, axis=-1))
    raise ValueError(
        f"Unknown normalisation {normalisation!r}: use 'signed', 'centred' or 'caffe'."
    )


def _pooled(feature_map: Any, tower: Tower) -> Any:
    from keras import ops

    if tower.pooling == "avg":
        return ops.mean(feature_map, axis=(1, 2))
    if tower.pooling == "max":
        return ops.max(feature_map, axis=(1, 2))
    if tower.pooling == "gem":
        # The floor keeps the gradient of the root finite where a channel is silent.
        powers = ops.power(ops.maximum(feature_map, 1e-6), tower.gem_power)
        return ops.power(ops.mean(powers, axis=(1, 2)), 1.0 / tower.gem_power)
    raise ValueError(f"Unknown pooling {tower.pooling!r}: use 'avg', 'max' or 'gem'.")


def _unit_length(vectors: Any) -> Any:
    from keras import ops

    shifted = vectors + TINY
    return shifted / ops.sqrt(ops.sum(ops.square(shifted), axis=-1, keepdims=True))
