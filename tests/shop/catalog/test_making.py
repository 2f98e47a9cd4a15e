"""Products that are made many at once are what they would be, had each been saved by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from django.utils import timezone

from shop.catalog import changes, making
from shop.catalog.imports import BadRow, ImportRow, Report, import_rows
from shop.catalog.models import Category, FormerAddress, Product, Status
from shop.catalog.parts import Variant
from shop.catalog.signals import products_saving
from shop.config.routers import catalogue_connection
from shop.prices.models import PriceRecord
from shop.skus.models import Registration
from shop.stock.models import Movement, Stock
from tests.shop.catalog.catalogues import row
from tests.shop.catalog.test_models import in_threads

pytestmark = pytest.mark.django_db

Commits = Callable[..., Any]

# What differs between any two savings of the same.
OF_THE_MOMENT = ("_id", "category_id", "created", "changed", "revision")


def told(number: int, **facts: Any) -> ImportRow:
    """A row of a file without photographs."""
    usual = {"photographs": (), "may_lack_photographs": True, "line": number + 2}
    return row(f"A{number}", **(usual | {"name": f"Shirt {number}"} | facts))


ROWS: list[ImportRow | BadRow] = [
    told(1, name="Coat", category="Women > Coats"),
    told(2, name="Coat", category="Women > Coats", colours=["Navy", "Rust"]),
    told(3, facts={"sale_price_cents": 3990, "brand": "Lido"}, stock=(3, 0)),
    BadRow(6, "It has 3 columns where 4 are expected."),
    told(4, name=""),
    replace(told(5), sku="a1"),
    told(6, name="Moved away"),
    told(7, texts={"de": ("Hemd", "Kühl.")}, attributes={"Neckline": "round"}, sizes=None),
    told(8, skus=("8-S", "8-M"), prices=(4990, 5990)),
    told(9, sizes=()),
]
TAKEN = told(10, skus=("10-S", "FREE"))


def documents() -> list[dict[str, Any]]:
    found = catalogue_connection().get_collection(Product._meta.db_table).find().sort("sku")
    names = {category.pk: category.name for category in Category.objects.all()}
    return [
        {"category": names[each["category_id"]]}
        | {name: value for name, value in each.items() if name not in OF_THE_MOMENT}
        for each in found
    ]


def written_elsewhere() -> dict[str, list[Any]]:
    """What SQL holds of the products, by their SKUs."""
    skus = {str(product.pk): product.sku for product in Product.objects.all()}
    prices = PriceRecord.objects.order_by("product")
    return {
        "registered": [(one.key, one.sku, skus[one.owner]) for one in Registration.objects.all()],
        "prices": sorted((skus[one.product], str(one.says())) for one in prices),
        "stock": [
            (one.sku, skus[one.product], one.on_hand, one.named, one.shown_available)
            for one in Stock.objects.all()
        ],
        "moved": [(one.sku, one.delta, one.reason) for one in Movement.objects.order_by("sku")],
    }


def imported(committing: Commits) -> tuple[Report, list[dict[str, Any]], dict[str, list[Any]]]:
    """What is there once the rows are imported into a shop, and that shop emptied."""
    FormerAddress.objects.create(kind="product", slug="moved-away", item=str(ObjectId()))
    with committing(execute=True):
        report = import_rows(ROWS, mark="the import's own")
    there = report, documents(), written_elsewhere()
    for product in Product.objects.all():
        product.delete()
    for category in Category.objects.order_by("-pk"):
        # Those that lie in others were made after them.
        category.delete()
    for emptied in (FormerAddress, PriceRecord, Movement, Stock):
        emptied.objects.all().delete()
    return there


def test_many_at_once_are_what_they_are_one_by_one(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commits
) -> None:
    at_once = imported(django_capture_on_commit_callbacks)
    with monkeypatch.context() as patched:
        patched.setattr(making, "take_skus", lambda products: False)
        one_by_one = imported(django_capture_on_commit_callbacks)
    assert at_once == one_by_one
    report = at_once[0]
    assert (report.created, report.bad_count, report.stock_set) == (7, 3, 2)
    assert [bad.line for bad in report.bad] == [6, 6, 7]
    assert report.categories == ["Women", "Women > Coats", "Shirts"]


def test_where_one_cannot_be_had_the_others_are_made() -> None:
    import_rows([told(0, skus=("FREE", "FREER"))])
    report = import_rows([told(1), TAKEN, told(2)])
    assert report.created == 2
    (bad,) = report.bad
    assert bad.line == TAKEN.line
    assert "The SKU FREE is taken" in bad.reason
    assert set(Product.objects.values_list("sku", flat=True)) == {"A0", "A1", "A2"}
    assert {one.sku for one in Registration.objects.filter(key__startswith="10")} == set()


def test_a_name_that_was_made_for_a_size_and_is_taken_is_made_otherwise() -> None:
    import_rows([told(0, skus=("A1-S", "FREER"))])
    assert import_rows([told(1)]).created == 1
    assert Product.objects.get(sku="A1").skus() == ["A1", *made_for("A1")]
    assert "A1-S" not in made_for("A1")


def made_for(sku: str) -> list[str]:
    return [variant.sku for variant in Product.objects.get(sku=sku).variants]


def test_who_is_overtaken_saves_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look for free addresses and the insertion somebody takes one."""
    told_saving = products_saving.send
    category = Category.objects.create(name="Hats", slug="hats")

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if not Product.objects.exists():
            Product.objects.bulk_create(
                [Product(sku="HAT", name="Hat", slug="shirt-2", category=category, price_cents=1)]
            )
        return told_saving(*args, **kwargs)

    monkeypatch.setattr(products_saving, "send", overtaken)
    assert import_rows([told(1), told(2), told(3)]).created == 3
    slugs = dict(Product.objects.values_list("sku", "slug"))
    assert slugs == {"HAT": "shirt-2", "A1": "shirt-1", "A2": "shirt-2-a2", "A3": "shirt-3"}
    owners = set(Registration.objects.values_list("owner", flat=True))
    made = Product.objects.exclude(sku="HAT")
    assert owners == {str(product.pk) for product in made}
    assert PriceRecord.objects.count() == 3


