"""Products by words: all of them first, then fewer, the best first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, islice
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import tantivy
from cachetools import LRUCache
from tantivy import Query

from shop.catalog.live.words.analysis import plain
from shop.catalog.live.words.bounds import NO_BOUNDS, Bounds
from shop.catalog.live.words.clauses import (
    AnyOf,
    Clause,
    Sought,
    Thing,
    Words,
    all_of,
    in_a_row,
    wanted,
    whole_name,
)
from shop.catalog.live.words.correcting import Known
from shop.catalog.live.words.documents import code_of, folded
from shop.catalog.live.words.index import SCHEMA, Fresh, open_folder
from shop.catalog.live.words.understanding import Understood, meant, meant_by, understand
from shop.catalog.live.words.vocabulary import Meaning

KEY = np.dtype("S12")
# How many words a beginning may stand for.
MOST_BEGINNINGS = 12
# And how many words are tried that differ by a letter or two.
MOST_NEAR = 4
MOST_TERMS = 500_000
MOST_KEPT = 64
# How often words are given up for what else is wanted.
MOST_FEWER = 12


@dataclass(frozen=True)
class Found:
    """What was found: those that are available first, of each the best first.

    `keys` S12 (n,) are the ids as bytes, `scores` float32 (n,), `available` bool (n,). `left_out`
    are the words as they were typed that what was found does not have; `read_as` are words that
    nothing has, and what they were taken for. The bounds are the caller's to keep to.
    """

    keys: np.ndarray
    scores: np.ndarray
    available: np.ndarray
    left_out: tuple[str, ...] = ()
    read_as: tuple[tuple[str, str], ...] = ()
    bounds: Bounds = NO_BOUNDS
    fits_all: bool = False

    def __len__(self) -> int:
        return len(self.keys)

    def ids(self, most: int | None = None) -> list[str]:
        """The ids as text, of the first ones."""
        return _ids(self.keys[:most])


class Readings(NamedTuple):
    """Clauses that find something, those that do not, and what misspelt words were taken for."""

    understood: Understood
    clauses: list[Clause]
    in_vain: list[Clause]
    read_as: list[tuple[str, str]]

    def found(self, kept: Sequence[Clause], found: Found) -> Found:
        """What was found by these clauses, with what is to be said of the others."""
        given_up = [clause for clause in self.clauses if not any(clause is one for one in kept)]
        return replace(
            found,
            left_out=tuple(clause.typed for clause in (*self.in_vain, *given_up)),
            read_as=tuple(self.read_as),
            bounds=self.understood.bounds,
        )


class Maker(NamedTuple):
    """A brand, the same in plain letters, and how many products are of it."""

    name: str
    plain: str
    products: int


class Built:
    """The index of a folder, and what is told of all its words once. Any thread may ask."""

    def __init__(self, folder: Path) -> None:
        """Raises ValueError where the folder is damaged or missing."""
        self.searcher = open_folder(folder).searcher()

    @classmethod
    def of_nothing(cls) -> Self:
        """That of no product."""
        built = cls.__new__(cls)
        built.searcher = Fresh().searcher()
        return built

    @cached_property
    def known(self) -> Known:
        """The words in names, makers and kinds in plain letters."""
        return Known(_words_of(self.searcher))

    @cached_property
    def makers(self) -> list[Maker]:
        """All brands."""
        return _makers(self.searcher)

    def count(self, meaning: Meaning) -> int:
        """How many products are or have that, counted once."""
        if meaning not in self._counts:
            self._counts[meaning] = _count(self.searcher, meaning)
        return self._counts[meaning]

    @cached_property
    def _counts(self) -> dict[Meaning, int]:
        return {}


class Hits(NamedTuple):
    """Keys S12, scores float32, whether available bool, positions int64: (n,) each, in no order."""

    keys: np.ndarray
    scores: np.ndarray
    available: np.ndarray
    positions: np.ndarray


_NO_HITS = Hits(*(np.empty(0, kind) for kind in (KEY, np.float32, bool, np.int64)))


class View:
    """The words of all products at a moment: a built index, and beside it what changed since.

    Any thread may ask.
    """

    def __init__(self, built: Built, fresh: Fresh) -> None:
        self.built = built
        self.searchers = (built.searcher, fresh.searcher())
        hidden = sorted(fresh.hidden)
        self._hidden = Query.term_set_query(SCHEMA, "id", hidden) if hidden else None
        self._kept: LRUCache[tuple[str, str], Found] = LRUCache(MOST_KEPT)

    def search(self, text: str, language: str) -> Found | None:
        """What fits what somebody typed on a page in that language; None where that is nothing."""
        if not text.strip():
            return None
        # Two threads may find the same at once; either is right.
        found = self._kept.get((text, language))
        if found is None:
            found = self._kept[text, language] = self._search(text, language)
        return found

    def _search(self, text: str, language: str) -> Found:
        understood = self._understood(text, language)
        if understood.lowered and not understood.clauses and not _is_open(understood):
            # Of words that say nothing a name may be made all the same; else they leave all open.
            whole = Words(text.strip(), words=understood.lowered)
            if not self.has(whole.query()):
                return self._found(_ranked(understood, ()))
            understood = replace(understood, clauses=(whole,))
        readings = self._readings(understood, language)
        chosen = next(self._kept_of(readings.clauses, readings.clauses), [])
        wants = any(not clause.is_excluded for clause in chosen)
        if not wants and (readings.in_vain or not _is_open(understood)):
            return _nothing(tuple(clause.typed for clause in understood.clauses))
        return readings.found(chosen, self._found(_ranked(understood, chosen)))

    def ever_fewer(self, text: str, language: str) -> Iterator[Found]:
        """What fits all words, then what fits ever fewer of them, as long as anything does.

        For whoever wants something else of it than words say. What is named as a thing is given up
        only where nothing is one that has the other words.
        """
        readings = self._readings(self._understood(text, language), language)
        clauses = readings.clauses
        things: list[Clause] = [clause for clause in clauses if isinstance(clause, Thing)]
        loose = [clause for clause in clauses if clause not in things]
        tried = list(islice(self._kept_of(clauses, loose), MOST_FEWER))
        if not tried:
            tried = list(islice(self._kept_of(clauses, clauses), 1))
        elif things not in tried and self.has(wanted(things)):
            tried.append(things)
        for kept in tried:
            found = self._found(_ranked(readings.understood, kept)) if kept else _ALL
            yield readings.found(kept, found)

    def _understood(self, text: str, language: str) -> Understood:
        return understand(text, language, self.is_code, lambda row: self.has(in_a_row(row)))

    def is_code(self, text: str) -> bool:
        """Whether a product has that SKU or number."""
        code = code_of(text)
        return bool(code) and self.has(Query.term_query(SCHEMA, "code", code, "basic"))

    def has(self, query: Query) -> bool:
        """Whether there is anything that it finds."""
        return any(
            searcher.search(asked, 1, count=False).hits for searcher, asked in self._asked(query)
        )

    def has_any(self, one: Sought) -> bool:
        """Whether there is anything of what is sought.

        Sooner where much is: to look for a frequent theme in all places takes long.
        """
        return self.has(one.some) or (one.some is not one.all and self.has(one.all))

    def first(self, query: Query, most: int) -> tuple[str, ...]:
        """The ids of at most so many products that it finds, the best first."""
        keys, scores, *_ = self._hits(query, most)
        return tuple(_ids(keys[np.argsort(-scores, kind="stable")][:most]))

    @cached_property
    def known(self) -> Known:
        """The words in names, makers and kinds in plain letters."""
        new = _words_of(self.searchers[1])
        if not new:
            return self.built.known
        old = self.built.known.counts
        return Known({**old, **{word: old.get(word, 0) + count for word, count in new.items()}})

    def count(self, meaning: Meaning) -> int:
        """About how many products are or have that: what it is suggested by."""
        return self.built.count(meaning) + _count(self.searchers[1], meaning)

    def makers_starting(self, start: str) -> list[str]:
        """The brands that begin so, in plain letters, the most frequent first."""
        found = [maker for maker in self._makers if maker.plain.startswith(start)]
        return list(dict.fromkeys(maker.name for maker in sorted(found, key=lambda m: -m.products)))

    @cached_property
    def _makers(self) -> list[Maker]:
        return [*self.built.makers, *_makers(self.searchers[1])]

    def words_starting(self, field: str, start: str, most: int) -> list[str]:
        """The words of a field that begin so, the most frequent first."""
        counts: Counter[str] = Counter()
        for searcher in self.searchers:
            if searcher.num_docs:
                counts.update(dict(searcher.terms_with_prefix(field, start, limit=most)))
        return [word for word, _ in counts.most_common(most)]

    def _asked(self, query: Query) -> Iterator[tuple[tantivy.Searcher, Query]]:
        built, fresh = self.searchers
        if built.num_docs:
            yield built, all_of([query], [self._hidden]) if self._hidden else query
        if fresh.num_docs:
            yield fresh, query

    def _readings(self, understood: Understood, language: str) -> Readings:
        found: list[Clause] = []
        in_vain: list[Clause] = []
        read_as: list[tuple[str, str]] = []
        for clause in understood.clauses:
            read, spelt = self._read(clause, language)
            found += read
            read_as += spelt
            if not read and not clause.is_excluded:
                in_vain.append(clause)
        return Readings(understood, found, in_vain, read_as)

    def _read(
        self, clause: Clause, language: str
    ) -> tuple[Sequence[Clause], list[tuple[str, str]]]:
        """What finds something of what a clause may mean, and what was taken for another word."""
        if isinstance(clause, AnyOf):
            parts = [self._read(part, language) for part in clause.clauses]
            if some := tuple(one for read, _ in parts for one in read):
                spelt = [pair for _, pairs in parts for pair in pairs]
                return [replace(clause, clauses=some)], spelt
            return [], []
        if self.has(clause.query()):
            return [clause], []
        if isinstance(clause, Words) and not clause.is_excluded:
            return self._meant(clause, language)
        return [], []

    def _meant(
        self, clause: Words, language: str
    ) -> tuple[Sequence[Clause], list[tuple[str, str]]]:
        """What a word that nothing has may have been meant to be, and how that is spelt.

        Nothing is said of the spelling where the word is the beginning of others.
        """
        word = " ".join(clause.words)
        begun = self._that_find(self.known.begun(word)[: 4 * MOST_BEGINNINGS], language)
        longer = [clauses[0] for _, clauses in begun if len(clauses) == 1][:MOST_BEGINNINGS]
        if longer:
            return [AnyOf(clause.typed, clause.importance, clauses=tuple(longer))], []
        near = self.known.near(word, language)[:MOST_NEAR]
        for other, better in self._that_find(near, language):
            alone = len(better) == 1
            read = [replace(better[0], typed=clause.typed)] if alone else better
            return read, [(clause.typed, other)]
        return [], []

    def _that_find(self, words: Sequence[str], language: str) -> Iterator[tuple[str, list[Clause]]]:
        """Those of the words, each with its clauses, that find something."""
        for word in words:
            clauses = meant_by(word, language)
            if clauses and self.has(wanted(clauses)):
                yield word, clauses

    def _kept_of(
        self, clauses: Sequence[Clause], loose: Sequence[Clause]
    ) -> Iterator[list[Clause]]:
        """All clauses, then ever fewer, without some of the loose ones: those that anything has.

        Of as many those are given up first whose words matter least.
        """
        for fewer in range(len(loose) + 1):
            without = sorted(
                combinations(loose, fewer), key=lambda out: sum(c.importance for c in out)
            )
            for out in without:
                kept = [clause for clause in clauses if clause not in out]
                if self.has(wanted(kept)):
                    yield kept

    def _found(self, query: Query) -> Found:
        keys, scores, available, positions = self._hits(query)
        order = np.lexsort((positions, -scores, ~available))
        return Found(keys[order], scores[order], available[order])

    def _hits(self, query: Query, most: int = 0) -> Hits:
        """What both indexes find, in no order; the best of each where not all are wanted."""
        layers = [
            _hits(searcher, asked, most or searcher.num_docs)
            for searcher, asked in self._asked(query)
        ]
        return Hits(*(np.concatenate(columns) for columns in zip(_NO_HITS, *layers, strict=True)))


def _words_of(searcher: tantivy.Searcher) -> dict[str, int]:
    return dict(_terms(searcher, "plain"))


def _count(searcher: tantivy.Searcher, meaning: Meaning) -> int:
    if not searcher.num_docs:
        return 0
    return len(searcher.search(meant(meaning).query(), searcher.num_docs, False).hits)


def _makers(searcher: tantivy.Searcher) -> list[Maker]:
    return [Maker(name, plain(name), count) for name, count in _terms(searcher, "maker") if name]


def _terms(searcher: tantivy.Searcher, field: str) -> list[tuple[str, int]]:
    return searcher.terms_with_prefix(field, "", limit=MOST_TERMS) if searcher.num_docs else []


def _is_open(understood: Understood) -> bool:
    """Whether what is wanted may be anything but for its price, or for what it is not."""
    is_bounded = understood.bounds != NO_BOUNDS
    return is_bounded or any(clause.is_excluded for clause in understood.clauses)


def _ranked(understood: Understood, clauses: Sequence[Clause]) -> Query:
    """What the clauses find; what is called exactly so comes first, then what begins alike."""
    words = understood.lowered
    dearer = [whole_name(folded(" ".join(words)))]
    if len(words) > 1:
        dearer.append(in_a_row(words))
    must = [(tantivy.Occur.Must, wanted(clauses))]
    return Query.boolean_query([*must, *((tantivy.Occur.Should, query) for query in dearer)])


def _hits(searcher: tantivy.Searcher, query: Query, most: int) -> Hits:
    hits = searcher.search(query, most, count=False).hits
    places = [place for _, place in hits]
    keys = np.empty(len(hits), np.dtype([("high", ">u8"), ("low", ">u4")]))
    for name in ("high", "low"):
        keys[name] = searcher.fast_field_values(name, places)
    return Hits(
        keys.view(KEY),
        np.array([score for score, _ in hits], np.float32),
        np.array(searcher.fast_field_values("available", places), bool),
        np.array(searcher.fast_field_values("position", places), np.int64),
    )


def _ids(keys: np.ndarray) -> list[str]:
    return [bytes(key).ljust(KEY.itemsize, b"\0").hex() for key in keys]


def _nothing(left_out: tuple[str, ...]) -> Found:
    return Found(*_NO_HITS[:3], left_out)


_ALL = Found(*_NO_HITS[:3], fits_all=True)
