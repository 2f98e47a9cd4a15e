"""`manage.py import_catalog`, on written and on real catalogues."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from shop.catalog.models import Product
from tests.shop.catalog.catalogues import HEADER, write_kaggle, write_shop

pytestmark = pytest.mark.django_db


def run(path: Path | str, **options: object) -> str:
    output = io.StringIO()
    call_command("import_catalog", str(path), stdout=output, **options)
    return output.getvalue()


def test_it_says_what_it_did_and_what_it_left_out(tmp_path: Path) -> None:
    text = f"{HEADER}\nA1,Shirt,Shirts,1\nA1,Shirt,Shirts,1\nA2,[b]Béret[/b],Hats,x\n"
    output = run(write_shop(tmp_path, text.encode("cp1252")))
    assert "CSV and photographs" in output
    assert "not UTF-8" in output
    assert "line 3: The SKU A1 is already used in line 2." in output
    assert "line 4: The price 'x' is not a number such as 49.90." in output
    assert output.rstrip().endswith("1 created, 2 left out.")


def test_a_limit_and_a_second_run(tmp_path: Path) -> None:
    rows = "".join(f"{n},Men,Apparel,Topwear,Shirts,Red,Fall,2011,Casual,S\n" for n in range(5))
    write_kaggle(tmp_path, rows, tuple(range(5)))
    assert "3 created." in run(tmp_path, limit=3)
    assert "2 created, 3 unchanged." in run(tmp_path)
    assert Product.objects.count() == 5


def test_what_cannot_be_imported_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="does not exist"):
        run(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="at least 1"):
        run(tmp_path, limit=0)


def real(name: str) -> Path:
    if settings.DATA_DIR is None or not (settings.DATA_DIR / name).exists():
        pytest.skip("VITRINE_DATA_DIR does not point to the real data")
    return Path(settings.DATA_DIR, name)


@pytest.mark.slow
def test_products_of_the_real_kaggle_set() -> None:
    path = real("fashion-products")
    assert "500 created." in run(path, limit=500)
    assert "500 unchanged." in run(path, limit=500)


@pytest.mark.slow
def test_full_size_photographs_of_real_clothes() -> None:
    path = real("clothing-cc0/originals-100.zip")
    assert "100 created." in run(path)
    assert "100 unchanged." in run(path)
    assert Product.objects.filter(kind="Dress").count() > 0
