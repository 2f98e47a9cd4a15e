"""A process with the words of a catalogue in memory: `build` makes their index, `ask` asks it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from shop.catalog.live.words import Document

ROUNDS = 4
# What is typed letter by letter, from the second one on.
TYPED = (
    *("sneakers", "blue shirt", "red t-shirt", "nike shoes", "puma women", "backpack", "watch"),
    *("black leather wallet", "casual shoes", "sunglasses", "women dress", "jeans", "green bag"),
)
# One word of much, several words, a word that is misspelt, words that nothing has all of.
SEARCHED = (
    *("black", "shoes", "blue shirt", "black nike shoes", "women's watches under 100"),
    *("sneekers", "rebok shoes", "purple formal shoes nike", "waterproof blazer"),
)


def main(step: str, folder: str, count: str) -> None:
    django.setup()
    if step == "build":
        _build(Path(folder, f"words-{count}"), int(count))
    else:
        print(json.dumps(_ask(Path(folder, f"words-{count}"))))


def _build(folder: Path, count: int) -> None:
    from bench.catalogue_rows import documents
    from shop.catalog.live.words import build

    folder.mkdir()
    build(folder, (_document(at, one) for at, one in enumerate(documents(count, str))))


def _document(at: int, product: dict[str, object]) -> Document:
    from shop.catalog.live.words import Document

    return Document(
        id=f"{at:024x}",
        names={"en": str(product["name"])},
        texts={"en": str(product["description"])},
        shelves=({"en": str(product["category_id"])},),
        colours=tuple(map(str, product["colours"])),  # type: ignore[call-overload]
        codes=(str(product["sku"]),),
        position=at,
        kind=str(product["kind"]),
        brand=str(product["brand"]),
        gender=str(product["gender"]),
        season=str(product["season"]),
        usage=str(product["usage"]),
    )


def _ask(folder: Path) -> dict[str, float]:
    from shop.catalog.live.words import Built, Fresh, View, suggest

    built, fresh = Built(folder), Fresh()

    def suggested(text: str) -> object:
        return suggest(View(built, fresh), text, "en")

    def searched(text: str) -> object:
        # A view keeps what it was asked before.
        return View(built, fresh).search(text, "en")

    typed = [text[:end] for text in TYPED for end in range(2, len(text) + 1)]
    suggests, searches = _timed(suggested, typed), _timed(searched, SEARCHED)
    return {
        "suggest_ms": quantiles(suggests, n=20)[-1],
        "suggest_p50_ms": median(suggests),
        "search_ms": quantiles(searches, n=20)[-1],
        "search_p50_ms": median(searches),
        "fresh_ms": _fresh_ms(),
    }


def _timed(ask: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Milliseconds of each question, the first round left out."""
    taken = []
    for number in range(ROUNDS + 1):
        for text in texts:
            start = time.perf_counter()
            ask(text)
            if number:
                taken.append((time.perf_counter() - start) * 1000)
    return taken


def _fresh_ms() -> float:
    """How soon one product that changed can be found, once it was read."""
    from bench.catalogue_rows import documents
    from shop.catalog.live.words import Fresh

    fresh = Fresh()
    one = _document(0, next(documents(1, str)))
    return median(_timed(lambda _: fresh.apply([one]), [""] * 10))


if __name__ == "__main__":
    main(*sys.argv[1:])
