"""Products as the index of words knows them: plain data, and the words it is found by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from shop.catalog.colours import families_of
from shop.catalog.live.words.analysis import LANGUAGES, parts, plain, spellings, stem, tokens
from shop.catalog.live.words.vocabulary import longest_first, vocabulary

UNTYPED = "?"
"""The thing that a product is of which nobody can tell what it is."""

# Where an English name ends and tells of itself: "Shirt dress in sky".
_ENGLISH_TURNS = frozenset(("in", "with", "for", "and", "of", "from"))


@dataclass(frozen=True)
class Document:
    """A product. `id` is 24 hexadecimal digits.

    `names` and `texts` are by language; `shelves` are the names of its category and of all above
    it, the topmost first, each by language. `codes` are what it is known by exactly: SKUs, numbers.
    """

    id: str
    names: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    shelves: tuple[Mapping[str, str], ...] = ()
    kind: str = ""
    brand: str = ""
    colours: tuple[str, ...] = ()
    gender: str = ""
    season: str = ""
    usage: str = ""
    material: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    available: bool = True
    position: int = 0


def fields_of(document: Document) -> dict[str, object]:
    """The fields of the index (see `index.SCHEMA`) for a product."""
    number = bytes.fromhex(document.id)
    facts = " ".join((document.material, *(value for _, value in document.attributes)))
    found: dict[str, object] = {
        "id": document.id,
        "high": int.from_bytes(number[:8]),
        "low": int.from_bytes(number[8:]),
        "available": int(document.available),
        "position": document.position,
        "whole": [folded(name) for name in document.names.values()],
        "code": [code_of(code) for code in document.codes if code_of(code)],
        "thing": sorted(things_of(document)),
        "colour": [plain(colour.strip()) for colour in document.colours],
        "family": families_of(document.colours),
        "gender": document.gender,
        "season": plain(document.season.strip()),
        "usage": plain(document.usage.strip()),
        "maker": document.brand.strip(),
        "plain": " ".join(_plain_words(document)),
    }
    for language in LANGUAGES:
        own = [document.names.get(language, "")]
        shelves = [shelf.get(language, "") for shelf in document.shelves]
        found |= {
            f"name_{language}": _stemmed((*own, document.brand), language),
            f"fact_{language}": _stemmed((facts, document.kind), language),
            f"note_{language}": _stemmed([document.texts.get(language, "")], language),
            f"shelf_{language}": _stemmed(shelves, language),
            f"said_{language}": " ".join(token.lower for text in own for token in tokens(text)),
        }
    found["part_de"] = _parts_stemmed([document.names.get("de", "")])
    found["notepart_de"] = _parts_stemmed([document.texts.get("de", ""), facts])
    return found


def folded(text: str) -> str:
    """A text as a whole: its words without marks on their letters."""
    return " ".join(plain(token.lower) for token in tokens(text))


def code_of(text: str) -> str:
    """A SKU or a number as it is compared: without spaces, in lower case."""
    return "".join(text.split()).casefold()


def _stemmed(texts: Iterable[str], language: str) -> str:
    return " ".join(stem(token.lower, language) for text in texts for token in tokens(text))


def _parts_stemmed(texts: Iterable[str]) -> str:
    words = (part for text in texts for token in tokens(text) for part in parts(token.lower))
    return " ".join(stem(word, "de") for word in words)


def _plain_words(document: Document) -> Iterator[str]:
    for text in (*document.names.values(), document.brand, document.kind):
        for token in tokens(text):
            yield from spellings(token.lower)


def things_of(document: Document) -> set[str]:
    """The names of the things that it is, with what these are one of; UNTYPED where none is known.

    The kind says it, else the name or the category do. What else the name says counts where it is
    the same told more closely ("Hoodie" of a sweatshirt), or of the same sort ("Block-heel sandals"
    of what is filed as heels).
    """
    named = [
        (things, head)
        for language, name in document.names.items()
        if language in LANGUAGES
        for things, head in [_named(name, language)]
    ]
    known = set(things_of_kind(document.kind)) or _heads(named) or _of_shelf(document)
    if not known:
        return {UNTYPED}
    terms = vocabulary()
    related = {up for name in known for up in terms.thing(name).broader}
    found = known.copy()
    for things, head in named:
        found |= {name for name in things if not known.isdisjoint(terms.thing(name).broader)}
        found |= {name for name in head if not related.isdisjoint(terms.thing(name).broader)}
    return {up for name in found for up in terms.thing(name).broader}


def _heads(named: Iterable[tuple[set[str], set[str]]]) -> set[str]:
    return next((set(head) for _, head in named if head), set())


def _of_shelf(document: Document) -> set[str]:
    for shelf in reversed(document.shelves):
        for name in shelf.values():
            if found := things_of_kind(name):
                return set(found)
    return set()


@lru_cache(4096)
def things_of_kind(kind: str) -> frozenset[str]:
    """The things that a kind, such as "Sports Shoes", says a product is."""
    told = " ".join(kind.split()).lower()
    terms = vocabulary().terms.values()
    if listed := [term for term in terms if told in term.kinds]:
        return frozenset(term.meaning.name for term in listed)
    words = [token.lower for token in tokens(kind)]
    for language in LANGUAGES:
        length, meanings = longest_first(vocabulary(), words, language, 0)
        things = [meaning.name for meaning in meanings if meaning.sort == "thing"]
        if things and length == len(words):
            return frozenset(things)
    return frozenset()


@lru_cache(50_000)
def _named(name: str, language: str) -> tuple[set[str], set[str]]:
    """The things that a name says, and those of them that it is about."""
    words = [token.lower for token in tokens(name)]
    things: set[str] = set()
    head: set[str] = set()
    at, is_about = 0, True
    while at < len(words):
        is_about = is_about and not (language == "en" and words[at] in _ENGLISH_TURNS)
        length, here, says_more = _at(words, at, language)
        things |= here
        # An English name is about its last thing before it turns, a German one about its first.
        if is_about and (language == "en" or not head) and (here or not says_more):
            head = here
        at += length
    return things, head


def _at(words: list[str], at: int, language: str) -> tuple[int, set[str], bool]:
    """How many words belong together there, which things they are, and whether they tell of them.

    Behind a thing an unknown word may be what is meant: "Shoe accessories".
    """
    length, meanings = longest_first(vocabulary(), words, language, at)
    found = {meaning.name for meaning in meanings if meaning.sort == "thing"}
    if not meanings and language == "de" and (made_of := parts(words[at])):
        _, last = longest_first(vocabulary(), made_of, language, len(made_of) - 1)
        found = {meaning.name for meaning in last if meaning.sort == "thing"}
    return length or 1, found, bool(meanings) or language == "de" or not words[at].isalpha()
