"""Feeds looked at as their readers will: made, read back, and held against the rules."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from shop.feeds.feeds import Feed
from shop.feeds.reading import rss_items, tsv_items
from shop.feeds.rules import Fault, faults

# Of products, where not all are looked at.
SAMPLE = 500


def faults_in(file: IO[bytes], feed: Feed) -> Iterator[Fault]:
    """What is wrong with a feed that was written into a file."""
    if feed.form == "xml":
        return faults(rss_items(file), feed.channel)
    lines = (line.decode() for line in file)
    return faults(tsv_items(lines), feed.channel)


def faults_of(feed: Feed, origin: str, ids: Sequence[str]) -> Iterator[Fault]:
    """What would be wrong with the feed of these products."""
    with tempfile.TemporaryFile() as file:
        write(feed.text(origin, ids), file)
        file.seek(0)
        yield from faults_in(file, feed)


def write(pieces: Iterable[str], file: IO[bytes]) -> None:
    """Put a feed into a file."""
    file.writelines(piece.encode() for piece in pieces)


def sample(ids: Sequence[str]) -> Sequence[str]:
    """At most SAMPLE of these, from the first to the last."""
    return ids[:: -(-len(ids) // SAMPLE)] if len(ids) > SAMPLE else ids
