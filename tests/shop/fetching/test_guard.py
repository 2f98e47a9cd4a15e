"""What is fetched lies in the open internet, unless the merchant named its origin."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from shop.fetching import Refused, fetch
from shop.fetching.guard import is_open, place_of
from tests.site import Answer, Site


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1"),  # noqa: S104
        *("::", "::1", "fe80::1", "fc00::1", "fec0::1", "ff0e::1", "2001:db8::1"),
        # What stands for an address of IPv4.
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_what_not_everybody_reaches_is_not_open(ip: str) -> None:
    assert not is_open(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_the_rest_is(ip: str) -> None:
    assert is_open(ip)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://shop.example/a.jpg", "Only addresses with http:// or https:// are fetched."),
        ("file:///etc/hostname", "Only addresses with http:// or https:// are fetched."),
        ("//shop.example/a.jpg", "Only addresses with http:// or https:// are fetched."),
        ("a.jpg", "Only addresses with http:// or https:// are fetched."),
        ("http://", "Only addresses with http:// or https:// are fetched."),
        ("http://user:secret@127.0.0.1/", "It holds a user or a password."),
        ("http://127.0.0.1:8080/", "It names the port 8080."),
        ("http://shop.example:port/", "It is no address."),
        (f"http://shop.example/{'a' * 2000}", "It is longer than 2000 characters."),
        (f"http://{'a' * 64}.example/", "It is no address."),
        ("http://127.0.0.1/", "127.0.0.1 is no address of the open internet."),
        ("https://[::1]/", "::1 is no address of the open internet."),
        ("http://localhost/", "localhost is no address of the open internet."),
        ("http://LOCALHOST/", "localhost is no address of the open internet."),
        ("http://10.0.0.1/", "10.0.0.1 is no address of the open internet."),
    ],
)
def test_what_is_refused(address: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        place_of(address)
    assert str(refused.value) == reason


def test_what_is_refused_is_not_asked() -> None:
    with Site() as site, pytest.raises(Refused):
        fetch(f"{site.origin}/a", most_bytes=10)
    assert site.asked == []


def test_an_origin_that_is_allowed_allows_no_other(settings: Settings) -> None:
    with Site() as one, Site() as other:
        settings.FETCH_ALLOWED = [one.origin]
        one.answers["/a"] = Answer(b"here")
        assert (fetched := fetch(f"{one.origin}/a", most_bytes=10))
        assert fetched.content == b"here"
        with pytest.raises(Refused):
            fetch(f"{other.origin}/a", most_bytes=10)
    assert other.asked == []


def test_where_an_address_leads_is_looked_at_anew(site: Site) -> None:
    with Site() as other:
        site.answers["/a"] = Answer(status=302, headers={"Location": f"{other.origin}/b"})
        with pytest.raises(Refused):
            fetch(f"{site.origin}/a", most_bytes=10)
    assert (site.paths, other.asked) == (["/a"], [])


def test_all_addresses_of_a_name_are_given(settings: Settings) -> None:
    """Whoever connects takes one of these, and looks nothing up again."""
    settings.FETCH_ALLOWED = ["http://localhost"]
    place = place_of("http://localhost/a b?c=ü")
    assert set(place.ips) <= {"127.0.0.1", "::1"}
    assert (place.host, place.port, place.url.request_uri) == ("localhost", 80, "/a%20b?c=%C3%BC")
