"""Which products may be put before somebody who did not ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from shop.catalog.listing import live
from shop.catalog.live.facts import IN_STOCK, style_number
from shop.catalog.models import Status


def available(ids: Sequence[str]) -> dict[str, str]:
    """Of these products those that are published and can be had, in their order, each with its
    style, or its id where it has none."""
    view = live()
    styles = view.styles(ids)
    facts = zip(view.values(ids, "status"), view.values(ids, "stock"), strict=True)
    return {
        id: str(styles[id] or id)
        for id, (status, stock) in zip(ids, facts, strict=True)
        if status == (Status.PUBLISHED,) and stock == (IN_STOCK,)
    }


def one_of_each_style(ids: Sequence[str], but: str = "") -> list[str]:
    """Those of them, of each style the first; none of one style."""
    first: dict[str, str] = {}
    for id, style in available(ids).items():
        first.setdefault(style, id)
    if but:
        first.pop(str(style_number(but)), None)
    return list(first.values())
