"""Feeds in XML, RSS or Atom, as records: an item's direct children by their names.

The file is nobody's friend: expat resolves nothing outside it, and a document type, the only place
where entities can be declared, ends the reading at once, so that none is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from django.utils.translation import gettext as _

from shop.catalog.imports.rows import BadRow, ImportRefused, counted, quoted
from shop.catalog.imports.tables import MAX_CELL, MAX_ROWS, Record

ITEMS = frozenset(("item", "entry"))
ROOTS = frozenset(("rss", "feed", "rdf:rdf"))
# Whose names are those of the feed; a prefix that is bound to another one is somebody else's.
NAMESPACES = frozenset(
    (
        "http://base.google.com/ns/1.0",
        "https://base.google.com/ns/1.0",
        "http://www.w3.org/2005/Atom",
    )
)
USUAL_PREFIX = "g"
# What an item may have several of; of other elements one counts.
REPEATED = frozenset(("image_link", "additional_image_link"))
MAX_DEPTH = 50
_PIECE = 2**16
_BEGINS = re.compile(rb"\s*<(?:\?xml|rss|feed|rdf)", re.IGNORECASE)


def is_xml(content: bytes) -> bool:
    """Whether a file begins as one in XML does."""
    head = content[:256].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:].replace(b"\0", b"")
    return _BEGINS.match(head) is not None


def check(content: bytes, title: str) -> None:
    """Read a feed to its end. Raises ImportRefused where it is none, or not well formed."""
    number = 0
    for number, _record in enumerate(_items(content, title), 1):
        if number > MAX_ROWS:
            raise ImportRefused(
                _("%(title)s has more than %(most)s rows: split it.")
                % {"title": title, "most": counted(MAX_ROWS)}
            )
    if not number:
        raise ImportRefused(_("%(title)s lists no products.") % {"title": title})


def records(content: bytes, title: str) -> Iterator[Record | BadRow]:
    """(line, values by name) of every item, names without the feed's prefix."""
    return _items(content, title)


def _items(content: bytes, title: str) -> Iterator[Record | BadRow]:
    reader = _Reader(title)
    try:
        for start in range(0, len(content), _PIECE):
            reader.parser.Parse(content[start : start + _PIECE])
            yield from reader.taken()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ImportRefused(
            _("%(title)s cannot be read as XML at line %(line)d: %(error)s")
            % {"title": title, "line": error.lineno, "error": expat.ErrorString(error.code)}
        ) from error
    yield from reader.taken()


class _Reader:
    """Gathers items as the parser tells of elements and text."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._items: list[Record | BadRow] = []
        # The elements that are open, by their names.
        self._open: list[str] = []
        # How many are open within an item; 0 outside of items.
        self._item = 0
        self._begun = 0
        self._prefixed: dict[str, list[str]] = {}
        self._plain: dict[str, list[str]] = {}
        self._text: list[str] = []
        self._prefixes = {"": True, USUAL_PREFIX: True}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._take_text

    def _refuse_doctype(self, *_declared: object) -> None:
        raise ImportRefused(
            _("%(title)s declares a document type, which no feed needs: leave it out.")
            % {"title": self._title}
        )

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        for attribute, value in attributes.items():
            if attribute.startswith("xmlns:"):
                self._prefixes[attribute[len("xmlns:") :]] = value in NAMESPACES
        if not self._open and name.lower() not in ROOTS:
            raise ImportRefused(
                _("%(title)s is no feed: it begins with %(name)s, not with rss or feed.")
                % {"title": self._title, "name": quoted(name, 40)}
            )
        if len(self._open) > MAX_DEPTH:
            raise ImportRefused(_("%(title)s nests too deeply.") % {"title": self._title})
        self._open.append(name)
        if not self._item and name in ITEMS:
            self._item, self._begun = len(self._open), self.parser.CurrentLineNumber
        elif self._is_child():
            self._text = []

    def _take_text(self, data: str) -> None:
        if self._is_child():
            self._text.append(data)

    def _end(self, _name: str) -> None:
        if self._is_child():
            self._keep(self._open[-1], "".join(self._text).strip())
        elif len(self._open) == self._item:
            self._items.append(self._finished())
            self._item, self._prefixed, self._plain = 0, {}, {}
        self._open.pop()

    def taken(self) -> list[Record | BadRow]:
        """The items that are complete, which are let go of."""
        items, self._items = self._items, []
        return items

    def _is_child(self) -> bool:
        return bool(self._item) and len(self._open) == self._item + 1

    def _keep(self, name: str, text: str) -> None:
        prefix, _colon, local = name.rpartition(":")
        if text and self._prefixes.get(prefix):
            named = self._prefixed if prefix else self._plain
            named.setdefault(local, []).append(text)

    def _finished(self) -> Record | BadRow:
        told: dict[str, str] = {}
        for name in (*self._prefixed, *self._plain):
            # A name with the feed's prefix counts more than one without.
            texts = self._prefixed.get(name, []) + self._plain.get(name, [])
            told[name] = ",".join(texts) if name in REPEATED else texts[0]
            if len(told[name]) > MAX_CELL:
                reason = _("The %(column)s is longer than %(most)s characters.")
                values = {"column": quoted(name, 40), "most": counted(MAX_CELL)}
                return BadRow(self._begun, reason % values)
        return self._begun, told
