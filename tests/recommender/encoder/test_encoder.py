import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.encoder import (
    EncoderUnavailable,
    encoder_notice,
    fingerprint_of,
    load_encoder,
    source,
)
from recommender.encoder.weights import Spec, Tower

TOWER = {"network": "resnet50", "size": (80, 64)}


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.sum(one * other, axis=-1)


def test_every_picture_becomes_a_row_of_length_one(untrained, pictures):
    rows = untrained.encode(pictures)

    assert rows.shape == (len(pictures), untrained.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_rows_keep_the_order_of_the_pictures(untrained, pictures):
    rows = untrained.encode(pictures)
    alone = np.concatenate([untrained.encode([picture]) for picture in pictures])

    assert _cosines(rows, alone).min() > 0.999
    assert np.array_equal(np.argmax(rows @ alone.T, axis=1), np.arange(len(pictures)))


def test_no_pictures_give_no_rows(untrained):
    assert untrained.encode([]).shape == (0, untrained.dimension)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (31, 7), (2048, 2048)])
def test_a_picture_may_have_any_size(untrained, size):
    assert np.isfinite(untrained.encode([Image.new("RGB", size, "red")])).all()


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "LAB"]
    + ["I", "F", "I;16", "I;16L", "I;16B", "La", "RGBa"],
)  # fmt: skip
def test_a_picture_may_have_any_mode(untrained, mode):
    assert np.isfinite(untrained.encode([Image.new(mode, (30, 40))])).all()


def test_a_black_picture_has_a_direction_too(untrained):
    assert np.linalg.norm(untrained.encode([Image.new("RGB", (9, 9))])) == pytest.approx(1)


def test_the_feature_map_is_what_the_vector_pools(untrained, pictures):
    feature_map = untrained.feature_map(pictures[0])
    pooled = feature_map.mean(axis=(0, 1))

    assert feature_map.shape == (3, 2, 2048)
    assert _cosines(pooled / np.linalg.norm(pooled), untrained.encode(pictures[:1])[0]) > 0.999


def test_a_lazy_iterable_is_taken_batch_by_batch(untrained, pictures):
    taken = []

    def lazily() -> Iterator[Image.Image]:
        for number in range(20):
            taken.append(number)
            yield pictures[number % len(pictures)]

    assert untrained.encode(lazily()).shape[0] == len(taken) == 20


def test_an_error_of_the_iterable_passes_and_harms_nothing(untrained, pictures):
    def failing() -> Iterator[Image.Image]:
        yield from pictures
        raise ZeroDivisionError

    before = untrained.encode(pictures)
    with pytest.raises(ZeroDivisionError):
        untrained.encode(failing())
    np.testing.assert_array_equal(untrained.encode(pictures), before)


@pytest.mark.slow
def test_threads_share_an_encoder(untrained, pictures):
    alone = untrained.encode(pictures)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(untrained.encode, [pictures] * 18))

    assert min(_cosines(answer, alone).min() for answer in answers) > 0.9999


def test_threads_that_load_at_once_get_the_same_encoder():
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(load_encoder, ["untrained"] * 8))) == 1


@pytest.mark.slow
def test_rounding_to_bfloat16_hardly_moves_a_vector(pictures):
    exact, rounded = (
        load_encoder("untrained", precision=precision).encode(pictures)
        for precision in ("f32", "bf16")
    )
    assert _cosines(exact, rounded).min() >= 0.99


@pytest.mark.slow
def test_a_forked_child_loads_its_own(untrained, python):
    script = """
import os, warnings
import numpy as np
from PIL import Image
from recommender.encoder import load_encoder
picture = Image.new("RGB", (50, 50), "teal")
inherited = load_encoder("untrained")
row = inherited.encode([picture])
warnings.simplefilter("ignore")
child = os.fork()
if child == 0:
    own = load_encoder("untrained")
    os._exit(0 if own is not inherited and np.array_equal(own.encode([picture]), row) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert python(script).strip() == "0"


@pytest.mark.slow
def test_tensorflow_stays_outside(untrained, python):
    script = """
