"""What the insights hear from the catalogue."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from shop.catalog.signals import searched_in_vain
from shop.insights.searches import count_fruitless


@receiver(searched_in_vain)
def note_words(words: str, **kwargs: Any) -> None:
    count_fruitless(words)
