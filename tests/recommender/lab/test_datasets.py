"""Which photograph is in which part, and with which labels."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recommender.lab.datasets import (
    ATTRIBUTES,
    CLOTHING_SIDE,
    MISSING,
    Examples,
    Splits,
    read_originals,
    read_products,
    read_reference,
    read_splits,
    split_of,
    subset,
)
from tests.recommender.lab.labelled import (
    COLOURS,
    PRODUCTS,
    jpeg,
    names,
    phone_photographs,
    product,
    write_data,
    write_products,
    write_reference,
    write_zip,
)

WORDS = st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), min_size=1, max_size=5)


def parts(splits: Splits) -> tuple[Examples, ...]:
    return splits.train, splits.validation, splits.test


def named(split: str, count: int, first: int = 0, **changes: str) -> list[dict[str, str]]:
    """Products of that split, all alike but for their names and numbers."""
    found = names(split)
    alike = product(0) | changes
    return [alike | {"id": str(first + n), "productDisplayName": next(found)} for n in range(count)]


def test_the_parts_have_the_shares_that_were_said():
    found = [split_of(f"Maker {n} Shirt") for n in range(20_000)]
    for part, share in (("train", 0.85), ("validation", 0.05), ("test", 0.10)):
        assert found.count(part) / len(found) == pytest.approx(share, abs=0.01)


@pytest.mark.slow
@given(WORDS, st.sampled_from([" ", "  ", "\t", " \n "]))
def test_case_and_spaces_of_a_name_do_not_matter(words: list[str], space: str):
    name = " ".join(words)
    assert split_of(f"{space}{space.join(words).upper()}{space}") == split_of(name)
    assert split_of(name.title()) == split_of(name)


def test_products_of_one_name_are_in_one_part(tmp_path: Path):
    rows = [product(n, productDisplayName=f"Maker {n % 60}") for n in range(120)]
    rows += [product(n, productDisplayName=f" MAKER  {n % 60} ") for n in range(120, 180)]
    of_id = {row["id"]: row["productDisplayName"].lower().split()[1] for row in rows}
    found = [
        {of_id[i] for i in part.ids} for part in parts(read_splits(write_data(tmp_path, rows, {})))
    ]
    assert sum(map(len, found)) == len(set.union(*found)) == 60
    assert all(found)


def test_every_photograph_is_in_one_part(whole: Splits, data: Path):
    ids = [identifier for part in parts(whole) for identifier in part.ids]
    reference, _ = read_reference(data / "resnet50-imagenet-reference")
    known = {str(1000 + n) for n in range(PRODUCTS)} | set(phone_photographs())
    assert len(ids) == len(set(ids))
    assert known.difference(reference.ids) <= set(ids) <= known


def test_the_names_of_the_reference_are_seen_in_testing_only(tmp_path: Path):
    kept = [row for split in ("train", "validation", "test") for row in named(split, 3)]
    rows = [row | {"id": str(n)} for n, row in enumerate(kept)]
    shouted = [
        product(500 + n, productDisplayName=f" {row['productDisplayName'].upper()}  ")
        for n, row in enumerate(rows)
        if n % 3 == 0
    ]
    found = read_splits(write_data(tmp_path, rows, {}, reference=shouted))
    assert [part.ids for part in parts(found)] == [["1", "2"], ["4", "5"], ["6", "7", "8"]]


def test_drawings_are_learnt_from_and_not_measured_on(tmp_path: Path):
    rows = [row for split in ("train", "validation", "test") for row in named(split, 3)]
    drawn = [row | {"id": str(900 + n)} for n, row in enumerate(rows)]
    photographed = [row | {"id": str(n)} for n, row in enumerate(rows)]
    found = read_splits(write_data(tmp_path, photographed, {}, drawn=drawn))
    assert [part.ids for part in parts(found)] == [
        ["0", "1", "2", "900", "901", "902"],
        ["3", "4", "5"],
        ["6", "7", "8"],
    ]
    assert found.train.studio.all()


def test_drawings_add_no_class(tmp_path: Path):
    drawn = named("train", 12, first=100, articleType="Jeans", baseColour="Mauve")
    photographs = named("train", 12) + named("train", 1, first=50, articleType="Jeans")
    train = read_splits(write_data(tmp_path, photographs, {}, drawn=drawn)).train
    assert train.classes["baseColour"] == ["Red"]
    assert train.classes["look"] == ["Shirts|Red|Women"]
    only_drawn = np.array([int(i) >= 100 for i in train.ids])
    np.testing.assert_array_equal(train.labels["baseColour"] == MISSING, only_drawn)
    jeans = train.classes["articleType"].index("Jeans")
    assert (train.labels["articleType"][only_drawn] == jeans).all()


def test_without_a_reference_no_name_is_reserved(tmp_path: Path):
    assert len(read_splits(write_data(tmp_path, named("train", 3), {})).train) == 3


def test_labels_are_those_of_the_table(whole: Splits):
    train = subset(whole.train, whole.train.studio)
    for row, identifier in enumerate(train.ids):
        expected = product(int(identifier) - 1000)
        for attribute in ATTRIBUTES:
            label = train.labels[attribute][row]
            assert train.classes[attribute][label] == expected[attribute]


def test_pictures_are_those_of_their_products(whole: Splits):
    studio = subset(whole.test, whole.test.studio)
    for row, picture in enumerate(studio.pictures):
        colour = studio.classes["baseColour"][studio.labels["baseColour"][row]]
        shade = picture[44:56, 24:36].reshape(-1, 3).mean(axis=0)
        distances = {name: np.abs(shade - known).sum() for name, known in COLOURS.items()}
        assert min(distances, key=lambda name: distances[name]) == colour
        assert picture[0, 0].min() > 240


def test_phone_photographs_have_a_garment_and_studio_photographs_none(whole: Splits):
    train = whole.train
    for garment in ("pants", "hat", "shirt"):
        number = train.classes["garment"].index(garment)
        assert (train.labels["garment"][~train.studio] == number).any()
    assert (train.labels["garment"][train.studio] == MISSING).all()


def test_what_the_source_does_not_say_is_missing(whole: Splits):
    for part in parts(whole):
        for attribute in (*ATTRIBUTES, "look"):
            assert (part.labels[attribute][~part.studio] == MISSING).all()
        assert (part.labels["garment"][~part.studio] != MISSING).all()


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_an_empty_cell_is_no_class(tmp_path: Path, attribute: str):
    rows = named("train", 12) + named("train", 12, first=100, **{attribute: ""})
    train = read_splits(write_data(tmp_path, rows)).train
    without = np.array([int(i) >= 100 if i.isdigit() else True for i in train.ids])
    assert "" not in train.classes[attribute]
    np.testing.assert_array_equal(train.labels[attribute] == MISSING, without)
    assert len(train.classes["look"]) == 1


def test_a_class_that_training_does_not_know_is_missing(tmp_path: Path):
    rows = named("train", 3) + named("test", 3, first=100, baseColour="Mauve")
    test = read_splits(write_data(tmp_path, rows, {})).test
    assert (test.labels["baseColour"] == MISSING).all()
    assert (test.labels["articleType"] != MISSING).all()


@pytest.mark.parametrize(("products", "counts"), [(9, False), (10, True)])
def test_a_rare_look_is_no_class(tmp_path: Path, products: int, counts: bool):
    """A look of a few products would teach the network those products by heart."""
    rows = named("train", products) + named("test", 9, first=100)
    found = read_splits(write_data(tmp_path, rows, {}))
    assert found.train.classes["look"] == (["Shirts|Red|Women"] if counts else [])
    assert set(found.test.labels["look"]) == ({0} if counts else {MISSING})
    assert found.train.classes["articleType"] == ["Shirts"]


def test_a_product_without_a_picture_is_left_out(tmp_path: Path):
    rows = named("train", 5)
    found = read_splits(write_data(tmp_path, rows, {}, without_picture=["1", "3"])).train
    assert found.ids == ["0", "2", "4"]
    assert len(found.pictures) == len(found.labels["gender"]) == len(found.studio) == 3


def test_a_picture_without_a_product_is_left_out(tmp_path: Path):
    folder = write_data(tmp_path, named("train", 3), {})
    table = folder / "fashion-products" / "styles.csv"
    table.write_text("\n".join(table.read_text().splitlines()[:-1]))
    assert read_splits(folder).train.ids == ["0", "1"]


def test_the_zip_is_read_in_place(data: Path):
    before = {file: file.stat().st_mtime_ns for file in data.rglob("*")}
    read_splits(data)
    assert {file: file.stat().st_mtime_ns for file in data.rglob("*")} == before


def test_phone_photographs_are_decoded_no_larger_than_training_needs(tmp_path: Path):
    phones = {
        "train/shirt/large.jpg": jpeg(Image.new("RGB", (1200, 1600), "teal")),
        "train/shirt/small.jpg": jpeg(Image.new("RGB", (90, 60), "teal")),
        "train/shirt/grey.jpg": jpeg(Image.new("L", (60, 90), 120)),
    }
    train = read_splits(write_data(tmp_path, named("train", 1), phones)).train
    shapes = dict(zip(train.ids, (picture.shape for picture in train.pictures), strict=True))
    assert shapes["train/shirt/large.jpg"] == (CLOTHING_SIDE, CLOTHING_SIDE * 3 // 4, 3)
    assert shapes["train/shirt/small.jpg"] == (60, 90, 3)
    assert shapes["train/shirt/grey.jpg"] == (90, 60, 3)
    assert {picture.dtype for picture in train.pictures} == {np.dtype(np.uint8)}


def test_phone_photographs_keep_the_parts_of_their_source(whole: Splits):
    for name, part in zip(("train", "validation", "test"), parts(whole), strict=True):
        phones = subset(part, ~part.studio)
        assert len(phones) > 0
        for member, label in zip(phones.ids, phones.labels["garment"], strict=True):
            assert member.split("/")[:2] == [name, phones.classes["garment"][label]]


def test_reference_products_keep_the_order_of_their_vectors(tmp_path: Path):
    rows = [product(n) for n in (5, 3, 9)]
    write_reference(tmp_path / "reference", rows)
    examples, vectors = read_reference(tmp_path / "reference")
    assert examples.ids == ["1005", "1003", "1009"]
    assert vectors.shape == (3, 2048)
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(
        vectors, np.load(tmp_path / "reference" / "vectors.npz")["vectors"]
    )


def test_a_reference_product_that_the_table_lacks_has_no_labels(tmp_path: Path):
    folder = tmp_path / "reference"
    write_reference(folder, [product(n) for n in range(3)])
    table = folder / "styles.csv"
    table.write_text("\n".join(table.read_text().splitlines()[:-1]))
    examples, _ = read_reference(folder)
    assert len(examples.pictures) == 3
    for attribute in ATTRIBUTES:
        np.testing.assert_array_equal(examples.labels[attribute] == MISSING, [False, False, True])


def test_products_of_a_folder_are_read_whatever_their_part(tmp_path: Path):
    rows = [row for split in ("train", "validation", "test") for row in named(split, 2)]
    write_products(tmp_path / "drawn", [row | {"id": f"T-{n}"} for n, row in enumerate(rows)])
    found = read_products(tmp_path / "drawn")
    assert found.ids == [f"T-{n}" for n in range(6)]
    assert found.studio.all()
    assert {found.classes["articleType"][label] for label in found.labels["articleType"]} == {
        "Shirts"
    }


def test_originals_are_read_at_their_full_size_by_garment(tmp_path: Path):
    pictures = {
        "skirt/a.jpg": jpeg(Image.new("RGB", (400, 533), "teal")),
        "hat/b.jpg": jpeg(Image.new("RGB", (300, 400), "teal")),
    }
    write_zip(tmp_path / "originals.zip", pictures)
    found = read_originals(tmp_path / "originals.zip")
    assert found.ids == ["hat/b.jpg", "skirt/a.jpg"]
    assert [picture.shape for picture in found.pictures] == [(400, 300, 3), (533, 400, 3)]
    assert found.labels["garment"].tolist() == [0, 1]
    assert not found.studio.any()


def test_a_subset_keeps_pictures_and_labels_together(whole: Splits):
    train = whole.train
    keep = np.zeros(len(train), bool)
    keep[[3, 50]] = True
    some = subset(train, keep)
    assert some.ids == [train.ids[3], train.ids[50]]
    np.testing.assert_array_equal(some.pictures[1], train.pictures[50])
    for attribute, labels in train.labels.items():
        assert some.labels[attribute].tolist() == labels[[3, 50]].tolist()
    assert some.studio.tolist() == train.studio[[3, 50]].tolist()
