"""Which category a row means, found by its names; one that is missing is made with its product.

Names are the same if their letters are, in any language that a category has a name in: "Röcke" is
not "Rocke". Only where no name is the same, upper and lower case make no difference. A row may name
the way from the top, `Women > Shoes > Boots`, or its end, as long as only one category lies there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from shop.catalog.imports.rows import ImportRow, RowRefused, quoted
from shop.catalog.models import MOST_LEVELS, Category, Tree, tidied

SEPARATOR = ">"
LONGEST_NAME = 80

Way = tuple[str, ...]


class Categories:
    """What one import, known by its mark, knows of the shop's categories."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        there = list(Category.objects.in_order())
        self._tree = Tree(there)
        self._found: dict[Way, Category] = {}
        # The ways of those that it made, before it broke off as well.
        self.made = [self._names(each) for each in there if each.imported == mark]

    def of(self, row: ImportRow) -> Category:
        """The category that a row means; not saved if it is new. Raises RowRefused."""
        if row.category_id:
            return self._chosen(row.category_id)
        name = tidied(row.category)
        if (name,) not in self._found:
            way = _way(name)
            # A category may be called "Tops > Shirts" since before this was a way.
            whole = self._known((name,)) if len(way) > 1 else None
            self._found[name,] = whole or self._at(way)
        return self._found[name,]

    def kept(self, category: Category) -> Category:
        """The category as it is stored, made if it is new, after those that it lies in."""
        if category.pk is None:
            parent = self.kept(category.parent) if category.parent else None
            made = Category.objects.get_or_make(category.name, parent, mark=self._mark)
            # Whoever was given the unsaved one holds this object.
            category.pk, category.slug, category.parent = made.pk, made.slug, parent
            if made.imported == self._mark:
                self.made.append(_way_to(category))
        return category

    def names_made(self, most: int) -> list[str]:
        """The ways of the first of those that this import made."""
        return [quoted(_written(way)) for way in self.made[:most]]

    def _chosen(self, key: str) -> Category:
        if (key,) not in self._found:
            found = next((each for each in Category.objects.all() if str(each.pk) == key), None)
            if found is None:
                raise RowRefused(_("The category that was chosen is gone."))
            self._found[key,] = found
        return self._found[key,]

    def _at(self, way: Way) -> Category:
        return self._known(way) or self._new(way)

    def _known(self, way: Way) -> Category | None:
        if way in self._found:
            return self._found[way]
        found = self._look(way)
        if found is None:
            # Somebody may have made it since.
            self._tree = Tree(Category.objects.in_order())
            found = self._look(way)
        if found is not None:
            self._found[way] = found
        return found

    def _look(self, way: Way) -> Category | None:
        for same in (str, str.lower):
            if ending := [each for each in self._tree if _ends(self._way(each), way, same)]:
                return self._only(ending, way)
        return None

    def _way(self, category: Category) -> tuple[Category, ...]:
        return self._tree.way(category.pk)

    def _only(self, ending: list[Category], way: Way) -> Category:
        """The one at the end of this way from the top, else the only one. Raises RowRefused."""
        whole = [each for each in ending if len(self._way(each)) == len(way)]
        best = whole or ending
        if len(best) > 1:
            raise RowRefused(
                _("Several categories are called %(name)s: write %(way)s, or another way to one.")
                % {"name": _written(way), "way": _written(self._names(best[0]))}
            )
        return best[0]

    def _names(self, category: Category) -> Way:
        return tuple(each.name for each in self._way(category))

    def _new(self, way: Way) -> Category:
        written = quoted(_written(way))
        if not all(map(_is_name, way)):
            raise RowRefused(
                _(
                    "%(name)r cannot be the name of a category: that has a letter or a digit, and "
                    "at most %(most)d characters."
                )
                % {"name": written, "most": LONGEST_NAME}
            )
        too_deep = RowRefused(
            _("%(name)r has more levels than categories may have: %(most)d.")
            % {"name": written, "most": MOST_LEVELS}
        )
        if len(way) > MOST_LEVELS:
            raise too_deep
        parent = self._at(way[:-1]) if way[:-1] else None
        # What the way begins with may lie in others that it does not name.
        if self._level(parent) == MOST_LEVELS:
            raise too_deep
        category = self._found[way] = Category(name=way[-1], parent=parent)
        return category

    def _level(self, category: Category | None) -> int:
        """How many there are from the top to it, itself included."""
        if category is None:
            return 0
        # One that was just made may not be in the tree.
        return len(self._way(category)) or self._level(category.parent) + 1


def _way(name: str) -> Way:
    return tuple(part.strip() for part in name.split(SEPARATOR))


def _way_to(category: Category) -> Way:
    above = _way_to(category.parent) if category.parent else ()
    return (*above, category.name)


def _written(way: Way) -> str:
    return f" {SEPARATOR} ".join(way)


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and any(map(str.isalnum, name))


def _ends(to: tuple[Category, ...], way: Way, same: Callable[[str], str]) -> bool:
    """Whether these categories, from the top down, end with what the way names."""
    if len(to) < len(way):
        return False
    return all(
        same(name) in {same(tidied(each)) for each in category.names}
        for category, name in zip(reversed(to), reversed(way), strict=False)
    )
