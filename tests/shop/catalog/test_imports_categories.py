"""Which category a row means."""

from __future__ import annotations

import unicodedata

import pytest

from shop.catalog.imports import import_rows
from shop.catalog.models import MOST_LEVELS, Category, Product
from shop.catalog.parts import Text
from tests.shop.catalog.catalogues import row
from tests.shop.catalog.test_models import in_threads

pytestmark = pytest.mark.django_db


def imported(*names: str, **facts: str) -> str:
    """What the import of a product in each of these categories says."""
    rows = (
        row(f"A{number}", category=name, line=number, **facts)
        for number, name in enumerate(names, 2)
    )
    report = import_rows(list(rows))
    return "; ".join((str(report), *(bad.reason for bad in report.bad)))


def ways() -> list[str]:
    """The way to every category, the older first."""
    return [" > ".join(names(category)) for category in Category.objects.order_by("pk")]


def names(category: Category) -> list[str]:
    above = names(category.parent) if category.parent else []
    return [*above, category.name]


@pytest.mark.parametrize(
    "name", ["Обувь", "ワンピース", "عبايات", "T恤", "Röcke", "Größe 34 & mehr"]
)
def test_name_of_any_script_makes_a_category_with_an_address(name: str) -> None:
    assert imported(name, name) == "2 created"
    assert ways() == [name]
    address = Category.objects.get().get_absolute_url()
    assert address.isascii()
    assert "%" not in address


def test_names_that_differ_in_a_letter_are_two() -> None:
    assert imported("Röcke", "Rocke", "Masse", "Maße") == "4 created"
    assert ways() == ["Röcke", "Rocke", "Masse", "Maße"]
    assert len({category.slug for category in Category.objects.all()}) == 4
    assert imported("Rocke", "Röcke", "Maße", "Masse") == "4 updated"
    assert len(ways()) == 4


def test_name_is_found_in_either_form_of_unicode_and_in_whatever_space() -> None:
    Category.objects.create(name=unicodedata.normalize("NFD", "Röcke"))
    assert imported("Röcke", unicodedata.normalize("NFD", "  Röcke ")) == "2 created"
    assert Category.objects.count() == 1


def test_case_counts_only_where_both_are_there() -> None:
    assert imported("Shirts", "SHIRTS") == "2 created"
    assert ways() == ["Shirts"]
    Category.objects.create(name="SHIRTS")
    imported("Shirts", "SHIRTS")
    assert Product.objects.get(sku="A3").category.name == "SHIRTS"


def test_renamed_category_is_found_by_its_new_name() -> None:
    imported("Shirts")
    Category.objects.update(name="Tops and shirts")
    assert imported("Tops and shirts") == "1 unchanged"
    assert ways() == ["Tops and shirts"]


@pytest.mark.parametrize("name", ["Обувь", "Shoes"])
def test_name_is_made_anew_however_often_the_category_was_renamed(name: str) -> None:
    for number in range(5):
        imported(name)
        category = Category.objects.get(name=name)
        category.name, category.slug = f"Renamed {number}", ""
        category.save()
    assert imported(name).startswith("1 updated")
    assert Category.objects.filter(name=name).count() == 1


def test_category_is_found_by_its_name_in_another_language() -> None:
    Category.objects.create(name="Shoes", texts=[Text(language="de", name="Schuhe")])
    assert imported("schuhe") == "1 created"
    assert ways() == ["Shoes"]


def test_way_is_made_level_by_level_and_found_again() -> None:
    assert imported("Women > Shoes > Boots", "Women>Shoes", "women > shoes > boots") == "3 created"
    assert ways() == ["Women", "Women > Shoes", "Women > Shoes > Boots"]
    assert [c.slug for c in Category.objects.in_order()] == ["women", "shoes", "boots"]
    assert imported("Women > Shoes > Boots", "Women > Shoes", "Boots") == "3 unchanged"


def test_same_name_on_two_ways_is_two_categories() -> None:
    imported("Women > Shoes", "Men > Shoes")
    assert ways() == ["Women", "Women > Shoes", "Men", "Men > Shoes"]
    assert [c.slug for c in Category.objects.in_order()] == ["women", "shoes", "men", "men-shoes"]
    said = imported("Shoes")
    assert said.startswith("1 left out; Several categories are called Shoes: write Women > Shoes")


def test_end_of_a_way_finds_what_was_moved() -> None:
    imported("Shoes")
    Category.objects.filter(name="Shoes").update(parent=Category.objects.create(name="Women"))
    assert imported("Shoes", "Shoes > Boots") == "1 created, 1 unchanged"
    assert ways() == ["Women > Shoes", "Women", "Women > Shoes > Boots"]


def test_top_is_meant_where_the_name_is_there_as_well() -> None:
    imported("Shoes", "Women > Shoes")
    assert imported("Shoes", "Women > Shoes") == "2 unchanged"


def test_category_with_the_sign_in_its_name_stays_itself() -> None:
    Category.objects.create(name="Tops > Shirts", slug="tops-shirts")
    assert imported("Tops > Shirts") == "1 created"
    assert ways() == ["Tops > Shirts"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *((name, "that has a letter or") for name in ("-", "?", "Women > > Boots", "Women >")),
        ("x" * 81, "at most 80 characters"),
        (
            " > ".join("x" * (MOST_LEVELS + 1)),
            f"more levels than categories may have: {MOST_LEVELS}",
        ),
    ],
)
def test_what_cannot_be_a_name_is_refused_and_makes_nothing(name: str, reason: str) -> None:
    assert reason in imported(name)
    assert ways() == []


def test_bad_row_leaves_no_category_and_the_next_one_makes_it() -> None:
    def broken() -> bytes:
        return b"no picture"

    bad = row("A1", category="Women > Boots", photographs=(broken,), line=2)
    worse = row("A2", category="Women > Boots", name="x" * 200, line=3)
    assert str(import_rows([bad, worse])) == "2 left out"
    assert ways() == []
    good = row("A3", category="Women > Boots", line=4)
    assert str(import_rows([bad, good])) == "1 created, 1 left out"
    assert ways() == ["Women", "Women > Boots"]


def test_chosen_category_is_meant_whatever_its_name() -> None:
    chosen, other = (Category.objects.create(name="ワンピース", slug=slug) for slug in "ab")
    assert imported("ワンピース", category_id=str(other.pk)) == "1 created"
    assert Product.objects.get().category == other
    chosen.delete()
    Product.objects.all().delete()
    other.delete()
    assert "is gone" in imported("ワンピース", category_id=str(other.pk))


def test_categories_come_one_after_the_other() -> None:
    imported("Shirts", "Coats", "shirts")
    assert [category.position for category in Category.objects.in_order()] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_a_category_once() -> None:
    def run(number: int) -> str:
        return str(import_rows([row(f"A{number}", category="Women > Обувь")]))

    assert in_threads(4, run) == ["1 created"] * 4
    assert ways() == ["Women", "Women > Обувь"]


def test_a_way_that_begins_deep_in_the_tree_ends_at_the_same_level() -> None:
    deepest = " > ".join("ABCDEF"[:MOST_LEVELS])
    assert imported(deepest, f"{'ABCDEF'[MOST_LEVELS - 1]} > G").startswith("1 created, 1 left out")
    assert imported("E > G") == "1 updated"
    assert max(len(way.split(" > ")) for way in ways()) == MOST_LEVELS
