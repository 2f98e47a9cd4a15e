from __future__ import annotations

from pytest_django import Settings

from shop.fetching.checks import check_fetching


def test_what_is_allowed_to_a_shop_that_fetches_nothing(settings: Settings) -> None:
    assert check_fetching(None) == []
    settings.FETCH_ALLOWED = ["http://pictures.internal"]
    (message,) = check_fetching(None)
    assert (message.id, bool(message.hint)) == ("vitrine.E008", True)
    settings.FETCH = True
    assert check_fetching(None) == []


def test_a_shop_for_the_public_says_who_asks(settings: Settings) -> None:
    settings.FETCH, settings.HTTPS = True, True
    (message,) = check_fetching(None)
    assert (message.id, bool(message.hint)) == ("vitrine.W005", True)
    settings.ORIGIN = "https://shop.example"
    assert check_fetching(None) == []
