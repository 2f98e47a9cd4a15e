"""Texts of the shop in the shapes that feeds may have. `rules` tells whether they are kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from shop.catalog.imports.markup import line_of, text_of

ID_LENGTH = 50
COLOURS, COLOUR_LENGTH, COLOURS_LENGTH = 3, 40, 100
DIGITS = 12

# Control characters and halves of pairs, most of which XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a reader may take for a tag, though `text_of` did not.
_LIKE_A_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_ROUND = str.maketrans("<>", "()")
_NOT_IN_A_GROUP = re.compile(r"[^A-Za-z0-9_-]+")


def line(text: str, most: int) -> str:
    """Plain text in one line of at most so many characters."""
    return _cut(line_of(_printable(text)), most)


def paragraphs(text: str, most: int) -> str:
    """Plain text of at most so many characters, with its breaks."""
    return _cut(text_of(_printable(text)), most)


def identity(sku: str) -> str:
    """A SKU as an id: itself, or where it is too long its beginning and a digest of all of it."""
    plain = " ".join(_printable(sku).split())
    return plain if len(plain) <= ID_LENGTH and plain == sku else _with_digest(plain, sku)


def group(name: str) -> str:
    """The name of a design in the letters that a group's may have: ASCII's, digits, _ and -."""
    plain = _NOT_IN_A_GROUP.sub("-", name).strip("-")
    return plain if len(plain) <= ID_LENGTH and plain == name else _with_digest(plain, name)


def colours(named: Iterable[str]) -> str:
    """Colours as one value, the main one first: `Navy/White`."""
    parts = [line(part, COLOUR_LENGTH) for name in named for part in name.split("/")]
    kept = list(dict.fromkeys(filter(None, parts)))[:COLOURS]
    while len("/".join(kept)) > COLOURS_LENGTH:
        kept.pop()
    # What lies side by side may look like a tag that no colour is by itself.
    return _cut("/".join(kept), COLOURS_LENGTH)


def _printable(text: str) -> str:
    return _NO_XML.sub("", text)


def _cut(text: str, most: int) -> str:
    """At most so many characters, up to the end of a word where there is one."""
    text = _printable(text)
    if _LIKE_A_TAG.search(text):
        text = text.translate(_ROUND)
    if len(text) <= most:
        return text
    start, space, _rest = text[: most + 1].rpartition(" ")
    return (start if space else text[:most]).rstrip()


def _with_digest(readable: str, whole: str) -> str:
    digest = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:DIGITS]
    start = readable[: ID_LENGTH - DIGITS - 1].rstrip(" -")
    return f"{start}-{digest}" if start else digest
