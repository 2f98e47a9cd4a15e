from __future__ import annotations

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from shop.config.checks import check_deployment, check_index, check_production


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.HTTPS = True
    settings.DEBUG = False
    settings.SECRET_KEY = "s" * 50
    settings.ALLOWED_HOSTS = ["shop.example"]
    settings.EMBEDDED_SERVERS = []
    settings.MAIL = {"host": "mail.example"}
    settings.CELERY_BROKER_URL = "redis://redis.example/0"
    return settings


def test_production_settings_are_accepted(production: Settings) -> None:
    assert check_production(None) == []
    assert check_deployment(None) == []


@pytest.mark.parametrize(
    ("name", "value", "id"),
    [
        ("DEBUG", True, "vitrine.E001"),
        ("SECRET_KEY", "short", "vitrine.E002"),
        ("ALLOWED_HOSTS", [], "vitrine.E003"),
        ("ALLOWED_HOSTS", ["*"], "vitrine.E003"),
    ],
)
def test_each_fault_of_production_has_an_id_and_a_hint(
    production: Settings, name: str, value: object, id: str
) -> None:
    setattr(production, name, value)
    (message,) = check_production(None)
    assert message.id == id
    assert message.hint


def test_trying_out_is_free_of_production_faults(settings: Settings) -> None:
    settings.HTTPS = False
    settings.DEBUG = True
    assert check_production(None) == []


def test_embedded_servers_are_not_for_deployment(production: Settings) -> None:
    production.EMBEDDED_SERVERS = ["mongo"]
    assert ids(check_deployment(None)) == ["vitrine.W002"]


def test_embedded_mongodb_cannot_be_asked_to_search(settings: Settings) -> None:
    settings.EMBEDDED_SERVERS = ["mongo"]
    assert check_index(None) == []
    settings.INDEX = "mongodb"
    assert ids(check_index(None)) == ["vitrine.E006"]
    settings.EMBEDDED_SERVERS = []
    assert check_index(None) == []
