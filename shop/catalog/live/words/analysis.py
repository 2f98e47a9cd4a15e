"""From text to words: folded, stemmed, and German compounds taken apart. Pure.

Texts are analysed here, for documents and for queries alike, and the index is given words that
are done: it tells them apart by spaces and asks nothing of a language.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

LANGUAGES = {"en": "english", "de": "german"}
"""The languages whose words are stemmed, and what the stemmers call them."""

TERMS = Path(__file__).parent / "terms"

_WORD = re.compile(r"[^\W_]+(?:['\u2018\u2019][^\W_]+)*")
_APOSTROPHES = re.compile("['\u2018\u2019]")
# One word, however it is written.
_TSHIRT = re.compile(r"\bt[ -]?(?=shirt)", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_KEPT_WORDS = 50_000
_KEPT_TEXTS = 5_000

# An analyser of the library serves one thread at a time.
_lock = threading.Lock()


class Token(NamedTuple):
    """A word as it stands in a text, and in lower case with the letters of its language."""

    typed: str
    lower: str


@lru_cache(_KEPT_TEXTS)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in their order."""
    whole = _TSHIRT.sub("t", unicodedata.normalize("NFKC", text).replace("\0", " "))
    return tuple(Token(word, _lower(word)) for word in _WORD.findall(whole))


def _lower(word: str) -> str:
    return unicodedata.normalize("NFC", _APOSTROPHES.sub("", word).lower())


@lru_cache(_KEPT_WORDS)
def plain(word: str) -> str:
    """The word in lower case and without marks on its letters: "Größe" is "grosse"."""
    apart = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def spellings(word: str) -> tuple[str, ...]:
    """How the word is written on any keyboard: "Hüte" is "hute" and "huete"."""
    return tuple(dict.fromkeys((plain(word), plain(word.lower().translate(_UMLAUTS)))))


@lru_cache(_KEPT_WORDS)
def stem(word: str, language: str) -> str:
    """The stem of a word in lower case; the German one knows umlauts written either way."""
    if language != "de":
        word = plain(word)
    return _analysed(_stemmer(language), word)[0]


def stems(text: str, language: str) -> tuple[str, ...]:
    """The stems of a text's words in their order."""
    return tuple(stem(token.lower, language) for token in tokens(text))


@lru_cache(_KEPT_WORDS)
def parts(word: str) -> tuple[str, ...]:
    """What a German compound is made of, in lower case; none for what is no compound."""
    found = tuple(_analysed(_splitter(), word))
    return found if len(found) > 1 else ()


@cache
def known_parts() -> list[str]:
    """What German compounds are made of."""
    return (TERMS / "parts.txt").read_text(encoding="utf-8").split()


def _analysed(analyser: TextAnalyzer, word: str) -> list[str]:
    with _lock:
        return analyser.analyze(word) or [word]


@cache
def _stemmer(language: str) -> TextAnalyzer:
    stemmer = Filter.stemmer(LANGUAGES[language])
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(stemmer).build()


@cache
def _splitter() -> TextAnalyzer:
    splitter = Filter.split_compound(known_parts())
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(splitter).build()
