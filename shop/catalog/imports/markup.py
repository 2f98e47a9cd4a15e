"""HTML in the cells of other systems, as the text that it shows.

`html.parser` is not asked: where a tag is not closed it reads the rest again for every `<`, and 64
KB of them cost it minutes. Here every character is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# Breaks, while whatever else is white space is a space.
_PARAGRAPH, _LINE = "\f", "\n"
_PARAGRAPHS = frozenset(
    (
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote"),
        *("article", "aside", "footer", "header", "hr", "main", "nav", "section", "figure", "pre"),
    )
)
_LINES = frozenset(
    ("address", "br", "caption", "dd", "div", "dt", "figcaption", "form", "li", "thead", "tr")
)
_CELLS = frozenset(("td", "th"))
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "big", "body", "button", "center", "cite", "code", "del", "em", "font"),
        *("html", "i", "iframe", "img", "input", "ins", "label", "mark", "meta", "o", "q", "s"),
        *("small", "span", "strike", "strong", "sub", "sup", "tbody", "tfoot", "tt", "u", "video"),
    )
)
# What is within them is not shown.
_HIDDEN = frozenset(("head", "noscript", "script", "style", "template", "title"))
_KNOWN = _PARAGRAPHS | _LINES | _CELLS | _INLINE | _HIDDEN
# What follows a "<".
_TAG = re.compile(r"(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?::\w+)?(?:[\s/][^>]*)?>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def text_of(markup: str) -> str:
    """What a cell says: the text of HTML, with breaks where its blocks begin and end.

    A text without tags stays as it is, but for its entities (`&amp;`).
    """
    parts = markup.split("<")
    if not any(map(_tag_at, parts[1:])):
        return _ENTITY.sub(lambda entity: unescape(entity[0]), markup).strip()
    paragraphs = map(_lined, "".join(_shown(parts)).split(_PARAGRAPH))
    return "\n\n".join(filter(None, paragraphs))


def line_of(markup: str) -> str:
    """The same in one line, for names."""
    return " ".join(text_of(markup).split())


def _lined(paragraph: str) -> str:
    lines = (" ".join(line.split()) for line in paragraph.split(_LINE))
    return "\n".join(filter(None, lines))


def _tag_at(part: str) -> re.Match[str] | None:
    """The tag that a part begins with, its "<" being gone; None where that is but a sign."""
    tag = _TAG.match(part)
    return tag if tag and tag["name"].lower() in _KNOWN else None


def _shown(parts: list[str]) -> Iterator[str]:
    """What is shown of a text that was split at every "<"."""
    yield _flowing(parts[0])
    # What ends the part that is being left out: a comment or a hidden element.
    until = ""
    for part in parts[1:]:
        tag = _tag_at(part)
        if until == "-->" or part.startswith("!--"):
            _comment, end, rest = part.partition("-->")
            until = "" if end else "-->"
            yield _flowing(rest)
        elif until:
            if tag and tag["end"] and tag["name"].lower() == until:
                until = ""
                yield _flowing(part[tag.end() :])
        elif tag is None:
            yield _flowing(f"<{part}")
        elif tag["name"].lower() in _HIDDEN and not tag["end"]:
            until = tag["name"].lower()
        else:
            yield _break_at(tag["name"].lower()) + _flowing(part[tag.end() :])


def _break_at(name: str) -> str:
    if name in _PARAGRAPHS:
        return _PARAGRAPH
    if name in _LINES:
        return _LINE
    return " " if name in _CELLS else ""


def _flowing(text: str) -> str:
    """Text between tags, whose line breaks are white space like any other."""
    return re.sub(r"\s+", " ", unescape(text))
