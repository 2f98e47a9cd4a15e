"""The whole shop: limits hold over all processes of the web server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import drawn
from tests.running_shop import RunningShop
from tests.visitor import Answer, File

GUESSES = 16


@pytest.fixture
def shop(running_shop: RunningShop) -> Iterator[RunningShop]:
    """Visitors of the tests before and after this one come from the same address."""
    running_shop.forget_limits()
    yield running_shop
    running_shop.forget_limits()


def guess_in_the_admin(shop: RunningShop, number: int) -> Answer:
    fields = {"username": "nobody", "password": f"guess {number}"}
    return shop.visitor().submit("/admin/login/?next=/admin/", fields)


def guess_in_the_shop(shop: RunningShop, number: int) -> Answer:
    fields = {"login": "nobody@example.com", "password": f"guess {number}"}
    return shop.visitor().submit("/account/login/", fields)


def test_the_admin_s_log_in_has_one_count(shop: RunningShop) -> None:
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda n: guess_in_the_admin(shop, n), range(GUESSES)))
    statuses = [answer.status for answer in answers]
    assert (statuses.count(200), statuses.count(429)) == (5, GUESSES - 5)
    refused = next(answer for answer in answers if answer.status == 429)
    assert "Try it again in" in refused.text
    assert shop.merchant().get("/admin/").status == 200


def test_the_shop_s_log_in_has_one_count(shop: RunningShop) -> None:
    answers = [guess_in_the_shop(shop, number) for number in range(GUESSES)]
    refused = ["Too many failed login attempts" in answer.text for answer in answers]
    assert refused == [False] * 5 + [True] * (GUESSES - 5)


def test_while_redis_is_away_people_log_in_and_guessing_has_limits(shop: RunningShop) -> None:
    with shop.server_away("broker"):
        assert shop.merchant().get("/admin/").status == 200
        assert guess_in_the_shop(shop, 0).status == 200
        statuses = [guess_in_the_admin(shop, number).status for number in range(GUESSES)]
        # Each of the two processes counts for itself.
        assert set(statuses) == {200, 429}
        assert statuses.count(200) <= 2 * 5


def test_a_results_page_finds_what_its_picture_was_encoded_to_once(shop: RunningShop) -> None:
    """Another picture in its place would find other things, were it encoded again."""
    files = [File("picture", "bag.jpg", drawn.jpeg("Bag", "Black", 2))]
    results = shop.visitor().post("/photo/", files=files).address
    picture = shop.var / "media" / "queries" / f"{results.split('/')[2]}.jpg"
    pages = [results, f"{results}?colour=Black", f"{results}?gender=women"]
    before = [cards(shop, page) for page in pages]
    assert all(before)

    picture.write_bytes(drawn.jpeg("Shirt", "Rust"))
    for _ in range(4):
        assert [cards(shop, page) for page in pages] == before
    picture.with_suffix(".vector").unlink()
    assert cards(shop, results) != before[0]


def cards(shop: RunningShop, page: str) -> list[str]:
    """The names of what a page shows, in its order."""
    answer = shop.visitor().get(page)
    assert answer.status == 200
    return [part.partition("<")[0] for part in answer.text.split('card__name">')[1:]]
