"""Which of a product's options is its colour and which its size, in whatever language it is called.

Names come from the languages that shops are written in; where none is known the values tell sizes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shop.catalog.naming import ONE_SIZE
from shop.skus.keys import key_of

_COLOURS = frozenset(
    (
        *("color", "colour", "colors", "colours", "colorway", "farbe", "farben", "farbton"),
        *("couleur", "couleurs", "coloris", "colore", "colori", "cor", "cores", "kleur", "kleuren"),
        *("färg", "farve", "farge", "väri", "kolor", "kolory", "barva", "farba", "szín", "culoare"),
        *("χρώμα", "цвет", "колір", "renk", "색상", "颜色", "顏色", "カラー", "色", "اللون", "צבע"),
    )
)
_SIZES = frozenset(
    (
        *("size", "sizes", "größe", "grösse", "groesse", "größen", "schuhgröße", "taille"),
        *("tailles", "pointure", "talla", "tallas", "taglia", "taglie", "misura", "tamanho"),
        *("tamaño", "maat", "maten", "storlek", "størrelse", "koko", "rozmiar", "velikost"),
        *("veľkosť", "méret", "mărime", "μέγεθος", "размер", "розмір", "beden", "numara", "사이즈"),
        *("尺码", "尺寸", "尺碼", "サイズ", "المقاس", "מידה", "shoe size", "clothing size"),
    )
)
# S, 2XL, 38, 38.5, 38,5, 32/34, 8-10, 4Y, 75B, W32 L34, one size.
_LIKE_A_SIZE = re.compile(
    r"(?:[2-9]?x{0,4}[sl]|m|[wl]?[0-9]{1,3}(?:[.,][0-9]{1,2})?\s?[a-z]{0,2}"
    r"(?:\s?[-/x ]\s?(?:[wl]?[0-9]{1,3}(?:[.,][0-9])?\s?[a-z]{0,2}|[2-9]?x{0,4}[sl]|m))?"
    r"|[2-9]?x{0,4}[sl]\s?[-/]\s?(?:[2-9]?x{0,4}[sl]|m)|m\s?[-/]\s?[2-9]?x{0,4}l|one size|os)"
)


@dataclass(frozen=True)
class Roles:
    """The places of options: the colour's, and those that make a size together."""

    colour: int | None
    sizes: tuple[int, ...]

    def colour_of(self, values: Sequence[str]) -> str:
        return "" if self.colour is None else values[self.colour]

    def size_of(self, values: Sequence[str]) -> str:
        """The size, what else there is to choose behind it; one size where there is nothing."""
        return " / ".join(filter(None, (values[at] for at in self.sizes))) or ONE_SIZE


def roles(names: Sequence[str], pieces: Collection[Sequence[str]]) -> Roles:
    """Which option is what; `pieces` are the values of each piece, in the order of the names."""
    keys = [key_of(name) for name in names]
    colour = next((at for at, key in enumerate(keys) if key in _COLOURS), None)
    others = [at for at in range(len(keys)) if at != colour]
    # The one that is the size first.
    others.sort(key=lambda at: (keys[at] not in _SIZES, not _are_sizes(at, pieces)))
    return Roles(colour, tuple(others))


def is_colour(name: str) -> bool:
    return key_of(name) in _COLOURS


def is_size(name: str) -> bool:
    return key_of(name) in _SIZES


def _are_sizes(at: int, pieces: Collection[Sequence[str]]) -> bool:
    return all(_LIKE_A_SIZE.fullmatch(values[at].lower()) for values in pieces if values[at])
