"""The admin's way in, for those who know the password and those who guess."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from shop.back_office import login
from tests.processes import wait_until

NAME, PASSWORD = "merchant", "a long walk by the sea"


@pytest.fixture(autouse=True)
def merchant(db: None) -> User:
    return User.objects.create_superuser(NAME, password=PASSWORD)


def log_in(password: str, name: str = NAME, address: str = "192.0.2.1") -> HttpResponse:
    fields = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/?next=/admin/", fields)


def away(*_: Any) -> None:
    raise OperationalError("the connection is closed")


def test_five_wrong_passwords_and_then_a_pause() -> None:
    assert [log_in(f"guess {number}").status_code for number in range(5)] == [200] * 5
    refused = log_in(PASSWORD)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 300
    assert "no-store" in refused["Cache-Control"]
    assert re.search(r"Try it again in \d minutes\.", refused.content.decode())


@pytest.mark.slow
def test_after_the_pause_the_right_password_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "WINDOW_SECONDS", 1)
    for _ in range(5):
        log_in("wrong")
    wait_until(lambda: log_in(PASSWORD).status_code == 302, 10)


def test_the_name_s_letters_make_no_difference() -> None:
    for name in (NAME, NAME.upper(), f" {NAME}", NAME.title(), NAME):
        log_in("wrong", name)
    assert log_in("wrong").status_code == 429


def test_spellings_that_django_takes_for_one_name_are_one() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in NAME)
    assert log_in(PASSWORD, wide).status_code == 302
    for cut in range(5):
        log_in("wrong", wide[:cut] + NAME[cut:])
    assert log_in("wrong", wide).status_code == 429


def test_what_fails_is_no_wrong_password() -> None:
    with connection.execute_wrapper(away):
        assert [log_in(PASSWORD).status_code for _ in range(6)] == [503] * 6
    assert log_in(PASSWORD).status_code == 302


def test_a_stranger_keeps_nobody_out() -> None:
    for _ in range(6):
        log_in("wrong", address="192.0.2.66")
    assert log_in(PASSWORD, address="192.0.2.66").status_code == 429
    assert log_in(PASSWORD).status_code == 302


def test_many_names_from_one_address_are_refused() -> None:
    answers = [log_in("wrong", f"name {number}").status_code for number in range(21)]
    assert answers == [200] * 20 + [429]


def test_logging_in_often_is_no_guessing() -> None:
    assert {log_in(PASSWORD).status_code for _ in range(25)} == {302}


def test_right_passwords_between_wrong_ones_give_no_more_tries() -> None:
    for number in range(5):
        assert log_in(f"guess {number}").status_code == 200
        if number < 4:
            assert log_in(PASSWORD).status_code == 302
    assert log_in("wrong").status_code == 429


def test_a_clerk_who_is_logged_in_guesses_no_more_often(client: Client) -> None:
    clerk = User.objects.create_user("clerk", password="another long walk", is_staff=True)
    client.force_login(clerk)
    fields = {"username": NAME, "password": "wrong"}
    answers = [client.post("/admin/login/", fields).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_while_redis_is_away_guessing_is_not_free(redis_away: Any) -> None:
    answers = [log_in("wrong").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_in_german() -> None:
    for _ in range(5):
        log_in("wrong")
    fields = {"username": NAME, "password": PASSWORD}
    refused = Client(REMOTE_ADDR="192.0.2.1", HTTP_ACCEPT_LANGUAGE="de").post(
        "/admin/login/", fields
    )
    assert "Versuch es in 5 Minuten noch einmal." in refused.content.decode()


def test_the_page_is_only_shown_without_counting(client: Client) -> None:
    assert {client.get("/admin/login/").status_code for _ in range(30)} == {200}
