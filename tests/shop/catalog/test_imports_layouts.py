"""Which kind of catalogue lies at a path: Kaggle's, folders by class, a shop's own."""

from __future__ import annotations

import json
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


def contents_of(path: Path) -> list[list[bytes]]:
    """The photographs of each row."""
    with open_source(path) as source:
        rows = [row for row in source if isinstance(row, ImportRow)]
        return [[read() for read in row.photographs] for row in rows]


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


def test_paths_of_one_name_are_two_products(tmp_path: Path) -> None:
    """Even where the pictures are the same."""
    for other in ("red", "blue"):
        files = {"train/hat/0.jpg": jpeg("red"), "test/hat/0.jpg": jpeg(other)}
        rows = rows_of(write_zip(tmp_path / f"{other}.zip", files))
        skus = [row.sku for row in rows if isinstance(row, ImportRow)]
        assert len(set(skus)) == 2


def test_another_folder_takes_no_products_place(tmp_path: Path) -> None:
    skus = []
    for colour in ("red", "blue", "red"):
        path = write_zip(tmp_path / "a.zip", {"cardigan/1.jpg": jpeg(colour)})
        (row,) = rows_of(path)
        assert isinstance(row, ImportRow)
        skus.append(row.sku)
    assert skus[0] == skus[2] != skus[1]


def test_a_folder_of_views_is_one_product(tmp_path: Path) -> None:
    folder = "img/WOMEN/Dresses/id_00000002"
    views = [f"{folder}/01_{n}_{view}.jpg" for n, view in ((1, "front"), (2, "side"), (3, "back"))]
    others = ["id_00000003/02_1_front.jpg", "id_00000003/02_4_full.jpg", "hat/1.jpg"]
    files = {name: name.encode() for name in (*others, *views)}
    path = write_zip(tmp_path / "views.zip", files)
    first, second, third = rows_of(path)
    assert isinstance(first, ImportRow)
    assert isinstance(second, ImportRow)
    assert isinstance(third, ImportRow)
    assert [len(row.photographs) for row in (first, second, third)] == [2, 3, 1]
    assert contents_of(path)[1] == [name.encode() for name in views]
    assert (second.name, second.kind, second.gender) == ("Dresses 1", "Dresses", "women")
    assert (second.category, first.name, first.gender) == ("Dresses", "Product 1", None)


def test_a_damaged_photograph_is_named(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"hat/1.jpg": jpeg(), "hat/2.jpg": jpeg("red")})
    content = path.read_bytes()
    start = content.index(jpeg()) + 20
    path.write_bytes(content[:start] + b"?" + content[start + 1 :])
    bad, row = rows_of(path)
    assert bad == BadRow("hat/1.jpg", "hat/1.jpg is damaged in a.zip.")
    assert isinstance(row, ImportRow)


STYLE = {
    "price": 895,
    "discountedPrice": 595.5,
    "brandName": "Puma",
    "colour1": "Red",
    "colour2": "NA",
    "productDescriptors": {"description": {"value": "<p>Soft</p><p>Warm &amp; light</p>"}},
}


def kaggle_with(folder: Path, **styles: str) -> Path:
    write_kaggle(folder, KAGGLE_ROWS.split("\n")[0] + "\n", (10,))
    (folder / "styles").mkdir()
    for key, content in styles.items():
        (folder / "styles" / f"{key.strip('_')}.json").write_text(content)
    return folder


