"""The `imagenet` encoder does what the usual Keras script does, weights aside."""

import csv
import io
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from django.conf import settings as project_settings
from PIL import Image

from recommender.encoder import (
    architecture,
    convert,
    graph,
    load_encoder,
    source,
    untrained,
    weights,
)
from recommender.encoder.preprocessing import pixels
from recommender.encoder.runtime import Network
from recommender.encoder.weights import Tower

# Keras 3.15 does not yet ask NumPy 2 for a copy in the way that it wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def resnet(keras: ModuleType) -> Any:
    """Keras's own ResNet50 with max pooling, its weights drawn."""
    small = architecture.backbone(Tower("resnet50", (64, 48)))
    weights.assign(small, untrained.arrays((64, 48)))
    model = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(224, 224, 3))
    model.set_weights(small.get_weights())
    return keras.Sequential([model, keras.layers.GlobalMaxPooling2D()])


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    coarse = np.random.default_rng(3).integers(0, 256, (17, 13, 3), np.uint8)
    file = tmp_path_factory.mktemp("photograph") / "a.jpg"
    Image.fromarray(coarse).resize((310, 421), Image.Resampling.BICUBIC).save(file)
    return file


def _the_usual_script(keras: ModuleType, resnet: Any, file: Path) -> np.ndarray:
    picture = keras.utils.load_img(file, target_size=(224, 224))
    batch = keras.applications.resnet50.preprocess_input(
        np.expand_dims(keras.utils.img_to_array(picture), 0)
    )
    vector = np.asarray(resnet(batch, training=False)).ravel()
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".weights.h5"])
def test_a_local_file_gives_the_usual_vectors(
    keras, resnet, photograph, tmp_path, settings, monkeypatch, suffix
):
    settings.ENCODER_WEIGHTS = tmp_path / f"resnet50{suffix}"
    settings.POOLING = "max"
    save = resnet.layers[0].save_weights if "weights" in suffix else resnet.layers[0].save
    monkeypatch.setattr("absl.logging.warning", lambda *arguments: None)  # .h5 is an old format
    save(settings.ENCODER_WEIGHTS)
    spec = source.find("imagenet").spec

    model = graph.encoder(convert.read(spec, settings.ENCODER_WEIGHTS))
    batch = pixels(Image.open(photograph), spec.towers[0])[np.newaxis]
    ((vector,),) = Network(model, threads=2, precision="f32").run([[batch]])

    assert vector @ _the_usual_script(keras, resnet, photograph) > 0.9999


REFERENCE = (project_settings.DATA_DIR or Path()) / "resnet50-imagenet-reference"


@pytest.mark.skipif(
    not project_settings.DATA_DIR or not REFERENCE.is_dir(),
    reason="VITRINE_DATA_DIR names no folder with resnet50-imagenet-reference",
)
@pytest.mark.skipif(not source.imagenet_file(), reason="the ImageNet weights are not here")
def test_the_imagenet_weights_give_the_reference_vectors(settings):
    settings.POOLING = "max"
    reference = np.load(REFERENCE / "vectors.npz", allow_pickle=False)
    with (REFERENCE / "styles.csv").open(newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    ids = [str(id) for id in reference["ids"]]
    assert set(ids) == known
    with zipfile.ZipFile(REFERENCE / "images.zip") as images:
        members = {Path(name).stem: name for name in images.namelist()}
        opened = (Image.open(io.BytesIO(images.read(members[id]))) for id in ids)
        vectors = load_encoder("imagenet", precision="f32").encode(opened)

    assert np.sum(vectors * reference["vectors"], axis=1).min() >= 0.99
