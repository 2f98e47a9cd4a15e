"""Which kind of catalogue lies at a path: Kaggle's, folders by class, a shop's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.catalog.imports import BadRow, ImportRefused, ImportRow, kinds, open_source
from tests.shop.catalog.catalogues import HEADER, write_kaggle, write_shop, write_zip
from tests.shop.catalog.shelves import jpeg

KAGGLE_ROWS = (
    "10,Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011.0,Casual,Turtle Check, Men Navy, Shirt\n"
    "11,Women,Footwear,Shoes,Heels,,Winter,2012,,NA\n"
    "12,Girls,Apparel,Topwear,Tops,Pink,NA,,Casual,Pink Top\n"
    "13,Men,Apparel,Topwear,Shirts\n"
)


def rows_of(path: Path) -> list[ImportRow | BadRow]:
    with open_source(path) as source:
        rows = list(source)
        assert len(rows) == source.total
        return rows


def test_kaggle_rows_keep_commas_that_nobody_quoted(tmp_path: Path) -> None:
    shirt, heels, missing, short = rows_of(write_kaggle(tmp_path, KAGGLE_ROWS, (10, 11)))
    assert isinstance(shirt, ImportRow)
    assert shirt.name == "Turtle Check, Men Navy, Shirt"
    assert (shirt.sku, shirt.gender, shirt.category) == ("10", "men", "Shirts")
    assert shirt.description == "Navy blue shirts for casual wear. Fall 2011."
    assert shirt.sizes == kinds.LETTERS
    assert isinstance(heels, ImportRow)
    assert heels.name == "Heels"
    assert heels.sizes == kinds.WOMENS_SHOES
    assert missing == BadRow(4, "There is no photograph 12.jpg in images.")
    assert short == BadRow(5, "It has 5 columns where 10 are expected.")


@pytest.mark.parametrize("heading", ["", ",productDisplayName,,"])
def test_kaggle_without_names_or_with_empty_columns(tmp_path: Path, heading: str) -> None:
    write_kaggle(tmp_path, "", (10,))
    columns = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage"
    row = "10,Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual"
    ending = ",Turtle,," if heading else ""
    (tmp_path / "styles.csv").write_text(f"{columns}{heading}\n{row}{ending}\n")
    (shirt,) = rows_of(tmp_path)
    assert isinstance(shirt, ImportRow)
    assert shirt.name == ("Turtle" if heading else "Navy Blue Shirts")


def test_kaggle_images_may_be_a_zip(tmp_path: Path) -> None:
    write_kaggle(tmp_path, KAGGLE_ROWS, ())
    (tmp_path / "images").rmdir()
    write_zip(tmp_path / "images.zip", {"images/10.jpg": jpeg(), "11.jpg": jpeg()})
    rows = rows_of(tmp_path)
    assert [row.sku for row in rows if isinstance(row, ImportRow)] == ["10", "11"]


def test_kaggle_in_one_zip(tmp_path: Path) -> None:
    write_kaggle(tmp_path, KAGGLE_ROWS, ())
    files = {"k/styles.csv": (tmp_path / "styles.csv").read_bytes(), "k/images/10.jpg": jpeg()}
    rows = rows_of(write_zip(tmp_path / "all.zip", files))
    assert [row.sku for row in rows if isinstance(row, ImportRow)] == ["10"]


def test_folders_by_class_with_or_without_splits(tmp_path: Path) -> None:
    names = ("train/t-shirt/a.jpg", "test/hat/b.jpg", "hat/c.jpg", "loose.jpg", "hat/notes.txt")
    files = dict.fromkeys(names, jpeg()) | {"hat/notes.txt": b"Worn in summer."}
    path = write_zip(tmp_path / "classes.zip", files)
    first, second, third = rows_of(path)
    assert isinstance(first, ImportRow)
    assert isinstance(third, ImportRow)
    assert (first.name, first.kind, first.category) == ("Hat 1", "Hat", "Hats & Caps")
    assert (third.name, third.kind, third.category) == ("T-shirt 1", "T-shirt", "T-shirts")
    assert rows_of(path)[1] is not second


def test_a_photograph_that_moves_to_another_split_keeps_its_sku(tmp_path: Path) -> None:
    skus = []
    for split in ("train", "test"):
        path = write_zip(tmp_path / f"{split}.zip", {f"{split}/hat/a.jpg": jpeg()})
        (row,) = rows_of(path)
        assert isinstance(row, ImportRow)
        skus.append(row.sku)
    assert skus[0] == skus[1]


def test_a_folder_of_folders(tmp_path: Path) -> None:
    (tmp_path / "dress").mkdir()
    (tmp_path / "dress" / "a.jpg").write_bytes(jpeg())
    assert len(rows_of(tmp_path)) == 1


def test_a_csv_and_a_zip_in_a_folder_or_in_one_zip(tmp_path: Path) -> None:
    table = write_shop(tmp_path, f"{HEADER}\nA1,Shirt,Shirts,1\n")
    assert len(rows_of(tmp_path)) == len(rows_of(table)) == 1
    files = {"shop/list.csv": table.read_bytes(), "shop/A1.jpg": jpeg()}
    assert len(rows_of(write_zip(tmp_path / "one.zip", files))) == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "holds no styles.csv"),
        ({"a.csv": b"x", "b.csv": b"y"}, "holds several CSV files (a.csv, b.csv)"),
        ({"loose.jpg": b"x"}, "holds no styles.csv"),
    ],
)
def test_folders_that_hold_no_catalogue_are_refused(
    tmp_path: Path, files: dict[str, bytes], sentence: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        open_source(tmp_path)
    assert sentence in str(refused.value)


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="does not exist"):
        open_source(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", ["Shirts", "shoes", "something unheard of", ""])
def test_a_price_is_plausible_and_stays(kind: str) -> None:
    shelf = kinds.shelf_for(kind)
    prices = [kinds.price_for(kind, str(sku)) for sku in range(50)]
    assert prices == [kinds.price_for(kind, str(sku)) for sku in range(50)]
    assert all(shelf.cheapest * 100 - 5 <= price < shelf.dearest * 100 for price in prices)
    assert all(price % 100 == 95 for price in prices)
    assert len(set(prices)) > 10


@pytest.mark.parametrize(
    ("kind", "gender", "sizes"),
    [
        ("Jeans", "men", kinds.WAISTS),
        ("Jeans", "boys", kinds.CHILDREN),
        ("Casual Shoes", "women", kinds.WOMENS_SHOES),
        ("Casual Shoes", "unisex", kinds.MENS_SHOES),
        ("Casual Shoes", "girls", kinds.CHILDRENS_SHOES),
        ("Handbags", "women", kinds.ONE_SIZE),
    ],
)
def test_sizes_follow_from_kind_and_gender(kind: str, gender: str, sizes: tuple[str, ...]) -> None:
    assert kinds.sizes_for(kind, gender) == sizes


@pytest.mark.parametrize("name", ["classes.zip", "classes"])
def test_photographs_elsewhere_go_with_a_csv_file(tmp_path: Path, name: str) -> None:
    images = write_zip(tmp_path / "images.zip", {"hat/a.jpg": jpeg()})
    write_zip(tmp_path / "classes.zip", {"hat/b.jpg": jpeg()})
    (tmp_path / "classes" / "hat").mkdir(parents=True)
    (tmp_path / "classes" / "hat" / "b.jpg").write_bytes(jpeg())
    with pytest.raises(ImportRefused, match=r"images\.zip cannot go with"):
        open_source(tmp_path / name, images)
