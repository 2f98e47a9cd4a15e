"""Feeds as text, piece by piece: RSS 2.0 with Google's namespace, and tables with tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import batched
from xml.sax.saxutils import escape

from shop.feeds.channels import ATTRIBUTES, Item

NAMESPACE = "http://base.google.com/ns/1.0"
# Items of a piece.
AT_ONCE = 200


def rss(items: Iterable[Item], *, title: str, link: str) -> Iterator[str]:
    """`title` and `link` are the shop's."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0" xmlns:g="{NAMESPACE}">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<link>{escape(link)}</link>\n"
        f"<description>{escape(title)}</description>\n"
    )
    for some in batched(items, AT_ONCE, strict=False):
        yield "".join(map(_element, some))
    yield "</channel>\n</rss>\n"


def _element(item: Item) -> str:
    # A line each: Meta refuses lines of more than 5 MB.
    told = (
        f"<g:{name}>{escape(value)}</g:{name}>\n"
        for name in ATTRIBUTES
        for value in item.get(name, ())
    )
    return f"<item>\n{''.join(told)}</item>\n"


def tsv(items: Iterable[Item]) -> Iterator[str]:
    """A row an item. Breaks within a text become spaces, since not every reader allows them."""
    yield _rows([ATTRIBUTES])
    for some in batched(items, AT_ONCE, strict=False):
        yield _rows([_cell(item.get(name, ())) for name in ATTRIBUTES] for item in some)


def _rows(rows: Iterable[Iterable[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, "excel-tab", lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _cell(values: Iterable[str]) -> str:
    return " ".join(",".join(values).split())
