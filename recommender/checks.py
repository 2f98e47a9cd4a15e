"""System checks of the recommender's settings; each says what to do about what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from recommender.conf import conf
from recommender.encoder import NAMES


@register("recommender")
def check_encoder(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001-E002: which encoder, and its weights."""
    faults: list[CheckMessage] = []
    if conf.ENCODER not in NAMES:
        faults.append(
            Error(
                f"There is no encoder '{conf.ENCODER}'.",
                hint=f"Set ENCODER to one of {', '.join(NAMES)}.",
                id="recommender.E001",
            )
        )
    if conf.ENCODER_WEIGHTS and conf.ENCODER != "imagenet":
        faults.append(
            Error(
                f"VITRINE_ENCODER_WEIGHTS has no use with the encoder '{conf.ENCODER}'.",
                hint="Set VITRINE_ENCODER=imagenet, or unset VITRINE_ENCODER_WEIGHTS.",
                id="recommender.E002",
            )
        )
    return faults


@register("recommender")
def check_index(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003-E004: who searches, and what a panel shows."""
    faults: list[CheckMessage] = []
    if conf.INDEX not in ("memory", "mongodb"):
        faults.append(
            Error(
                f"INDEX={conf.INDEX!r} names nobody who could search.",
                hint="Set INDEX to 'memory' or 'mongodb'.",
                id="recommender.E003",
            )
        )
    if not 0 <= conf.DIVERSITY <= 1:
        faults.append(
            Error(
                f"DIVERSITY={conf.DIVERSITY} is not between 0 and 1.",
                hint="Set DIVERSITY to 0 for the nearest, to 1 for what differs most.",
                id="recommender.E004",
            )
        )
    return faults


@register("recommender")
def check_data(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E005: what the lab's commands read."""
    if conf.DATA_DIR is None or conf.DATA_DIR.is_dir():
        return []
    return [
        Error(
            f"VITRINE_DATA_DIR={conf.DATA_DIR} is not a folder.",
            hint="Name the folder that holds the catalogues.",
            id="recommender.E005",
        )
    ]
