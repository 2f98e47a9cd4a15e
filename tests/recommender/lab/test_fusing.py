"""A head for two towers, learned from a short training's ResNet50 and ImageNet's EfficientNet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import load_encoder, load_file, source, weights
from recommender.encoder.calibration import read
from recommender.encoder.source import FASHION, FASHION_RESNET50
from recommender.lab.datasets import ATTRIBUTES, Splits
from recommender.lab.retrieval import mean_precision, neighbours

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def fusing(keras: ModuleType) -> Iterator[ModuleType]:
    """Whose second tower sees a sixth of the points, and half a minute sooner."""
    from recommender.lab import fusing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fusing, "LITE", replace(fusing.LITE, size=(96, 80)))
        yield fusing


@pytest.fixture(scope="module")
def lite_file(fusing: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from recommender.lab import imagenet

    file = tmp_path_factory.mktemp("lite2") / "lite2.npz"
    spec = weights.Spec(FASHION, (fusing.LITE,))
    weights.save(file, weights.Weights((imagenet.efficientnet_lite2(),), spec))
    return file


@pytest.fixture(scope="module")
def fused(
    fusing: ModuleType,
    weights_file: Path,
    lite_file: Path,
    whole: Splits,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    run = tmp_path_factory.mktemp("fused")
    said: list[str] = []
    file: Path = fusing.fuse(weights_file, lite_file, whole, run, said.append)
    count = len(whole.train)
    assert said[:2] == [
        f"{view}: {count} of {count} photographs seen" for view in ("plain", "altered")
    ]
    assert len(said) == 2 + fusing.EPOCHS
    return file


def test_it_finds_what_it_was_taught(fused: Path, whole: Splits, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(source, "FASHION_FILE", fused)
    products = [np.flatnonzero(whole.validation.studio), np.flatnonzero(~whole.validation.studio)]
    pictures = [Image.fromarray(picture) for picture in whole.validation.pictures]
    vectors = load_encoder(FASHION).encode(pictures)
    studio = products[0]
    labels = {a: whole.validation.labels[a][studio] for a in ATTRIBUTES}
    reached = mean_precision(neighbours(vectors[studio], 1), labels, ATTRIBUTES, 1)
    # By chance it would be one in as many as there are.
    assert reached["articleType"] > 1.5 / len(whole.validation.classes["articleType"])
    assert reached["baseColour"] > 1.5 / len(whole.validation.classes["baseColour"])


def test_the_encoder_of_one_tower_stays_as_it_was(fused: Path, weights_file: Path):
    before, after = (weights.load(file, FASHION_RESNET50) for file in (weights_file, fused))
    assert after.spec == before.spec
    for name, array in before.towers[0].items():
        np.testing.assert_allclose(after.towers[0][name], array, rtol=1e-6)


def test_both_are_calibrated(fused: Path):
    assert read(fused, FASHION) is not None
    assert read(fused, FASHION_RESNET50) is not None


def test_it_tells_where_a_thing_is(fused: Path, whole: Splits):
    picture = Image.fromarray(whole.test.pictures[0])
    found = load_file(fused).locate(picture)
    assert found is not None
    left, top, right, bottom = found
    assert 0 <= left < right <= picture.width
    assert 0 <= top < bottom <= picture.height


def test_what_the_towers_saw_is_not_looked_at_again(
    fusing: ModuleType, fused: Path, weights_file: Path, lite_file: Path, whole: Splits
):
    said = list[str]()
    again = fusing.fuse(weights_file, lite_file, whole, fused.parent, said.append)
    assert again == fused
    assert all(line.startswith("epoch") for line in said)


def test_the_second_view_is_the_same_at_every_call(fusing: ModuleType, whole: Splits):
    for row in range(4):
        one, other = (fusing.Altered(whole.train)(row) for _ in range(2))
        np.testing.assert_array_equal(one, other)
        assert one.dtype == np.uint8
        assert one.shape != whole.train.pictures[row].shape or (
            (one != whole.train.pictures[row]).any()
        )


def test_what_stands_beside_is_centred_between_both_kinds_of_photographs(fusing: ModuleType):
    draw = np.random.default_rng(1)
    studio = np.arange(4000) % 8 > 0
    features = draw.normal(size=(4000, 1280)).astype(np.float32)
    features[:, 0] += np.where(studio, 20, -20)
    beside = fusing.beside_of(features, studio)
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    projected = unit @ beside.projection.matrix + beside.projection.bias
    middle = (projected[studio].mean(axis=0) + projected[~studio].mean(axis=0)) / 2
    np.testing.assert_allclose(middle, 0, atol=1e-3)
    odds = (unit @ beside.everyday.matrix + beside.everyday.bias).ravel()
    assert ((odds > 0) == ~studio).mean() > 0.99