import sys
from PIL import Image
from recommender.encoder import load_encoder
load_encoder("untrained").encode([Image.new("RGB", (50, 50))])
print([name for name in ("tensorflow", "keras") if name in sys.modules])
"""
    assert python(script).strip() == "[]"


def test_the_fingerprint_is_known_without_loading(untrained):
    assert fingerprint_of("untrained") == untrained.fingerprint
    assert len(untrained.fingerprint) == 16
    assert int(untrained.fingerprint, 16)


def test_pooling_changes_the_fingerprint(settings):
    plain = fingerprint_of("untrained")
    settings.POOLING = "max"
    assert fingerprint_of("untrained") != plain


@pytest.mark.parametrize(
    "change", [{"fit": "pad"}, {"resample": "lanczos"}, {"size": (96, 80)}, {"gem_power": 2.0}]
)
def test_every_part_of_the_spec_changes_the_fingerprint(change):
    plain, other = (
        source.Source("a", Spec("a", (Tower(**tower),)), "weights")
        for tower in (TOWER, TOWER | change)
    )
    assert plain.fingerprint != other.fingerprint


def test_other_weights_change_the_fingerprint(settings, tmp_path: Path):
    settings.ENCODER_WEIGHTS = tmp_path / "resnet50.h5"
    settings.ENCODER_WEIGHTS.write_bytes(b"one")
    one = fingerprint_of("imagenet")
    settings.ENCODER_WEIGHTS.write_bytes(b"another")
    assert fingerprint_of("imagenet") != one


def test_an_unknown_name_is_refused():
    with pytest.raises(EncoderUnavailable, match="Unknown encoder 'vgg'"):
        load_encoder("vgg")


class TestWithoutFashionWeights:
    @pytest.fixture(autouse=True)
    def _absent(self, settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        settings.ENCODER = "fashion"
        settings.ENCODER_WEIGHTS = None
        monkeypatch.setattr(source, "FASHION_FILE", tmp_path / "fashion.npz")
        monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    def test_the_untrained_network_stands_in_and_says_so(self, untrained, caplog):
        with caplog.at_level(logging.WARNING, "recommender.encoder"):
            encoder = load_encoder()

        assert (encoder.name, encoder.trained) == ("untrained", False)
        assert encoder.fingerprint == untrained.fingerprint
        assert "untrained network" in (encoder_notice() or "")

    def test_the_imagenet_weights_stand_in_where_keras_has_them(self, tmp_path: Path):
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / source.KERAS_FILE).touch()

        assert source.find().spec.name == "imagenet"
        assert "'imagenet' weights stand in" in (encoder_notice() or "")

    def test_a_damaged_file_is_no_absent_file(self):
        source.FASHION_FILE.write_bytes(b"PK not a zip")
        with pytest.raises(EncoderUnavailable, match="restore it from the repository"):
            load_encoder()
        assert "damaged" in (encoder_notice() or "")


def test_a_stand_in_is_named_in_the_log(caplog, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("recommender.encoder._loaded.encoders", {})
    with caplog.at_level(logging.WARNING, "recommender.encoder"):
        load_encoder("untrained")
    assert "untrained network" in caplog.text


@pytest.mark.skipif(not source.FASHION_FILE.exists(), reason="the fashion weights are not here")
class TestFashionWeights:
    @pytest.mark.slow
    def test_they_need_no_notice(self, settings):
        settings.ENCODER = "fashion"
        assert encoder_notice() is None
        assert load_encoder("fashion").trained

    def test_rounding_to_bfloat16_hardly_moves_a_vector(self, pictures):
        exact, rounded = (
            load_encoder("fashion", precision=precision).encode(pictures)
            for precision in ("f32", "bf16")
        )
        assert _cosines(exact, rounded).min() >= 0.99
