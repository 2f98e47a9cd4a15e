"""Rules as shoppers meet them: within a second, for as long as they hold, whatever is away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone

from shop.catalog import remember
from shop.catalog.models import Category, Product
from shop.merchandising import running
from shop.merchandising.models import Rule, State, search_of
from shop.trials.models import Trial
from tests.shop.catalog.shelves import make_product

SECOND = timedelta(seconds=1)
type Make = Callable[..., Rule]
type GoOn = Callable[[timedelta], None]


def panel(client: Client, slug: str = "piece-0") -> list[str]:
    html = client.get(f"/p/{slug}/").text.partition('id="alike"')[2].partition("</section>")[0]
    return re.findall(r'card__name">([^<]+)<', html)


PLAIN = ["Piece 1", "Piece 2", "Piece 3", "Piece 4", "Piece 5"]
PINNED = ["Piece 5", *PLAIN[:4]]


def test_a_kept_page_follows_within_a_second(products: list[Product], rule: Make, later: GoOn):
    assert panel(Client()) == PLAIN
    made = rule()
    later(SECOND)
    assert panel(Client()) == PINNED
    made.is_on = False
    made.save()
    later(2 * SECOND)
    assert panel(Client()) == PLAIN


def test_the_front_page_shows_nothing_that_is_blocked(
    products: list[Product], rule: Make, later: GoOn
) -> None:
    def shown() -> list[str]:
        hero = Client().get("/").text.partition('class="hero__pictures"')[2]
        return re.findall(r'href="/p/([\w-]+)/"', hero.partition("</figure>")[0])

    searched, first, *_ = shown()
    pks = {product.slug: str(product.pk) for product in products}
    rule(beside=pks[searched], does="block", product=pks[first], place=None)
    later(SECOND)
    again, *found = shown()
    assert first not in found or again != searched
    assert found
    # Nor is anything pinned there.
    Rule.objects.update(does="pin", place=1, product=pks[found[-1]], beside=pks[again])
    later(2 * SECOND)
    assert shown()[1] != found[-1]


def test_it_holds_from_one_moment_until_another(products: list[Product], rule: Make, later: GoOn):
    now = timezone.now()
    made = rule(begins=now + 60 * SECOND, ends=now + 120 * SECOND)
    for seconds, shown, state in (
        (0, PLAIN, State.PLANNED),
        (62, PINNED, State.RUNNING),
        (122, PLAIN, State.OVER),
    ):
        later(seconds * SECOND)
        assert panel(Client()) == shown
        assert made.state() == state
        assert list(Rule.objects.in_state(state)) == [made]


def test_pages_are_there_while_sql_is_away(
    products: list[Product], rule: Make, later: GoOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule()

    def refuse(*_: object) -> None:
        raise OperationalError("away")

    assert panel(Client()) == PINNED
    with monkeypatch.context() as away:
        away.setattr(Rule.objects, "not_over", refuse)
        later(SECOND)
        assert panel(Client()) == PINNED
        # A process that has just begun knows none.
        remember.forget_all()
        assert panel(Client()) == PLAIN
    later(12 * SECOND)
    assert panel(Client()) == PINNED


def test_the_nearer_rule_has_the_place(products: list[Product], coats: Category, rule: Make):
    inner = Category.objects.create(name="Parkas", slug="parkas", parent=coats)
    own = make_product(inner, 9, name="Own")
    everywhere = {"where": "panels", "beside": ""}
    of_category = {"where": "category", "beside": ""}
    rule(**everywhere, product=str(products[4].pk))
    rule(**of_category, shelf=str(coats.pk), product=str(products[3].pk))
    rule(**of_category, shelf=str(inner.pk), product=str(products[2].pk))
    assert panel(Client(), own.slug)[:3] == ["Piece 2", "Piece 3", "Piece 4"]
    assert panel(Client())[:2] == ["Piece 3", "Piece 4"]


def test_what_is_blocked_is_blocked_whatever_pins_it(products: list[Product], rule: Make):
    rule()
    rule(where="panels", beside="", does="block", place=None)
    assert panel(Client()) == PLAIN[:4]


def test_a_boost_is_for_what_lies_in_a_category_and_what_is_new(
    products: list[Product], coats: Category, rule: Make
) -> None:
    def boosts(**facts: Any) -> list[Any]:
        Rule.objects.all().delete()
        rule(does="boost", product="", place=None, strength=-1, **facts)
        remember.forget_all()
        return list(running.of_panel(products[0]).boosts)

    inner = Category.objects.create(name="Parkas", slug="parkas", parent=coats)
    (found,) = boosts(of="category", category=str(coats.pk))
    assert dict(found.goods.values)["category"] == {str(coats.pk), str(inner.pk)}
    (found,) = boosts(of="brand", brand="Alba")
    assert dict(found.goods.values) == {"brand": {"Alba"}}
    (found,) = boosts(of="new", days=7)
    week = timezone.now().timestamp() - 7 * 86400
    assert week - 86400 <= found.since / 1000 <= week
    # One that was deleted is nobody's.
    boosts(of="category", category="0" * 24)
    assert panel(Client()) == PLAIN


@pytest.mark.parametrize(
    ("phrase", "language", "words", "is_meant"),
    [
        ("Summer dress", "en", "dresses  SUMMER", True),
        ("Summer dress", "en", "red summer dress", False),
        ("Hüte", "de", "hut", True),
        ("Hüte", "de", "Huete", True),
        ("T-Shirt", "en", "tshirts", True),
        ("coat", "en", "", False),
    ],
)
def test_a_search_is_known_in_any_order_and_form(
    phrase: str, language: str, words: str, is_meant: bool
) -> None:
    searches = Rule(phrases=phrase).searches()
    assert (search_of(words, language) in searches) == is_meant


def test_a_rule_holds_for_each_of_its_searches(
    client: Client, products: list[Product], rule: Make
) -> None:
    rule(where="search", beside="", phrases="party\nPiece")
    for words in ("pieces", "Party"):
        first, *_ = client.get(f"/search/?q={words}").context["products"]
        assert first.name == "Piece 5"
    assert client.get("/search/?q=piece+1").context["products"][0].name == "Piece 1"


def test_a_test_of_rankings_gives_what_is_pinned_to_neither(
    client: Client, products: list[Product], rule: Make, nothing_waits: None
) -> None:
    Trial.objects.create(first="facts", second="looks")
    rule(place=2)
    client.post("/taste/switch/", {"on": "1"})
    html = client.post("/p/piece-0/alike/", {"seen": f"v{products[1].pk}"}).text
    cards = re.findall(r'<li class="card"(?: data-panel="alike-([ab])")?>', html)
    assert re.findall(r'card__name">([^<]+)<', html)[1] == "Piece 5"
    assert cards.pop(1) == ""
    # Both gave as many of the others.
    assert set(cards[:2]) == set(cards[2:]) == {"a", "b"}


# What may be said


def fault(rule: Rule) -> dict[str, list[str]]:
    try:
        rule.full_clean()
    except ValidationError as refused:
        return refused.message_dict
    return {}


def test_two_pins_do_not_want_one_place_at_once(products: list[Product], rule: Make):
    now = timezone.now()
    day = timedelta(days=1)
    rule(begins=now, ends=now + 2 * day)
    facts = {"where": "product", "beside": str(products[0].pk), "does": "pin"}

    def other(**more: Any) -> Rule:
        return Rule(**(facts | {"product": str(products[4].pk), "place": 1} | more))

    assert "Piece 5 at place 1" in str(fault(other()))
    assert "Piece 5 at place 1" in str(fault(other(begins=now + day)))
    assert "Piece 5 at place 1" in str(fault(other(product=str(products[5].pk), place=3)))
    assert fault(other(place=2)) == {}
    assert fault(other(begins=now + 2 * day)) == {}
    assert fault(other(is_on=False)) == {}
    assert fault(other(beside=str(products[1].pk))) == {}


def test_pins_of_searches_meet_in_any_of_their_words(products: list[Product], rule: Make):
    rule(where="search", beside="", phrases="party\nsummer dress")
    facts = {"where": "search", "does": "pin", "product": str(products[4].pk), "place": 1}
    assert fault(Rule(**facts, phrases="Dresses summer"))
    assert fault(Rule(**facts, phrases="dress")) == {}


def test_rules_go_with_what_they_name(products: list[Product], coats: Category, rule: Make):
    other = Category.objects.create(name="Parkas")
    for facts in ({"product": str(products[4].pk)}, {"beside": str(products[4].pk)}):
        rule(**facts)
    rule(where="category", beside="", shelf=str(other.pk))
    kept = rule(where="category", beside="", shelf=str(coats.pk))
    products[4].delete()
    other.delete()
    assert list(Rule.objects.all()) == [kept]


def test_what_makes_no_sense_is_refused(products: list[Product]) -> None:
    now = timezone.now()
    pin = {"does": "pin", "product": str(products[1].pk), "place": 1}
    assert fault(Rule(where="panels", **pin, begins=now, ends=now)) == {
        "__all__": ["“Until” lies before “from”."]
    }
    assert "place" in fault(Rule(where="panels", **(pin | {"place": 11})))
    assert fault(Rule(where="search", phrases="coat", **(pin | {"place": 11}))) == {}
    assert "place" in fault(Rule(where="search", phrases="coat", **(pin | {"place": 31})))
    assert "phrases" in fault(Rule(where="search", phrases="?!", **pin))
    assert "phrases" in fault(Rule(where="search", phrases="a\n" * 21, **pin))
    own = Rule(where="product", beside=str(products[1].pk), **pin)
    assert fault(own) == {"product": ["A product never stands beside itself."]}
