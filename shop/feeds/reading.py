"""Feeds of ours read back, for `rules` to look at. What strangers send, `catalog.imports` reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import IO
from xml.etree import ElementTree

from shop.feeds.channels import REPEATED, Item
from shop.feeds.writing import NAMESPACE

_PREFIX = f"{{{NAMESPACE}}}"


def rss_items(file: IO[bytes]) -> Iterator[Item]:
    """The items of RSS. Raises ElementTree.ParseError where it is not well formed."""
    # Nobody else wrote it.
    parsed = ElementTree.iterparse(file, events=("start", "end"))  # noqa: S314
    _event, root = next(parsed)
    for event, element in parsed:
        if event == "end" and element.tag == "item":
            item: Item = {}
            for child in element:
                item.setdefault(child.tag.removeprefix(_PREFIX), []).append(child.text or "")
            yield item
            # What was read is let go of, by those that hold it as well.
            root[0].clear()


def tsv_items(lines: Iterable[str]) -> Iterator[Item]:
    """The items of a table. Raises ValueError where a row has not as many cells as the first."""
    rows = csv.reader(lines, "excel-tab", strict=True)
    names = next(rows)
    for row in rows:
        told = zip(names, row, strict=True)
        yield {name: cell.split(",") if name == REPEATED else [cell] for name, cell in told if cell}
