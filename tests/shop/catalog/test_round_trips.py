"""Products written as another shop's file, read again by this one's reader of such files.

What a format cannot hold is in LOST, and in docs/exchange.md; everything else has to come back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from shop.catalog import exports, pictures
from shop.catalog.imports import import_rows, open_source
from shop.catalog.imports.rows import Report
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Attribute, Text, Variant
from shop.stock import counting
from shop.stock.models import Stock
from tests.shop.catalog.catalogues import write_zip
from tests.shop.catalog.shelves import jpeg

pytestmark = pytest.mark.django_db

ORIGIN = "https://shop.example"
DECEMBER = datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2099, 12, 24, tzinfo=UTC)
# By the shape, what a file of it says nothing of.
LOST = {
    "shopify": {
        *("sku", "kind", "season", "usage", "mpn", "texts", "attributes", "sale_from"),
        *("sale_until", "position"),
    },
    "woocommerce": {
        *("sku", "kind", "season", "usage", "mpn", "texts", "gender", "material", "position"),
    },
}
# What comes back as something else.
AS = {"shopify": {}, "woocommerce": {Status.ARCHIVED: Status.DRAFT}}


def product(category: Category, sku: str, *colours: str, **facts: Any) -> Product:
    shown = [pictures.read_photograph(jpeg(f"hsl({hash(sku) % 360},50%,{n}0%)")) for n in (4, 5)]
    made = Product(
        **{
            "sku": sku,
            "name": f"Shirt {sku}",
            "description": "Soft <and> warm.\nCut wide.\n\nWashes & dries.",
            "category": category,
            "gender": "women",
            "kind": "Shirt",
            "colours": list(colours),
            "price_cents": 4990,
            "photographs": [each.store() for each in shown],
            "variants": [Variant(size="M"), Variant(size="L", price_cents=5990)],
        }
        | facts
    )
    made.save()
    return made


@pytest.fixture
def shelf(db: None, no_memory: None) -> Category:
    women = Category.objects.create(name="Women", slug="women")
    shirts = Category.objects.create(name="Shirts, long & short", slug="shirts", parent=women)
    lido = {"style": "lido", "name": "Lido", "material": "60 % linen, 40 % cotton"}
    counted = [
        product(shirts, "LIDO-NAVY", "Navy", **lido),
        product(shirts, "LIDO-RUST", "Rust, burnt", **lido, sale_price_cents=3990),
    ]
    product(shirts, "OTHER", "Navy", style="lido", name="Lido, lined")
    product(shirts, "AGAIN", "Navy", **lido, price_cents=5090)
    product(
        shirts,
        "ONE",
        *("Navy", "White"),
        name="=SUM(A1)",
        brand="A & O",
        gender="girls",
        status="link",
        gtin="4006381333931",
        variants=[],
        attributes=[Attribute(name="Neckline", value="round, wide")],
    )
    product(shirts, "PLAIN", status="draft", variants=[Variant(size="38,5", sku="+38")])
    product(shirts, "OLD", "Sage", status="archived", gender="unisex", variants=[Variant()])
    product(
        shirts,
        "SOON",
        "Sage",
        sale_price_cents=4500,
        sale_from=DECEMBER[0],
        sale_until=DECEMBER[1],
        texts=[Text(language="de", name="Hemd")],
        mpn="7/3",
        season="Summer",
    )
    for place, each in enumerate(counted):
        counting.count(str(each.pk), {offer.sku: place * 3 for offer in each.offers()})
    return shirts


def told(product: Product) -> dict[str, Any]:
    """What there is to say of a product, as it is sold."""
    words = ("name", "brand", "gender", "kind", "season", "usage", "material", "mpn", "sku")
    numbers = ("price_cents", "sale_price_cents", "sale_from", "sale_until", "position")
    offers = product.offers()
    return {
        **{name: getattr(product, name) for name in (*words, *numbers)},
        "description": product.description,
        "category": [each.name for each in (product.category.parent, product.category) if each],
        "colours": product.colours,
        "status": Status(product.status),
        "gtin": product.gtin if len(offers) == 1 else "",
        "sizes": [(each.size or "One size", each.sku) for each in offers],
        "costs": [product.price_of(each).cents for each in offers],
        "usually": [each.price_cents or product.price_cents for each in offers],
        "available": [each.available for each in offers],
        "attributes": [(each.name, each.value) for each in product.attributes],
        "texts": [each.name for each in product.texts],
        "photographs": len(product.photographs),
    }


def shop() -> dict[Any, dict[str, Any]]:
    """The products by what tells these apart in every format."""
    return {(each.name, *each.colours, each.price_cents): told(each) for each in every()}


def every() -> list[Product]:
    return list(Product.objects.all())


def exported(shape: str) -> str:
    return "".join(exports.text(exports.SHAPES[shape], Product.objects.all(), ORIGIN))


def imported(text: str, folder: Path) -> Report:
    """What comes of the file where its photographs lie beside it."""
    (folder / "products.csv").write_text(text, newline="")
    with open_source(folder / "products.csv") as source:
        return import_rows(source)


def pieces() -> dict[str, int]:
    return dict(Stock.objects.values_list("sku", "on_hand"))


def emptied(folder: Path) -> None:
    """The photographs are put beside the file, and nothing is left of the shop."""
    files = {}
    for each in Product.objects.all():
        for photograph in each.photographs:
            with default_storage.open(photograph.name) as file:
                files[f"{photograph.key}.jpg"] = file.read()
        each.delete()
    write_zip(folder / "products.zip", files)
    for category in Category.objects.order_by("-pk"):
        category.delete()


@pytest.mark.parametrize("shape", LOST)
def test_everything_comes_back_that_the_format_holds(
    shelf: Category, tmp_path: Path, shape: str
) -> None:
    before, counted, text = shop(), pieces(), exported(shape)
    emptied(tmp_path)
    report = imported(text, tmp_path)
    assert not report.bad
    assert differences(before, shop(), shape) == []
    assert pieces() == counted
    styles = dict(Product.objects.values_list("sku", "style"))
    assert styles["LIDO-NAVY"] == styles["LIDO-RUST-BURNT"] == "lido"
    assert list(styles.values()).count("lido") == 2


def differences(before: dict[str, Any], after: dict[str, Any], shape: str) -> list[Any]:
    """Whatever came back as something else, or not at all."""
    return [
        (sku, name, value, after.get(sku, {}).get(name))
        for sku, facts in before.items()
        for name, value in expected(facts, shape)
        if name not in after.get(sku, {}) or after[sku][name] != value
    ] + [sku for sku in after if sku not in before]


def expected(facts: dict[str, Any], shape: str) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if name == "status":
            yield name, AS[shape].get(value, value)
        elif shape == "shopify" and name == "sale_price_cents" and facts["sale_from"]:
            # What is not on yet cannot be said.
            yield name, None
        elif name == "sizes" and shape == "woocommerce" and value[0][0] == "One size":
            # What there is nothing to choose of has one SKU, which is the product's.
            continue
        elif name == "photographs" and facts["name"] == "Lido":
            # Which of several shows a colour is said of its first alone.
            continue
        elif name not in LOST[shape]:
            yield name, value


@pytest.mark.parametrize("shape", exports.SHAPES)
def test_what_such_a_file_made_is_found_again_by_the_next(
    shelf: Category, tmp_path: Path, shape: str
) -> None:
    text = exported(shape)
    if shape != "own":
        emptied(tmp_path)
        imported(text, tmp_path)
        text = exported(shape)
    before, counted = shop(), pieces()
    again = tmp_path / "again"
    again.mkdir()
    assert str(imported(text, again)) == f"{len(before)} unchanged"
    assert (shop(), pieces()) == (before, counted)


@pytest.mark.parametrize("shape", exports.SHAPES)
def test_no_cell_is_a_formula(shelf: Category, shape: str) -> None:
    rows = csv.reader(io.StringIO(exported(shape), newline=""))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


def test_shopify_is_told_what_it_needs(shelf: Category) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("shopify"), newline="")))
    lido = [row for row in rows if row["Handle"] == "lido"]
    assert [(row["Option1 Value"], row["Option2 Value"]) for row in lido] == [
        ("Navy", "M"),
        ("Navy", "L"),
        ("Rust, burnt", "M"),
        ("Rust, burnt", "L"),
    ]
    assert [row["Title"] for row in lido] == ["Lido", "", "", ""]
    prices = [(row["Variant Price"], row["Variant Compare At Price"]) for row in lido]
    assert prices == [("49.90", ""), ("59.90", ""), ("39.90", "49.90"), ("39.90", "59.90")]
    assert {row["Image Position"] for row in lido} == {"1", "2", "3", "4"}
    assert all(row["Variant Image"].startswith(f"{ORIGIN}/pictures/") for row in lido)
    assert [row["Variant Inventory Qty"] for row in lido] == ["0", "0", "3", "3"]
    (one, picture) = (row for row in rows if row["Title"] == "'=SUM(A1)" or "sum" in row["Handle"])
    assert (one["Option1 Name"], one["Option1 Value"]) == ("Title", "Default Title")
    assert (one["Status"], one["Published"]) == ("unlisted", "true")
    assert set(filter(None, picture.values())) == {one["Handle"], "2", picture["Image Src"]}


def test_woocommerce_is_told_what_it_needs(shelf: Category) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("woocommerce"), newline="")))
    whole, *variations = [row for row in rows if "lido" in (row["SKU"], row["Parent"])]
    assert (whole["Type"], whole["Attribute 1 value(s)"]) == ("variable", "Navy, Rust\\, burnt")
    assert whole["Categories"] == "Women > Shirts\\, long & short"
    assert [row["Type"] for row in variations] == ["variation"] * 4
    assert [row["Regular price"] for row in variations] == ["49.90", "59.90"] * 2
    assert [row["Sale price"] for row in variations] == ["", "", "39.90", "39.90"]
    (soon,) = (row for row in rows if row["SKU"] == "SOON-M")
    local = timezone.localtime(DECEMBER[0]).strftime("%Y-%m-%d %H:%M")
    assert soon["Date sale price starts"] == local
    published = {row["Name"]: row["Published"] for row in rows if row["Type"] != "variation"}
    assert (published["Lido"], published["Shirt PLAIN"], published["Shirt OLD"]) == (
        "1",
        "'-1",
        "0",
    )
    assert not any(row["ID"] for row in rows)


def test_the_admin_saves_them_as_they_are_chosen(shelf: Category, admin_client: Client) -> None:
    chosen = [str(Product.objects.get(sku="ONE").pk)]
    facts = {"action": "export_shopify", "_selected_action": chosen}
    answer = admin_client.post("/admin/catalog/product/", facts)
    assert answer.streaming
    assert "products-shopify.csv" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))
    assert rows[0]["Variant SKU"] == "ONE"
    assert rows[0]["Image Src"].startswith("http://testserver/pictures/")


def test_a_command_writes_them_into_a_file(shelf: Category, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    with pytest.raises(CommandError, match="where is the shop"):
        call_command("export_catalog", path, shape="shopify")
    assert not path.exists()
    call_command("export_catalog", path, shape="shopify", origin=f"{ORIGIN}/", verbosity=0)
    assert path.read_text(newline="") == exported("shopify")
    assert list(tmp_path.iterdir()) == [path]
