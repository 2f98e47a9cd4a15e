"""`manage.py seed_demo`: drawn products become the shop's, once."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils.translation import override

from drawings.catalogue import draw_catalogue
from drawings.palette import PALETTE
from drawings.wardrobe import categories
from shop.catalog.colours import COLOURS
from shop.catalog.models import Category, Product, Tree
from shop.catalog.vocabulary import KINDS, SEASONS, USES
from shop.demo.seeding import pieces_of
from shop.orders.models import DeliveryMethod, TaxRate, Voucher
from shop.stock.models import Stock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def run(**options: object) -> str:
    output = io.StringIO()
    call_command("seed_demo", stdout=output, **options)
    return output.getvalue()


@pytest.mark.parametrize("drawers", [0, 1])
def test_it_makes_products_with_their_photographs_and_facts(drawers: int) -> None:
    assert "2 created." in run(count=2, drawers=drawers)
    for drawn in draw_catalogue(count=2):
        product = Product.objects.get(sku=drawn.sku)
        assert (product.name, product.colour) == (drawn.name, drawn.colour)
        assert (product.kind, product.gender) == (drawn.kind, drawn.gender)
        assert product.style == drawn.style
        assert [variant.size for variant in product.variants] == list(drawn.sizes)
        assert len(product.photographs) == len(drawn.pictures)
        assert {(p.width, p.height) for p in product.photographs} == {(960, 1200)}


def test_a_second_run_changes_nothing() -> None:
    run(count=2, drawers=0)
    assert "2 unchanged." in run(count=2, drawers=0)
    assert Product.objects.count() == 2


def test_shelves_come_in_their_order_with_their_lines() -> None:
    run(count=1, drawers=0)
    made = [
        (shelf.name, shelf.slug, shelf.description) for shelf in Tree(Category.objects.in_order())
    ]
    groups = {shelf.group.slug for shelf in categories() if shelf.group}
    made = [facts for facts in made if facts[1] not in groups]
    assert made == [(shelf.name, shelf.slug, shelf.line) for shelf in categories()]


def test_products_and_categories_are_told_in_german_too() -> None:
    run(count=2, drawers=0)
    with override("de"):
        for drawn in draw_catalogue(count=2):
            product = Product.objects.get(sku=drawn.sku)
            assert (product.title, product.about) == (drawn.german.name, drawn.german.text)
        told = {(shelf.title, shelf.about) for shelf in Category.objects.all()}
    shelves = {*categories(), *(shelf.group for shelf in categories() if shelf.group)}
    assert told == {(shelf.german.name, shelf.german.text) for shelf in shelves}


def test_categories_lie_in_their_groups() -> None:
    run(count=1, drawers=0)
    menu = Tree(Category.objects.in_order()).menu
    assert [top.category.name for top in menu] == [
        *("Tops", "Dresses", "Bottoms", "Outerwear", "Shoes", "Bags", "Accessories")
    ]
    found = {
        shelf.name: top.category.name for top in menu for shelf in top.children or [top.category]
    }
    assert found == {
        shelf.name: shelf.group.name if shelf.group else shelf.name for shelf in categories()
    }


def test_kinds_colours_seasons_and_uses_are_known_words() -> None:
    styles = [style for shelf in categories() for style in shelf.styles]
    facts = {word.lower() for style in styles for word in (style.kind, style.season, style.usage)}
    assert facts <= {*KINDS, *SEASONS, *USES}
    assert {colour.name.lower() for colour in PALETTE} <= set(COLOURS)


def test_shop_whose_own_language_is_german_has_english_beside_it() -> None:
    with override_settings(LANGUAGE_CODE="de"):
        run(count=1, drawers=0)
    drawn = next(draw_catalogue(count=1))
    product = Product.objects.get()
    assert (product.name, product.category.name) != (drawn.name, drawn.category)
    assert product.name == drawn.german.name
    with override("en"):
        assert (product.title, product.category.title) == (drawn.name, drawn.category)


def test_renamed_category_is_not_made_again() -> None:
    run(count=1, drawers=0)
    shelf = Product.objects.get().category
    Category.objects.filter(pk=shelf.pk).update(name="Something else")
    assert "1 unchanged." in run(count=1, drawers=0)
    assert Category.objects.filter(slug=shelf.slug).count() == 1
    assert not Category.objects.filter(name=shelf.name).exists()


def test_categories_of_an_older_demo_are_told_in_german() -> None:
    for shelf in categories():
        Category.objects.create(name=shelf.name, slug=shelf.slug, description=shelf.line)
    run(count=1, drawers=0)
    assert all(shelf.texts for shelf in Category.objects.all())
    # Where they lie is the merchant's.
    assert Category.objects.filter(parent=None).count() == len(categories())


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(CommandError, match="at most"):
        run(count=10**6)
    with pytest.raises(CommandError, match="below 0"):
        run(drawers=-1)


def test_sizes_are_counted_once() -> None:
    run(count=3, drawers=0)
    skus = {offer.sku for product in Product.objects.all() for offer in product.offers()}
    assert dict(Stock.objects.values_list("sku", "on_hand")) == {
        sku: pieces_of(sku) for sku in skus
    }
    Stock.objects.update(on_hand=1)
    run(count=3, drawers=0)
    assert set(Stock.objects.values_list("on_hand", flat=True)) == {1}


def test_some_sizes_are_sold_out_and_most_are_not() -> None:
    pieces = [
        pieces_of(f"{drawn.sku}-{size}") for drawn in draw_catalogue() for size in drawn.sizes
    ]
    assert 0 < pieces.count(0) < len(pieces) / 8


def test_what_it_makes_can_be_delivered_and_taxed_and_stays_as_the_merchant_changes_it() -> None:
    run(count=1, drawers=0)
    assert [method.name for method in DeliveryMethod.objects.reaching("DE")] == [
        "Standard",
        "Express",
    ]
    assert all(TaxRate.objects.of(country) for country in DeliveryMethod.objects.countries())
    Voucher.objects.get().full_clean()
    DeliveryMethod.objects.filter(name="Express").delete()
    TaxRate.objects.filter(country="DE").update(percent=7)
    run(count=1, drawers=0)
    assert DeliveryMethod.objects.count() == 1
    assert TaxRate.objects.of("DE").percent == 7
