from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter

from shop.config.logs import INSTEAD, JsonLines, OneLineForRefusals, TextLines, without_secrets

# What addresses take that is no secret: names of things, numbers of rows.
PUBLIC = {"slug", "other", "section", "stem", "extension", "page", "file"}
# A secret of every form that an address takes.
SECRET = "0123456789abcdef0123456789abcdef"


def record(**options: object) -> logging.LogRecord:
    values = {"name": "shop", "level": logging.INFO, "pathname": "", "lineno": 1, "exc_info": None}
    return logging.LogRecord(**(values | {"msg": "%s sold", "args": ("coat",)} | options))  # type: ignore[arg-type]


def test_each_record_is_one_line_of_json() -> None:
    line = JsonLines().format(record())
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "shop", "coat sold")


def test_traceback_stays_on_the_line() -> None:
    try:
        raise ValueError("torn")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    line = JsonLines().format(record(exc_info=info))
    assert "\n" not in line
    assert "ValueError: torn" in json.loads(line)["error"]


def refusal(name: str = "django.request", **options: object) -> logging.LogRecord:
    try:
        raise ValueError("torn")
    except ValueError as error:
        refused = record(name=name, exc_info=(type(error), error, error.__traceback__))
    vars(refused).update(options)
    return refused


@pytest.mark.parametrize(
    "refused",
    [
        refusal(status_code=400),
        refusal(status_code=403),
        refusal("django.security.DisallowedHost", status_code=500),
    ],
)
def test_garbage_is_told_in_one_line(refused: logging.LogRecord) -> None:
    assert OneLineForRefusals().filter(refused)
    assert "\n" not in TextLines().format(refused)


def test_faults_of_our_own_keep_their_traceback() -> None:
    for fault in (refusal(status_code=500), refusal("shop.orders")):
        assert OneLineForRefusals().filter(fault)
        assert "ValueError: torn" in TextLines().format(fault)


def secret_addresses() -> Iterator[str]:
    """An address for every pattern with a secret, which is every part not known to be public.

    Those of the admin and the API, where rows are named by numbers, need a log-in.
    """
    for pattern in _patterns(get_resolver().url_patterns):
        converters = pattern.pattern.converters.items()
        numbers = {name for name, converter in converters if isinstance(converter, IntConverter)}
        names = set(pattern.pattern.regex.groupindex)
        if secret := names - PUBLIC - numbers:
            told = dict.fromkeys(names & PUBLIC, "public")
            yield reverse(str(pattern.name), kwargs=dict.fromkeys(secret, SECRET) | told)


def _patterns(entries: list[object]) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLPattern):
            yield entry
        elif str(entry.pattern) not in ("admin/", "api/"):
            yield from _patterns(entry.url_patterns)


def test_no_secret_of_an_address_stands_in_a_line() -> None:
    addresses = list(secret_addresses())
    assert len(addresses) > 10
    for address in addresses:
        for found in (address, f"/de{address}", f"/account/login/?next={quote(address, safe='')}"):
            assert SECRET not in without_secrets(f'Not Found: "{found}"'), found


@pytest.mark.parametrize(
    "name",
    [
        f"queries/{SECRET}.jpg",
        f"/media/queries/{SECRET}.jpg",
        f"/pictures/320/queries/{SECRET}.avif",
        f"/srv/var/media/queries/{SECRET}_aB3xYz1.npy",
        f"next=%2Fmedia%2Fqueries%2F{SECRET}.jpg",
    ],
)
def test_the_key_of_a_search_is_no_part_of_a_file_s_name(name: str) -> None:
    told = without_secrets(f"No such file: '{name}'")
    assert told == f"No such file: '{name.replace(SECRET, INSTEAD)}'"


def test_secrets_are_left_out_of_messages_and_tracebacks() -> None:
    try:
        raise ValueError(f"no page at /orders/{SECRET}/invoice/")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    told = record(msg="Not Found: %s", args=(f"/orders/{SECRET}/",), exc_info=info)
    for line in (TextLines().format(told), JsonLines().format(told)):
        assert SECRET not in line
        assert f"/orders/{INSTEAD}/" in line
        assert f"/orders/{INSTEAD}/invoice/" in line


@pytest.mark.parametrize(
    "address",
    [
        "/p/navy-shirt/",
        "/orders/",
        "/photo/",
        "/account/addresses/3/",
        "/admin/orders/order/3/",
        "/shop/queries/views.py",
    ],
)
def test_addresses_without_a_secret_are_told_in_full(address: str) -> None:
    assert without_secrets(f"Not Found: {address}") == f"Not Found: {address}"
