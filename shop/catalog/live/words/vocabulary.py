"""What words mean in a shop of clothes: things, features, colours, for whom. Pure.

The words lie in `terms/`. A meaning is found by the stems of its words, in either language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from shop.catalog.colours import COLOURS
from shop.catalog.live.words.analysis import LANGUAGES, TERMS, plain, spellings, stem, stems, tokens

type Stems = tuple[str, ...]
type Sort = Literal["thing", "feature", "family", "colour", "whom", "without", "either", "filler"]

CHILDREN = "children"
# What nobody looks for by itself.
SILENT: Final[tuple[Sort, ...]] = ("without", "either", "filler")


class Meaning(NamedTuple):
    """What a word may mean: of what sort, and which of them."""

    sort: Sort
    name: str


@dataclass(frozen=True)
class Term:
    """A thing, a feature, a colour: its words by language, the first of each the one to suggest.

    `phrases` are the stems of each word by language. `broader` are the names of what a thing is
    one of, itself included; `kinds` what else merchants call it. What has a feature is also told by
    `signs`, which nobody types who means it, by `seasons`, `usages` and `things`, and by its words
    in a description where `in_notes`.
    """

    meaning: Meaning
    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[Stems, ...]]
    broader: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    usages: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    signs: Mapping[str, tuple[Stems, ...]] = field(default_factory=dict)
    in_notes: bool = True

    def tells(self) -> Iterator[tuple[str, Stems]]:
        """All that tells of it in a text: languages, each with stems."""
        for told in (self.phrases, self.signs):
            for language, phrases in told.items():
                yield from ((language, phrase) for phrase in phrases)


@dataclass
class Vocabulary:
    """All terms by their meaning, and all meanings by the stems that have them, by language."""

    terms: dict[Meaning, Term] = field(default_factory=dict)
    lexicon: dict[str, dict[Stems, tuple[Meaning, ...]]] = field(default_factory=dict)
    # Single words as any keyboard writes them, with a language they belong to.
    spelt: dict[str, str] = field(default_factory=dict)
    longest: int = 1

    def add(self, term: Term) -> None:
        """Have its words mean it too."""
        self.terms[term.meaning] = term
        for language, phrases in term.phrases.items():
            known = self.lexicon.setdefault(language, {})
            for phrase in phrases:
                known[phrase] = tuple(dict.fromkeys((*known.get(phrase, ()), term.meaning)))
                self.longest = max(self.longest, len(phrase))
        if term.meaning.sort not in SILENT:
            for language, words in term.words.items():
                for word in words:
                    self._spell(word, language)

    def _spell(self, word: str, language: str) -> None:
        if len(tokens(word)) == 1:
            for spelling in spellings(tokens(word)[0].lower):
                self.spelt.setdefault(spelling, language)

    def meanings(self, phrase: Stems, language: str) -> tuple[Meaning, ...]:
        """What these stems of that language mean together."""
        return self.lexicon.get(language, {}).get(phrase, ())

    def thing(self, name: str) -> Term:
        """The thing of that name."""
        return self.terms[Meaning("thing", name)]

    def is_kind_of(self, name: str, other: str) -> bool:
        """Whether every thing of the first name is one of the other."""
        return other in self.thing(name).broader


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((TERMS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    found = Vocabulary()
    for term in (*_things(), *_features(), *_colours(), *_phrases()):
        found.add(term)
    return found


@cache
def phrases(section: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of words of a section of the phrases, "prices" or "sizes.names", read once."""
    table = _table("phrases")
    for name in section.split("."):
        table = table[name]
    return {name: tuple(words) for name, words in table.items() if isinstance(words, list)}


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first, with any spaces within."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)


@cache
def without() -> str:
    """A pattern, "not" by name, of what may stand before a word and says it is not wanted."""
    words = [word for each in phrases("without").values() for word in each]
    return rf"(?P<not>(?:{one_of(words)})\s+(?:in\s+)?)?"


@cache
def also_names() -> frozenset[str]:
    """The words for colours that mean something else as well, without marks on their letters."""
    return frozenset(plain(word) for word in _table("colours")["words"]["also"])


def _term(meaning: Meaning, words: Mapping[str, Iterable[str]], **facts: Any) -> Term:
    told = {language: tuple(words.get(language, ())) for language in LANGUAGES}
    return Term(meaning, told, _phrases_of(told), **facts)


def _phrases_of(words: Mapping[str, Iterable[str]]) -> dict[str, tuple[Stems, ...]]:
    return {
        language: tuple(dict.fromkeys(stems(word, language) for word in each))
        for language, each in words.items()
    }


def _things() -> Iterator[Term]:
    table = _table("things")
    for name, entry in table.items():
        yield _term(
            Meaning("thing", name),
            entry,
            broader=_upwards(table, name),
            kinds=tuple(entry.get("kinds", ())),
        )


def _upwards(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A thing and all that it is one of."""
    above = (up for other in table[name].get("broader", ()) for up in _upwards(table, other))
    return tuple(dict.fromkeys((name, *above)))


def _features() -> Iterator[Term]:
    for name, entry in _table("features").items():
        yield _term(
            Meaning("feature", name),
            entry,
            signs=_phrases_of(entry.get("signs", {})),
            in_notes=entry.get("notes", True),
            **{fact: tuple(entry.get(fact, ())) for fact in ("seasons", "usages", "things")},
        )


def _colours() -> Iterator[Term]:
    table = _table("colours")
    for family, words in table["families"].items():
        yield _term(Meaning("family", family), words)
    heads = table["families"].keys()
    for name in dict.fromkeys((*COLOURS, *table["names"])):
        words = table["names"].get(name, {})
        if name not in heads:
            english = (name, *words.get("en", ()))
            yield _term(Meaning("colour", name), {"en": english, "de": words.get("de", ())})


def _phrases() -> Iterator[Term]:
    table = _table("phrases")
    for gender, words in table["whom"].items():
        yield _term(Meaning("whom", gender), dict.fromkeys(LANGUAGES, words))
    for sort in SILENT:
        for language, words in table[sort].items():
            yield _term(Meaning(sort, language), {language: words})


def longest_first(
    vocabulary: Vocabulary, words: Sequence[str], language: str, at: int
) -> tuple[int, tuple[Meaning, ...]]:
    """How many of the words from that place on mean something together, and what; (0, ()) if none.

    The words are in lower case.
    """
    for length in range(min(vocabulary.longest, len(words) - at), 0, -1):
        phrase = tuple(stem(word, language) for word in words[at : at + length])
        if meanings := vocabulary.meanings(phrase, language):
            return length, meanings
    return 0, ()
