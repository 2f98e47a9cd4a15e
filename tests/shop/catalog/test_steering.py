"""What merchants pin, block and boost, wherever it is kept to."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from recommender import search
from shop.catalog import finding, steering
from shop.catalog.alike import Alike, similar_products
from shop.catalog.listing import live
from shop.catalog.live.facts import milliseconds
from shop.catalog.live.table import keys_of
from shop.catalog.live.view import Narrowing
from shop.catalog.models import Category, Product
from shop.catalog.steering import (
    MOST_ODDS,
    UNSTEERED,
    Boost,
    Pin,
    Steering,
    boosted,
    placed,
    steer_by,
)
from tests.shop.catalog.shelves import make_product, make_products
from tests.shop.catalog.test_alike import Shop, shop

__all__ = ["shop"]

PINS = st.lists(st.tuples(st.integers(1, 12), st.integers(100, 120)), unique_by=lambda pin: pin[1])


@pytest.fixture
def steered(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Steering]]:
    """What holds for a search, by its words, or for a panel, by the id of its product."""
    known: dict[str, Steering] = {}
    kept = steering._of_panel, steering._of_search
    steer_by(
        lambda product: known.get(str(product.pk), UNSTEERED),
        lambda words, _language: known.get(words, UNSTEERED),
    )
    yield known
    steer_by(*kept)


@given(st.integers(0, 15), PINS)
def test_everything_has_one_place_and_the_rest_keeps_its_order(
    count: int, pins: list[tuple[int, int]]
) -> None:
    ranked = list(range(count))
    found = placed(ranked, pins)
    assert sorted(found) == sorted([*ranked, *(one for _, one in pins)])
    assert [one for one in found if one < 100] == ranked
    for place, one in pins:
        others = [other for other, _ in pins if other < place]
        alone = [other for other, _ in pins].count(place) == 1
        if alone and count + len(others) >= place - 1 and len(set(others)) == len(others):
            assert found[place - 1] == one


@given(st.integers(0, 15), PINS, st.integers(0, 20))
def test_the_first_of_many_are_the_first_of_few(
    count: int, pins: list[tuple[int, int]], k: int
) -> None:
    ranked = list(range(count))
    assert placed(ranked[:k], pins)[:k] == placed(ranked, pins)[:k]


def test_each_boost_is_about_what_it_names_and_all_are_bounded(coats: Category) -> None:
    bags = Category.objects.create(name="Bags", slug="bags")
    old, new = make_product(coats, 0, brand="Alba"), make_product(bags, 1)
    # MongoDB keeps whole milliseconds.
    since = milliseconds(new.created) - 1
    keys = keys_of([str(old.pk), str(new.pk)])

    def odds(*boosts: Boost) -> list[float]:
        return boosted(live(), keys, boosts).tolist()

    assert odds() == [0, 0]
    assert odds(Boost(1, products=frozenset({str(old.pk)}))) == [1, 0]
    assert odds(Boost(-1, goods=Narrowing.to({"category": {str(bags.pk)}}))) == [0, -1]
    assert odds(Boost(1, goods=Narrowing.to({"brand": {"Alba"}}))) == [1, 0]
    assert odds(Boost(1, since=since), Boost(0.5)) == [0.5, 1.5]
    assert odds(*[Boost(1)] * 9) == [MOST_ODDS] * 2
    assert odds(*[Boost(-1)] * 9) == [-MOST_ODDS] * 2


# Panels


def some_steering(shop: Shop, chance: random.Random) -> Steering:
    ids = [str(product.pk) for product in shop.products]
    pins = [
        Pin(place, id)
        for place, id in sorted(
            zip(chance.sample(range(1, 9), 3), chance.sample(ids, 3), strict=True)
        )
    ]
    blocked = frozenset(chance.sample(ids, 60)) - {pin.product for pin in pins}
    boost = Boost(
        math.log(4), goods=Narrowing.to({"category": {str(shop.products[0].category_id)}})
    )
    return Steering(tuple(pins), blocked, (boost,))


def test_a_panel_keeps_to_what_merchants_say(shop: Shop) -> None:
    chance = random.Random(3)
    for product in [one for one in shop.products if one.is_published][:12]:
        said = some_steering(shop, chance)
        found = similar_products(product, 10, steering=said)
        assert similar_products(product, 3, steering=said) == found[:3]
        shown = {str(match.product.pk) for match in found}
        assert len(shown) == len(found)
        assert not shown & said.blocked
        assert str(product.pk) not in shown
        styles = [match.product.style for match in found if match.product.style]
        assert len(set(styles)) == len(styles)
        assert product.style not in styles
        assert all(match.product.is_published for match in found)
        for pin in said.pins:
            pinned = next((match for match in found if str(match.product.pk) == pin.product), None)
            if pinned is not None:
                assert pinned.pinned
                assert found.index(pinned) == pin.place - 1


def test_no_score_shows_what_merchants_do(shop: Shop) -> None:
    product = next(one for one in shop.products if one.is_published)
    scores = {match.product: match.score for match in similar_products(product, 50)}
    said = some_steering(shop, random.Random(4))
    found = similar_products(product, 50, steering=said)
    assert any(match.pinned for match in found)
    assert all(
        match.score == pytest.approx(scores[match.product])
        for match in found
        if match.product in scores
    )
    # What is pinned and not close is told by no likeness.
    for match in found:
        if match.pinned and match.product not in scores:
            assert match.nearness < search.CLOSE_FROM
            assert match.closeness == "Our choice"
    rest = [match.score for match in found if not match.pinned]
    assert rest != sorted(rest, reverse=True)


def test_what_is_pinned_and_never_looked_at_has_no_score(
    products: list[Product], search_away: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "similar", lambda item, k, **wanted: [])
    monkeypatch.setattr(search, "version", lambda: None)
    found = similar_products(products[0], 5, steering=Steering((Pin(4, str(products[1].pk)),)))
    assert found == [Alike(products[1], None, pinned=True)]
    assert found[0].closeness == "Our choice"


def test_what_cannot_be_had_is_pinned_only_where_it_is_said(products: list[Product]) -> None:
    own, draft, gone, other = products[:4]
    draft.status = "draft"
    draft.save()
    gone.variants = []
    gone.available = False
    gone.save()

    def first(*pins: Pin) -> str:
        match, *_ = similar_products(own, 5, steering=Steering(pins))
        return match.product.name if match.pinned else ""

    assert first(Pin(1, str(own.pk))) == ""
    assert first(Pin(1, str(draft.pk))) == ""
    assert first(Pin(1, str(gone.pk))) == ""
    assert first(Pin(1, str(gone.pk), even_sold_out=True)) == "Piece 2"
    assert first(Pin(1, "0" * 24), Pin(1, str(other.pk))) == "Piece 3"


def test_what_does_not_fit_a_filter_is_not_pinned(
    client: Client, products: list[Product], steered: dict[str, Steering]
) -> None:
    steered[str(products[0].pk)] = Steering((Pin(1, str(products[5].pk)),))
    address = "/p/piece-0/similar/"
    names = [match.product.name for match in client.get(address).context["alike"]]
    assert names == ["Piece 5", "Piece 1", "Piece 2", "Piece 3", "Piece 4"]
    # Of the others Sage is piece 2.
    narrowed = client.get(f"{address}?colour=Navy").context["alike"]
    assert [match.product.name for match in narrowed] == ["Piece 3"]


def test_the_api_says_what_is_pinned_and_leaves_out_what_is_blocked(
    client: Client, products: list[Product], steered: dict[str, Steering]
) -> None:
    pin, blocked = Pin(2, str(products[5].pk)), frozenset({str(products[1].pk)})
    steered[str(products[0].pk)] = Steering((pin,), blocked)
    address = f"/api/v1/products/{products[0].pk}/similar"
    found = client.get(f"{address}?most=4").json()
    assert [one["product"]["name"] for one in found] == ["Piece 2", "Piece 5", "Piece 3", "Piece 4"]
    assert [one["pinned"] for one in found] == [False, True, False, False]
    assert client.get(f"{address}?most=2").json() == found[:2]


# Searches


@pytest.fixture
def jackets(coats: Category) -> list[Product]:
    """Forty jackets, more than a page, and a bag."""
    bags = Category.objects.create(name="Bags", slug="bags")
    found = make_products(coats, 40, name="Jacket {}", kind="Jacket")
    return [*found, make_product(bags, 99, name="Bag", kind="Bag")]


def ids(products: list[Product]) -> list[str]:
    return [str(product.pk) for product in products]


def test_a_search_keeps_to_what_merchants_say_on_all_its_pages(
    client: Client, jackets: list[Product], steered: dict[str, Steering]
) -> None:
    plain = [one["id"] for one in api_pages(client, "q=jacket")]
    bag, last, blocked = str(jackets[40].pk), plain[-1], plain[0]
    pins = (Pin(2, bag), Pin(31, last))
    boost = Boost(math.log(4), products=frozenset({plain[20]}))
    steered["jacket"] = Steering(pins, frozenset({blocked}), (boost,))
    found = [one["id"] for one in api_pages(client, "q=jacket")]
    # Neither lost nor twice, at their places, and counted.
    assert sorted(found) == sorted({*plain, bag} - {blocked})
    assert (found[0], found[1], found[30]) == (plain[20], bag, last)
    page = client.get("/search/?q=jacket")
    assert page.context["pieces"] == 40
    counts = page.context["facets"].counts["category"]
    assert sorted(counts.values()) == [1, 39]
    narrowed = client.get("/search/?q=jacket&kind=Bag")
    assert [one.name for one in narrowed.context["products"]] == ["Bag"]
    by_price = client.get("/search/?q=jacket&sort=-price").context["products"]
    assert [one.price_cents for one in by_price] == sorted(
        (one.price_cents for one in by_price), reverse=True
    )


def api_pages(client: Client, query: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for page in (1, 2, 3):
        answer = client.get(f"/api/v1/products?{query}&page={page}&page_size=15").json()
        found += answer["items"]
    assert len(found) == answer["count"]
    return found


def test_what_is_sold_out_is_not_pinned_in_a_search(
    client: Client, jackets: list[Product], steered: dict[str, Steering]
) -> None:
    gone = jackets[3]
    gone.variants = []
    gone.available = False
    gone.save()
    steered["jacket"] = Steering((Pin(1, str(gone.pk)),))
    found = [one["id"] for one in api_pages(client, "q=jacket")]
    assert found[-1] == str(gone.pk)


def test_a_search_in_vain_has_what_is_pinned_and_leaves_out_nothing(
    client: Client, jackets: list[Product], steered: dict[str, Steering]
) -> None:
    steered["zzyzxq"] = Steering((Pin(1, str(jackets[40].pk)),))
    answer = finding.answer("zzyzxq")
    assert answer is not None
    assert not answer.is_in_vain
    assert answer.left_out == ()
    assert [one.name for one in client.get("/search/?q=zzyzxq").context["products"]] == ["Bag"]


def test_a_boost_is_no_more_than_that(jackets: list[Product]) -> None:
    """What is back by as much as may be is found all the same."""
    plain = finding.answer("jacket", UNSTEERED)
    back = Boost(-MOST_ODDS, products=frozenset(ids(jackets[:5])))
    found = finding.answer("jacket", Steering(boosts=(back,)))
    assert plain is not None
    assert found is not None
    assert found.keys is not None
    assert sorted(found.keys.tolist()) == sorted(plain.keys.tolist())
    last = keys_of(ids(jackets[:5]))
    assert np.isin(found.keys[-5:], last).all()


def test_suggestions_leave_out_what_is_blocked(
    client: Client, jackets: list[Product], steered: dict[str, Steering]
) -> None:
    assert "/p/bag/" in client.get("/search/suggestions/?q=bag").text
    steered["bag"] = Steering(blocked=frozenset({str(jackets[40].pk)}))
    assert "/p/bag/" not in client.get("/search/suggestions/?q=bag").text
