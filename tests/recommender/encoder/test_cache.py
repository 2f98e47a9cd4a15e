import json
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recommender import packages
from recommender.encoder import EncoderUnavailable, cache, source
from recommender.encoder.cache import converted
from recommender.encoder.source import Source
from recommender.encoder.weights import Spec, Tower

PROJECT = Path(__file__).parents[3]
TOWER = Tower("resnet50", (80, 64))
SOURCE = Source("a", Spec("a", (TOWER,)), "weights")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.ENCODER_CACHE_DIR = tmp_path / "encoders"
    return settings.ENCODER_CACHE_DIR


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> list[Source]:
    """Stands in for the conversion, which takes long, and counts it."""
    done: list[Source] = []

    def convert(converting: Source, folder: Path) -> None:
        done.append(converting)
        (folder / "encoder.xml").write_text("<net/>")
        (folder / "encoder.bin").write_bytes(bytes(1000))

    monkeypatch.setattr(cache, "_run_conversion", convert)
    return done


def test_what_is_missing_is_told_until_it_is_converted(conversions, monkeypatch):
    for_keras = Source("imagenet", source.IMAGENET, "weights")
    assert cache.what_is_missing(SOURCE) is None
    with monkeypatch.context() as patch:
        patch.setattr(packages, "find_spec", lambda name: None)
        assert "pip install -r requirements.txt" in str(cache.what_is_missing(for_keras))
        with pytest.raises(EncoderUnavailable, match="is read by Keras"):
            converted(for_keras)
    converted(for_keras)
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    assert cache.what_is_missing(for_keras) is None


def test_an_encoder_is_converted_once(conversions):
    assert converted(SOURCE).read_text() == "<net/>"
    assert converted(SOURCE).exists()
    assert conversions == [SOURCE]


def test_another_fingerprint_is_another_conversion(conversions):
    assert converted(SOURCE) != converted(Source("b", Spec("b", (TOWER,)), "weights"))
    assert len(conversions) == 2


def test_an_upgrade_leaves_no_conversion_behind(conversions, monkeypatch: pytest.MonkeyPatch):
    another = converted(Source("b", Spec("b", (TOWER,)), "weights"))
    former = [converted(SOURCE)]
    monkeypatch.setattr(cache, "LAYOUT", cache.LAYOUT + 1)
    former.append(converted(SOURCE))
    monkeypatch.setattr(cache, "version", lambda package: "3000.1")
    in_the_making = former[0].parent.with_suffix(".9.partial")
    in_the_making.mkdir()
    assert converted(SOURCE).exists()
    assert in_the_making.exists()
    assert not any(file.exists() for file in former)
    assert another.exists()


@pytest.mark.parametrize("file", ["encoder.xml", "encoder.bin", "digests.json"])
def test_a_damaged_conversion_is_made_anew(conversions, caplog, file):
    damaged = converted(SOURCE).with_name(file)
    damaged.write_bytes(b"?" + damaged.read_bytes()[1:])
    with caplog.at_level(logging.WARNING, "recommender.encoder"):
        sound = converted(SOURCE)

    assert len(conversions) == 2
    assert "made anew" in caplog.text
    assert sound.read_text() == "<net/>"


@pytest.mark.parametrize("file", ["encoder.xml", "encoder.bin", "digests.json"])
def test_a_conversion_that_lost_a_file_is_made_anew(conversions, file):
    converted(SOURCE).with_name(file).unlink()
    converted(SOURCE)
    assert len(conversions) == 2


def test_what_a_killed_conversion_left_behind_is_swept_away(conversions, folder: Path):
    partial = folder / f"{converted(SOURCE).parent.name}.partial"
    partial.mkdir()
    (partial / "encoder.xml").write_text("half")
    converted(SOURCE).unlink()
    converted(SOURCE)

    assert not partial.exists()
    assert converted(SOURCE).read_text() == "<net/>"


@pytest.mark.slow
def test_a_failed_conversion_says_why_and_leaves_nothing_in_use(folder: Path, tmp_path: Path):
    weights = tmp_path / "resnet50.h5"
    weights.write_bytes(b"not HDF5")
    spec = Spec("imagenet", (Tower("resnet50", (32, 32), normalisation="caffe"),))

    with pytest.raises(EncoderUnavailable, match=r"'imagenet' could not be converted: .*OSError"):
        converted(Source("imagenet", spec, "broken", weights))
    assert not list(folder.glob("*/digests.json"))


@pytest.mark.slow
def test_processes_that_start_at_once_convert_once_and_agree(folder: Path, tmp_path: Path):
    script = """
import logging, sys
logging.basicConfig(level=logging.INFO)
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.ENCODER_CACHE_DIR = Path(sys.argv[1])
import numpy as np
from PIL import Image
from recommender.encoder import load_encoder
np.save(sys.argv[2], load_encoder("untrained").encode([Image.new("RGB", (50, 50), "teal")]))
"""
    rows = [tmp_path / f"{number}.npy" for number in range(3)]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder), str(row)],
            cwd=PROJECT, stderr=subprocess.PIPE, text=True,
        )
        for row in rows
    ]  # fmt: skip
    logs = [process.communicate(timeout=120)[1] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], logs
    assert len(list(folder.glob("*/encoder.xml"))) == 1
    for row in rows[1:]:
        np.testing.assert_array_equal(np.load(row), np.load(rows[0]))


def test_a_description_holds_all_that_a_conversion_needs(tmp_path: Path):
    described = json.loads(Source("a", SOURCE.spec, "x", tmp_path / "a.npz").to_json())
    assert Spec.from_json(described["spec"]) == SOURCE.spec
    assert described["file"] == str(tmp_path / "a.npz")
    assert json.loads(source.find("untrained").to_json())["file"] is None
