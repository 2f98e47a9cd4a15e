"""Which photograph is in which part, and with which labels."""

from pathlib import Path

import numpy as np
import pytest

from recommender.lab.datasets import (
    MISSING,
    Splits,
    read_reference,
    read_splits,
    split_of,
    subset,
)
from tests.recommender.lab.conftest import PRODUCTS, product, write_rows


@pytest.fixture(scope="module")
def splits(data: Path) -> Splits:
    return read_splits(data)


def test_the_name_alone_decides_the_split_in_the_shares_said():
    names = [f"Maker {n} Shirt" for n in range(20_000)]
    parts = [split_of(name) for name in names]
    assert parts == [split_of(f"  {name.upper()} ") for name in names]
    assert parts.count("test") / len(parts) == pytest.approx(0.10, abs=0.01)
    assert parts.count("validation") / len(parts) == pytest.approx(0.05, abs=0.01)


def test_every_photograph_is_in_one_split_only(splits: Splits):
    parts = [set(part.ids) for part in (splits.train, splits.validation, splits.test)]
    assert sum(map(len, parts)) == len(set.union(*parts))
    for part in (splits.train, splits.validation, splits.test):
        assert part.studio.any()
        assert not part.studio.all()


def test_the_names_of_the_reference_are_seen_in_testing_only(splits: Splits, data: Path):
    reference, vectors = read_reference(data / "resnet50-imagenet-reference")
    assert vectors.shape == (len(reference), 2048)
    trained = {*splits.train.ids, *splits.validation.ids}
    assert not trained.intersection(reference.ids)
    # All others are somewhere.
    everything = trained.union(splits.test.ids)
    assert sum(str(1000 + n) in everything for n in range(len(reference), PRODUCTS)) == (
        PRODUCTS - len(reference)
    )


def test_labels_are_those_of_the_table(splits: Splits):
    train = splits.train
    row = int(np.flatnonzero(train.labels["look"] != MISSING)[0])
    expected = product(int(train.ids[row]) - 1000)
    for attribute in ("articleType", "baseColour", "subCategory", "gender"):
        label = train.labels[attribute][row]
        assert train.classes[attribute][label] == expected[attribute]
    look = f"{expected['articleType']}|{expected['baseColour']}|{expected['gender']}"
    assert train.classes["look"][train.labels["look"][row]] == look


def test_one_garment_ties_studio_and_phone_photographs(splits: Splits):
    train = splits.train
    pants = train.classes["garment"].index("pants")
    jeans = train.classes["articleType"].index("Jeans")
    assert (train.labels["garment"][train.labels["articleType"] == jeans] == pants).all()
    assert (train.labels["garment"][~train.studio] == pants).any()


def test_what_the_source_does_not_say_is_missing(splits: Splits):
    phones = subset(splits.train, ~splits.train.studio)
    for attribute in ("articleType", "baseColour", "subCategory", "gender", "look"):
        assert (phones.labels[attribute] == MISSING).all()
    assert (phones.labels["garment"] != MISSING).all()


def test_a_rare_look_is_no_class(splits: Splits, data: Path, tmp_path: Path):
    """A look of a few products would teach the network those products by heart."""
    for name in ("fashion-products", "clothing-cc0"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "images.zip").symlink_to(data / name / "images.zip")
    rows = [product(n) for n in range(PRODUCTS)]
    trained = next(row for row in rows if split_of(row["productDisplayName"]) == "train")
    trained["baseColour"] = "Mauve"
    write_rows(tmp_path / "fashion-products" / "styles.csv", rows)
    classes = read_splits(tmp_path).train.classes
    assert not any("Mauve" in look for look in classes["look"])
    assert "Mauve" in classes["baseColour"]


def test_a_product_without_a_picture_is_left_out(data: Path, tmp_path: Path):
    for name in ("fashion-products", "clothing-cc0"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "images.zip").symlink_to(data / name / "images.zip")
    write_rows(
        tmp_path / "fashion-products" / "styles.csv",
        [product(n) for n in range(PRODUCTS)] + [product(5000)],
    )
    found = read_splits(tmp_path)
    for part in (found.train, found.validation, found.test):
        assert "6000" not in part.ids


def test_a_subset_keeps_pictures_and_labels_together(splits: Splits):
    train = splits.train
    keep = np.zeros(len(train), bool)
    keep[[3, 50]] = True
    some = subset(train, keep)
    assert some.ids == [train.ids[3], train.ids[50]]
    np.testing.assert_array_equal(some.pictures[1], train.pictures[50])
    assert some.labels["garment"][1] == train.labels["garment"][50]
