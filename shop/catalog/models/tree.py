"""How categories lie in one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bson import ObjectId
from django.utils.functional import cached_property

from shop.catalog.models.categories import Category


@dataclass(frozen=True)
class Top:
    """A category of the menu, and those right below it."""

    category: Category
    children: list[Category]


class Tree:
    """Categories in the order they are given, each known by the way that leads to it.

    Two merchants who move two categories into one another at the same moment make a circle. What is
    in one has no way from the top: it is left out here, and nothing turns in it.
    """

    def __init__(self, categories: Iterable[Category]) -> None:
        given = list(categories)
        self._ways: dict[ObjectId | None, tuple[Category, ...]] = {None: ()}
        self._within: dict[ObjectId | None, list[Category]] = {}
        known = {category.pk for category in given}
        for category in given:
            # One whose parent was just deleted is at the top until somebody moves it.
            parent = category.parent_id if category.parent_id in known else None
            self._within.setdefault(parent, []).append(category)
        self._order = tuple(self._walk(None))

    def _walk(self, parent: ObjectId | None) -> Iterator[Category]:
        for category in self._within.get(parent, ()):
            self._ways[category.pk] = (*self._ways[parent], category)
            yield category
            yield from self._walk(category.pk)

    def __iter__(self) -> Iterator[Category]:
        """All of them, each followed by what lies in it."""
        return iter(self._order)

    def get(self, key: ObjectId | None) -> Category | None:
        """The category of that primary key."""
        return self.way(key)[-1] if key in self._ways and key else None

    def way(self, key: ObjectId | None) -> tuple[Category, ...]:
        """The categories from the top down to this one; none where the key is unknown."""
        return self._ways.get(key, ())

    def within(self, key: ObjectId | None) -> list[Category]:
        """The categories right below this one; below None lie those at the top."""
        return self._within.get(key, [])

    @cached_property
    def menu(self) -> list[Top]:
        """The categories at the top with what lies right below them, which every page shows."""
        return [Top(category, self.within(category.pk)) for category in self.within(None)]

    def keys(self, key: ObjectId) -> list[ObjectId]:
        """The primary keys of this category and of all that lie in it, at any depth."""
        return [key, *(category.pk for category in self._walk_below(key))]

    def _walk_below(self, key: ObjectId) -> Iterator[Category]:
        for category in self.within(key):
            yield category
            yield from self._walk_below(category.pk)
