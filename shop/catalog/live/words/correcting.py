"""What a word that nothing has may mean: a longer one, or one that is spelt better. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from shop.catalog.live.words.analysis import known_parts, plain
from shop.catalog.live.words.vocabulary import vocabulary

SHORTEST_BEGINNING: Final = 3
# From how many letters on a word may be one or two letters off.
ONE_OFF, TWO_OFF = 4, 7
# And from how many on its first letter may be the wrong one.
ANY_START = 6


class Known:
    """The words of a catalogue in plain letters, and how often each occurs."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        self.words = sorted(counts)

    def begun(self, word: str) -> list[str]:
        """The words that begin so: the vocabulary's first, then the most frequent."""
        start = plain(word)
        if len(start) < SHORTEST_BEGINNING or start.isdecimal():
            return []
        others = sorted(starting(self.words, start), key=lambda other: -self.counts[other])
        return list(dict.fromkeys((*starting(_spelt(), start), *others)))

    def near(self, word: str, language: str) -> list[str]:
        """The words that differ in a letter, or in two neighbours that changed places.

        Two letters are forgiven in long words alone, and where the vocabulary knows what they make,
        which is as long: a "machine" is nothing in "marine".
        The likeliest come first, words of the page's language before others; then compounds of
        which a part is misspelt.
        """
        typed = plain(word)
        if len(typed) < ONE_OFF or any(letter.isdigit() for letter in typed):
            return []
        found = [*_within(typed, 1, _spelt()), *_within(typed, 1, self.words)]
        if len(typed) < ANY_START:
            found = [other for other in found if other[0] == typed[0]]
        if not found and len(typed) >= TWO_OFF:
            found = [
                other
                for other in _within(typed, 2, _spelt())
                if other[0] == typed[0] and len(other) >= TWO_OFF
            ]
        spelt = vocabulary().spelt
        likeliest = sorted(
            dict.fromkeys(found),
            key=lambda o: (
                o[0] != typed[0],
                o not in spelt,
                spelt.get(o) != language,
                -self.counts.get(o, 0),
                o,
            ),
        )
        return [*likeliest, *_compounds(typed)]


def starting(words: Sequence[str], start: str) -> Sequence[str]:
    """Those of the words, which are sorted, that begin so."""
    return words[bisect_left(words, start) : bisect_left(words, start + "\U0010ffff")]


def _within(typed: str, most: int, words: Sequence[str]) -> list[str]:
    found = process.extract(typed, words, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [word for word, _distance, _place in found if len(word) >= ONE_OFF]


def _compounds(typed: str) -> Iterator[str]:
    """German compounds of two parts, of which one is as typed and the other a letter off."""
    known = _parts()
    words = sorted(known)
    for cut in range(SHORTEST_BEGINNING, len(typed) - SHORTEST_BEGINNING + 1):
        first, last = typed[:cut], typed[cut:]
        if first in known:
            yield from (known[first] + known[other] for other in _likely(last, words))
        elif last in known:
            yield from (known[other] + known[last] for other in _likely(first, words))


def _likely(typed: str, words: Sequence[str]) -> list[str]:
    near = _within(typed, 1, words) if len(typed) >= ONE_OFF else []
    return sorted((other for other in near if other[0] == typed[0]), key=len, reverse=True)


@cache
def _parts() -> dict[str, str]:
    """The parts of German compounds by their plain letters."""
    return {plain(part): part for part in known_parts()}


@cache
def _spelt() -> list[str]:
    return sorted(vocabulary().spelt)
