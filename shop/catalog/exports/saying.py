"""What stands in a cell so that it is read as what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape

from django.utils import timezone

from shop.catalog.imports import cells
from shop.catalog.imports.markup import line_of
from shop.catalog.money import units


def typed(text: str, read: Callable[[str], str] = line_of) -> str:
    """What a cell holds so that it is read as that text, though cells may be HTML."""
    return text if read(text) == text else escape(text, quote=False)


def markup(text: str) -> str:
    """A text as HTML, a paragraph for each of its own."""
    paragraphs = text.replace("\r\n", "\n").strip().split("\n\n")
    lines = ("<br>".join(escape(line) for line in each.split("\n")) for each in paragraphs)
    return "".join(f"<p>{each}</p>" for each in lines if each)


def listed(texts: Iterable[str]) -> str:
    """Several values as this shop parts them."""
    several = list(texts)
    # A single one that holds another sign between things would be read as several.
    return "|".join(several) + ("|" if len(several) == 1 and set(",;") & set(several[0]) else "")


def amount(cents: int | None) -> str:
    """With a decimal point; empty where there is none."""
    return "" if cents is None else str(units(cents))


def moment(at: datetime | None, column: str) -> str:
    """In the shop's time, by the minute where that says all of it."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    text = local.strftime("%Y-%m-%d %H:%M")
    return text if cells.moment(text, column) == at else local.isoformat(sep=" ")
