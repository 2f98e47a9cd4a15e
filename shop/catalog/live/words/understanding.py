"""What somebody who typed a few words is looking for. Pure.

Each run of words that the vocabulary knows becomes one clause, in the language of the page before
the other; a German compound that it does not know becomes those of its parts; any other word has
to be somewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from shop.catalog.live.words.analysis import LANGUAGES, Token, parts, tokens
from shop.catalog.live.words.bounds import Bounds, IsName, taken_out
from shop.catalog.live.words.clauses import (
    COLOUR,
    FEATURE,
    KIND,
    MODIFIER,
    WHOM,
    AnyOf,
    Clause,
    Code,
    Colour,
    Colours,
    Feature,
    Thing,
    Whom,
    Words,
)
from shop.catalog.live.words.vocabulary import Meaning, longest_first, vocabulary

MOST_WORDS = 12

type IsCode = Callable[[str], bool]
"""Whether a product has that SKU or number."""

_MINUS = re.compile(r"(?<!\S)[-\u2013](?=[^\W\d_])")


@dataclass(frozen=True)
class Understood:
    """The clauses in the order in which they were typed, and the bounds of columns.

    `lowered` are all words, in lower case, without those of the bounds.
    """

    clauses: tuple[Clause, ...]
    bounds: Bounds
    lowered: tuple[str, ...]


def understand(text: str, language: str, is_code: IsCode, is_name: IsName) -> Understood:
    """Make clauses of what was typed on a page in that language."""
    rest, bounds = taken_out(_MINUS.sub("not ", text), language, is_name)
    whole = tokens(rest)[:MOST_WORDS]
    lowered = tuple(token.lower for token in whole)
    if is_code(rest):
        return Understood((Code(rest.strip()),), bounds, lowered)
    read: list[Clause] = []
    for stretch in _stretches(rest, is_code):
        if isinstance(stretch, Code):
            read.append(stretch)
        else:
            read += _clauses(stretch, language)
    return Understood(tuple(_arranged(read)), bounds, lowered)


def _stretches(text: str, is_code: IsCode) -> Iterable[Code | Sequence[Token]]:
    """The text in runs of words, with the codes between them."""
    run: list[str] = []
    for piece in text.split()[:MOST_WORDS]:
        if any(letter.isdigit() for letter in piece) and is_code(piece):
            yield tokens(" ".join(run))
            yield Code(piece)
            run = []
        else:
            run.append(piece)
    yield tokens(" ".join(run))


def _clauses(words: Sequence[Token], language: str) -> list[Clause]:
    found: list[Clause] = []
    lower = [token.lower for token in words]
    at, is_excluded, joint = 0, False, ""
    while at < len(words):
        length, meanings = _meant(lower, at, language)
        run = words[at : at + (length or 1)]
        sorts = {meaning.sort for meaning in meanings}
        says_nothing = not sorts.isdisjoint(("filler", "either"))
        is_without = "without" in sorts
        # "Not red or blue" is neither.
        if is_excluded or (joint and found and found[-1].is_excluded):
            found += [] if says_nothing or is_without else [_without(run, meanings)]
        elif meanings:
            _join(found, _meaning(meanings, _typed(run), lower[at : at + length]), joint)
        else:
            _join(found, _unknown(words[at]), joint)
        # "Not in red" is not red.
        is_excluded = is_without or (is_excluded and says_nothing)
        joint = _typed(run) if "either" in sorts else joint if says_nothing else ""
        at += length or 1
    return found


def _join(found: list[Clause], new: Sequence[Clause], joint: str) -> None:
    """Add what is new; behind an "or" either it or what it follows will do, if both are alike."""
    before = found[-1] if found else None
    if joint and before and not before.is_excluded and len(new) == 1:
        typed = f"{before.typed} {joint} {new[0].typed}"
        if either := _either(before, new[0], typed):
            found[-1] = either
            _with_all_of_the_list(found)
            return
    found += new


def _with_all_of_the_list(found: list[Clause]) -> None:
    """Take what stands before "red or blue" into it: "green, red or blue"."""
    match found:
        case [*_, Colour(is_excluded=False) as before, AnyOf(clauses=(Colour(), *_)) as last]:
            typed = f"{before.typed}, {last.typed}"
            found[-2:] = [replace(last, typed=typed, clauses=(before, *last.clauses))]
            _with_all_of_the_list(found)


def _either(one: Clause, other: Clause, typed: str) -> Clause | None:
    """What either of two clauses of a sort finds; None where they are of different ones."""
    match one, other:
        case Thing(), Thing():
            return replace(one, typed=typed, names=one.names + other.names)
        case Feature(), Feature():
            return replace(one, typed=typed, names=one.names + other.names)
        case Whom(), Whom():
            return replace(one, typed=typed, genders=one.genders + other.genders)
        case (Colour(), Colour()) | (Words(), Words()):
            return AnyOf(typed, one.importance, clauses=(one, other))
        case AnyOf(clauses=(first, *_)), Colour() | Words() if isinstance(first, type(other)):
            return replace(one, typed=typed, clauses=(*one.clauses, other))
    return None


def _typed(run: Sequence[Token]) -> str:
    return " ".join(token.typed for token in run)


def _without(run: Sequence[Token], meanings: Sequence[Meaning]) -> Clause:
    words = tuple(token.lower for token in run)
    for clause in _meaning(meanings, _typed(run), ()):
        # Of a thing or a feature a product may not even speak; of a colour it may not be.
        if isinstance(clause, Colour):
            return replace(clause, is_excluded=True)
    return Words(_typed(run), is_excluded=True, words=words)


def _meant(lower: Sequence[str], at: int, language: str) -> tuple[int, tuple[Meaning, ...]]:
    """The longest run that means something, in the language of the page where two are as long."""
    languages = sorted(LANGUAGES, key=lambda other: other != language)
    return max(
        (longest_first(vocabulary(), lower, each, at) for each in languages),
        key=lambda found: found[0],
    )


def is_known(word: str, language: str) -> bool:
    """Whether the vocabulary knows the word, in lower case."""
    return bool(_meant([word], 0, language)[1])


def meant_by(word: str, language: str) -> list[Clause]:
    """The clauses of one word, in lower case."""
    return _clauses([Token(word, word)], language)


def meant(meaning: Meaning) -> Clause:
    """The clause of a thing, a feature or a colour."""
    return _meaning([meaning], meaning.name, [meaning.name])[0]


def _meaning(meanings: Sequence[Meaning], typed: str, lower: Sequence[str]) -> list[Clause]:
    names = {
        sort: tuple(meaning.name for meaning in meanings if meaning.sort == sort)
        for sort in ("thing", "feature", "family", "colour", "whom")
    }
    if names["whom"]:
        return [Whom(typed, WHOM, genders=names["whom"])]
    if names["thing"]:
        return [Thing(typed, KIND, names=names["thing"])]
    if names["family"] or names["colour"]:
        colour = Colour(typed, COLOUR, families=names["family"], names=names["colour"])
        return [replace(colour, word=" ".join(lower))]
    if names["feature"]:
        return [Feature(typed, FEATURE, names=names["feature"])]
    return []


def _unknown(word: Token) -> list[Clause]:
    """A compound means what its parts mean; what they do not is looked for as it is."""
    made_of = parts(word.lower)
    if not made_of:
        return [Words(word.typed, words=(word.lower,))]
    last = len(made_of) - 1
    found: list[Clause] = []
    for at, part in enumerate(made_of):
        length, meanings = longest_first(vocabulary(), made_of, "de", at)
        is_modifier = at < last and any(meaning.sort == "thing" for meaning in meanings)
        if length == 1 and not is_modifier:
            found += _meaning(meanings, part, [part])
        else:
            found.append(Words(part, MODIFIER, words=(part,)))
    return found


def _arranged(clauses: Sequence[Clause]) -> list[Clause]:
    return _with_colours_together(_with_neighbours(_with_one_head(clauses)))


def _with_one_head(clauses: Sequence[Clause]) -> list[Clause]:
    """Of things in a row the last is meant; those before it say of which sort: "shirt dress"."""
    found = list(clauses)
    for at, (one, next_one) in enumerate(pairwise(clauses)):
        if not (isinstance(one, Thing) and isinstance(next_one, Thing)):
            continue
        if _is_told_twice(one, next_one):
            found[at] = replace(one, importance=MODIFIER)
        else:
            lower = tuple(token.lower for token in tokens(one.typed))
            found[at] = Words(one.typed, MODIFIER, words=lower, in_names=True)
    return found


def _is_told_twice(one: Thing, other: Thing) -> bool:
    known = vocabulary()
    return any(
        known.is_kind_of(a, b) or known.is_kind_of(b, a) for a in one.names for b in other.names
    )


def _with_neighbours(clauses: Sequence[Clause]) -> list[Clause]:
    """A colour beside a word that nobody knows may be part of a name: "Red Tape"."""
    beside: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for at, (one, next_one) in enumerate(pairwise(clauses)):
        for place, colour, other in ((at, one, next_one), (at + 1, next_one, one)):
            if isinstance(colour, Colour) and isinstance(other, Words) and not colour.is_excluded:
                pair = (colour.word, other.words[0])
                beside[place].append(pair if place == at else pair[::-1])
    return [
        replace(clause, beside=tuple(beside[at])) if isinstance(clause, Colour) else clause
        for at, clause in enumerate(clauses)
    ]


def _with_colours_together(clauses: Sequence[Clause]) -> list[Clause]:
    colours = tuple(c for c in clauses if isinstance(c, Colour) and not c.is_excluded)
    if len(colours) < 2:
        return list(clauses)
    together = Colours(" ".join(c.typed for c in colours), COLOUR, colours=colours)
    return [*(clause for clause in clauses if clause not in colours), together]
