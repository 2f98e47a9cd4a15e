"""A shop's own CSV file with a zip of photographs."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shop.catalog.imports import (
    BadRow,
    ImportRefused,
    ImportRow,
    import_rows,
    open_source,
    tables,
    variants,
)
from shop.catalog.imports.archives import Files, natural_order
from shop.catalog.imports.photographs import Photographs
from shop.catalog.imports.variants import product_sku
from shop.catalog.models import Product, Status
from shop.skus.models import Registration
from tests.shop.catalog.catalogues import HEADER, write_shop, write_zip
from tests.shop.catalog.shelves import jpeg


def read(path: Path, images: Path | None = None) -> tuple[list[ImportRow], list[BadRow]]:
    """The rows of a catalogue, its photographs read already."""
    with open_source(path, images) as source:
        rows = list(source)
        good = [
            replace(row, photographs=[photograph() for photograph in row.photographs])  # type: ignore[misc]
            for row in rows
            if isinstance(row, ImportRow)
        ]
    return good, [row for row in rows if isinstance(row, BadRow)]


def reasons(path: Path) -> list[tuple[object, str]]:
    return [(row.line, row.reason) for row in read(path)[1]]


def test_all_columns(tmp_path: Path) -> None:
    table = write_shop(
        tmp_path,
        "SKU, Name ,category,price,description,gender,kind,colour,style,season,usage,sizes,"
        "photographs\n"
        'A1,"Shirt, linen",Shirts,49.90,Cool.,Ladies,Shirt,White,Lido,Summer,Casual,S|M,'
        "A2.jpg|a1.JPG\n",
    )
    (row,), bad = read(table)
    assert bad == []
    assert (row.sku, row.name, row.gender, row.price_cents) == ("A1", "Shirt, linen", "women", 4990)
    assert row.sizes == ("S", "M")
    assert row.style == "Lido"
    assert row.photographs == [jpeg("blue"), jpeg("red")]


def test_required_columns_are_enough(tmp_path: Path) -> None:
    (row,), _ = read(write_shop(tmp_path, f"{HEADER}\nA1,Shirt,Shirts,49\n"))
    assert row.gender is None
    assert (row.sizes, row.style, row.description) == (None, None, None)
    assert len(row.photographs) == 1


@pytest.mark.parametrize(
    ("sizes", "stock", "pieces"),
    [("S|M|L", "4|0| 12", (4, 0, 12)), ("", "3", (3,)), ("S|M", "", ())],
)
def test_pieces_of_each_size(
    tmp_path: Path, sizes: str, stock: str, pieces: tuple[int, ...]
) -> None:
    (row,), bad = read(write_shop(tmp_path, f"{HEADER},sizes,stock\nA1,A,C,1,{sizes},{stock}\n"))
    assert (row.stock, bad) == (pieces, [])


@pytest.mark.parametrize(
    ("stock", "reason"),
    [
        ("4", "The stock '4' has no number for each of the 2 sizes."),
        ("4|many", "The stock 'many' is not a whole number up to 100,000."),
        ("4|-1", "The stock '-1' is not a whole number up to 100,000."),
        ("4|100001", "The stock '100001' is not a whole number up to 100,000."),
    ],
)
def test_pieces_that_cannot_be_meant(tmp_path: Path, stock: str, reason: str) -> None:
    table = write_shop(tmp_path, f"{HEADER},sizes,stock\nA1,A,C,1,S|M,{stock}\n")
    assert reasons(table) == [(2, reason)]


@pytest.mark.parametrize("number", ["9" * 5_000, "0" * 5_000])
def test_numbers_that_are_longer_than_numbers_are(tmp_path: Path, number: str) -> None:
    table = write_shop(tmp_path, f"{HEADER},stock\nA1,A,C,1,{number}\n")
    ((line, reason),) = reasons(table)
    assert line == 2
    assert reason.startswith(f"The stock '{number[:100]}")
    assert len(reason) < 300


def test_a_cell_that_is_too_long_is_named(tmp_path: Path) -> None:
    table = write_shop(tmp_path, f"{HEADER}\nA1,{'x' * 65_537},C,1\nA2,A,C,1\n")
    assert reasons(table) == [(2, "The name is longer than 65,536 characters.")]


def test_rows_are_counted_without_the_empty_ones(tmp_path: Path) -> None:
    path = write_shop(tmp_path, f"\n{HEADER}\n\nA1,A,C,1\n,,,\n\nA2,B,C,1\n\n")
    with open_source(path) as source:
        assert source.total == len(list(source)) == 2


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537])
def test_letters_may_lie_across_what_is_looked_at_at_once(tmp_path: Path, length: int) -> None:
    start = f"{HEADER}\nA1,"
    text = f"{start}{'x' * 20}é,{'y' * (length - len(start) - 22)}é,1\n"
    with open_source(write_shop(tmp_path, text, {"A1.jpg": jpeg()})) as source:
        (row,) = source
        assert isinstance(row, ImportRow)
        assert (row.name, row.category[-1], source.notes) == (f"{'x' * 20}é", "é", [])


def test_photographs_are_found_by_the_sku(tmp_path: Path) -> None:
    files = {
        name: name.encode()
        for name in ("ab-2.jpg", "ab-10.jpg", "AB.png", "ab-1-front.jpg", "x/ab-1.jpg", "cd/a.jpg")
    }
    text = f"{HEADER}\nab,A,C,1\nab-1,B,C,1\ncd,C,C,1\n"
    rows, _ = read(write_shop(tmp_path, text, files))
    assert [row.photographs for row in rows] == [
        [b"AB.png", b"ab-2.jpg", b"ab-10.jpg"],
        [b"ab-1-front.jpg", b"x/ab-1.jpg"],
        [b"cd/a.jpg"],
    ]


def test_a_name_of_dashes_is_looked_at_once(tmp_path: Path) -> None:
    """Every start of it would be gigabytes."""
    images = Files("photographs", [(f"a{'-' * 60_000}.jpg", io.BytesIO)])
    tracemalloc.start()
    photographs = Photographs(images, ["a"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert photographs.of(["a"], ()) == list(images.names)
    assert peak < 2_000_000


def test_photographs_are_in_the_order_of_their_numbers_however_long() -> None:
    names = ["a", "a-", "a-9", f"a-{'0' * 5_000}10", "a-11", f"a-{'9' * 5_000}", "a--1", "a-b"]
    assert sorted(set(names), key=natural_order) == names


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_of_spreadsheets(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADER}\nA1,Shirt,Shirts,49.9\n".replace(",", delimiter)
    (row,), _ = read(write_shop(tmp_path, text))
    assert row.price_cents == 4990


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    text = f"{HEADER}\nA1,Béret,Hüte,49.9\n".encode(encoding)
    (row,), _ = read(write_shop(tmp_path, text))
    assert (row.name, row.category) == ("Béret", "Hüte")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_marks_in_front_of_the_text_are_no_part_of_it(tmp_path: Path, encoding: str) -> None:
    text = '"sku",name,category,price\nA1,Béret,Hüte,49.9\n'
    marks = b"\xef\xbb\xbf" if encoding == "cp1252" else "\ufeff\ufeff".encode(encoding)
    content = marks + text.encode(encoding).removeprefix("".encode(encoding))
    (row,), _ = read(write_shop(tmp_path, content))
    assert row.name == "Béret"


def test_another_encoding_is_read_and_said(tmp_path: Path) -> None:
    table = write_shop(tmp_path, f"{HEADER}\nA1,Béret,Hüte,49.9\n".encode("cp1252"))
    with open_source(table) as source:
        (row,) = source
        assert isinstance(row, ImportRow)
        assert row.name == "Béret"
        assert source.notes[0].startswith("products.csv is not UTF-8 (line 2)")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "sku,name\nA1,Shirt\n",
            "products.csv lacks the columns category, price; it has sku, name",
        ),
        ("", "products.csv has no line of column names."),
        ("sku,sku,name,category,price\n", "products.csv has two columns of the same name."),
        (b"\x00\x01\x02\x00", "products.csv is not a text file."),
        (b"\x81\x8d\xff\xfe", "products.csv is neither UTF-8 nor Windows-1252 (line 1)"),
        ('sku,"name,category,price\nA1,A,C,1\n', "products.csv cannot be read as CSV at line 1: A"),
    ],
)
def test_files_that_are_no_catalogue_are_refused(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(write_shop(tmp_path, content))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A1,Shirt,Shirts", "It has 3 columns where 4 are expected."),
        (",Shirt,Shirts,1", "The sku is empty."),
        ("A1,,Shirts,1", "The name is empty."),
        ("A1,Shirt,,1", "The category is empty."),
        ("A1,Shirt,Shirts,", "The price is empty."),
        ("A1,Shirt,Shirts,cheap", "The price 'cheap' is not a number such as 49.90."),
        ("A1,Shirt,Shirts,-5", "The price '-5' is not between 0.01 and 1,000,000."),
        ("A1,Shirt,Shirts,0", "The price '0' is not between 0.01 and 1,000,000."),
    ],
)
def test_bad_rows_say_why(tmp_path: Path, line: str, reason: str) -> None:
    table = write_shop(tmp_path, f"{HEADER}\n{line}\nA2,Shirt,Shirts,1\n")
    good, bad = read(table)
    assert bad == [BadRow(2, reason)]
    assert [row.sku for row in good] == ["A2"]


def test_bad_values_of_optional_columns(tmp_path: Path) -> None:
    text = f"{HEADER},gender,photographs\nA1,S,C,1,robots,\nA1,S,C,1,,zz.jpg\n"
    assert reasons(write_shop(tmp_path, text)) == [
        (2, "The gender 'robots' is none of women, men, unisex, girls, boys."),
        (3, "The photograph 'zz.jpg' is not in products.zip."),
    ]


def test_a_cell_beyond_bounds_is_refused_by_its_line(tmp_path: Path) -> None:
    text = f'{HEADER}\nA1,"{"x" * 200_000}",C,1\nA2,Hat,C,2\n'
    (row,), bad = read(write_shop(tmp_path, text))
    assert (row.sku, bad) == ("A2", [BadRow(2, "A cell is longer than 65,536 characters.")])


@pytest.mark.parametrize(
    ("names", "wanted", "reason"),
    [
        (
            ("a/1.jpg", "b/1.jpg"),
            "1.jpg",
            "The photograph '1.jpg' could be a/1.jpg or b/1.jpg: write its path.",
        ),
        (
            ("A1/B2.jpg", "A1/front.jpg"),
            "",
            "The photograph 'A1/B2.jpg' fits B2 as well: say in the column photographs whose it "
            "is.",
        ),
    ],
)
def test_what_fits_two_products_is_refused(
    tmp_path: Path, names: tuple[str, ...], wanted: str, reason: str
) -> None:
    text = f"{HEADER},photographs\nA1,A,C,1,{wanted}\nB2,B,C,1,{names[0]}\n"
    table = write_shop(tmp_path, text, dict.fromkeys(names, jpeg()))
    (row,), bad = read(table)
    assert (row.sku, bad) == ("B2", [BadRow(2, reason)])


def test_a_path_is_a_path(tmp_path: Path) -> None:
    files = {"1.jpg": b"loose", "a/1.jpg": b"a", "a/1.JPG": b"A"}
    text = f"{HEADER},photographs\nA1,A,C,1,1.jpg\nA2,A,C,1,a/1.jpg\nA3,A,C,1,a/1.JPG\n"
    rows, bad = read(write_shop(tmp_path, text, files))
    assert ([row.photographs for row in rows], bad) == ([[b"loose"], [b"a"], [b"A"]], [])


def test_photographs_that_no_row_means_are_told(tmp_path: Path) -> None:
    names = ("A1.jpg", "a1-2.jpg", "all/x.jpg", "B7.jpg", "lost.jpg")
    text = f"{HEADER},images\nA1,A,C,1,\nA2,B,C,1,x.jpg\n"
    with open_source(write_shop(tmp_path, text, dict.fromkeys(names, jpeg()))) as source:
        assert source.notes == ["2 files were passed over: B7.jpg, lost.jpg."]


def test_a_folder_may_hold_names_with_the_slashes_of_windows(tmp_path: Path) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / "b\\1.jpg").write_bytes(jpeg("red"))
    table = write_shop(tmp_path, f"{HEADER},photographs\nA1,A,C,1,b\\1.jpg\n")
    (row,), _bad = read(table, folder)
    assert row.photographs == [jpeg("red")]


def test_a_photograph_is_found_by_the_longest_sku_of_a_size(tmp_path: Path) -> None:
    sku = "X" * 80
    text = f"{BY_SIZE}\n{sku},Tee,Shirt,Shirts,9,Navy,S,1,\n"
    (row,), _bad = read(write_shop(tmp_path, text, {f"{sku}-2.jpg": jpeg("red")}))
    assert row.photographs == [jpeg("red")]


def test_copies_belong_to_what_they_copy(tmp_path: Path) -> None:
    names = ("CO-1.jpg", "CO-1 (2).jpg", "CO-1(3).jpg", "CO-1 copy.jpg", "CO-1 - Kopie.jpg")
    text = f"{HEADER}\nCO-1,A,C,1\nCO-10,B,C,1\n"
    table = write_shop(tmp_path, text, {name: name.encode() for name in (*names, "CO-10.jpg")})
    first, second = read(table)[0]
    assert first.photographs[0] == b"CO-1.jpg"
    assert set(first.photographs) == {name.encode() for name in names}
    assert second.photographs == [b"CO-10.jpg"]


def test_two_open_quotes_are_no_name(tmp_path: Path) -> None:
    table = write_shop(tmp_path, f'{HEADER}\nA1,"Shirt,C,1\nA2,Hat,C,2\nA3,Cap",C,3\n')
    reason = "The name holds the end of a row: is a quotation mark not closed?"
    assert read(table) == ([], [BadRow(2, reason)])


def test_a_name_is_one_line(tmp_path: Path) -> None:
    (row,), bad = read(write_shop(tmp_path, f'{HEADER}\nA1,"Linen\nshirt",C,1\n'))
    assert (row.name, bad) == ("Linen shirt", [])


def test_a_description_holds_no_rows(tmp_path: Path) -> None:
    text = f'{HEADER},description\nA1,S,C,1,"Soft\nA2,H,C,2,Warm\nA3,C,C,3,Light"\n'
    assert reasons(write_shop(tmp_path, text)) == [
        (2, "The description holds a row, 'A2,H,C,2,Warm': is a quotation mark not closed?")
    ]


@pytest.mark.parametrize(
    "swallowed",
    [
        "A2,H,C,1.300,Warm",
        "A2,H,C,2,Warm, light and soft",
        "A2,H,C,2,",
    ],
)
def test_a_description_holds_no_row_however_it_is_written(tmp_path: Path, swallowed: str) -> None:
    text = f'{HEADER},description\nA1,S,C,"49,90","Soft\n{swallowed}\nA3,C,C,3,Light"\n'
    ((line, reason),) = reasons(write_shop(tmp_path, text))
    assert (line, reason.partition(":")[0]) == (
        2,
        f"The description holds a row, '{swallowed}'",
    )


@pytest.mark.parametrize(
    "line",
    [
        "Available sizes: 36, 38, 40, 42, 44, 46",
        "S, 88, 70, 94, 60, 33",
        "EU,36,38,40,42,44,46",
        "1 pc, 2 pcs, 3 pcs, 10, 20, 30",
        "Wool, silk, linen, 30, 20",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_list_in_a_description_is_no_row(tmp_path: Path, line: str, delimiter: str) -> None:
    text = f'{HEADER},description\nA1,S,C,1,"Soft.\n{line}\nMade well."\n'
    (row,), bad = read(write_shop(tmp_path, text.replace(",", delimiter)))
    assert bad == []
    assert row.description == f"Soft.\n{line}\nMade well.".replace(",", delimiter)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("A1,S,C,1,Soft\rA2,H,C,2,Warm", "The description holds a row, 'A2,H,C,2,Warm'"),
        ('A1,"Shirt\rA2,Hat",C,1,', "The name holds the end of a row"),
    ],
)
def test_a_row_that_ends_otherwise_than_the_others_swallows_none(
    tmp_path: Path, rows: str, reason: str
) -> None:
    text = f"{HEADER},description\n{rows}\nA3,C,C,3,Light\n"
    table = write_shop(tmp_path, text, {f"A{number}.jpg": jpeg() for number in (1, 2, 3)})
    found, bad = read(table)
    assert [row.sku for row in found] == ["A3"]
    assert [(row.line, row.reason.startswith(reason)) for row in bad] == [(2, True)]


def test_a_description_may_have_lines(tmp_path: Path) -> None:
    text = f'{HEADER},description\nA1,S,C,1,"Soft, light, cool, fine, new\nMade well"\n'
    (row,), _ = read(write_shop(tmp_path, text))
    assert row.description == "Soft, light, cool, fine, new\nMade well"


def test_html_is_read_as_text(tmp_path: Path) -> None:
    text = f"{HEADER},description\nA1,Coat &amp; <b>scarf</b>,C,1,<p>Soft</p><p>Warm &lt;3</p>\n"
    (row,), _ = read(write_shop(tmp_path, text))
    assert (row.name, row.description) == ("Coat & scarf", "Soft\n\nWarm <3")


def test_the_other_columns(tmp_path: Path) -> None:
    text = (
        "sku;name;category;price;Brand;Color;material;EAN;mpn;sale_price;sale_from;sale_until;"
        "status;name_de;description_de;attr:Neckline;attr:Fit\n"
        "A1;S;C;49,90;Lido;Navy|White;Linen;4006381333931;M-1;39,90;2026-12-01;2026-12-24;link;"
        "Hemd;<p>Kühl;V;\n"
    )
    (row,), bad = read(write_shop(tmp_path, text))
    assert bad == []
    assert row.colours == ("Navy", "White")
    assert row.facts == {
        "brand": "Lido",
        "material": "Linen",
        "gtin": "4006381333931",
        "mpn": "M-1",
        "status": Status.LINK,
        "sale_price_cents": 3990,
        "sale_from": datetime(2026, 12, 1, tzinfo=UTC),
        # The last day is part of it.
        "sale_until": datetime(2026, 12, 25, tzinfo=UTC),
    }
    assert row.texts == {"de": ("Hemd", "Kühl")}
    assert row.attributes == {"Neckline": "V", "Fit": ""}


NO_DAY = "is no day such as 2026-12-24 and no time."


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("sale_price", "1e3", "The sale price '1e3' is not a number such as 49.90."),
        ("sale_from", "24.12.2026", f"The sale_from '24.12.2026' {NO_DAY}"),
        ("sale_until", "2026-02-30", f"The sale_until '2026-02-30' {NO_DAY}"),
        # Days that are none in UTC.
        ("sale_from", "0001-01-01T00:00+14:00", f"The sale_from '0001-01-01T00:00+14:00' {NO_DAY}"),
        (
            "sale_until",
            "9999-12-31T23:59-12:00",
            f"The sale_until '9999-12-31T23:59-12:00' {NO_DAY}",
        ),
        ("status", "gone", "The status 'gone' is none of draft, published, link, archived."),
    ],
)
def test_other_columns_that_cannot_be_meant(
    tmp_path: Path, column: str, cell: str, reason: str
) -> None:
    table = write_shop(tmp_path, f"{HEADER},{column}\nA1,S,C,1,{cell}\n")
    assert reasons(table) == [(2, reason)]


def test_a_status_that_is_not_named_stays(tmp_path: Path) -> None:
    (row,), _ = read(write_shop(tmp_path, f"{HEADER},status\nA1,S,C,2,\n"))
    assert row.facts == {}


def test_columns_that_are_not_understood_are_named(tmp_path: Path) -> None:
    text = f"{HEADER},Colour,Vendor Code,,weight\nA1,S,C,1,Red,x,,2\n"
    table = write_shop(tmp_path, text, {"A1.jpg": jpeg()})
    with open_source(table) as source:
        assert source.notes == [
            "Columns that are not understood: Vendor Code, weight.",
            "1 column has no name and was left out.",
        ]
        assert len(list(source)) == 1


def test_two_names_for_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"has two columns for colour\."):
        read(write_shop(tmp_path, f"{HEADER},colour,color\nA1,S,C,1,Red,Red\n"))


BY_SIZE = "sku,style,name,category,price,colour,size,stock,photographs"


def by_size(colours: Sequence[str], *, extra: str = "") -> str:
    rows = (
        f"{colour[0]}{size},Lido,Coat,Coats,{100 if size == 'XL' else 90},{colour},{size},"
        f"{number},{colour}.jpg"
        for colour in colours
        for number, size in enumerate(("S", "M", "L", "XL"))
    )
    return "\n".join((BY_SIZE, *rows, extra))


COATS = {"Navy.jpg": jpeg("navy"), "White.jpg": jpeg("white"), "Red.jpg": jpeg("red")}


def test_a_row_for_each_size_makes_a_product_of_each_colour(tmp_path: Path) -> None:
    table = write_shop(tmp_path, by_size(("Navy", "White", "Red")), COATS)
    with open_source(table) as source:
        assert source.total == 3
        assert len(list(source)) == 3
    rows, bad = read(table)
    assert bad == []
    assert [(row.sku, row.style, row.line) for row in rows] == [
        ("LIDO-NAVY", "Lido", 2),
        ("LIDO-WHITE", "Lido", 6),
        ("LIDO-RED", "Lido", 10),
    ]
    assert rows[0].sizes == ("S", "M", "L", "XL")
    assert rows[0].skus == ("NS", "NM", "NL", "NXL")
    assert (rows[0].stock, rows[0].prices) == ((0, 1, 2, 3), (9000, 9000, 9000, 10000))
    assert rows[0].photographs == [jpeg("navy")]


@pytest.mark.parametrize(
    ("style", "colour", "sku"),
    [
        ("Tee", "Navy, light", "TEE-NAVY-LIGHT"),
        ("Tee", "Navy|White", "TEE-NAVY-WHITE"),
        ("Tee 2.0", "Black/Ivory+", "TEE-2.0-BLACK-IVORY+"),
        ("(Tee)", "", "TEE"),
        ("साड़ी", "नीला", "साड़ी-नीला"),
    ],
)
def test_a_product_of_rows_has_a_sku_of_letters_and_digits(
    style: str, colour: str, sku: str
) -> None:
    assert product_sku(style, colour) == sku


@pytest.mark.django_db
def test_a_product_whose_sku_kept_its_commas_is_found_again(tmp_path: Path) -> None:
    text = f'{BY_SIZE}\nN1,Tee,Shirt,Shirts,9,"Navy, light",S,1,Navy.jpg\n'
    table = write_shop(tmp_path, text, COATS)
    with open_source(table) as source:
        import_rows(source)
    Product.objects.update(sku="TEE-NAVY,-LIGHT")
    Registration.objects.filter(sku="TEE-NAVY-LIGHT").update(
        sku="TEE-NAVY,-LIGHT", key="tee-navy,-light"
    )
    with open_source(table) as source:
        assert str(import_rows(source)) == "1 unchanged"
    assert Product.objects.get().sku == "TEE-NAVY,-LIGHT"


def test_a_list_of_sizes_makes_a_product_of_each_colour(tmp_path: Path) -> None:
    """The same design, told by a row for each colour."""
    text = f"{HEADER},style,colour,sizes\n" + "".join(
        f"L-{colour},Coat,Coats,90,Lido,{colour},S|M|L|XL\n" for colour in ("Navy", "White", "Red")
    )
    files = {f"L-{name}": content for name, content in COATS.items()}
    rows, _ = read(write_shop(tmp_path, text, files))
    assert [(row.style, row.colours, len(row.sizes or ())) for row in rows] == [
        ("Lido", ("Navy",), 4),
        ("Lido", ("White",), 4),
        ("Lido", ("Red",), 4),
    ]


def test_further_sizes_may_leave_empty_what_the_first_says(tmp_path: Path) -> None:
    text = f"{BY_SIZE}\nNS,Lido,Coat,Coats,90,Navy,S,,Navy.jpg\nNM,Lido,,,,Navy,M,,\n"
    (row,), bad = read(write_shop(tmp_path, text, COATS))
    assert (row.sizes, row.name, row.prices, bad) == (("S", "M"), "Coat", (9000, 9000), [])


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (
            "NXXL,Lido,Jacket,Coats,90,Navy,XXL,4,",
            "Line 6: It says another name, 'Jacket': what is of one style and colour is one "
            "product.",
        ),
        ("NXXL,Lido,Coat,Coats,1e3,Navy,XXL,4,", "Line 6: The price '1e3' is not a number such"),
        ("NXXL,Lido,Coat,Coats,90,Navy,XXL,4|5,", "Line 6: The stock '4|5' has no number for"),
        (",Lido,Coat,Coats,90,Navy,XXL,4,", "Line 6: The sku is empty."),
        (
            "NXXL,Lido,Coat,Coats,90,Navy,XXL,,",
            "The stock is empty in some of its rows and not in others.",
        ),
    ],
)
def test_one_bad_size_keeps_its_product_as_it_is(tmp_path: Path, extra: str, reason: str) -> None:
    """Or the product would lose a size that it has."""
    rows, bad = read(write_shop(tmp_path, by_size(("Navy",), extra=extra), COATS))
    assert rows == []
    ((line, why),) = [(row.line, row.reason) for row in bad]
    assert line == 2
    assert why.startswith(reason)


BESIDE = "cannot be read, and may be one of its sizes."
SCATTERED = "Its sizes stand in several places: sort the rows by style and colour."
SHORT = "It has 3 columns where 9 are expected."


@pytest.mark.parametrize("at", [2, 3, 5])
def test_a_row_that_cannot_be_read_may_be_a_size_of_those_beside_it(
    tmp_path: Path, at: int
) -> None:
    lines = by_size(("Navy", "White")).splitlines()
    # S of Navy alone, M to XL of Navy, or Navy whole are above it.
    lines.insert(at - 1 if at < 5 else 5, "NXS,Lido,Coat")
    rows, bad = read(write_shop(tmp_path, "\n".join(lines), COATS))
    place = at if at < 5 else 6
    refused = {row.line: row.reason for row in bad}
    assert refused.pop(place) == SHORT
    if at == 5:
        assert refused == {2: f"The row at line 6 {BESIDE}", 7: f"The row at line 6 {BESIDE}"}
        assert rows == []
    else:
        assert [row.sku for row in rows] == ["LIDO-WHITE"]
        assert set(refused.values()) <= {f"The row at line {place} {BESIDE}", SCATTERED}


def test_sizes_that_stand_in_several_places_are_refused(tmp_path: Path) -> None:
    header, *rows = by_size(("Navy", "White")).splitlines()
    by_number = sorted(filter(None, rows), key=lambda row: row.split(",")[6])
    text = "\n".join([header, *by_number, "RS,Lido,Coat,Coats,90,Red,S,1,Red.jpg"])
    found, bad = read(write_shop(tmp_path, text, COATS))
    assert [row.sku for row in found] == ["LIDO-RED"]
    assert {row.reason for row in bad} == {SCATTERED}
    assert len(bad) == 8


def test_of_more_sizes_than_a_product_has_not_all_are_kept(tmp_path: Path) -> None:
    rows = (f"N{number},Lido,Coat,Coats,90,Navy,{number},1,Navy.jpg" for number in range(5_000))
    table = write_shop(tmp_path, "\n".join((BY_SIZE, *rows)), COATS)
    assert reasons(table) == [(2, "A product has at most 100 sizes.")]


def test_rows_of_more_text_than_anybody_means_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variants, "MAX_TEXT", 100)
    table = write_shop(tmp_path, by_size(("Navy",)), COATS)
    assert reasons(table) == [(2, "Its rows hold more than 100 characters.")]


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ('"S, M, L"', "The size 'S, M, L' names several"),
        ("S; M", "The size 'S; M' names several"),
        ('"36,38,40"', "The size '36,38,40' names several"),
        ('"37,38,5"', "The size '37,38,5' names several"),
        ('"36,38"', "The size '36,38' names several"),
        ('"2XL, 3XL"', "The size '2XL, 3XL' names several"),
        ('"38,5"', ""),
        ('"4,5"', ""),
        ('"42,25"', ""),
        ('"UK 4,5"', ""),
        ('"38,5 EU"', ""),
        ('"W32, L34"', ""),
        ('"S, petite"', ""),
        ("S/M", ""),
    ],
)
def test_a_row_for_each_size_names_one(tmp_path: Path, size: str, reason: str) -> None:
    text = f"{BY_SIZE}\nN1,Lido,Coat,Coats,90,Navy,{size},4,Navy.jpg\n"
    rows, bad = read(write_shop(tmp_path, text, COATS))
    if reason:
        assert [row.reason.startswith(f"Line 2: {reason}") for row in bad] == [True]
    else:
        assert [row.sizes for row in rows] == [(size.strip('"'),)]


def test_a_list_among_rows_of_sizes_is_refused(tmp_path: Path) -> None:
    text = (
        f"{BY_SIZE}\nN1,Lido,Coat,Coats,90,Navy,S|M,1|2,Navy.jpg\n"
        "N3,Lido,Coat,Coats,90,Navy,L,3,Navy.jpg\nW1,Lido,Coat,Coats,90,White,S|M,1|2,White.jpg\n"
    )
    (row,), bad = read(write_shop(tmp_path, text, COATS))
    assert (row.sku, row.sizes) == ("W1", ("S", "M"))
    assert bad == [BadRow(2, "Line 2: The size 'S|M' names several: give each a row.")]


@pytest.mark.parametrize(
    "further", ["NM,Lido,,,,Navy,M,2,", "NM,Lido,Coat,Coats,90,,M,2,", "NM,,,,,,M,2,"]
)
def test_further_sizes_may_leave_out_style_and_colour(tmp_path: Path, further: str) -> None:
    text = f"{BY_SIZE}\nNS,Lido,Coat,Coats,90,Navy,S,1,Navy.jpg\n{further}\nNL,,,,,,L,3,\n"
    (row,), bad = read(write_shop(tmp_path, text, COATS))
    assert (row.sku, row.sizes, row.stock, bad) == ("LIDO-NAVY", ("S", "M", "L"), (1, 2, 3), [])


def test_a_row_of_its_own_has_no_style_of_the_one_above(tmp_path: Path) -> None:
    text = f"{BY_SIZE}\nNS,Lido,Coat,Coats,90,Navy,S,1,Navy.jpg\nBAG,,Bag,Bags,20,,M,1,Red.jpg\n"
    rows, bad = read(write_shop(tmp_path, text, COATS))
    assert ([row.sku for row in rows], bad) == (["LIDO-NAVY", "BAG"], [])


def test_what_swallowed_a_row_may_have_swallowed_a_size(tmp_path: Path) -> None:
    """Of the product above as well as of the one below."""
    text = (
        f"{BY_SIZE},description\nNS,Lido,Coat,Coats,90,Navy,S,1,Navy.jpg,Soft\r"
        "NM,Lido,,,,Navy,M,1,,\nNL,Lido,,,,Navy,L,1,,\n"
        "WS,Lido,Coat,Coats,90,White,S,1,White.jpg,Soft\r"
        "RS,Lido,Coat,Coats,90,Red,S,1,Red.jpg,\nRM,Lido,Coat,Coats,90,Red,M,1,Red.jpg,\n"
    )
    rows, bad = read(write_shop(tmp_path, text, COATS))
    assert rows == []
    swallowed = "The description holds a row, "
    assert [(row.line, row.reason.startswith(swallowed)) for row in bad] == [
        (2, True),
        (3, False),
        (4, True),
        (5, False),
    ]


def test_a_row_for_each_size_has_one_sku(tmp_path: Path) -> None:
    text = f"{BY_SIZE},skus\nN1,Lido,Coat,Coats,90,Navy,S,4,Navy.jpg,4006\n"
    table = write_shop(tmp_path, text, COATS)
    assert reasons(table) == [
        (2, "Line 2: Its SKU stands in the column sku: leave skus empty."),
    ]


@pytest.mark.django_db
def test_a_made_up_sku_takes_over_no_other_product(tmp_path: Path) -> None:
    own = write_shop(tmp_path, f"{HEADER},images\nLIDO-NAVY,Bag,Bags,20,Red.jpg\n", COATS)
    with open_source(own) as source:
        import_rows(source)
    table = write_shop(tmp_path, by_size(("Navy",)), COATS)
    with open_source(table) as source:
        (bad,) = import_rows(source).bad
    assert bad.reason == (
        "Its style and colour make the SKU LIDO-NAVY, which another product has: give it another "
        "style."
    )
    assert [product.name for product in Product.objects.all()] == ["Bag"]


@pytest.mark.django_db
def test_a_product_whose_style_was_changed_is_known_by_its_sizes(tmp_path: Path) -> None:
    table = write_shop(tmp_path, by_size(("Navy",)), COATS)
    with open_source(table) as source:
        import_rows(source)
    Product.objects.update(style="Lido 2")
    with open_source(table) as source:
        assert str(import_rows(source)) == "1 updated"


UNCLOSED = "A quotation mark that opens here is not closed at the end of a cell."


@pytest.mark.parametrize(
    ("rows", "bad", "good"),
    [
        ('A1,"Shirt,C,1\nA2,Hat,C,2\nA3,Cap,C,3', [2], ["A2", "A3"]),
        ('A1,"Shirt,C,1\nA2,"Hat",C,2\nA3,Cap,C,3', [2], ["A2", "A3"]),
        ('A1,Shirt,C,1\nA2,Hat,"C,2\nA3,Cap,C,3', [3], ["A1", "A3"]),
        ('A1,"Shirt,C,1\nA2,"Hat,C,2\nA3,Cap,C,3', [2, 3], ["A3"]),
        ('A1,"Shirt" blue,C,1\nA2,5" heel,C,2\nA3,Cap,C,3', [2], ["A2", "A3"]),
    ],
)
def test_an_open_quote_swallows_nothing(
    tmp_path: Path, rows: str, bad: list[int], good: list[str]
) -> None:
    files = {f"A{number}.jpg": jpeg() for number in (1, 2, 3)}
    found, refused = read(write_shop(tmp_path, f"{HEADER}\n{rows}\n", files))
    assert refused == [BadRow(line, UNCLOSED) for line in bad]
    assert [row.sku for row in found] == good


def test_many_open_quotes_are_not_each_looked_for_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line is read at most as often as a row may have lines."""
    monkeypatch.setattr(tables, "MAX_ROW_LINES", 5)
    read_lines = 0
    plain = tables._Lines.__next__

    def counted(lines: Any) -> str:
        nonlocal read_lines
        read_lines += 1
        return plain(lines)

    monkeypatch.setattr(tables._Lines, "__next__", counted)
    found, bad = read(write_shop(tmp_path, HEADER + "\n" + 'x","y\n' * 50 + "A1,A,C,1\n"))
    assert [row.sku for row in found] == ["A1"]
    assert len(bad) == 50
    # In each of six passes; to the end they would be 7,650.
    assert read_lines < 10 * 5 * 51


