"""JSON-LD in pages of HTML: its nodes, whatever else a page holds.

A block that is empty or broken hides no other. As in `imports.markup` no parser of HTML is asked:
of a page nothing is wanted but what stands between two tags, and every character is looked at once.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from shop.catalog.imports.json_file import Node

_BEGINS = re.compile(
    rb"(?:\s|<\?xml[^>]*\?>|<!--(?:(?!-->).){0,400}-->)*<(?:!doctype\s+html|html|head|script|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"""<meta[^>]*charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
_HEAD_BYTES = 2_048
_BLOCK = re.compile(r"<!--|<script\b", re.IGNORECASE)
_END = re.compile(r"</script", re.IGNORECASE)
_IS_JSON_LD = re.compile(r"""\stype\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)
# How some hide it from parsers that are long gone.
_WRAPPED = re.compile(r"\s*(?://\s*)?<!\[CDATA\[(?P<text>.*?)(?://\s*)?\]\]>\s*", re.DOTALL)
# Nodes that are parts of a node of their page.
_WITHIN = ("@graph", "mainEntity")
MAX_NODES = 10_000


def is_page(content: bytes) -> bool:
    """Whether a file begins as a page in HTML does."""
    return _BEGINS.match(content[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8)) is not None


def nodes(content: bytes) -> list[Node]:
    """The nodes of a page's JSON-LD, in their order; numbers are as they were written."""
    found: list[Node] = []
    for block in _blocks(_text(content)):
        found += _nodes(_parsed(block))
    return found[:MAX_NODES]


def _text(content: bytes) -> str:
    named = _CHARSET.search(content[:_HEAD_BYTES])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = named[1].decode() if named else "cp1252"
    try:
        return content.decode(encoding, errors="replace")
    except LookupError:
        return content.decode(errors="replace")


def _blocks(page: str) -> Iterator[str]:
    """What stands in the scripts that are JSON-LD, but for those in comments."""
    at = 0
    while begun := _BLOCK.search(page, at):
        if begun[0] == "<!--":
            at = page.find("-->", begun.end())
            if at < 0:
                return
            continue
        opened = page.find(">", begun.end())
        end = _END.search(page, opened) if opened >= 0 else None
        if end is None:
            return
        if _IS_JSON_LD.search(page, begun.end() - 1, opened):
            yield page[opened + 1 : end.start()]
        at = end.end()


def _parsed(block: str) -> Any:
    """What a block says; None where it is none."""
    wrapped = _WRAPPED.fullmatch(block)
    try:
        # Line breaks in texts are common.
        return json.loads(
            wrapped["text"] if wrapped else block, strict=False, parse_float=str, parse_int=str
        )
    except (ValueError, RecursionError):
        return None


def _nodes(told: Any) -> Iterator[Node]:
    # No recursion: JSON may nest more deeply than functions.
    waiting = [told]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict):
            yield each
            waiting += [each[name] for name in reversed(_WITHIN) if name in each]
