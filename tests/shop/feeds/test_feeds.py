"""Feeds of a small shop in which everything is as awkward as it may be."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pytest_django import Settings

from shop.catalog.imports.formats.feeds import listing_of_xml
from shop.catalog.imports.formats.listing import Listed
from shop.catalog.models import Category, Product
from shop.catalog.parts import Attribute, Text, Variant
from shop.feeds import checking, feeds, rules
from shop.feeds.channels import CHANNELS, Item
from shop.feeds.feeds import Feed, published
from shop.feeds.models import FeedKey
from shop.operations import doctor
from shop.operations.doctor import State
from shop.stock import counting, reserving
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

ORIGIN = "https://shop.example"
GTIN = "4006381333931"


@pytest.fixture
def shirts(db: None) -> Category:
    from shop.catalog import remember

    remember.forget_all()
    texts = [Text(language="de", name="Hemden")]
    return Category.objects.create(name="Shirts & tops", slug="shirts", texts=texts)


@pytest.fixture
def shop(shirts: Category) -> list[Product]:
    """Products of every kind that a feed could say wrongly."""
    colours = [("S", "Navy"), ("M", "Navy"), ("S", "Rust")]
    return [
        make_product(
            shirts, 0, name="A & <b>B</b> " + "long " * 27, description="a\tb\x0c & \n\nc"
        ),
        make_product(shirts, 1, variants=[], brand="A & O", gtin=GTIN, style="", description=""),
        make_product(
            shirts, 2, variants=[Variant(size=s, colour=c) for s, c in colours], gtin=GTIN, mpn="M2"
        ),
        make_product(shirts, 3, variants=[Variant(colour=c) for c in ("Navy", "Rust")], style="Ö"),
        make_product(shirts, 4, gender="girls", sku="x" * 58, colours=["Navy", "White", "Rust"]),
        make_product(
            shirts,
            5,
            attributes=[Attribute(name="Size type", value="Petite")],
            texts=[Text(language="de", name="Hemd", description="Weich & <warm>.")],
            colours=["navy"],
        ),
        make_product(shirts, 6, status="draft"),
        make_product(shirts, 7, photographs=[]),
        make_product(shirts, 8, gtin="2000000000008", variants=[]),
    ]


def items(name: str = "google-en.xml") -> list[Item]:
    feed = Feed.named(name)
    assert feed is not None
    return list(feed.items(ORIGIN, published()))


def of(product: Product, name: str = "google-en.xml") -> list[dict[str, str]]:
    """Its items, of whose pictures the first counts."""
    return [
        {name: values[0] for name, values in item.items()}
        for item in items(name)
        if product.slug in item["link"][0].split("/")
    ]


@pytest.mark.parametrize("feed", list(Feed.every()), ids=lambda feed: str(feed.name))
def test_every_feed_keeps_the_rules(shop: list[Product], feed: Feed) -> None:
    told = "".join(feed.text(ORIGIN)).encode()
    assert list(map(str, checking.faults_in(io.BytesIO(told), feed))) == []
    # No draft, and nothing that cannot be shown.
    sizes = sum(len(product.offers()) for product in shop[:6]) + 1
    assert told.count(b"<item>" if feed.form == "xml" else b"\n") == sizes + (feed.form == "tsv")


def test_an_item_is_a_size_and_a_group_a_design(shop: list[Product]) -> None:
    told = of(shop[2])
    assert [item["id"] for item in told] == [variant.sku for variant in shop[2].variants]
    assert {item["item_group_id"] for item in told} == {"SKU-shirts-2"}
    assert [(item["size"], item["color"]) for item in told] == [
        ("S", "Navy"),
        ("M", "Navy"),
        ("S", "Rust"),
    ]
    assert told[2]["link"] == f"{ORIGIN}/p/{shop[2].slug}/?colour=Rust"
    assert told[0]["image_link"].startswith(f"{ORIGIN}/pictures/")
    assert told[0]["product_type"] == "Shirts & tops"
    # Its GTIN is that of no size.
    assert "gtin" not in told[0]
    assert (told[0]["mpn"], told[0]["identifier_exists"]) == ("M2", "yes")


def test_what_a_channel_cannot_tell_apart_is_no_design(shirts: Category) -> None:
    same = {"style": "101", "gender": "men"}
    twins = [make_product(shirts, number, colours=["Navy"], **same) for number in range(2)]
    other = make_product(shirts, 2, colours=["Rust"], **same)
    branded = make_product(shirts, 3, colours=["Sand"], brand="Lido", **same)
    groups = [{item["item_group_id"] for item in of(product)} for product in (*twins, other)]
    assert groups == [{"101"}, {twins[1].sku}, {"101"}]
    assert {item["item_group_id"] for item in of(branded)} == {branded.sku}
    assert list(map(str, rules.faults(items(), CHANNELS["google"]))) == []


def test_what_has_no_sizes_is_one_item_without_a_group(shop: list[Product]) -> None:
    (item,) = of(shop[1])
    assert not {"item_group_id", "size"} & item.keys()
    assert (item["id"], item["brand"], item["gtin"]) == ("SKU-shirts-1", "A & O", GTIN)
    assert (item["description"], item["title"]) == ("Piece 1", "Piece 1")


def test_a_number_that_the_shop_made_itself_is_none(shop: list[Product]) -> None:
    (item,) = of(shop[8])
    assert "gtin" not in item
    assert item["identifier_exists"] == "no"


def test_whom_it_is_for_and_how_it_is_cut(shop: list[Product]) -> None:
    girls, petite = of(shop[4])[0], of(shop[5])[0]
    assert (girls["gender"], girls["age_group"]) == ("female", "kids")
    assert girls["color"] == "Navy/White/Rust"
    assert (petite["gender"], petite["age_group"]) == ("female", "adult")
    assert (petite["size_type"], "size_type" in girls) == ("petite", False)


def test_a_feed_speaks_its_language(shop: list[Product]) -> None:
    with translation.override("en"):
        (german, _large) = of(shop[5], "google-de.xml")
        assert translation.get_language() == "en"
    assert german["link"] == f"{ORIGIN}/de/p/{shop[5].slug}/"
    assert (german["title"], german["description"]) == ("Hemd", "Weich & (warm).")
    assert (german["product_type"], german["color"]) == ("Hemden", "marine")
    assert of(shop[5])[0]["title"] == "Piece 5"


def test_the_language_of_whoever_reads_stays(shop: list[Product]) -> None:
    feed = Feed.named("google-de.xml")
    assert feed is not None
    with translation.override("en"):
        next(feed.items(ORIGIN, published()))
        assert translation.get_language() == "en"


def test_products_are_read_a_few_at_a_time(
    shop: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 2)
    feed = Feed.named("google-en.xml")
    assert feed is not None
    with (
        CaptureQueriesContext(connections["catalog"]) as mongodb,
        CaptureQueriesContext(connections["default"]) as sql,
    ):
        made = feed.items(ORIGIN, published())
        next(made)
        # The ids, the categories, the first two.
        assert (len(mongodb), len(sql)) == (3, 1)
        assert len(list(made)) > 2
        assert (len(mongodb), len(sql)) == (6, 4)


def test_what_was_counted_says_what_can_be_had(shop: list[Product]) -> None:
    medium, large = shop[5].variants
    assert [item["availability"] for item in of(shop[5])] == ["in_stock", "out_of_stock"]
    counting.count(str(shop[5].pk), {medium.sku: 1, large.sku: 2})
    # Held, of which the catalogue is not told before the transaction is through.
    reserving.reserve("a", {medium.sku: 1}, seconds=60)
    assert [item["availability"] for item in of(shop[5])] == ["out_of_stock", "in_stock"]
    assert of(shop[5], "meta-en.tsv")[1]["availability"] == "in stock"


def test_a_sale_is_one_beside_a_true_former_price(shirts: Category) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    until = now + timedelta(days=3)
    begun = now - timedelta(hours=1)
    reduced = make_product(
        shirts, 1, sale_price_cents=1500, sale_from=begun, sale_until=until, variants=[]
    )
    (item,) = of(reduced)
    assert (item["price"], item["sale_price"]) == ("20.00 EUR", "15.00 EUR")
    dates = map(datetime.fromisoformat, item["sale_price_effective_date"].split("/"))
    assert list(dates) == [begun, until]
    # What nobody can prove it cost is not what it cost.
    Product.objects.filter(pk=reduced.pk).update(former=[])
    (item,) = of(reduced)
    assert (item["price"], "sale_price" in item) == ("15.00 EUR", False)


def test_whoever_has_a_key_may_fetch_until_it_is_revoked(
    client: Client, shop: list[Product]
) -> None:
    key, secret = FeedKey.objects.make(name="Google")
    answer = client.get(f"/feeds/{secret}/meta-de.tsv")
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    told = b"".join(answer).decode()  # type: ignore[call-overload]
    assert "http://testserver/de/p/" in told
    key.refresh_from_db()
    assert key.used_on == timezone.localdate()
    assert client.head(f"/feeds/{secret}/meta-de.tsv").status_code == 200
    assert client.post(f"/feeds/{secret}/meta-de.tsv").status_code == 405
    for address in (
        f"/feeds/{secret}/meta-de.csv",
        f"/feeds/{secret}/",
        f"/feeds/{secret[:-1]}/meta-de.tsv",
        f"/feeds/{key.digest}/meta-de.tsv",
        "/feeds/meta-de.tsv",
    ):
        assert client.get(address).status_code == 404
    key.delete()
    assert client.get(f"/feeds/{secret}/meta-de.tsv").status_code == 404


def test_a_key_is_made_in_the_admin_and_shown_once(admin_client: Client) -> None:
    page = admin_client.post("/admin/feeds/feedkey/add/", {"name": "Google"}, follow=True)
    addresses = re.findall(r"<code>http://testserver(.+?)</code>", page.content.decode())
    assert len(addresses) == len(list(Feed.every()))
    assert all(admin_client.head(address).status_code == 200 for address in addresses)
    key = FeedKey.objects.get()
    secret = addresses[0].split("/")[2]
    assert secret not in (key.digest, key.start)
    listed = admin_client.get("/admin/feeds/feedkey/").content.decode()
    assert "Google" in listed
    assert secret not in listed
    assert admin_client.get(f"/admin/feeds/feedkey/{key.pk}/change/").status_code == 200


def test_the_command_writes_a_file_and_looks_at_it(shop: list[Product], tmp_path: Path) -> None:
    path = tmp_path / "google.xml"
    call_command("export_feed", "google-en.xml", str(path), origin=f"{ORIGIN}/")
    feed = Feed.named("google-en.xml")
    assert feed is not None
    with path.open("rb") as file:
        assert list(checking.faults_in(file, feed)) == []
    assert f"<g:link>{ORIGIN}/p/{shop[1].slug}/</g:link>" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_the_command_says_what_breaks_rules(shop: list[Product], tmp_path: Path) -> None:
    Product.objects.filter(pk=shop[1].pk).update(gtin="4006381333932")
    path = tmp_path / "google.tsv"
    said = io.StringIO()
    with pytest.raises(CommandError, match="breaks rules 1 times"):
        call_command("export_feed", "google-en.tsv", str(path), origin=ORIGIN, stderr=said)
    assert said.getvalue().startswith("SKU-shirts-1: gtin is '4006381333932'")
    assert path.exists()


def test_the_command_wants_to_know_where_the_shop_is(settings: Settings, tmp_path: Path) -> None:
    settings.ORIGIN = ""
    with pytest.raises(CommandError, match="VITRINE_ORIGIN"):
        call_command("export_feed", "google-en.xml", str(tmp_path / "google.xml"))


def test_the_doctor_looks_at_feeds(shop: list[Product], monkeypatch: pytest.MonkeyPatch) -> None:
    finding = doctor.feeds()
    assert (finding.state, finding.detail) == (
        State.OK,
        "keep the rules, by a look at all products",
    )
    monkeypatch.setattr(checking, "SAMPLE", 4)
    assert doctor.feeds().detail == "keep the rules, by a look at 4 of 8 products"
    monkeypatch.undo()
    # The same design, colour and size twice.
    Product.objects.filter(pk__in=[shop[0].pk, shop[3].pk]).update(style="Lido", colours=["Navy"])
    Product.objects.filter(pk=shop[1].pk).update(gtin="4006381333932")
    finding = doctor.feeds()
    assert finding.state is State.NOTE
    assert "SKU-shirts-1: gtin is '4006381333932', which is no GTIN" in finding.detail


def test_a_sample_goes_from_the_first_to_the_last() -> None:
    ids = [str(number) for number in range(1001)]
    some = checking.sample(ids)
    assert (len(some), some[0], some[-1]) == (334, "0", "999")
    assert checking.sample(ids[:500]) == ids[:500]


def test_a_sale_with_an_open_side_has_no_dates(shirts: Category) -> None:
    reduced = make_product(shirts, 1, sale_price_cents=1500, variants=[])
    (item,) = of(reduced)
    assert item["sale_price"] == "15.00 EUR"
    assert "sale_price_effective_date" not in item


def test_another_shop_can_read_a_feed(shop: list[Product]) -> None:
    feed = Feed.named("google-en.xml")
    assert feed is not None
    told = "".join(feed.text(ORIGIN)).encode()
    read = [one.row for one in listing_of_xml(told, "feed").products() if isinstance(one, Listed)]
    # Of the one with two colours it makes two.
    sizes = sum(len(row.sizes) for row in read)
    assert sizes == told.count(b"<item>")
    assert [row.name for row in read if row.style == "SKU-shirts-2"] == ["Piece 2"] * 2
    assert {row.category for row in read} == {"Shirts & tops"}
