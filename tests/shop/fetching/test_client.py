"""One request: what comes of it, and what bounds it."""

from __future__ import annotations

import subprocess
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from shop.fetching import Fetched, Later, Refused, Validators, client, fetch
from tests.site import Answer, Handler, Site

MOST = 100_000
# A moment is named as tests are collected, long before the last of them runs.
HOURS = 5 * 3600


def asked(address: str, *, seconds: float = 30.0, known: Validators | None = None) -> Any:
    return fetch(address, most_bytes=MOST, seconds=seconds, known=known)


def test_what_lies_there_comes_with_its_validators(site: Site, settings: Settings) -> None:
    settings.SHOP_NAME, settings.ORIGIN = "Müller (Moden)", "https://shop.example"
    site.answers["/a.jpg?v=1"] = Answer(
        b"picture" * 9_999, etag='"1"', headers={"Last-Modified": "Sun, 29 Nov 2026 10:00:00 GMT"}
    )
    fetched = asked(f"{site.origin}/a.jpg?v=1#part")
    validators = Validators('"1"', "Sun, 29 Nov 2026 10:00:00 GMT")
    assert fetched == Fetched(b"picture" * 9_999, validators)
    ((path, headers),) = site.asked
    assert path == "/a.jpg?v=1"
    assert headers["Host"] == site.origin.removeprefix("http://")
    assert headers["User-Agent"] == "Vitrine (M%C3%BCller %28Moden%29; https://shop.example)"
    assert asked(f"{site.origin}/a.jpg?v=1", known=validators) is None
    assert site.asked[1][1]["If-Modified-Since"] == validators.modified


def test_it_goes_where_it_is_led(site: Site) -> None:
    site.answers["/a"] = Answer(status=301, headers={"Location": "b/c"})
    site.answers["/b/c"] = Answer(status=307, headers={"Location": "/d?e"})
    site.answers["/d?e"] = Answer(b"here")
    fetched = asked(f"{site.origin}/a")
    assert fetched
    assert (fetched.content, site.paths) == (b"here", ["/a", "/b/c", "/d?e"])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=404), "Its server answers 404."),
        (Answer(status=304), "Its server answers 304."),
        (Answer(b"part", status=206), "Its server answers 206."),
        (Answer(status=302), "It leads on to nowhere."),
        (Answer(status=302, headers={"Location": "/a"}), "It leads on more than 5 times."),
        (
            Answer(status=302, headers={"Location": "ftp://shop.example/"}),
            "Only addresses with http:// or https:// are fetched.",
        ),
        (Answer(b" " * (MOST + 1)), "It is larger than 0 MB."),
        (
            Answer(b"no gzip", headers={"Content-Encoding": "gzip"}),
            "It is packed in a way that cannot be read.",
        ),
    ],
)
def test_what_is_no_use_to_ask_again(site: Site, answer: Answer, reason: str) -> None:
    site.answers["/a"] = answer
    with pytest.raises(Refused) as refused:
        asked(f"{site.origin}/a")
    assert str(refused.value) == reason
    assert len(site.asked) <= client.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "120"}, 120, 120),
        ({"Retry-After": formatdate(time.time() + HOURS, usegmt=True)}, 1, HOURS),
        ({"Retry-After": "99999999"}, 6 * 3600, 6 * 3600),
        ({"Retry-After": formatdate(0, usegmt=True)}, 0, 0),
    ],
)
def test_a_server_says_when_to_come_again(
    site: Site, headers: dict[str, str], least: float, most: float
) -> None:
    site.answers["/a"] = Answer(status=429, headers=headers)
    with pytest.raises(Later) as later:
        asked(f"{site.origin}/a")
    assert later.value.seconds is not None
    assert least <= later.value.seconds <= most


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
def test_or_does_not(site: Site, headers: dict[str, str]) -> None:
    site.answers["/a"] = Answer(status=503, headers=headers)
    with pytest.raises(Later) as later:
        asked(f"{site.origin}/a")
    assert (str(later.value), later.value.seconds) == ("Its server answers 503.", None)


def _breaks_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "10")
    handler.end_headers()
    handler.wfile.write(b"half")


def _is_no_http(handler: Handler) -> None:
    handler.wfile.write(b"220 mail.example ready\r\n")


@pytest.mark.parametrize("answer", [_breaks_off, _is_no_http])
def test_what_breaks_off_is_nothing(site: Site, answer: object) -> None:
    site.answers["/a"] = answer  # type: ignore[assignment]
    with pytest.raises(Later) as later:
        asked(f"{site.origin}/a")
    assert str(later.value) == "Its server does not answer as it should."


def _drips_a_header(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drop: ")
    _drip(handler)


def _drips_without_end(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    _drip(handler)


def _drip(handler: Handler) -> None:
    while True:
        handler.wfile.write(b".")
        time.sleep(0.01)


@pytest.mark.parametrize("answer", [_drips_a_header, _drips_without_end])
def test_who_says_a_little_now_and_then_is_cut_off(site: Site, answer: object) -> None:
    """No single word is ever late, and what was cut must not pass for the whole."""
    site.answers["/a"] = answer  # type: ignore[assignment]
    with pytest.raises(Later) as later:
        asked(f"{site.origin}/a", seconds=0.2)
    assert str(later.value) == "It takes too long."


def test_who_is_not_there(settings: Settings) -> None:
    with Site() as site:
        settings.FETCH_ALLOWED = [site.origin]
    with pytest.raises(Later) as later:
        asked(f"{site.origin}/a")
    assert str(later.value) == "Its server does not answer as it should."


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "own.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(file), "-out", str(tmp_path / "certificate.pem")]
    subprocess.run([*made.split(), *subject, *files], check=True, capture_output=True)
    file.write_text(file.read_text() + (tmp_path / "certificate.pem").read_text())
    with Site(str(file)) as site:
        settings.FETCH_ALLOWED = [site.origin]
        site.answers["/a"] = Answer(b"here")
        with pytest.raises(Refused) as refused:
            asked(f"{site.origin}/a")
        assert str(refused.value) == "Its certificate cannot be trusted."
        client._trust.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
            fetched = asked(f"{site.origin}/a")
        client._trust.cache_clear()
        assert fetched
        assert fetched.content == b"here"
        site.answers["/a"] = Answer(status=302, headers={"Location": "http://shop.example/"})
