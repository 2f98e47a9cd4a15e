"""System checks of how the shop takes money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register("payments")
def check_stripe(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E007: half a configuration of Stripe, with which nothing is sold."""
    if bool(settings.STRIPE_SECRET_KEY) == bool(settings.STRIPE_WEBHOOK_SECRET):
        return []
    missing = "WEBHOOK_SECRET" if settings.STRIPE_SECRET_KEY else "SECRET_KEY"
    return [
        Error(
            f"VITRINE_STRIPE_{missing} is missing, so nothing can be paid.",
            hint="Set both VITRINE_STRIPE_SECRET_KEY and VITRINE_STRIPE_WEBHOOK_SECRET, or none.",
            id="vitrine.E007",
        )
    ]


@register(Tags.security, deploy=True)
def check_takes_money(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W004: a shop that takes no money (`check --deploy`)."""
    if "stripe" in settings.PAYMENT_VARIANTS:
        return []
    return [
        Warning(
            "The shop takes no money.",
            hint="Set VITRINE_STRIPE_SECRET_KEY and VITRINE_STRIPE_WEBHOOK_SECRET.",
            id="vitrine.W004",
        )
    ]
