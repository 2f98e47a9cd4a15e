"""Which encoders there are: each one's spec, where its weights come from, its fingerprint."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from recommender.conf import conf
from recommender.encoder import resnet50, untrained, weights
from recommender.encoder.architecture import ARCHITECTURE
from recommender.encoder.files import digest
from recommender.encoder.weights import Spec, Tower

FASHION, FASHION_RESNET50 = "fashion", "fashion-resnet50"
FASHION_FILE = Path(__file__).parent / "fashion.npz"
TRAINED_BY = {FASHION: "fuse_towers", FASHION_RESNET50: "train_encoder"}

IMAGENET = Spec(
    "imagenet",
    (Tower(resnet50.NAME, (224, 224), normalisation="caffe", resample="nearest"),),
)
KERAS_FILE = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
# Keras checks its download against this, so it stands for the file before it is there.
KERAS_FILE_MD5 = "4d473c1dd8becc155b73f8504c6f6626"

UNTRAINED = Spec("untrained", (Tower(resnet50.NAME, (80, 64)),))


class EncoderUnavailable(RuntimeError):
    """An encoder cannot be had; the text says why and what to do."""


@dataclass(frozen=True)
class Source:
    """An encoder before it is built.

    `file` holds its weights; without one, `imagenet` means Keras's own download and `untrained`
    the fixed seed. `identity` stands for the weights in the fingerprint. `asked` is the name by
    which it was asked for, another than the spec's where it stands in for that encoder.
    """

    asked: str
    spec: Spec
    identity: str
    file: Path | None = None

    @property
    def fingerprint(self) -> str:
        """16 hex digits that differ when architecture, weights or spec do."""
        text = "\n".join((ARCHITECTURE, self.spec.to_json(), self.identity))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def trained(self) -> bool:
        """Whether the weights were learned from anything."""
        return self.spec.name != UNTRAINED.name

    @property
    def needs_keras(self) -> bool:
        """Whether only Keras can read or fetch its weights."""
        return self.spec.name == IMAGENET.name

    @property
    def notice(self) -> str | None:
        """What the shop's owner should know about this choice, in one sentence or two."""
        if not self.trained:
            notice = _(
                "The encoder is an untrained network, so similar items are alike in little more "
                "than colour and outline."
            )
            return f"{notice} {_remedy(self.asked)}"
        if self.asked != self.spec.name:
            notice = _(
                "The '%(asked)s' weights are missing; the '%(serving)s' weights stand in."
            ) % {"asked": self.asked, "serving": self.spec.name}
            return f"{notice} {_remedy(self.asked)}"
        return None

    def to_json(self) -> str:
        """All that a conversion needs to know, for its command line."""
        file = str(self.file) if self.file else None
        return json.dumps({"spec": self.spec.to_json(), "file": file})


def find(name: str | None = None) -> Source:
    """The encoder of that name (the setting ENCODER without one), or what stands in for it.

    Only those of FASHION_FILE have stand-ins: where it is absent, `imagenet` if its weights are on
    this machine, else `untrained`. Raises EncoderUnavailable for an unknown name or a damaged file.
    """
    asked = name or conf.ENCODER
    if asked not in _FINDERS:
        raise EncoderUnavailable(f"Unknown encoder {asked!r}: use one of {', '.join(_FINDERS)}.")
    source = _FINDERS[asked]()
    spec = source.spec.pooled(conf.POOLING) if conf.POOLING else source.spec
    return replace(source, asked=asked, spec=spec)


def _fashion(name: str) -> Source:
    if not FASHION_FILE.exists():
        return _imagenet() if imagenet_file() else _untrained()
    try:
        specs = weights.read_specs(FASHION_FILE)
    except weights.DAMAGE as error:
        raise EncoderUnavailable(
            f"{FASHION_FILE} is damaged ({error}): restore it from the repository."
        ) from error
    if name not in specs:
        raise EncoderUnavailable(
            f"{FASHION_FILE} has no encoder {name!r}: restore it from the repository, or train "
            f"it: manage.py {TRAINED_BY[name]}."
        )
    return Source(name, specs[name], digest(FASHION_FILE), FASHION_FILE)


def in_file(file: Path) -> Source:
    """The encoder in a file that training wrote; of two towers where it has both.

    Raises EncoderUnavailable.
    """
    try:
        specs = weights.read_specs(file)
    except weights.DAMAGE as error:
        raise EncoderUnavailable(f"{file} is no encoder's weights ({error}).") from error
    name = FASHION if FASHION in specs else FASHION_RESNET50
    if name not in specs:
        raise EncoderUnavailable(f"{file} holds no encoder of this shop's.")
    return Source(name, specs[name], digest(file), file)


def _imagenet() -> Source:
    file = conf.ENCODER_WEIGHTS
    identity = digest(file) if file else KERAS_FILE_MD5
    return Source("imagenet", IMAGENET, identity, file)


def _untrained() -> Source:
    return Source("untrained", UNTRAINED, f"seed {untrained.SEED}")


def imagenet_file() -> Path | None:
    """The ImageNet weights that are on this machine: the local file, or Keras's own download."""
    keras_home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    downloaded = keras_home / "models" / KERAS_FILE
    return conf.ENCODER_WEIGHTS or (downloaded if downloaded.exists() else None)


_FINDERS: dict[str, Callable[[], Source]] = {
    FASHION: partial(_fashion, FASHION),
    FASHION_RESNET50: partial(_fashion, FASHION_RESNET50),
    "imagenet": _imagenet,
    "untrained": _untrained,
}
NAMES = tuple(_FINDERS)


def _remedy(asked: str) -> str:
    if asked in TRAINED_BY:
        return _("Restore %(file)s from the repository or train it: manage.py train_encoder.") % {
            "file": FASHION_FILE.name
        }
    return _("Choose another with VITRINE_ENCODER.")
