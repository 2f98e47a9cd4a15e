"""Signing up, in and out; e-mail addresses and passwords."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from shop.limits.counting import counts
from tests.shop.shoppers.conftest import EMAIL, PASSWORD


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/\S+)", str(mail.body))
    assert found, mail.body
    return found[1]


def sign_up(client: Client, email: str = EMAIL, password: str = PASSWORD) -> int:
    fields = {"email": email, "password1": password}
    return client.post("/account/signup/", fields).status_code


def sign_in(client: Client, password: str = PASSWORD, **fields: str) -> int:
    fields = {"login": EMAIL, "password": password} | fields
    return client.post("/account/login/", fields).status_code


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_who_signs_up_may_shop_at_once_and_confirms_the_address_later(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    assert sign_up(client) == 302
    assert "We have sent a mail to ada@example.com" in client.get("/account/").content.decode()
    confirm = link_in(mailoutbox[0])
    # Mail servers follow links to look behind them: only the button confirms.
    assert "Is this your address?" in client.get(confirm).content.decode()
    assert not EmailAddress.objects.get().verified
    client.post(confirm)
    assert EmailAddress.objects.get().verified
    assert "We have sent" not in client.get("/account/").content.decode()


@pytest.mark.django_db
def test_mails_carry_the_name_of_the_shop_and_its_address(
    client: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.SHOP_NAME, settings.SELLER = "Ada & Co", ["Ada Lovelace KG", "10115 Berlin"]
    settings.ORIGIN = "https://shop.example"
    sign_up(client)
    client.post("/account/password/reset/", {"email": EMAIL})
    confirm, reset = (str(mail.body) for mail in mailoutbox)
    for body in (confirm, reset):
        assert body.endswith("Ada & Co\nAda Lovelace KG\n10115 Berlin\nhttps://shop.example")
        assert "testserver" not in body
    assert "https://shop.example/account/confirm-email/" in confirm
    assert "theirs at Ada & Co" in confirm
    assert "https://shop.example/account/password/reset/key/" in reset


@pytest.mark.django_db
def test_the_mail_can_be_sent_again(client: Client, mailoutbox: list[EmailMessage]) -> None:
    sign_up(client)
    counts().forget_all()
    send_again = {"action_send": "", "email": EMAIL}
    asked = client.post("/account/email/", send_again)
    client.post(asked.headers["Location"], {"password": PASSWORD})
    assert [mail.to for mail in mailoutbox] == [[EMAIL], [EMAIL]]
    # Not more often than once in three minutes.
    client.post("/account/email/", send_again)
    assert len(mailoutbox) == 2


def test_an_address_has_one_account(client: Client, ada: User) -> None:
    assert sign_up(client, EMAIL.upper()) == 200
    assert User.objects.count() == 1


def main_of(page: HttpResponse, email: str) -> str:
    """What a page says, whatever address and token stand in it."""
    (main,) = re.findall(r"<main.*?</main>", page.content.decode(), re.DOTALL)
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main).replace(email, "")


def test_only_signing_up_tells_whether_an_address_is_known(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    # docs/decisions/0020 says why, and what it costs.
    assert (
        "already"
        in client.post("/account/signup/", {"email": EMAIL, "password1": PASSWORD}).content.decode()
    )
    stranger = "eve@example.com"
    for path, fields in (
        ("/account/login/", {"field": "login", "password": "wrong"}),
        ("/account/password/reset/", {"field": "email"}),
    ):
        name = fields.pop("field")
        known, unknown = (
            main_of(client.post(path, fields | {name: email}, follow=True), email)
            for email in (EMAIL, stranger)
        )
        assert known == unknown, path
    assert [mail.to for mail in mailoutbox] == [[EMAIL], [stranger]]


@pytest.mark.django_db
def test_a_password_that_everybody_has_is_refused(client: Client) -> None:
    response = client.post("/account/signup/", {"email": EMAIL, "password1": "password"})
    html = response.content.decode()
    assert "too common" in html
    # Read out with the field that it is about.
    assert re.search(r'<input type="password"[^>]*aria-describedby="[^"]*id_password1_error', html)
    assert not User.objects.exists()


def test_in_by_address_and_out_again(client: Client, ada: User) -> None:
    assert not is_signed_in(client)
    assert sign_in(client, "wrong") == 200
    assert not is_signed_in(client)
    assert sign_in(client) == 302
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_signing_in_leads_back_to_where_one_was(client: Client, ada: User) -> None:
    page = client.get("/orders/")
    assert page.headers["Location"] == "/account/login/?next=/orders/"
    assert 'name="next" value="/orders/"' in client.get(page.headers["Location"]).content.decode()
    fields = {"login": EMAIL, "password": PASSWORD, "next": "/orders/"}
    assert client.post("/account/login/", fields).headers["Location"] == "/orders/"


def test_signing_in_leads_nowhere_else(client: Client, ada: User) -> None:
    fields = {"login": EMAIL, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/account/login/", fields).headers["Location"] == "/account/"


def test_guessing_is_slowed_down(client: Client, ada: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    page = client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert "Too many failed login attempts" in page.content.decode()
    assert not is_signed_in(client)


def test_guessing_is_slowed_down_while_redis_is_away(
    client: Client, ada: User, redis_away: None
) -> None:
    test_guessing_is_slowed_down(client, ada)


@pytest.mark.django_db
def test_many_accounts_from_one_address_are_refused(client: Client) -> None:
    answers = [sign_up(Client(), f"ada{number}@example.com") for number in range(20)]
    assert answers == [302] * 20
    fields = {"email": "ada20@example.com", "password1": PASSWORD}
    refused = Client().post("/account/signup/", fields)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert "Try it again in 60 seconds." in refused.content.decode()


def test_a_forgotten_password(client: Client, ada: User, mailoutbox: list[EmailMessage]) -> None:
    client.post("/account/password/reset/", {"email": EMAIL})
    form = client.get(link_in(mailoutbox[0]), follow=True)
    assert "Choose a new password" in form.content.decode()
    new = "a short walk in the hills"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(client) == 200
    assert sign_in(client, new) == 302
    # The link worked once.
    assert "does not work any more" in client.get(link_in(mailoutbox[0])).content.decode()


@pytest.mark.django_db
def test_nobody_learns_who_has_an_account_from_a_forgotten_password(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    answers = [
        client.post("/account/password/reset/", {"email": email}, follow=True)
        for email in (EMAIL, "nobody@example.com")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert [mail.to for mail in mailoutbox] == [[EMAIL], ["nobody@example.com"]]


def test_another_password(client: Client, ada: User, mailoutbox: list[EmailMessage]) -> None:
    sign_in(client)
    new = "a short walk in the hills"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post("/account/password/change/", fields, follow=True)
    assert "Password successfully changed" in page.content.decode()
    assert is_signed_in(client)
    ada.refresh_from_db()
    assert ada.check_password(new)
    # Whoever did not do it themselves hears of it.
    assert [mail.to for mail in mailoutbox] == [[EMAIL]]


def test_another_address_counts_once_it_is_confirmed(
    client: Client, ada: User, mailoutbox: list[EmailMessage]
) -> None:
    sign_in(client)
    asked = client.post("/account/email/", {"action_add": "", "email": "new@example.com"})
    client.post(asked.headers["Location"], {"password": PASSWORD})
    ada.refresh_from_db()
    assert ada.email == EMAIL
    assert "We have sent a mail to new@" in client.get("/account/email/").content.decode()
    client.post(link_in(mailoutbox[0]))
    ada.refresh_from_db()
    assert ada.email == "new@example.com"


def test_another_address_needs_a_fresh_password(client: Client, ada: User) -> None:
    client.force_login(ada)
    page = client.post("/account/email/", {"action_add": "", "email": "thief@example.com"})
    assert page.headers["Location"].startswith("/account/reauthenticate/")
    assert "Is it you?" in client.get("/account/reauthenticate/").content.decode()


def test_a_name(client: Client, ada: User) -> None:
    client.force_login(ada)
    client.post("/account/", {"first_name": "Augusta Ada", "last_name": "King"})
    page = client.get("/account/").content.decode()
    assert "Hello, Augusta Ada." in page
    assert "Your name is saved." in page


def test_the_admin_keeps_its_own_way_in(client: Client) -> None:
    assert "Username" in client.get("/admin/login/").content.decode()
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("address", ["/account/", "/account/email/", "/account/password/change/"])
@pytest.mark.django_db
def test_what_is_a_shopper_s_own_asks_who_it_is(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/account/login/?next={address}"
