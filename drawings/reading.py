"""Tables of a TOML file as dataclasses: every field known, present and of its type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from drawings.fabrics import Paint
from drawings.look import PAINTS

_HEX = re.compile("#[0-9a-f]{6}")


class BadTable(ValueError):
    """A table that cannot be read: in which file and field, and why."""


def read[T](kind: type[T], given: Any, where: str, **made: Any) -> T:
    """A table's fields as that dataclass; `made` are fields that no table gives.

    A field that is left out has its default, and so has what is left out of a table inside. Raises
    `BadTable`, whose message begins with `where`.
    """
    values = _values(kind, given, where, made) | made
    _check_complete(kind, values, where)
    return kind(**values)


def choice(given: Any, names: Iterable[str], where: str) -> str:
    """The text, if it is one of the names; else `BadTable`."""
    known = list(names)
    if given not in known:
        raise BadTable(f"{where}: {given!r} is none of {', '.join(known)}")
    return str(given)


def table(given: Any, where: str) -> dict[str, Any]:
    """The value, if it is a table; else `BadTable`."""
    if not isinstance(given, dict):
        raise BadTable(f"{where}: {given!r} is no table")
    return given


def listed(given: Any, where: str) -> list[Any]:
    """The value, if it is a list; else `BadTable`."""
    if not isinstance(given, list):
        raise BadTable(f"{where}: {given!r} is no list")
    return given


def _values(kind: type, given: Any, where: str, made: Iterable[str] = ()) -> dict[str, Any]:
    values, defaults, hints = table(given, where), _defaults(kind), _hints(kind)
    for name in values:
        if name not in defaults or name in made:
            raise BadTable(f"{where}: there is no field {name}")
    return {
        name: _value(hints[name], value, f"{where}, {name}", defaults[name])
        for name, value in values.items()
    }


def _check_complete(kind: type, values: Iterable[str], where: str) -> None:
    for name, default in _defaults(kind).items():
        if default is MISSING and name not in values:
            raise BadTable(f"{where}: {name} is missing")


def _value(hint: Any, given: Any, where: str, default: Any = MISSING) -> Any:
    if hint in (Paint, Paint | None):
        return _paint(given, where)
    if is_dataclass(hint):
        return _inner(hint, given, where, default)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return choice(given, arguments[1], where)
    if origin is Literal:
        return choice(given, arguments, where)
    if origin is tuple:
        each = enumerate(listed(given, where), 1)
        return tuple(_value(arguments[0], one, f"{where} {at}") for at, one in each)
    return _plain(hint, given, where)


def _inner(kind: Any, given: Any, where: str, default: Any) -> Any:
    if default is MISSING:
        return read(kind, given, where)
    return replace(default, **_values(kind, given, where))


def _paint(given: Any, where: str) -> Paint:
    """A named paint, or red, green and blue as "#rrggbb"."""
    if isinstance(given, str) and _HEX.fullmatch(given):
        red, green, blue = bytes.fromhex(given[1:])
        return red, green, blue
    return PAINTS[choice(given, PAINTS, where)]


def _plain(kind: type, given: Any, where: str) -> Any:
    # A bool is an int to Python, and a whole number is as good as a float.
    if type(given) not in ((int, float) if kind is float else (kind,)):
        raise BadTable(f"{where}: {given!r} is no {kind.__name__}")
    return given


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


@lru_cache
def _defaults(kind: Any) -> dict[str, Any]:
    """Every field's default, `MISSING` where it has none."""
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    }
