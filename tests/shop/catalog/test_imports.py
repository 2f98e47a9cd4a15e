"""Rows become products, once."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from recommender.images import TooBusy
from shop.catalog import pictures
from shop.catalog.imports import BadRow, ImportRow, Report, import_rows, open_source
from shop.catalog.imports.rows import ReadPicture
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Variant
from tests.drawn import LargePicture
from tests.shop.catalog.catalogues import row, write_zip
from tests.shop.catalog.shelves import jpeg
from tests.shop.catalog.test_models import in_threads

pytestmark = pytest.mark.django_db


def originals() -> set[Path]:
    folder = Path(settings.MEDIA_ROOT, "photographs")
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_row_becomes_a_product() -> None:
    report = import_rows([row("A1", "white", "grey")])
    assert str(report) == "1 created"
    product = Product.objects.get(sku="A1")
    assert product.category == Category.objects.get(slug="shirts")
    assert product.price_cents == 4990
    assert [variant.sku for variant in product.variants] == ["A1-S", "A1-M"]
    assert len(product.photographs) == 2
    assert all(default_storage.exists(name) for name in product.photo_names())


@pytest.mark.slow
def test_a_second_run_changes_nothing() -> None:
    rows = [row("A1", line=2), row("A2", "black", line=3)]
    import_rows(rows)
    before = [(p.pk, p.changed, p.photo_names()) for p in Product.objects.order_by("pk")]
    files = originals()
    assert str(import_rows(rows)) == "2 unchanged"
    assert [(p.pk, p.changed, p.photo_names()) for p in Product.objects.order_by("pk")] == before
    assert originals() == files


@pytest.mark.slow
def test_a_large_photograph_waits_for_its_turn(
    large_pictures_wait: LargePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, refusals = pictures.read_photograph, []

    def watched(source: bytes) -> pictures.Incoming:
        try:
            return read(source)
        except TooBusy as busy:
            refusals.append(busy)
            large_pictures_wait.end()
            raise

    monkeypatch.setattr(pictures, "read_photograph", watched)
    monkeypatch.setattr(pictures, "BUSY_PAUSE_SECONDS", 0)
    photographed = replace(row(), photographs=(lambda: large_pictures_wait.content,))
    assert str(import_rows([photographed])) == "1 created"
    assert len(refusals) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Cotton shirt"},
        {"price_cents": 1},
        {"sizes": ("L",)},
        {"category": "Tops"},
        {"style": "Lido"},
    ],
)
def test_what_differs_is_updated_and_photographs_stay(change: dict[str, Any]) -> None:
    import_rows([row()])
    names = Product.objects.get(sku="A1").photo_names()
    assert str(import_rows([row(**change)])) == "1 updated"
    assert Product.objects.get(sku="A1").photo_names() == names


def test_a_changed_photograph_replaces_the_old_one() -> None:
    import_rows([row("A1", "white", "grey")])
    white, grey = Product.objects.get(sku="A1").photo_names()
    assert str(import_rows([row("A1", "grey", "black")])) == "1 updated"
    first, second = Product.objects.get(sku="A1").photo_names()
    assert first == grey
    assert default_storage.exists(second)
    assert not default_storage.exists(white)


def test_what_rows_do_not_speak_of_stays_as_the_merchant_set_it() -> None:
    import_rows([row()])
    product = Product.objects.get(sku="A1")
    product.position, product.status, product.style = 7, Status.DRAFT, "Lido"
    product.photographs[0].alt = "A shirt on a chair"
    product.variants[1].available = False
    product.save()
    import_rows([row(name="Cotton shirt")])
    product = Product.objects.get(sku="A1")
    assert (product.position, product.status, product.style) == (7, Status.DRAFT, "Lido")
    assert product.photographs[0].alt == "A shirt on a chair"
    assert [variant.available for variant in product.variants] == [True, False]


def test_what_a_source_has_no_column_for_stays() -> None:
    import_rows([row(facts={"brand": "Lido"}, texts={"de": ("Hemd", None)})])
    silent = dict.fromkeys(
        ("gender", "kind", "colours", "season", "usage", "price_cents", "description", "sizes")
    )
    assert str(import_rows([row(**silent)])) == "1 unchanged"
    product = Product.objects.get(sku="A1")
    assert (product.gender, product.colour, product.brand) == ("women", "White", "Lido")
    assert [variant.size for variant in product.variants] == ["S", "M"]


def test_facts_texts_and_attributes_are_written_and_taken_back() -> None:
    facts = {"brand": "Lido", "sale_price_cents": 3990, "status": Status.LINK}
    more: dict[str, Any] = {
        "texts": {"de": ("Hemd", None)},
        "attributes": {"Fit": "Slim", "Neck": ""},
    }
    import_rows([row(facts=facts, **more)])
    product = Product.objects.get(sku="A1")
    assert (product.brand, product.sale_price_cents, product.status) == ("Lido", 3990, "link")
    assert [(text.language, text.name) for text in product.texts] == [("de", "Hemd")]
    assert [str(attribute) for attribute in product.attributes] == ["Fit: Slim"]
    assert str(import_rows([row(facts=facts, **more)])) == "1 unchanged"
    gone: dict[str, Any] = {"texts": {"de": ("", None)}, "attributes": {"Fit": ""}}
    assert str(import_rows([row(facts={"sale_price_cents": None}, **gone)])) == "1 updated"
    product = Product.objects.get(sku="A1")
    assert (product.texts, product.attributes, product.sale_price_cents) == ([], [], None)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"sale_price_cents": 4990}, "A sale price must be less than the price."),
        ({"sale_from": datetime(2026, 12, 1, tzinfo=UTC)}, "Name what it costs between"),
    ],
)
def test_a_sale_that_is_none_is_refused(facts: dict[str, Any], reason: str) -> None:
    report = import_rows([row(facts=facts)])
    assert [bad.reason[: len(reason)] for bad in report.bad] == [reason]


def test_stock_for_sizes_that_the_source_does_not_name() -> None:
    import_rows([row()])
    report = import_rows([row(sizes=None, stock=(1, 2, 3))])
    assert [bad.reason for bad in report.bad] == [
        "The stock has 3 numbers where it comes in 2 sizes."
    ]
    assert str(import_rows([row(sizes=None, stock=(1, 2))])) == "1 unchanged"


def test_what_an_older_version_imported_from_folders_is_found_again(tmp_path: Path) -> None:
    """Then the SKU told no bytes, so that one of two files of a name was left out."""
    files = {"train/hat/0.jpg": jpeg("red"), "test/hat/0.jpg": jpeg("blue")}
    path = write_zip(tmp_path / "hats.zip", files)
    older = "HAT-" + hashlib.sha256(b"hat/0.jpg").hexdigest()[:10].upper()
    with open_source(path) as source:
        import_rows([replace(r, sku=older) for r in source if isinstance(r, ImportRow)][1:])
    red = Product.objects.get()
    assert red.sku == older
    with open_source(path) as source:
        assert str(import_rows(source)) == "1 created, 1 unchanged"
        assert str(import_rows(source)) == "2 unchanged"
    assert Product.objects.get(sku=older).photo_names() == red.photo_names()


def test_what_was_imported_with_accents_apart_is_found_again(tmp_path: Path) -> None:
    """As macOS packs them; since then all names are composed."""
    key = unicodedata.normalize("NFD", "röcke/1.jpg")
    older = f"{key.split('/')[0].upper()}-{hashlib.sha256(key.encode()).hexdigest()[:10].upper()}"
    path = write_zip(tmp_path / "skirts.zip", {key: jpeg("red")})
    with open_source(path) as source:
        import_rows([replace(r, sku=older) for r in source if isinstance(r, ImportRow)])
        assert str(import_rows(source)) == "1 unchanged"


def test_a_second_folder_replaces_nothing(tmp_path: Path) -> None:
    for colour in ("red", "blue"):
        path = write_zip(tmp_path / f"{colour}.zip", {"cardigan/1.jpg": jpeg(colour)})
        with open_source(path) as source:
            assert str(import_rows(source)) == "1 created"


def test_sizes_have_skus_and_prices_of_their_own() -> None:
    facts: dict[str, Any] = {"skus": ("S-1", "M-1"), "prices": (4990, 5990)}
    import_rows([row(**facts)])
    variants = Product.objects.get(sku="A1").variants
    assert [(each.sku, each.price_cents) for each in variants] == [("S-1", None), ("M-1", 5990)]
    assert str(import_rows([row(**facts)])) == "1 unchanged"
    assert str(import_rows([row(**(facts | {"prices": (4990, 4990)}))])) == "1 updated"


def test_the_same_picture_twice_is_one_photograph() -> None:
    import_rows([row("A1", "white", "white")])
    assert len(Product.objects.get(sku="A1").photographs) == 1
    assert str(import_rows([row("A1", "white", "white")])) == "1 unchanged"


def test_photographs_are_held_one_by_one() -> None:
    """As files, and as pixels, two dozen would be some 50 MB each."""

    def reader(grey: int) -> ReadPicture:
        file = io.BytesIO()
        Image.new("RGB", (1_000, 1_000), (grey,) * 3).save(file, "PNG", compress_level=0)
        return lambda: bytes(file.getbuffer())

    # Of 3 MB each.
    photographs = tuple(map(reader, range(12)))
    tracemalloc.start()
    assert import_rows([row(photographs=photographs)]).created == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


def test_a_bad_row_leaves_no_trace_and_stops_nobody() -> None:
    def broken() -> bytes:
        return b"a text file named .jpg"

    good = row("A2", "blue", line=3)
    bad = row("A1", line=2)
    bad = row("A1", line=2, photographs=(*bad.photographs, broken))
    files = originals()
    report = import_rows([bad, BadRow(9, "It has 3 columns where 4 are expected."), good])
    assert [(b.line, b.reason.split(":")[0]) for b in report.bad] == [
        (2, "This is not a picture"),
        (9, "It has 3 columns where 4 are expected."),
    ]
    assert [product.sku for product in Product.objects.all()] == ["A2"]
    assert len(originals() - files) == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"photographs": ()}, "It has no photograph."),
        ({"photographs": (jpeg,) * 25}, "A product has at most 24 photographs."),
        ({"sizes": tuple(map(str, range(101)))}, "A product has at most 100 sizes."),
        ({"colours": ["Red"] * 51}, "A product has at most 50 colours."),
        ({"name": "x" * 200}, "The name will not do"),
        ({"sku": "x" * 90}, "The sku will not do"),
        ({"gender": "robots"}, "The gender will not do"),
        ({"category": "???"}, "'???' cannot be the name of a category: that has a letter"),
        ({"sizes": ("x" * 40,)}, "The size will not do"),
        ({"style": "x" * 90}, "The style will not do"),
        ({"facts": {"gtin": "x" * 90}}, "The gtin will not do"),
        ({"attributes": {"x" * 90: "y"}}, "The attr:xxx"),
        ({"attributes": {"Neckline": "x" * 301}}, "The attr:Neckline will not do"),
        ({"texts": {"de": ("x" * 200, None)}}, "The name_de will not do"),
    ],
)
def test_values_that_do_not_fit_are_named(facts: dict[str, Any], reason: str) -> None:
    report = import_rows([row(**facts)])
    assert len(report.bad) == 1
    assert report.bad[0].reason.startswith(reason)
    assert Product.objects.count() == 0


def test_a_sku_that_comes_twice_is_imported_once() -> None:
    report = import_rows([row(line=2), row(name="Other", line=3)])
    assert report.created == 1
    assert report.bad == [BadRow(3, "The SKU A1 is already used in line 2.")]
    assert Product.objects.get(sku="A1").name == "Linen shirt"


def test_an_import_that_broke_off_is_resumed() -> None:
    class Interrupted(BaseException):
        pass

    def interrupt(report: Report) -> None:
        if report.done == 2:
            raise Interrupted

    rows = [row(f"A{n}", f"hsl({40 * n},50%,50%)", line=n) for n in range(5)]
    with pytest.raises(Interrupted):
        import_rows(rows, progress=interrupt)
    assert str(import_rows(rows)) == "3 created, 2 unchanged"
    assert len(Product.objects.all()) == 5


def test_an_interrupted_row_leaves_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    files = originals()

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Product, "save", die)
        with pytest.raises(KeyboardInterrupt):
            import_rows([row("A1", "white", "grey")])
    assert originals() == files


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_rows_at_once_make_each_product_once() -> None:
    rows = [row(f"A{n}", f"hsl({40 * n},50%,50%)", line=n) for n in range(4)]
    reports = in_threads(2, lambda _: import_rows(rows))
    assert all(isinstance(report, Report) and not report.bad for report in reports), reports
    assert sorted(p.sku for p in Product.objects.all()) == ["A0", "A1", "A2", "A3"]
    assert Category.objects.count() == 1
    names = {name for product in Product.objects.all() for name in product.photo_names()}
    assert all(default_storage.exists(name) for name in names)


def test_a_price_that_a_source_lacks_follows_from_kind_and_sku() -> None:
    import_rows([row(price_cents=None)])
    price = Product.objects.get(sku="A1").price_cents
    assert 2900 <= price <= 7900
    assert str(import_rows([row(price_cents=None)])) == "1 unchanged"


def test_colours_that_only_variants_name_are_no_difference() -> None:
    import_rows([row(sizes=("M",))])
    product = Product.objects.get(sku="A1")
    product.variants[0].colour = "White"
    product.variants.append(Variant(size="M", colour="Rust", price_cents=5290))
    product.save()
    assert product.colours == ["White", "Rust"]
    assert str(import_rows([row(sizes=("M",))])) == "1 unchanged"
    import_rows([row(sizes=("M",), colours=["White", "Sage"])])
    product.refresh_from_db()
    assert product.colours == ["White", "Sage", "Rust"]
    assert [variant.price_cents for variant in product.variants] == [None, 5290]
