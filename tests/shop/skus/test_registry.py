"""Who gets a SKU, and who has it."""

from __future__ import annotations

import pytest

from shop.skus import registry
from shop.skus.models import Registration
from tests.crowds import crowds

pytestmark = pytest.mark.django_db


def held() -> dict[str, str]:
    return dict(Registration.objects.values_list("sku", "owner"))


def test_who_is_first_has_it_however_it_is_spelled() -> None:
    registry.take("one", ["LO-1"])
    with pytest.raises(registry.Taken) as taken:
        registry.take("other", ["new", "lo-1"])
    assert [row.owner for row in taken.value.holders] == ["one"]
    assert held() == {"LO-1": "one"}, "all or none"


def test_taking_again_changes_the_spelling_alone() -> None:
    registry.take("one", ["LO-1", "LO-2"])
    registry.take("one", ["lo-1"])
    assert held() == {"lo-1": "one", "LO-2": "one"}


def test_what_is_no_longer_wanted_is_free() -> None:
    registry.take("one", ["A", "B"])
    given_up = registry.take("one", ["b"])
    assert [row.sku for row in given_up] == ["A"]
    registry.release(given_up)
    registry.take("other", ["A"])
    assert held() == {"b": "one", "A": "other"}
    registry.let_go("one")
    assert held() == {"A": "other"}


def test_a_registration_that_came_to_another_is_not_released() -> None:
    registry.take("one", ["A"])
    seen = registry.others("two", ["a"])
    registry.let_go("one")
    registry.take("three", ["A"])
    assert registry.release(seen) == 0
    assert held() == {"A": "three"}


@pytest.mark.slow
def test_of_two_at_once_exactly_one_gets_it(sql_environment: dict[str, str]) -> None:
    lists = [[f"a-{n}", f"b-{n}", f"c-{n}"] for n in range(60)]
    # The same in another case and order, which must neither pass nor wait for each other.
    others = [[sku.upper() for sku in reversed(skus)] for skus in lists]
    with crowds(sql_environment, "tests.shop.skus.crowd") as crowd:
        one, other = crowd.at_once(("take", "one", lists), ("take", "other", others))
        owners = crowd.call("owners")
        same = crowd.at_once(*[("take", "third", [["x", f"{n}"] for n in range(40)])] * 2)
    assert same == [[True] * 40] * 2, "nobody is in their own way"
    assert [a + b for a, b in zip(one, other, strict=True)] == [1] * len(lists)
    for number, mine in enumerate(one):
        found = {owners[f"{letter}-{number}"] for letter in "abc"}
        assert found == {"one" if mine else "other"}
