"""The four files, their checksums, and the parts that they are cut into."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from recommender.lab.fashion_mnist import data


def test_the_parts_are_whole_and_apart(files: Path):
    parts = data.read(files)
    assert [len(part) for part in (parts.train, parts.validation, parts.test)] == [
        55_000,
        5_000,
        10_000,
    ]
    for part in (parts.train, parts.validation, parts.test):
        assert part.pixels.shape == (len(part), data.SIDE, data.SIDE)
        assert set(part.labels) == set(range(len(data.CLASSES)))
    # Every class has 6,000 pictures to learn and choose from, and each is in one part.
    both = np.concatenate([parts.train.labels, parts.validation.labels])
    assert set(np.bincount(both)) == {6_000}


def test_few_are_the_first_of_each_part(files: Path):
    whole, few = data.read(files), data.read(files, 30)
    for part, some in zip(vars(whole).values(), vars(few).values(), strict=True):
        assert len(some) == 30
        np.testing.assert_array_equal(some.pixels, part.pixels[:30])
        np.testing.assert_array_equal(some.labels, part.labels[:30])


def test_a_changed_file_is_refused(files: Path, tmp_path: Path):
    for name in data.CHECKSUMS:
        shutil.copy(files / name, tmp_path)
    changed = tmp_path / "t10k-labels-idx1-ubyte.gz"
    changed.chmod(0o644)
    content = bytearray(changed.read_bytes())
    content[-9] ^= 1
    changed.write_bytes(content)
    with pytest.raises(data.WrongFile, match=r"t10k-labels.*checksum differs"):
        data.read(tmp_path, 10)


def test_what_is_missing_is_named(tmp_path: Path):
    assert data.missing(tmp_path) == list(data.CHECKSUMS)
    (tmp_path / "train-labels-idx1-ubyte.gz").touch()
    assert "train-labels-idx1-ubyte.gz" not in data.missing(tmp_path)
