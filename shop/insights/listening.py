"""What the insights hear from the catalogue."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from recommender.search import PhotoVector
from shop.catalog.signals import photo_in_vain, searched_in_vain
from shop.insights import wanted
from shop.insights.searches import note_fruitless


@receiver(searched_in_vain)
def note_words(words: str, **kwargs: Any) -> None:
    note_fruitless(words)


@receiver(photo_in_vain)
def note_look(key: str, query: PhotoVector, **kwargs: Any) -> None:
    wanted.note(key, query)
