"""A shopper's address book."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.shoppers import addresses
from shop.shoppers.models import SavedAddress

BERLIN = {
    "name": "Ada Lovelace",
    "street": "Analytical Row 1",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}
LONDON = BERLIN | {"street": "12 St James Square", "postcode": "sw1y 4jh", "city": "London"}
LONDON["country"] = "GB"


@pytest.fixture
def shopper(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def add(client: Client, fields: dict[str, str], **more: str) -> str:
    """Sends the form of a new address; returns the page where it was not accepted."""
    response = client.post("/account/addresses/add/", fields | more)
    return "" if response.status_code == 302 else response.content.decode()


def streets(user: User) -> list[str]:
    return [address.street for address in SavedAddress.objects.filter(user=user)]


def test_the_first_address_is_the_default(shopper: Client, ada: User) -> None:
    assert add(shopper, BERLIN) == ""
    assert add(shopper, LONDON) == ""
    default = addresses.default_of(ada)
    assert default is not None
    assert default.city == "Berlin"
    page = shopper.get("/account/addresses/").content.decode()
    assert page.count("Used unless you say otherwise") == 1
    assert "SW1Y 4JH" in page


def test_another_can_become_the_default(shopper: Client, ada: User) -> None:
    add(shopper, BERLIN)
    add(shopper, LONDON, is_default="on")
    assert streets(ada) == [LONDON["street"], BERLIN["street"]]
    assert SavedAddress.objects.filter(is_default=True).count() == 1


def test_there_is_always_a_default(shopper: Client, ada: User) -> None:
    add(shopper, BERLIN)
    add(shopper, LONDON)
    (berlin, london) = SavedAddress.objects.filter(user=ada)
    # Not being it any more needs another that is.
    shopper.post(f"/account/addresses/{berlin.pk}/", BERLIN)
    assert addresses.default_of(ada) == berlin
    shopper.post(f"/account/addresses/{berlin.pk}/remove/")
    assert addresses.default_of(ada) == london
    shopper.post(f"/account/addresses/{london.pk}/remove/")
    assert addresses.default_of(ada) is None


def test_an_address_can_be_changed(shopper: Client, ada: User) -> None:
    add(shopper, BERLIN)
    address = SavedAddress.objects.get()
    form = shopper.get(f"/account/addresses/{address.pk}/").content.decode()
    assert 'value="Analytical Row 1"' in form
    assert 'autocomplete="address-line1"' in form
    shopper.post(f"/account/addresses/{address.pk}/", BERLIN | {"street": "Other Row 2"})
    assert streets(ada) == ["Other Row 2"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"postcode": "1011"}, "This is not a postcode there."),
        ({"postcode": ""}, "This field is required."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"street": ""}, "This field is required."),
    ],
)
def test_an_address_is_checked(
    shopper: Client, ada: User, change: dict[str, str], sentence: str
) -> None:
    assert sentence in add(shopper, BERLIN | change)
    assert streets(ada) == []


def test_a_changed_country_changes_the_fields(shopper: Client, ada: User) -> None:
    page = add(shopper, BERLIN, country="US", look="1")
    assert "ZIP code" in page
    assert 'value="Analytical Row 1"' in page
    assert streets(ada) == []


def test_an_address_is_printed_as_in_its_country(shopper: Client, ada: User) -> None:
    us = {"city": "Springfield", "region": "Illinois", "postcode": "62704", "country": "US"}
    assert add(shopper, BERLIN | us) == ""
    assert "Springfield, IL 62704" in shopper.get("/account/addresses/").content.decode()
    change = f"/account/addresses/{SavedAddress.objects.get().pk}/"
    form = shopper.get(change).content.decode()
    assert 'value="Illinois"' in form
    assert "ZIP code" in form


def test_a_book_has_an_end(shopper: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST_ADDRESSES", 1)
    add(shopper, BERLIN)
    assert "Your address book is full: it holds 1." in add(shopper, LONDON)
    address = SavedAddress.objects.get()
    shopper.post(f"/account/addresses/{address.pk}/", LONDON)
    assert streets(ada) == [LONDON["street"]]


def test_nobody_reaches_into_another_s_book(shopper: Client, ada: User) -> None:
    add(shopper, BERLIN)
    address = SavedAddress.objects.get()
    eve = Client()
    eve.force_login(User.objects.create_user("eve"))
    assert "Analytical Row" not in eve.get("/account/addresses/").content.decode()
    own = f"/account/addresses/{address.pk}/"
    assert eve.get(own).status_code == 404
    assert eve.post(own, LONDON).status_code == 404
    assert eve.post(f"{own}remove/").status_code == 404
    assert streets(ada) == [BERLIN["street"]]
    for page in (own, "/account/addresses/", "/account/addresses/add/"):
        assert Client().get(page).headers["Location"].startswith("/account/login/")
