"""One sellable piece has one SKU in the whole shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db.models import F
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.catalog import skus
from shop.catalog.imports import import_rows
from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.catalog.skus import BEING_SAVED, SkuBeingTaken, SkuTaken, in_use
from shop.skus import registry
from shop.skus.models import Registration
from shop.stock.counting import count
from shop.stock.models import Stock
from tests.shop.catalog.catalogues import row
from tests.shop.catalog.shelves import make_product
from tests.shop.catalog.test_admin_products import ADD, filled, page_of
from tests.shop.catalog.test_models import in_threads

pytestmark = pytest.mark.django_db


def made(coats: Category, sku: str, *skus: str, name: str = "Coat") -> Product:
    number = Product.objects.count()
    variants = [Variant(size=f"{n}", sku=own) for n, own in enumerate(skus, 30)]
    return make_product(coats, number, sku=sku, name=name, variants=variants)


def skus_of(sku: str) -> list[str]:
    return [offer.sku for offer in Product.objects.get(sku=sku).offers()]


def held() -> list[str]:
    return sorted(Registration.objects.values_list("sku", flat=True))


def left_behind(*skus: str) -> None:
    """Registrations of a product that never came, for longer than saving takes."""
    registry.take("f" * 24, skus)
    Registration.objects.update(since=F("since") - BEING_SAVED)


def test_sizes_get_skus_that_stay_in_the_document(coats: Category) -> None:
    made(coats, "lo-1", "", "own", "")
    assert skus_of("lo-1") == ["LO-1-30", "own", "LO-1-32"]
    assert held() == ["LO-1-30", "LO-1-32", "lo-1", "own"]


@pytest.mark.parametrize(
    ("sku", "skus", "theirs"),
    [
        ("lo-1", [], "LO-1"),
        ("x", ["\uff2c\uff2f\uff0d\uff11"], "LO-1"),
        ("X-30", [], "x-30"),
        ("lo-1-s", ["b"], "LO-1-S"),
        ("x", ["lo-1-s"], "LO-1-S"),
    ],
)
def test_a_clash_is_refused_by_name(
    coats: Category, sku: str, skus: Sequence[str], theirs: str
) -> None:
    made(coats, "LO-1", "LO-1-S", "x-30", name="Loden")
    before = held()
    with pytest.raises(SkuTaken, match=rf"is taken: Loden \(LO-1\) has {theirs}"):
        made(coats, sku, *skus)
    assert Product.objects.count() == 1
    assert held() == before


def test_a_size_may_have_its_products_sku_and_no_other_size_has_it(coats: Category) -> None:
    made(coats, "SCARF", "scarf")
    with pytest.raises(SkuTaken, match="The SKU B is there twice"):
        made(coats, "HAT", "b", "B")


@pytest.mark.django_db(transaction=True)
def test_of_two_that_state_one_sku_at_once_one_is_saved(coats: Category) -> None:
    said = in_threads(2, lambda n: made(coats, "AB"[n], ("one", "ONE")[n]).sku)
    (saved,) = Product.objects.values_list("sku", flat=True)
    assert [words for words in said if isinstance(words, str)] == [saved]
    assert [type(words) for words in said if not isinstance(words, str)] in (
        [SkuTaken],
        [SkuBeingTaken],
    )
    assert len(held()) == 2


@pytest.mark.parametrize("field", ["sku", "variants"])
def test_what_sql_cannot_hold_is_refused(coats: Category, field: str) -> None:
    facts = {"skus": ("A\0", "B")} if field == "variants" else {}
    report = import_rows([row("A" if facts else "A\0", **facts)])
    assert "Null characters are not allowed" in report.bad[0].reason
    assert not Product.objects.exists()


def test_a_made_sku_gives_way_to_a_stated_one(coats: Category) -> None:
    made(coats, "A", "P-30", "P-31")
    made(coats, "P", "", "", "")
    first, second, third = skus_of("P")
    assert first.startswith("P-30-")
    assert second.startswith("P-31-")
    assert third == "P-32"


def test_what_a_product_no_longer_has_is_free(coats: Category) -> None:
    product = made(coats, "A", "one", "two")
    product.variants = product.variants[1:]
    product.save()
    made(coats, "B", "ONE")
    product.delete()
    made(coats, "a", "two")
    assert held() == ["B", "ONE", "a", "two"]


def test_a_refused_product_can_be_mended_and_saved(coats: Category) -> None:
    made(coats, "A", "one")
    product = Product(sku="B", name="B", category=coats, price_cents=1)
    product.variants = [Variant(size="S"), Variant(size="M", sku="ONE")]
    with pytest.raises(SkuTaken):
        product.save()
    assert [variant.sku for variant in product.variants] == ["", "ONE"]
    product.variants[1].sku = ""
    product.save()
    assert skus_of("B") == ["B-S", "B-M"]


def test_what_nobody_came_for_can_be_had(coats: Category) -> None:
    left_behind("a", "A-30")
    made(coats, "A", "")
    assert skus_of("A") == ["A-30"]


def test_what_is_just_being_saved_is_waited_for(coats: Category) -> None:
    registry.take("f" * 24, ["a"])
    with pytest.raises(SkuBeingTaken, match="try again in a minute"):
        made(coats, "B", "A")


def test_who_makes_what_another_died_over_waits_for_nobody(coats: Category) -> None:
    registry.take("f" * 24, ["A", "A-30", "more"])
    heir = made(coats, "A", "")
    assert str(heir.pk) == "f" * 24
    assert held() == ["A", "A-30"]
    with pytest.raises(SkuTaken):
        made(coats, "A")
    assert held() == ["A", "A-30"]


def test_of_two_that_make_one_product_the_first_keeps_it(
    coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds the number taken and no document, which is written in between."""
    first = made(coats, "A", "")
    Registration.objects.update(since=timezone.now())
    monkeypatch.setattr(skus, "in_use", lambda rows, find: in_use(rows, lambda ids: []))
    with pytest.raises(IntegrityError):
        made(coats, "A", "", "")
    monkeypatch.undo()
    assert [str(product.pk) for product in Product.objects.all()] == [str(first.pk)]
    assert {"A", "A-30"} <= set(held())