def test_the_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    text = f"sep=;\n{HEADER}\n\nA1,Hat, blue,C,x\nA2,Hat,C,2\n".replace(",", ";")
    assert reasons(write_shop(tmp_path, text)) == [
        (4, "It has 5 columns where 4 are expected."),
    ]


@pytest.mark.parametrize("above", ["\n", " \n\t\n", "\nsep=;\n"])
def test_empty_lines_may_stand_above_the_names_of_columns(tmp_path: Path, above: str) -> None:
    text = f"{HEADER}\nA1,A,C,1\nA2,B,C,x\n".replace(",", ";")
    (row,), bad = read(write_shop(tmp_path, above + text))
    assert (row.sku, [found.line for found in bad]) == ("A1", [3 + above.count("\n")])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_rows_end_as_the_file_ends_its_lines(tmp_path: Path, ending: str) -> None:
    text = f"{HEADER}\nA1,A,C,1\nA2,B,C,x\n".replace("\n", ending)
    (row,), bad = read(write_shop(tmp_path, text))
    assert (row.sku, [found.line for found in bad]) == ("A1", [3])


def test_a_carriage_return_within_a_row_ends_none(tmp_path: Path) -> None:
    (row,), bad = read(write_shop(tmp_path, f"{HEADER}\nA1,Linen\rshirt,C,1\n"))
    assert (row.name.split(), bad) == (["Linen", "shirt"], [])


