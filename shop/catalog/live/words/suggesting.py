"""What somebody may be about to type, and what they would find. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice
from typing import Final, Literal

from tantivy import Occur, Query

from shop.catalog.live.words.analysis import LANGUAGES, Token, plain, tokens
from shop.catalog.live.words.bounds import Bounds, taken_out
from shop.catalog.live.words.clauses import NAME, Clause, Sought, all_of, best_of, sought, together
from shop.catalog.live.words.correcting import starting
from shop.catalog.live.words.index import SCHEMA
from shop.catalog.live.words.searching import View
from shop.catalog.live.words.understanding import is_known, understand
from shop.catalog.live.words.vocabulary import Meaning, vocabulary

SHORTEST: Final = 2
MOST_WORDS, MOST_BRANDS, MOST_PRODUCTS = 6, 2, 4
# How many words that fit are looked at, how many words of names a beginning may stand for, and the
# products of how many words are shown.
LOOKED_AT, MOST_TERMS, MOST_MEANT = 12, 40, 2
MOST_REMEMBERED = 4_096

type Sort = Literal["kind", "brand", "word"]


@dataclass(frozen=True)
class Suggestion:
    """Words to search for: a kind of thing, a brand, or another word."""

    sort: Sort
    text: str


@dataclass(frozen=True)
class Suggestions:
    """Words, and the ids of products that they would find, the best first."""

    words: tuple[Suggestion, ...] = ()
    products: tuple[str, ...] = ()


def suggest(view: View, text: str, language: str) -> Suggestions:
    """What goes on as the text ends, in the language of the page: of it the last word is begun."""
    typed = tokens(text)
    if len("".join(token.lower for token in typed)) < SHORTEST:
        return Suggestions()
    *before, last = typed
    start = " ".join(token.typed for token in before)
    rest, bounded = _bounded(text, language)
    if bounded != _bounded(start, language)[1]:
        # The last word is a size or an amount and begins no other: "size m".
        asked = sought(_clauses(rest, language))
        return Suggestions((), view.first(_there_first(asked.all), MOST_PRODUCTS))
    asked = sought(_clauses(start, language))
    words = _words(view, asked, last, language)
    told = [_with(before, suggestion) for suggestion in words]
    return Suggestions(tuple(told), _products(view, asked, last, words, language))


def _with(before: Sequence[Token], suggestion: Suggestion) -> Suggestion:
    return replace(suggestion, text=" ".join((*(token.typed for token in before), suggestion.text)))


def _bounded(text: str, language: str) -> tuple[str, tuple[Bounds, ...]]:
    """The text without what bounds price and size, and what does."""
    rest, bounds = taken_out(text, language, lambda _: False)
    return rest, bounds._replace(is_reduced=False).parts()


def _clauses(text: str, language: str) -> tuple[Clause, ...]:
    return understand(text, language, lambda _: False, lambda _: False).clauses


@lru_cache(MOST_REMEMBERED)
def _sought(text: str, language: str) -> Sought:
    """What a word that is suggested finds; the same few come again and again."""
    return sought(_clauses(text, language))


def _words(view: View, asked: Sought, last: Token, language: str) -> list[Suggestion]:
    """Words that begin as the last one does, and that something has together with the others."""
    fits = (
        one
        for one in islice(_candidates(view, last.lower, language), LOOKED_AT)
        if view.has_any(together(asked, _sought(one.text, language)))
    )
    return list(islice(fits, MOST_WORDS))


def _candidates(view: View, start: str, language: str) -> Iterator[Suggestion]:
    """Brands, the vocabulary's words by how frequent they are, words of names; each once."""
    for maker in view.makers_starting(plain(start))[:MOST_BRANDS]:
        yield Suggestion("brand", maker)
    known = sorted(_begun(plain(start), language), key=lambda found: -view.count(found[1]))
    for word, meaning in known:
        if view.count(meaning):
            yield Suggestion("kind" if meaning.sort == "thing" else "word", word)
    for word in view.words_starting(f"said_{language}", start, LOOKED_AT):
        if not is_known(word, language) and not word.isdecimal():
            yield Suggestion("word", word)


def _begun(start: str, language: str) -> list[tuple[str, Meaning]]:
    """A word that begins so for each meaning: of the page's language where there is any.

    Of several that begin so the one that the vocabulary names first.
    """
    found: dict[Meaning, tuple[int, str]] = {}
    for each in sorted(LANGUAGES, key=lambda other: other != language):
        if found:
            break
        words, by_word = _spoken(each)
        for word in starting(words, start):
            for place, told, meaning in by_word[word]:
                found[meaning] = min(found.get(meaning, (place, told)), (place, told))
    return [(told, meaning) for meaning, (_, told) in found.items()]


@cache
def _spoken(language: str) -> tuple[list[str], dict[str, list[tuple[int, str, Meaning]]]]:
    """The vocabulary's words in plain letters, sorted, and of each what it means.

    With the place that it has among the words for that, and how it is written.
    """
    by_word: dict[str, list[tuple[int, str, Meaning]]] = {}
    for meaning, term in vocabulary().terms.items():
        if meaning.sort in ("thing", "feature", "family", "colour"):
            for place, word in enumerate(term.words[language]):
                by_word.setdefault(plain(word), []).append((place, word, meaning))
    return sorted(by_word), by_word


def _products(
    view: View, asked: Sought, last: Token, words: Sequence[Suggestion], language: str
) -> tuple[str, ...]:
    begun = view.words_starting("plain", plain(last.lower), MOST_TERMS)
    named = Query.term_set_query(SCHEMA, "plain", begun)
    meant = [_sought(one.text, language).all for one in words[:MOST_MEANT]]
    goes_on = best_of([Query.const_score_query(named, NAME), *meant])
    return view.first(_there_first(all_of([asked.all, goes_on])), MOST_PRODUCTS)


def _there_first(fits: Query) -> Query:
    """The same, what can be had first."""
    there = Query.const_score_query(Query.term_query(SCHEMA, "available", 1), NAME)
    return Query.boolean_query([(Occur.Must, fits), (Occur.Should, there)])