def zipped(folder: Path) -> Path:
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = {f"k/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files}
    return write_zip(folder / "all.zip", names)


@pytest.mark.parametrize("packed", [False, True])
def test_the_full_kaggle_set_tells_prices_and_descriptions(tmp_path: Path, packed: bool) -> None:
    folder = kaggle_with(tmp_path, _10=json.dumps({"data": STYLE}))
    with open_source(zipped(folder) if packed else folder) as source:
        (row,) = source
        assert source.notes == [
            "The prices of styles/*.json are taken as they are, whatever currency they are in."
        ]
    assert isinstance(row, ImportRow)
    assert (row.price_cents, row.description) == (89500, "Soft\n\nWarm & light")
    assert row.facts == {"brand": "Puma", "sale_price_cents": 59550}
    assert row.colours == ["Navy Blue", "Red"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"price": "NA", "discountedPrice": "", "productDescriptors": []},
        {"productDescriptors": {"description": None}, "brandName": None},
        {"discountedPrice": 0},
        {"price": None, "productDescriptors": {"description": {"value": "NA"}}},
    ],
)
def test_what_the_full_set_does_not_tell_is_as_without_it(tmp_path: Path, data: object) -> None:
    (row,) = rows_of(kaggle_with(tmp_path, _10=json.dumps({"data": data})))
    assert isinstance(row, ImportRow)
    assert row.price_cents == kinds.price_for("Shirts", "10")
    assert row.description == "Navy blue shirts for casual wear. Fall 2011."
    assert row.facts == {"brand": "", "sale_price_cents": None}


@pytest.mark.parametrize("name", ["price", "discountedPrice"])
@pytest.mark.parametrize("value", [True, "cheap", -1, 0.001, 1e9, []])
def test_no_price_is_invented_where_one_is_told_that_is_none(
    tmp_path: Path, name: str, value: object
) -> None:
    (bad,) = rows_of(kaggle_with(tmp_path, _10=json.dumps({"data": {name: value}})))
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason.startswith(f"The {name} '")) == (2, True)


def test_a_price_of_nothing_is_none(tmp_path: Path) -> None:
    (bad,) = rows_of(kaggle_with(tmp_path, _10='{"data": {"price": 0}}'))
    assert bad == BadRow(2, "The price '0' is no price.")


def test_hidden_pictures_are_passed_over_and_told(tmp_path: Path) -> None:
    names = ("hat/1.jpg", "hat/.trashed-17-2.jpg")
    path = write_zip(tmp_path / "a.zip", {name: jpeg() for name in names})
    with open_source(path) as source:
        assert source.notes == ["1 file was passed over: hat/.trashed-17-2.jpg."]
        assert len(list(source)) == 1


def test_photographs_of_a_kaggle_set_without_a_row_are_told(tmp_path: Path) -> None:
    write_kaggle(tmp_path, KAGGLE_ROWS.split("\n")[0] + "\n", (10, 77))
    (tmp_path / "images" / ".hidden.jpg").write_bytes(jpeg())
    (tmp_path / "images" / ".DS_Store").write_bytes(b"litter")
    with open_source(tmp_path) as source:
        assert source.notes == ["2 files were passed over: .hidden.jpg, 77.jpg."]


HALF_A_SIGN = json.dumps({"data": {"brandName": chr(0xD800)}})


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"data": ', "[" * 100_000, HALF_A_SIGN])
def test_a_broken_file_of_the_full_set_is_named(tmp_path: Path, content: str) -> None:
    (bad,) = rows_of(kaggle_with(tmp_path, _10=content))
    assert bad == BadRow(2, "10.json is not as Kaggle's files are.")


def test_of_two_copies_of_a_kaggle_set_the_topmost_is_meant(tmp_path: Path) -> None:
    write_kaggle(tmp_path, KAGGLE_ROWS.split("\n")[0] + "\n", ())
    styles = (tmp_path / "styles.csv").read_bytes()
    files = {"styles.csv": styles, "images/10.jpg": b"top"}
    files |= {f"myntradataset/{name}": content for name, content in files.items()}
    assert contents_of(write_zip(tmp_path / "all.zip", files)) == [[b"top"]]


def test_two_photographs_of_one_id_are_refused(tmp_path: Path) -> None:
    write_kaggle(tmp_path, KAGGLE_ROWS.split("\n")[0] + "\n", ())
    (tmp_path / "images").rmdir()
    files = {"train/10.jpg": jpeg(), "test/10.jpg": jpeg("red")}
    write_zip(tmp_path / "images.zip", files)
    (bad,) = rows_of(tmp_path)
    reason = "Both test/10.jpg and train/10.jpg are its photograph: leave out one of them."
    assert bad == BadRow(2, reason)


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