def test_empty_columns_at_the_end_are_none(tmp_path: Path) -> None:
    text = f"{HEADER},,\nA1,Shirt,C,1,,\nA2,Hat,C,2,,,,\n"
    rows, bad = read(write_shop(tmp_path, text))
    assert ([(row.sku, row.price_cents) for row in rows], bad) == ([("A1", 100), ("A2", 200)], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_that_nobody_quoted_are_put_back_in_a_text(
    tmp_path: Path, delimiter: str
) -> None:
    text = f"{HEADER},description\nA1,S,C,1,Soft, light\n"
    (row,), bad = read(write_shop(tmp_path, text.replace(",", delimiter)))
    assert (row.description, bad) == (f"Soft{delimiter} light", [])


def parted(number: str) -> str:
    return (
        f"{number} may be one number: put quotation marks around it, or leave out what is too much "
        "at the end of the row."
    )


def test_a_price_may_be_two_cells(tmp_path: Path) -> None:
    text = f"{HEADER},description\nA1,S,C,49,90,Soft\n"
    assert reasons(write_shop(tmp_path, text)) == [(2, parted("49,90"))]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_only_a_comma_parts_a_number(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADER},stock\nA1,Shirt,C,49,4,\nA2,Hat,C,9,1,,\n".replace(",", delimiter)
    rows, bad = read(write_shop(tmp_path, text))
    assert ([(row.price_cents, row.stock) for row in rows], bad) == (
        [(4900, (4,)), (900, (1,))],
        [],
    )


def test_only_amounts_are_parted(tmp_path: Path) -> None:
    text = f"{HEADER},gtin,stock\nA1,501,C,49.90,4006381333931,4,\n"
    (row,), bad = read(write_shop(tmp_path, text))
    assert (row.name, row.price_cents, row.stock, bad) == ("501", 4990, (4,), [])


def test_a_delimiter_too_many_before_a_number_is_refused(tmp_path: Path) -> None:
    text = "sku,name,price,category\nA1,Shirt,49,90,Shirts\n"
    assert reasons(write_shop(tmp_path, text)) == [(2, parted("49,90"))]


def test_thousands_that_nobody_quoted_are_no_two_cells(tmp_path: Path) -> None:
    text = f"{HEADER},description,material\nA1,Shirt,Shirts,1,300,,\nA2,Hat,Hats,2,Soft,Wool,,\n"
    rows, bad = read(write_shop(tmp_path, text))
    assert [(row.sku, row.price_cents) for row in rows] == [("A2", 200)]
    assert bad == [BadRow(2, parted("1,300"))]


def test_numbers_side_by_side_may_have_empty_cells_behind_as_the_headings_have(
    tmp_path: Path,
) -> None:
    (row,), bad = read(write_shop(tmp_path, f"{HEADER},stock,,\nA1,Shirt,C,49,4,,\n"))
    assert (row.price_cents, row.stock, bad) == (4900, (4,), [])


def test_a_row_that_is_refused_does_not_tell_the_sign_of_the_decimals(tmp_path: Path) -> None:
    text = f"{HEADER},gender\nA1,A,C,1.300,\nA2,B,C,49,90,x,y\n".replace(",", ";")
    text = text.replace("49;90", "49,90")
    table = write_shop(tmp_path, text)
    assert reasons(table) == [
        (2, "The price '1.300' could be thousands or decimals: write it as 1300 or as 1.30."),
        (3, "It has 6 columns where 5 are expected."),
    ]


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = f'{HEADER}\n"A1","two\nlines",C,1\n\n,x,C,1\n'
    assert reasons(write_shop(tmp_path, text)) == [(5, "The sku is empty.")]


@pytest.mark.parametrize(
    ("prices", "cents"),
    [
        (("49,90", "1.300"), [4990, 130_000]),
        (("49.90", "1,300"), [4990, 130_000]),
        (("1.300,50", "1.300"), [130_050, 130_000]),
    ],
)
def test_the_column_tells_which_sign_is_the_decimals(
    tmp_path: Path, prices: tuple[str, str], cents: list[int]
) -> None:
    first, second = prices
    text = f"sku;name;category;price\nA1;A;C;{first}\nA2;B;C;{second}\n"
    rows, bad = read(write_shop(tmp_path, text))
    assert ([row.price_cents for row in rows], bad) == (cents, [])


@pytest.mark.parametrize("other", ["49", "1.200", "2,5\nA2;B;C;2.5"])
def test_a_price_that_could_be_two_is_refused(tmp_path: Path, other: str) -> None:
    text = f"sku;name;category;price\nA1;A;C;1.300\nA2;B;C;{other}\n"
    assert reasons(write_shop(tmp_path, text))[0] == (
        2,
        "The price '1.300' could be thousands or decimals: write it as 1300 or as 1.30.",
    )


def test_photographs_elsewhere(tmp_path: Path) -> None:
    table = write_shop(tmp_path, f"{HEADER}\nB1,Shirt,Shirts,1\n")
    other = write_zip(tmp_path / "other.zip", {"B1.jpg": jpeg()})
    assert len(read(table, other)[0]) == 1
