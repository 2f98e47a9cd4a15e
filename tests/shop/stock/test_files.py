"""What is on hand, saved as a file, changed by who counted, and imported again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from shop.catalog.exports.writing import csv_text
from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.stock import counting, files, reserving
from shop.stock.models import Movement, Stock
from tests.shop.catalog.shelves import put

pytestmark = pytest.mark.django_db


@pytest.fixture
def coat(db: None) -> Product:
    coats = Category.objects.create(name="Coats", slug="coats")
    sizes = [Variant(size=size, sku=f"COAT-{size}") for size in "SML"]
    (coat,) = put(
        coats,
        Product(sku="COAT", name="=Coat", category=coats, price_cents=100, variants=sizes),
    )
    counting.count(str(coat.pk), {"COAT-S": 10, "COAT-M": 0})
    return coat


def saved() -> list[dict[str, str]]:
    text = "".join(csv_text(files.COLUMNS, files.rows(Product.objects.all())))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def changed(rows: list[dict[str, str]], **pieces: str) -> bytes:
    """The file, with other numbers for the sizes."""
    told = [row | {"on_hand": pieces.get(row["sku"][-1], row["on_hand"])} for row in rows]
    return "".join(csv_text(files.COLUMNS, told)).encode()


def taken(content: bytes) -> str:
    return str(files.take(content, "stock.csv", by="ada"))


def on_hand() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def sell(sku: str, pieces: int = 1) -> None:
    key = f"{sku} {Movement.objects.count()}"
    reserving.reserve(key, {sku: pieces}, seconds=60)
    reserving.commit(key)


def test_a_file_says_what_is_there(coat: Product) -> None:
    reserving.reserve("a", {"COAT-S": 2}, seconds=60)
    small, medium, large = saved()
    assert small == {
        "sku": "COAT-S",
        "product": "COAT",
        "name": "'=Coat",
        "colour": "",
        "size": "S",
        "on_hand": "10",
        "on_hand_before": "10",
        "held": "2",
    }
    assert (medium["on_hand"], large["on_hand"], large["held"]) == ("0", "", "")


def test_what_nobody_changed_changes_nothing(coat: Product) -> None:
    rows, before = saved(), on_hand()
    sell("COAT-S", 3)
    assert taken(changed(rows)) == "3 rows: 0 set, 1 left, 0 bad"
    assert on_hand() == {**before, "COAT-S": 7}


def test_what_was_sold_since_counts_beside_what_was_counted(coat: Product) -> None:
    rows = saved()
    sell("COAT-S", 3)
    assert taken(changed(rows, S="8", M="4", L="5")) == "3 rows: 3 set, 0 left, 0 bad"
    assert on_hand() == {"COAT-S": 5, "COAT-M": 4, "COAT-L": 5}
    assert set(Movement.objects.filter(key="ada").values_list("sku", "delta")) == {
        ("COAT-S", -2),
        ("COAT-M", 4),
        ("COAT-L", 5),
    }


def test_the_same_file_again_changes_nothing(coat: Product) -> None:
    first = changed(saved(), S="8")
    taken(first)
    sell("COAT-S", 2)
    taken(first)
    assert on_hand()["COAT-S"] == 6
    # Whatever was written since.
    saved()
    taken(first)
    assert on_hand()["COAT-S"] == 6


def test_the_same_number_may_be_counted_again(coat: Product) -> None:
    taken(changed(saved(), S="8"))
    sell("COAT-S", 5)
    taken(changed(saved(), S="8"))
    assert on_hand()["COAT-S"] == 8


def test_there_are_never_fewer_than_none(coat: Product) -> None:
    rows = saved()
    sell("COAT-S", 9)
    taken(changed(rows, S="2"))
    assert on_hand()["COAT-S"] == 0


def test_a_file_of_ones_own_needs_two_columns(coat: Product) -> None:
    assert taken(b"sku;on_hand\ncoat-s;7\n") == "1 rows: 1 set, 0 left, 0 bad"
    assert on_hand()["COAT-S"] == 7


def test_bad_rows_are_named_and_the_others_taken(coat: Product) -> None:
    rows = "COAT-S,7\nCOAT-M,many\nHAT,1\nCOAT-S,8\nCOAT,1\nCOAT-L,,\n"
    report = files.take(f"sku,on_hand\n{rows}".encode(), "stock.csv", by="ada")
    assert on_hand() == {"COAT-S": 7, "COAT-M": 0}
    assert [(bad.line, bad.reason) for bad in report.bad] == [
        (3, "The stock 'many' is not a whole number up to 100,000."),
        (5, "The SKU COAT-S is already used in line 2."),
        (4, "Nothing is sold under the SKU HAT."),
        (6, "Nothing is sold under the SKU COAT."),
    ]


def test_by_commands(coat: Product, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    call_command("export_stock", path, verbosity=0)
    path.write_text(path.read_text().replace("S,10,10", "S,11,10"))
    call_command("import_stock", path, verbosity=0)
    assert on_hand()["COAT-S"] == 11
    path.write_text("number\n1\n")
    with pytest.raises(CommandError, match="lacks the columns"):
        call_command("import_stock", path)


def test_the_admin_saves_the_sizes_of_what_is_chosen(coat: Product, admin_client: Client) -> None:
    row = Stock.objects.get(sku="COAT-S")
    chosen = {"action": "export", "_selected_action": [str(row.pk)]}
    answer = admin_client.post("/admin/stock/stock/", chosen)
    assert answer.getvalue().decode().count("COAT-") == 3
