"""Which files of an archive are the photographs of a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np
from django.utils.translation import gettext as _

from shop.catalog.imports.archives import Archive, natural_order, path_of
from shop.catalog.imports.rows import RowRefused, named, quoted
from shop.catalog.parts import SKU_LENGTH
from shop.skus.keys import key_of

# What may follow a SKU in a file's name: CO-1-back, CO-1_2, "CO-1 (2)", "CO-1 copy", CO-1.2.
_BOUNDARIES = frozenset("-_ (.")


class Photographs:
    """The photographs of an archive, by their paths and by whose they are.

    Hundreds of thousands of SKUs and paths are kept by their hashes: as text they take as much
    memory as all else.
    """

    def __init__(self, images: Archive, skus: Iterable[str]) -> None:
        self.images = images
        self._skus: set[int] = set()
        # A name may be so much longer than the key that is made of it: ﾊﾞ becomes バ.
        self._longest = 0
        for sku in skus:
            self._skus.add(_sku_hash(sku))
            self._longest = max(self._longest, 3 * len(sku))
        names = images.pictures()
        self._by_path = _ByHash(names, lambda name: name)
        self._by_file = _ByHash(names, lambda name: PurePosixPath(name).name)
        self._by_sku: defaultdict[int, list[str]] = defaultdict(list)
        # A photograph that fits this SKU and another one, and that other one.
        self._doubtful: dict[int, tuple[str, str]] = {}
        for name in names:
            self._give_to_its_sku(name)
        for own in self._by_sku.values():
            own.sort(key=natural_order)

    def of(self, skus: Sequence[str], wanted: tuple[str, ...]) -> list[str]:
        """The names of what is wanted, or else of what is named after one of the SKUs.

        Raises RowRefused where one that is wanted is not there, or where one fits two products.
        """
        if wanted:
            return [self._one(path_of(name)) for name in wanted]
        return [name for sku in skus for name in self._named_after(sku)]

    def why_none(self, skus: Sequence[str]) -> str:
        """What to say of SKUs that have none."""
        return _("There is no photograph for %(sku)s in %(archive)s.") % {
            "sku": quoted(", ".join(skus)),
            "archive": self.images.title,
        }

    def there(self, wanted: Iterable[str]) -> list[str]:
        """Those of the wanted that are there. Raises RowRefused where one could be several."""
        return [self._one(path_of(name)) for name in wanted if name and self._called(path_of(name))]

    def meant(self, wanted: Iterable[str]) -> set[str]:
        """Those that are named after a SKU, or are among what rows want."""
        found = {name for names in self._by_sku.values() for name in names}
        found |= {name for name, _other in self._doubtful.values()}
        for name in wanted:
            found.update(self._called(path_of(name)))
        return found

    def _named_after(self, sku: str) -> list[str]:
        key = _sku_hash(sku)
        if key in self._doubtful:
            name, other = self._doubtful[key]
            raise RowRefused(
                _(
                    "The photograph %(photograph)r fits %(other)s as well: say in the column "
                    "photographs whose it is."
                )
                % {"photograph": quoted(name), "other": other}
            )
        return self._by_sku.get(key, [])

    def _called(self, wanted: str) -> list[str]:
        return self._by_path.of(wanted) or self._by_file.of(wanted)

    def _one(self, wanted: str) -> str:
        """The file at a path, or the only one of that name in any folder."""
        found = self._called(wanted)
        if wanted in found:
            return wanted
        if not found:
            raise RowRefused(
                _("The photograph %(photograph)r is not in %(archive)s.")
                % {"photograph": quoted(wanted), "archive": self.images.title}
            )
        if len(found) > 1:
            raise RowRefused(_why_not_one(wanted, found))
        return found[0]

    def _give_to_its_sku(self, name: str) -> None:
        """`ab-12-back` is of `ab-12` if that is a SKU, else of `ab`, or of its folder's SKU."""
        path = PurePosixPath(name)
        some = _starts(path.stem, min(self._longest, SKU_LENGTH))
        starts = (start for start in some if _sku_hash(start) in self._skus)
        by_name, folder = next(starts, ""), path.parent.name
        by_folder = folder if _sku_hash(folder) in self._skus else ""
        if by_name and by_folder and _sku_hash(by_name) != _sku_hash(by_folder):
            self._doubtful[_sku_hash(by_name)] = name, by_folder
            self._doubtful[_sku_hash(by_folder)] = name, by_name
        elif found := by_name or by_folder:
            self._by_sku[_sku_hash(found)].append(name)


def _sku_hash(sku: str) -> int:
    return hash(key_of(sku))


class _ByHash:
    """Names by a part of them, whatever its letters' case."""

    def __init__(self, names: Sequence[str], part: Callable[[str], str]) -> None:
        self._names = names
        hashes = np.fromiter((self._hash(part(name)) for name in names), np.int64, len(names))
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    def of(self, text: str) -> list[str]:
        """Those whose part is this text, in their order."""
        wanted = self._hash(text)
        start = np.searchsorted(self._hashes, wanted, "left")
        end = np.searchsorted(self._hashes, wanted, "right")
        return [self._names[at] for at in self._order[start:end]]

    @staticmethod
    def _hash(text: str) -> int:
        return hash(text.lower())


def _why_not_one(wanted: str, found: list[str]) -> str:
    if len(found) == 2:
        text = _("The photograph %(photograph)r could be %(first)s or %(second)s: write its path.")
    else:
        text = _("The photograph %(photograph)r could be %(names)s: write its path.")
    first, second = found[:2]
    return text % {
        "photograph": quoted(wanted),
        "first": quoted(first),
        "second": quoted(second),
        "names": named((first, second), len(found)),
    }


def _starts(stem: str, longest: int) -> Iterator[str]:
    """A name, and what of it stands before a boundary, the longest first.

    Not of more than `longest` characters, or a name of dashes would make as many long ones.
    """
    yield stem
    for end in range(min(len(stem), longest), 0, -1):
        if stem[end : end + 1] in _BOUNDARIES:
            yield stem[:end].rstrip()
