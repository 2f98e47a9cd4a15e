"""System checks of the configuration; each says what to do about what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

LEAST_SECRET_LENGTH = 50


@register(Tags.security)
def check_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001-E003: what a shop that strangers can reach must have."""
    if not settings.HTTPS:
        return []
    faults: list[CheckMessage] = []
    if settings.DEBUG:
        faults.append(
            Error(
                "DEBUG shows the source code to every visitor.",
                hint="Unset DEBUG where VITRINE_HTTPS is on.",
                id="vitrine.E001",
            )
        )
    if _secret_length() < LEAST_SECRET_LENGTH:
        faults.append(
            Error(
                "SECRET_KEY is missing or too short.",
                hint=f"Set SECRET_KEY to at least {LEAST_SECRET_LENGTH} random characters.",
                id="vitrine.E002",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        faults.append(
            Error(
                "ALLOWED_HOSTS does not name the shop's hosts.",
                hint="Set ALLOWED_HOSTS to the names that visitors use, separated by commas.",
                id="vitrine.E003",
            )
        )
    return faults


def insist_on_production() -> None:
    """Raises ImproperlyConfigured where strangers would reach a shop that is not fit for them."""
    if faults := check_production(None):
        raise ImproperlyConfigured(
            "\n".join(f"{each.id}: {each.msg} {each.hint}" for each in faults)
        )


def _secret_length() -> int:
    try:
        return len(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return 0  # Django shows nobody an empty one.


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W001-W003: what works for trying out and not for real use (`check --deploy`)."""
    faults: list[CheckMessage] = []
    if not settings.HTTPS:
        faults.append(
            Warning(
                "The shop does not insist on HTTPS.",
                hint="Set VITRINE_HTTPS=on behind a server that ends HTTPS.",
                id="vitrine.W001",
            )
        )
    if settings.EMBEDDED_SERVERS:
        faults.append(
            Warning(
                "Embedded servers stand in for MongoDB or Redis.",
                hint="Set MONGODB_URI and REDIS_URL; docs/operations.md says how.",
                id="vitrine.W002",
            )
        )
    if not settings.MAIL:
        faults.append(
            Warning(
                f"Mails to shoppers go to files in {settings.EMAIL_FILE_PATH}.",
                hint="Set EMAIL_URL to a mail server and VITRINE_EMAIL_FROM to the sender.",
                id="vitrine.W003",
            )
        )
    return faults


@register("index")
def check_index(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E006: who searches the vectors."""
    if settings.INDEX != "mongodb" or "mongo" not in settings.EMBEDDED_SERVERS:
        return []
    return [
        Error(
            "VITRINE_INDEX=mongodb has no search nodes to ask: MongoDB is embedded.",
            hint="Set MONGODB_URI to a MongoDB with Vector Search, or unset VITRINE_INDEX.",
            id="vitrine.E006",
        )
    ]
