"""Every text that people read is in the catalogue of translations, and has its German."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import polib
import pytest
import unfold
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize

GERMAN = Path("locale/de/LC_MESSAGES")
# The rooms with a catalogue of their own, and where their texts are.
ROOMS = {".": ("shop", "templates"), "recommender": ("recommender",)}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
FORMAL = re.compile(r"\b(Sie|Ihr|Ihre[mnrs]?|Ihnen)\b")
# What Django looks up in a catalogue, in a template.
LOOKED_UP = re.compile(
    r"{% translate .*?%}|{% blocktranslate.*?endblocktranslate %}|{#.*?#}", re.DOTALL
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}")

# Context, text, text for several.
type Text = tuple[str | None, str, str]


@pytest.fixture(scope="module", params=ROOMS)
def room(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def german(room: str) -> polib.POFile:
    return polib.pofile(str(settings.BASE_DIR / room / GERMAN / "django.po"))


def test_every_text_is_in_the_catalogue_and_nothing_else(german: polib.POFile, room: str) -> None:
    """`manage.py makemessages` brings both together, see docs/translating.md."""
    in_catalogue = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in german}
    assert in_catalogue == set(texts(room))


def test_every_text_has_its_german(german: polib.POFile) -> None:
    assert [entry.msgid for entry in german if not entry.translated() or entry.fuzzy] == []
    assert [entry.msgid for entry in german if entry.obsolete] == []


def test_german_has_the_same_placeholders(german: polib.POFile) -> None:
    for entry in german:
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for translation in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(PLACEHOLDER.findall(translation)) == wanted, entry.msgid


def test_quotes_are_those_of_the_page() -> None:
    """German has others than English."""
    templates = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    outside = {path.name: LOOKED_UP.sub("", path.read_text()) for path in templates}
    assert [name for name, text in outside.items() if set("“”„") & set(text)] == []


@pytest.mark.parametrize(
    "folder",
    [*settings.LOCALE_PATHS, settings.BASE_DIR / "recommender/locale"],
    ids=lambda folder: str(folder.relative_to(settings.BASE_DIR)),
)
def test_compiled_catalogue_says_the_same(folder: Path) -> None:
    text = polib.pofile(str(folder / "de/LC_MESSAGES/django.po"))
    compiled = polib.mofile(str(folder / "de/LC_MESSAGES/django.mo"))
    assert {_said(entry) for entry in compiled} == {_said(entry) for entry in text}


def test_unfold_still_says_what_is_translated_for_it() -> None:
    said = {text for _, text, _ in _texts_in(Path(unfold.__file__).parent)}
    theirs = polib.pofile(str(settings.BASE_DIR / "locale/unfold/de/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in theirs if entry.msgid not in said] == []


def test_allauth_addresses_people_as_the_shop_does() -> None:
    """Its mails and pages, of which some of its German says "Sie"."""
    theirs = Path(allauth.__file__).parent
    folders = (theirs / "account", theirs / "templates/account")
    said = {text for folder in folders for _, text, _ in _texts_in(folder)}
    with override("de"):
        assert [text for text in said if FORMAL.search(gettext(text))] == []


def texts(room: str) -> Iterator[Text]:
    """What the code of a room marks for translation."""
    for folder in ROOMS[room]:
        yield from _texts_in(settings.BASE_DIR / folder)


def _texts_in(folder: Path) -> Iterator[Text]:
    for path in folder.rglob("*.*"):
        if path.suffix == ".py":
            yield from _marked(path.read_text())
        elif path.suffix in (".html", ".txt"):
            yield from _marked(_as_python(path))


def _as_python(template: Path) -> str:
    # Indentation means nothing in a template and much in Python.
    lines = templatize(template.read_text(), origin=str(template)).splitlines()
    return "\n".join(line.strip() for line in lines)


def _marked(code: str) -> Iterator[Text]:
    for _, message, _, context in extract("python", io.BytesIO(code.encode()), KEYWORDS):
        one, several = message if isinstance(message, tuple) else (message, "")
        yield context, one, several


def _said(entry: polib.POEntry) -> tuple[str | None, str, str, str, tuple[str, ...]]:
    plurals = tuple(entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural))
    return entry.msgctxt, entry.msgid, entry.msgid_plural, entry.msgstr, plurals
