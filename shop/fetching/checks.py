"""System checks of what the shop fetches from addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register("fetching")
def check_fetching(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E008, W005: half a configuration, with which nothing is fetched, or by nobody knows whom."""
    faults: list[CheckMessage] = []
    if settings.FETCH_ALLOWED and not settings.FETCH:
        faults.append(
            Error(
                "VITRINE_FETCH_ALLOWED names origins, but nothing is fetched.",
                hint="Set VITRINE_FETCH=on, or unset VITRINE_FETCH_ALLOWED.",
                id="vitrine.E008",
            )
        )
    if settings.FETCH and settings.HTTPS and not settings.ORIGIN:
        faults.append(
            Warning(
                "Whoever is asked for photographs cannot tell which shop asks.",
                hint="Set VITRINE_ORIGIN to where everybody reaches the shop.",
                id="vitrine.W005",
            )
        )
    return faults
