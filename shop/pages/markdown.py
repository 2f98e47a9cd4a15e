"""A merchant's Markdown as safe HTML below a page's own heading."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Its "js-default" takes HTML for text, and no address that runs something. A picture would be
# somebody else's file, which the shop's pages do not load.
PARSER = MarkdownIt("js-default").disable("image")
BELOW_THE_PAGES = 2
LOWEST = 6


def as_html(text: str) -> SafeString:
    """HTML of Markdown: its highest headings are h2, tables scroll by themselves."""
    tokens = PARSER.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((_level(token) for token in headings), default=BELOW_THE_PAGES)
    for token in headings:
        token.tag = f"h{min(LOWEST, _level(token) - highest + BELOW_THE_PAGES)}"
    for token in tokens:
        if style := token.attrs.pop("style", ""):
            # The shop's pages allow no style of their own: "text-align:right".
            token.attrs["class"] = f"to-{str(style).rpartition(':')[2]}"
    html: str = PARSER.renderer.render(list(_framed(tokens)), PARSER.options, {})
    return mark_safe(html)  # noqa: S308 (the parser escapes whatever is not its own)


def _level(heading: Token) -> int:
    return int(heading.tag[1:])


def _framed(tokens: Iterable[Token]) -> Iterable[Token]:
    frame = format_html(
        '<div class="scroll" role="region" aria-label="{}" tabindex="0">', _("Table")
    )
    for token in tokens:
        if token.type == "table_open":
            yield _raw(frame)
        yield token
        if token.type == "table_close":
            yield _raw("</div>\n")


def _raw(html: str) -> Token:
    return Token("html_block", "", 0, content=html)
