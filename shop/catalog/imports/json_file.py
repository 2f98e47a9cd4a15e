"""Files of JSON of unknown origin, and what stands in them."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from shop.catalog.imports.rows import ImportRefused

Node = dict[str, Any]

_BEGINS = (b"[", b"{")
# As objects it takes many times that.
MAX_BYTES = 16 * 1024**2


def is_json(content: bytes) -> bool:
    """Whether a file begins as one of JSON does."""
    return content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_BEGINS)


def parsed(content: bytes, title: str) -> Any:
    """What a file says, its numbers as they were written. Raises ImportRefused."""
    if len(content) > MAX_BYTES:
        raise ImportRefused(
            _("%(name)s is larger than %(most)d MB.")
            % {"name": title, "most": MAX_BYTES // 1024**2}
        )
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise ImportRefused(
            _("%(title)s cannot be read as JSON: %(error)s") % {"title": title, "error": error}
        ) from error


def text(told: Any) -> str:
    """A text; "" for whatever else. JSON may hold half of a sign, which no database takes."""
    return told.strip().encode(errors="ignore").decode() if isinstance(told, str) else ""


def is_node(told: Any) -> TypeGuard[Node]:
    return isinstance(told, dict)


def listed(told: Any) -> list[Any]:
    """What is told several times, once or not at all."""
    if isinstance(told, list):
        return told
    return [] if told is None else [told]


def nodes(told: Any) -> list[Node]:
    """The objects of a list."""
    return [each for each in listed(told) if is_node(each)]
