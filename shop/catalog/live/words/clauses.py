"""What each word of a query asks for, as queries of the index. Pure.

A product that is what was asked for comes before one whose name says so, and that before one whose
description does: each clause is worth the best of what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from tantivy import Occur, Query

from shop.catalog.live.words.analysis import LANGUAGES, plain, stem
from shop.catalog.live.words.documents import UNTYPED, code_of
from shop.catalog.live.words.index import SCHEMA
from shop.catalog.live.words.vocabulary import (
    CHILDREN,
    Meaning,
    Stems,
    Term,
    also_names,
    vocabulary,
)

# What the best place in which a word is found is worth.
CODE, WHOLE, THING, NAME, PART, FACT, SHELF, NOTE = 1000.0, 100.0, 10.0, 6.0, 5.0, 4.0, 3.0, 2.0
# And how loath one is to leave a word out where no product has all of them.
MODIFIER, FEATURE, COLOUR, WHOM, WORD, KIND = range(1, 7)

NEUTRAL: Final = "unisex"


@dataclass(frozen=True)
class Clause:
    """What one word, or several that belong together, ask for; `typed` as it was typed."""

    typed: str
    importance: int = WORD
    is_excluded: bool = False

    def query(self) -> Query:
        """What finds it, in either index."""
        raise NotImplementedError

    def likely(self) -> Query | None:
        """What soon finds some of it, if there is much; None where nothing is sooner."""
        return None


@dataclass(frozen=True)
class Code(Clause):
    """The product of a SKU or a number."""

    def query(self) -> Query:
        return _scored(_has("code", [code_of(self.typed)]), CODE)


@dataclass(frozen=True)
class Thing(Clause):
    """What is one of these things, and what nobody knows what it is but whose name says so."""

    names: tuple[str, ...] = ()

    def query(self) -> Query:
        return _thing(self.names)


@dataclass(frozen=True)
class Feature(Clause):
    """What is like that, or for that."""

    names: tuple[str, ...] = ()

    def query(self) -> Query:
        return best_of([_feature(name) for name in self.names])

    def likely(self) -> Query | None:
        facts = _facts_of(vocabulary().terms[Meaning("feature", self.names[0])])
        return next((_has(field, values[:1]) for field, values in facts), None)


@dataclass(frozen=True)
class Colour(Clause):
    """What is of these colours itself. `beside` are words that may make a name with it."""

    families: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    word: str = ""
    beside: tuple[tuple[str, str], ...] = ()

    def own(self) -> Query:
        """What is of the colour itself."""
        return _scored(_either(_has("family", self.families), _has("colour", self.names)), NAME)

    def anywhere(self) -> Query:
        """What is of the colour, or whose name has it."""
        return best_of([self.own(), _named([self.word], FACT)])

    def query(self) -> Query:
        if plain(self.word) in also_names():
            return self.anywhere()
        return best_of([self.own(), *(_named(pair, FACT) for pair in self.beside)])


@dataclass(frozen=True)
class Colours(Clause):
    """Several colours: what is of one of them, and has the others in its name."""

    colours: tuple[Colour, ...] = ()

    def query(self) -> Query:
        own = _scored(_either(*(colour.own() for colour in self.colours)), 1.0)
        return all_of([own, *(colour.anywhere() for colour in self.colours)])


@dataclass(frozen=True)
class Whom(Clause):
    """What is for them, and behind it what is for everybody."""

    genders: tuple[str, ...] = ()

    def query(self) -> Query:
        own = _scored(_has("gender", (*self.genders, *self._children())), FACT)
        if set(self.genders) == {CHILDREN}:
            return own
        return best_of([own, _scored(_has("gender", [NEUTRAL]), NOTE)])

    def _children(self) -> tuple[str, ...]:
        return ("boys", "girls") if CHILDREN in self.genders else ()


@dataclass(frozen=True)
class Words(Clause):
    """What has the words, one after the other; `in_names` where only a name counts."""

    words: tuple[str, ...] = ()
    in_names: bool = False

    def query(self) -> Query:
        return _named(self.words, NAME) if self.in_names else _worded(self.words)


@dataclass(frozen=True)
class AnyOf(Clause):
    """What one of several clauses finds: "red or blue", or what a beginning may mean."""

    clauses: tuple[Clause, ...] = ()

    def query(self) -> Query:
        return best_of([clause.query() for clause in self.clauses])


def best_of(queries: Sequence[Query]) -> Query:
    """What one of them finds, worth the best of them."""
    if len(queries) == 1:
        return queries[0]
    return Query.disjunction_max_query(list(queries)) if queries else Query.empty_query()


def all_of(queries: Sequence[Query], excluded: Sequence[Query] = ()) -> Query:
    """What all of them find and no excluded one does, worth their sum."""
    wanted = [(Occur.Must, query) for query in queries or [Query.all_query()]]
    return Query.boolean_query([*wanted, *((Occur.MustNot, query) for query in excluded)])


def wanted(clauses: Sequence[Clause]) -> Query:
    """What all clauses find, and none that is excluded."""
    return all_of(
        [clause.query() for clause in clauses if not clause.is_excluded],
        [clause.query() for clause in clauses if clause.is_excluded],
    )


class Sought(NamedTuple):
    """What finds all of something, and what soon finds some of it, if there is much."""

    all: Query
    some: Query


def sought(clauses: Sequence[Clause]) -> Sought:
    """What all clauses find. Where nothing is sooner, both are the same."""
    everything = wanted(clauses)
    sooner = [clause.likely() for clause in clauses]
    if not any(sooner):
        return Sought(everything, everything)
    pairs = zip(clauses, sooner, strict=True)
    some = all_of([wanted([clause]) if query is None else query for clause, query in pairs])
    return Sought(everything, some)


def together(first: Sought, second: Sought) -> Sought:
    """What both find."""
    everything = all_of([first.all, second.all])
    if first.some is first.all and second.some is second.all:
        return Sought(everything, everything)
    return Sought(everything, all_of([first.some, second.some]))


def whole_name(words: str) -> Query:
    """The products of exactly that name, folded."""
    return _scored(_has("whole", [words]), WHOLE)


def in_a_row(words: Sequence[str]) -> Query:
    """The products in whose name the words, in lower case, stand in that order."""
    return _named(words, THING)


def _scored(query: Query, score: float) -> Query:
    return Query.const_score_query(query, score)


def _has(field: str, values: Iterable[str]) -> Query:
    known = sorted(set(values))
    if len(known) == 1:
        return Query.term_query(SCHEMA, field, known[0], index_option="basic")
    return Query.term_set_query(SCHEMA, field, known) if known else Query.empty_query()


def _either(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _phrase(field: str, words: Stems) -> Query:
    if len(words) == 1:
        return Query.term_query(SCHEMA, field, words[0])
    return Query.phrase_query(SCHEMA, field, list(words))


@lru_cache(1024)
def _thing(names: tuple[str, ...]) -> Query:
    known = _scored(_has("thing", names), THING)
    said = [
        phrase
        for name in names
        for phrase in _anywhere(Meaning("thing", name), ("name", "fact", "shelf"))
    ]
    untyped = Query.boolean_query(
        [(Occur.Must, _has("thing", [UNTYPED])), (Occur.Must, _either(*said))]
    )
    return best_of([known, _scored(untyped, NAME)])


@lru_cache(1024)
def _feature(name: str) -> Query:
    meaning = Meaning("feature", name)
    term = vocabulary().terms[meaning]
    return best_of(
        [
            _scored(_either(*_anywhere(meaning, ("name", "part"))), NAME),
            _scored(_either(*(_has(field, values) for field, values in _facts_of(term))), FACT),
            _scored(_either(*_anywhere(meaning, ("fact",))), FACT),
            *([_scored(_either(*_anywhere(meaning, ("note", "notepart"))), NOTE)] * term.in_notes),
        ]
    )


def _facts_of(feature: Term) -> list[tuple[str, tuple[str, ...]]]:
    """The facts of a product that tell of a feature: fields, each with values."""
    facts = (("usage", feature.usages), ("season", feature.seasons), ("thing", feature.things))
    return [(field, values) for field, values in facts if values]


def _anywhere(meaning: Meaning, fields: Sequence[str]) -> list[Query]:
    """The words of a term in each of these fields of their language."""
    return [
        _phrase(f"{field}_{language}", phrase)
        for language, phrase in vocabulary().terms[meaning].tells()
        for field in fields
        if language == "de" or not field.endswith("part")
    ]


def _stemmed(words: Sequence[str], language: str) -> Stems:
    return tuple(stem(word, language) for word in words)


def _in_fields(words: Sequence[str], field: str) -> list[Query]:
    return [_phrase(f"{field}_{language}", _stemmed(words, language)) for language in LANGUAGES]


def _named(words: Sequence[str], score: float) -> Query:
    return _scored(_either(*_in_fields(words, "name")), score)


def _worded(words: Sequence[str]) -> Query:
    german = _stemmed(words, "de")
    return best_of(
        [
            _named(words, NAME),
            _scored(_phrase("part_de", german), PART),
            _scored(_either(*_in_fields(words, "fact")), FACT),
            _scored(_either(*_in_fields(words, "shelf")), SHELF),
            _scored(_either(*_in_fields(words, "note"), _phrase("notepart_de", german)), NOTE),
        ]
    )
