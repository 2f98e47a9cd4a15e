"""Combinations of values, each known by a number: what columns hold instead of values.

What many products have in common is told once, and whatever is asked of values is asked of the few
combinations first: whether they pass a filter, and how often each value occurs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from shop.catalog.colours import families_of
from shop.catalog.live.facts import Values

# The attributes of which a combination is told by one number. Each group costs every question a
# look at every row, so there are few; what would make too many combinations stands alone.
GROUPS: dict[str, Values] = {
    "traits": ("gender", "season", "usage", "status", "sale", "stock", "rating", "colour"),
    "goods": ("category", "kind", "brand"),
    "sizes": ("size",),
}
GROUP_OF = {attribute: group for group, attributes in GROUPS.items() for attribute in attributes}


class Spread(NamedTuple):
    """Which combination has which value: pairs of places, int64 (m,) each, in the two lists."""

    combinations: np.ndarray
    places: np.ndarray
    values: list[str]


class Vocabulary:
    """The combinations of a group's values in the order in which they were met.

    It only grows, so that a number means the same for ever and readers need no lock.
    """

    def __init__(self, attributes: Values, known: Iterable[Sequence[Sequence[str]]] = ()) -> None:
        self.attributes = attributes
        self._combinations: list[tuple[Values, ...]] = []
        self._numbers: dict[tuple[Values, ...], int] = {}
        self._spreads: dict[str, tuple[int, Spread]] = {}
        for combination in known:
            self.number(tuple(map(tuple, combination)))

    def __len__(self) -> int:
        return len(self._combinations)

    def number(self, combination: tuple[Values, ...]) -> int:
        """The number of a combination, which is new if need be; one thread at a time."""
        number = self._numbers.get(combination)
        if number is None:
            number = len(self._combinations)
            self._combinations.append(combination)
            self._numbers[combination] = number
        return number

    def combination(self, number: int) -> tuple[Values, ...]:
        return self._combinations[number]

    def passing(self, attribute: str, wanted: Collection[str]) -> np.ndarray:
        """Which combinations have one of these values, bool (len(self),)."""
        spread = self.spread(attribute)
        is_wanted = np.array([value in wanted for value in spread.values], bool)
        passing = np.zeros(len(self), bool)
        if len(spread.places):
            passing[spread.combinations[is_wanted[spread.places]]] = True
        return passing

    def passed(self, asked: Iterable[tuple[int, str, Collection[str]]]) -> np.ndarray:
        """What each combination passes, uint16 (len(self),): all bits but those of the questions,
        each a bit, an attribute and the values wanted, that it does not pass."""
        answers = [(bit, self.passing(attribute, values)) for bit, attribute, values in asked]
        passed = np.full(min(len(passing) for _, passing in answers), 0xFFFF, np.uint16)
        for bit, passing in answers:
            passed[~passing[: len(passed)]] &= np.uint16(~bit & 0xFFFF)
        return passed

    def counted(self, attribute: str, counts: np.ndarray) -> dict[str, int]:
        """How often each value occurs, where each combination does so often, int64 (m,)."""
        spread = self.spread(attribute)
        # Some may have come since they were counted.
        known = np.searchsorted(spread.combinations, len(counts))
        places, combinations = spread.places[:known], spread.combinations[:known]
        sums = np.bincount(places, weights=counts[combinations], minlength=len(spread.values))
        return {spread.values[place]: int(sums[place]) for place in np.flatnonzero(sums)}

    def spread(self, attribute: str) -> Spread:
        """The attribute's values of the combinations there are; made anew where some came."""
        known = self._spreads.get(attribute)
        if known is None or known[0] != len(self):
            known = self._spreads[attribute] = (len(self), self._spread(attribute))
        return known[1]

    def _spread(self, attribute: str) -> Spread:
        place = self.attributes.index(attribute)
        values: dict[str, int] = {}
        pairs = [
            (number, values.setdefault(value, len(values)))
            for number, combination in enumerate(self._combinations)
            for value in _found_by(attribute, combination[place])
        ]
        columns = np.array(pairs, np.int64).reshape(-1, 2)
        return Spread(columns[:, 0], columns[:, 1], list(values))

    def written(self) -> Any:
        """As a file holds it; `known` takes it."""
        return self._combinations


def _found_by(attribute: str, values: Values) -> Iterable[str]:
    """What somebody may choose to find these values: of colours their families as well."""
    return dict.fromkeys((*values, *families_of(values))) if attribute == "colour" else values


type Vocabularies = dict[str, Vocabulary]


def new_vocabularies() -> Vocabularies:
    return {group: Vocabulary(attributes) for group, attributes in GROUPS.items()}
