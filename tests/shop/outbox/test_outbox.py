"""Mails without a mail server: kept whole, the newest alone, and read by superusers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from pytest_django import Settings

from shop.outbox import keeping, reading

LINK = "http://127.0.0.1:8000/account/confirm-email/MQ:1vE-x_y/"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    settings.OUTBOX = True
    return tmp_path / "mails"


def send(subject: str = "Grüße", text: str = f"Open <b>this</b>:\n{LINK}\n") -> None:
    mail = EmailMultiAlternatives(subject, text, "Vitrine <a@shop.example>", ["ada@example.com"])
    mail.attach_alternative("<p>As HTML</p>", "text/html")
    get_connection("shop.outbox.keeping.EmailBackend").send_messages([mail])


def test_a_mail_is_read_as_it_was_written(folder: Path) -> None:
    send()
    (path,) = keeping.files()
    mail = reading.read(path.stem)
    assert mail
    assert (mail.sender, mail.to) == ("Vitrine <a@shop.example>", "ada@example.com")
    assert (mail.subject, mail.text.strip()) == ("Grüße", f"Open <b>this</b>:\n{LINK}")
    assert folder.stat().st_mode & 0o077 == 0


def test_the_newest_come_first_and_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    for number in range(5):
        send(f"Number {number}")
    subjects = [mail.subject for mail in reading.read_all(keeping.files())]
    assert subjects == ["Number 4", "Number 3", "Number 2"]


def test_a_mail_that_could_not_be_written_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        send()
    assert list(folder.iterdir()) == []


@pytest.mark.django_db
def test_the_admin_lists_mails_and_opens_their_links(admin_client: Client) -> None:
    assert "nothing yet" in admin_client.get("/admin/mails/").content.decode()
    send()
    listed = admin_client.get("/admin/mails/").content.decode()
    (there,) = re.findall(r'href="(/admin/mails/[^"?]+/)"', listed)
    page = admin_client.get(there).content.decode()
    assert f'<a href="{LINK}"' in page
    assert "&lt;b&gt;this&lt;/b&gt;" in page


@pytest.mark.django_db
def test_many_mails_are_listed_by_pages(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.outbox.admin.MAILS_A_PAGE", 2)
    for number in range(3):
        send(f"Number {number}")
    first = admin_client.get("/admin/mails/").content.decode()
    assert "Number 2" in first
    assert "Number 0" not in first
    assert "Number 0" in admin_client.get("/admin/mails/?p=2").content.decode()


@pytest.mark.django_db
def test_a_mail_that_is_gone_is_not_found(admin_client: Client) -> None:
    assert admin_client.get("/admin/mails/0-0/").status_code == 404


@pytest.mark.django_db
def test_only_superusers_read_what_opens_accounts(client: Client) -> None:
    send()
    (path,) = keeping.files()
    client.force_login(User.objects.create_user("mia", is_staff=True))
    assert 'href="/admin/mails/"' not in client.get("/admin/").content.decode()
    for there in ("/admin/mails/", f"/admin/mails/{path.stem}/"):
        assert client.get(there).status_code == 403


@pytest.mark.django_db
def test_a_shop_for_the_public_shows_none(admin_client: Client, settings: Settings) -> None:
    assert 'href="/admin/mails/"' in admin_client.get("/admin/").content.decode()
    settings.OUTBOX = False
    assert admin_client.get("/admin/mails/").status_code == 404
    assert 'href="/admin/mails/"' not in admin_client.get("/admin/").content.decode()
