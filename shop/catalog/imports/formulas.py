"""Cells that programs for tables would carry out: written behind a guard, and read without it."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def guarded(text: str) -> str:
    """A cell that no program takes for a formula; `unguarded` reads what it was."""
    return f"{GUARD}{text}" if _begins_one(text) else text


def unguarded(cell: str) -> str:
    """What a cell says, whether or not it was `guarded`."""
    return cell[1:] if cell.startswith(GUARD) and _begins_one(cell) else cell


def _begins_one(text: str) -> bool:
    return text.lstrip(GUARD).startswith(STARTS)
