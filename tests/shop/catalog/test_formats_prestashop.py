"""PrestaShop's CSV files, beyond what exchange/prestashop.py shows."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from shop.catalog.imports import BadRow, ImportRefused, ImportRow, open_source
from tests.shop.catalog.exchange.prestashop import (
    COMBINATIONS,
    HAT,
    combination,
    combinations,
    of_two,
    products,
    write,
)
from tests.shop.catalog.foreign_files import Cells, listing, refused, rows, written

TWO_FILES = {"b.csv": products(HAT), "a.csv": combinations(combination("Sand:0, S:1"))}


def folder(tmp_path: Path) -> Path:
    for name, content in TWO_FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def packed(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        for name, content in TWO_FILES.items():
            archive.writestr(f"export/{name}", content)
    return tmp_path / "shop.zip"


@pytest.mark.parametrize("made", [folder, packed])
def test_two_files_come_in_a_folder_or_a_zip_whatever_they_are_called(
    tmp_path: Path, made: type
) -> None:
    with open_source(made(tmp_path)) as source:
        (row,) = source
        assert isinstance(row, ImportRow)
        assert (source.layout, row.sku, row.sizes) == ("PrestaShop's CSV", "HAT-7-SAND", ("S",))
        assert not any("passed over" in note for note in source.notes)


def test_two_files_that_do_not_belong_together_are_named(tmp_path: Path) -> None:
    (folder(tmp_path) / "a.csv").write_text("id,city\n1,Rome\n")
    with pytest.raises(ImportRefused, match=r"holds several CSV files \(a.csv, b.csv\)"):
        open_source(tmp_path)


def test_products_alone_say_that_there_are_no_sizes() -> None:
    assert write(HAT).notes[0].startswith("Sizes are in another file")


def test_combinations_alone_are_refused() -> None:
    with pytest.raises(ImportRefused, match="put it and the file of their products into one"):
        listing(combinations(combination("Sand:0, S:1")))


def test_a_row_may_have_an_empty_field_more_than_there_are_headings() -> None:
    row = combinations(combination("Sand:0, S:1")).split(b"\r\n")[1]
    headings = b";".join(name.encode() for name in COMBINATIONS)
    (hat,) = rows(of_two(products(HAT), headings + b"\r\n" + row + b";"))
    assert hat.sizes == ("S",)


@pytest.mark.parametrize(
    "headings",
    [
        "Product ID;Image;Name;Reference;Category;Price (tax excl.);Price (tax incl.);Quantity;"
        "Status;Position",
        "Product ID;Bild;Name;Artikelnr.;Kategorie;Preis (zzgl. MwSt.);Preis (inkl. MwSt.);Anzahl;"
        "Status;Position",
        "Product ID;Image;Nom;Référence;Catégorie;Prix (HT);Prix (TTC);Quantité;État",
    ],
)
def test_what_the_back_office_exports_is_told_by_its_places(headings: str) -> None:
    row = f"7;{'https://x.example/1.jpg'};Sun Hat;HAT-7;Hats;20.5;24.4;4;0;1"
    width = headings.count(";")
    (hat,) = rows(f"{headings}\n{';'.join(row.split(';')[: width + 1])}".encode())
    assert (hat.sku, hat.name, hat.price_cents, hat.stock) == ("HAT-7", "Sun Hat", 2440, (4,))
    assert (hat.category, hat.facts["status"]) == ("Hats", "draft")


def test_prices_without_tax_may_be_called_in_other_ways() -> None:
    heading = "Price tax excluded or Price tax included"
    content = written(
        ("ID", "Name", heading), {"ID": "1", "Name": "Hat", heading: "9"}, delimiter=";"
    )
    assert rows(content)[0].price_cents == 900


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([{**HAT, "Name *": ""}], (2, "The name is empty.")),
        (
            [{**HAT, "Price tax excluded": "", "Price tax included": ""}],
            (2, "Line 2: The price is empty."),
        ),
        ([HAT, HAT], (2, "Its id stands in the file 2 times.")),
        (
            [{**HAT, "Price tax excluded": "x"}],
            (2, "Line 2: The price 'x' is not a number such as 49.90."),
        ),
    ],
)
def test_what_is_refused(told: list[Cells], reason: tuple[int, str]) -> None:
    assert refused(products(*told)) == [reason]


@pytest.mark.parametrize(
    ("told", "place", "reason"),
    [
        (
            combination("Sand:0"),
            2,
            "The attribute 'Color:color:0, Size:select:1' has not one value each: 'Sand:0'.",
        ),
        (
            {**combination("Sand:0, S:1"), "Product ID*": "8"},
            "c.csv, line 2",
            "Its product '8' is not in the file.",
        ),
        (
            combination("Sand:0, S:1", Quantity="many"),
            "c.csv, line 2",
            "c.csv, line 2: The stock 'many' is not a whole number up to 100,000.",
        ),
    ],
)
def test_what_is_refused_of_combinations(told: Cells, place: object, reason: str) -> None:
    found = of_two(products(HAT), combinations(told)).products()
    bad = [each for each in found if isinstance(each, BadRow)]
    assert [(each.line, each.reason) for each in bad] == [
        (
            str(place).replace("c.csv", "combinations.csv") if isinstance(place, str) else place,
            reason.replace("c.csv", "combinations.csv"),
        )
    ]