def test_a_document_that_was_refused_leaves_nothing(
    coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(coats, "A")
    slug = Product.objects.get(sku="A").slug
    with pytest.raises(IntegrityError):
        make_product(coats, 1, sku="B", slug=slug)
    assert held() == ["A"]


def test_deleting_one_leaves_the_stock_of_what_is_spelled_alike(coats: Category) -> None:
    upper = made(coats, "LO-1", "LO-1-S")
    lower = made(coats, "lo-2", "lo-2-s")
    count(str(upper.pk), {"LO-1-S": 3})
    count(str(lower.pk), {"lo-2-s": 4})
    upper.delete()
    assert dict(Stock.objects.values_list("sku", "on_hand")) == {"lo-2-s": 4}


# ------------------------------------------------------------------------------ imports


def refused(**facts: Any) -> str:
    report = import_rows([row("B", line=7, **facts)])
    (bad,) = report.bad
    assert bad.line == 7
    return bad.reason


def test_an_import_may_state_the_skus() -> None:
    assert str(import_rows([row("A", sizes=("S", "M"), skus=("4006", "b 7"))])) == "1 created"
    assert skus_of("A") == ["4006", "b 7"]
    assert str(import_rows([row("A", sizes=("S", "M"), skus=("4006", "b 7"))])) == "1 unchanged"
    assert str(import_rows([row("A", sizes=("S", "M"))])) == "1 unchanged"
    assert str(import_rows([row("A", sizes=("S", "M"), skus=("4007", "b 7"))])) == "1 updated"
    assert skus_of("A") == ["4007", "b 7"]


@pytest.mark.parametrize("sizes", ["38|38+|39", "小|中|大", "A/B|AB", "3/6|36"])
def test_an_import_made_again_gives_the_same(sizes: str) -> None:
    wanted = row("A", sizes=sizes.split("|"))
    import_rows([wanted])
    first = skus_of("A")
    assert len(set(first)) == len(first)
    assert str(import_rows([wanted])) == "1 unchanged"
    Product.objects.get().delete()
    import_rows([wanted])
    assert skus_of("A") == first


@pytest.mark.parametrize(("sizes", "twice"), [("M|M|L", "M"), ("s|S", "S"), ("\uff2d|m", "m")])
def test_a_size_that_is_there_twice_is_refused(sizes: str, twice: str) -> None:
    assert refused(sizes=sizes.split("|")) == f"The size {twice} is there twice."


def test_an_import_is_refused_by_line_where_another_product_has_the_sku(coats: Category) -> None:
    made(coats, "A", "4006", name="Loden")
    assert "The SKU 4006 is taken: Loden (A) has it." in refused(sizes=["S"], skus=["4006"])
    assert not Category.objects.filter(name="Shirts").exists()
    assert Product.objects.count() == 1
    assert held() == ["4006", "A"]


def test_two_lines_of_one_sku_are_refused_whatever_its_case() -> None:
    report = import_rows([row("a", line=2), row("A", line=3)])
    assert [(bad.line, bad.reason) for bad in report.bad] == [
        (3, "The SKU A is already used in line 2.")
    ]


def test_an_import_keeps_what_is_known_of_a_size_that_is_spelled_otherwise() -> None:
    import_rows([row("A", sizes=("s", "m"), skus=("one", "two"))])
    import_rows([row("A", sizes=("M", "S"))])
    assert [(v.size, v.sku) for v in Product.objects.get().variants] == [
        ("M", "two"),
        ("S", "one"),
    ]


def test_an_import_leaves_sizes_in_several_colours_together(coats: Category) -> None:
    product = made(coats, "A")
    product.variants = [
        Variant(size=size, colour=colour) for colour in ("Navy", "Rust") for size in "SM"
    ]
    product.save()
    import_rows([row("A", sizes=("S", "M"))])
    assert sorted(skus_of("A")) == ["A-NAVY-M", "A-NAVY-S", "A-RUST-M", "A-RUST-S"]
    report = import_rows([row("A", sizes=("S", "M"), stock=(1, 2))])
    assert "where it comes in 4 sizes" in report.bad[0].reason


# ------------------------------------------------------------------------------ admin


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"sku": "lo-1"}, "sku", "has LO-1, which differs in its letters"),
        ({"variants-0-sku": "4006"}, "variants-0-sku", "The SKU 4006 is taken: Loden (LO-1)"),
        ({"variants-1-sku": "c-1", "variants-0-sku": "C-1"}, "variants-1-sku", "is there twice"),
        ({"variants-1-size": "\uff53"}, "variants-1-size", "is there twice"),
    ],
)
def test_a_clash_stands_beside_the_sku(
    admin_client: Client, coats: Category, changes: dict[str, str], field: str, sentence: str
) -> None:
    made(coats, "LO-1", "4006", name="Loden")
    form = admin_client.post(ADD, filled(coats, **changes)).context["adminform"].form
    rows = {
        f"variants-{n}-{name}": said
        for n, row in enumerate(form.variants)
        for name, said in row.errors.items()
    }
    assert sentence in str((form.errors | rows)[field])
    assert Product.objects.count() == 1


def test_the_form_shows_what_a_size_was_given(admin_client: Client, coats: Category) -> None:
    made(coats, "A", "")
    html = admin_client.get(page_of(Product.objects.get())).content.decode()
    assert 'value="A-30"' in html


def test_a_clash_of_old_is_told_on_the_list(admin_client: Client, coats: Category) -> None:
    """As from before SKUs were registered: two documents, and the first is registered."""
    made(coats, "A", "one", name="Loden")
    product = made(coats, "B", "two")
    product.variants[0].sku = "ONE"
    Product.objects.filter(pk=product.pk).update(variants=product.variants)
    address = reverse("admin:catalog_product_changelist")
    formset = admin_client.get(address).context["cl"].formset
    data = {
        "_save": "Save",
        **{f"form-{key}": value for key, value in formset.management_form.initial.items()},
    }
    for number, form in enumerate(formset.forms):
        data |= {
            f"form-{number}-id": str(form.instance.pk),
            f"form-{number}-position": "9",
            f"form-{number}-status": "published",
        }
    html = admin_client.post(address, data, follow=True).content.decode()
    assert "The SKU ONE is taken: Loden (A) has one" in html