@pytest.mark.parametrize("after", ["take_skus", "save"])
def test_what_broke_off_is_taken_up_again(monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    class Killed(BaseException):
        pass

    step: Callable[..., Any] = getattr(making, after)

    def killed(products: Any) -> None:
        step(products)
        raise Killed

    some = [told(number) for number in range(5)]
    with monkeypatch.context() as dying:
        dying.setattr(making, after, killed)
        with pytest.raises(Killed):
            import_rows(some, mark="the import's own")
    report = import_rows(some, mark="the import's own")
    assert (report.created, report.bad) == (5, [])
    assert Product.objects.count() == 5
    assert Registration.objects.count() == 15


def test_whoever_asks_what_changed_learns_of_them() -> None:
    import_rows([told(1), told(2)])
    lately = timezone.now() - timedelta(minutes=1)
    found = changes.products_since(lately)
    assert len(found) == 2
    assert all(change.revision for change in found)


def test_an_insertion_that_took_long_counts_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers may have looked past the moment at which it began."""
    begun = timezone.now() - timedelta(hours=1)
    clock, asked = making._clock, []

    def an_hour_ago_at_first() -> Any:
        asked.append(clock())
        return begun if len(asked) == 1 else asked[-1]

    monkeypatch.setattr(making, "_clock", an_hour_ago_at_first)
    import_rows([told(1), told(2)])
    assert len(changes.products_since(timezone.now() - timedelta(minutes=1))) == 2


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_rows_at_once_make_each_product_once() -> None:
    some = [told(number) for number in range(20)]
    reports = in_threads(2, lambda _: import_rows(some))
    assert all(isinstance(report, Report) and not report.bad for report in reports), reports
    assert Product.objects.count() == 20
    assert Registration.objects.count() == 60
    assert all(product.status == Status.DRAFT for product in Product.objects.all())


def test_a_product_that_was_made_so_is_saved_as_any_other() -> None:
    import_rows([told(1)])
    product = Product.objects.get()
    product.variants.append(Variant(size="L"))
    product.slug = "another"
    product.save()
    assert FormerAddress.objects.get().slug == "shirt-1"
    assert made_for("A1") == ["A1-S", "A1-M", "A1-L"]
