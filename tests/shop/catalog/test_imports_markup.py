"""HTML in cells becomes the text that it shows."""

from __future__ import annotations

import pytest

from shop.catalog.imports.markup import line_of, text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Soft", "Soft"),
        ("<p>Soft</p><p>Warm &amp; light</p>", "Soft\n\nWarm & light"),
        ("<ul>\n<li>One</li>\n<li>Two</li>\n</ul>", "One\nTwo"),
        ("<div>Soft<br/>warm</div>", "Soft\nwarm"),
        ("<table><tr><td>Chest</td><td>90</td></tr><tr><td>Hip</td></tr></table>", "Chest 90\nHip"),
        ("un<b>break</b>able", "unbreakable"),
        ("<style>p {}</style><script>x < 1</script>Soft<!-- <p>no</p> -->", "Soft"),
        ("1 &lt; 2 <b>so</b> &lt;b&gt;", "1 < 2 so <b>"),
        ("Mit&nbsp;Futter<br>", "Mit Futter"),
        ("AT&amp;T", "AT&T"),
        ("Rock & Roll &copy", "Rock & Roll &copy"),
        ("width < 5 and > 3", "width < 5 and > 3"),
        ("<your size> <3", "<your size> <3"),
        ("two\n\nparagraphs", "two\n\nparagraphs"),
    ],
)
def test_what_is_shown(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_a_name_is_one_line() -> None:
    assert line_of("Coat<br>\n &amp; scarf") == "Coat & scarf"


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        ("<!--", ""),
        ("<script>", ""),
        ("<a ", "<a "),
        ("<a b='", "<a b='"),
        ("</", "</"),
        ("&", "&"),
        ("<p>x", "x\n\n"),
    ],
)
def test_much_that_is_never_closed_is_read_once(piece: str, shown: str) -> None:
    """Read again from every piece on, it would take minutes."""
    assert text_of("<p>" + piece * 20_000) == (shown * 20_000).strip()
