"""Which region of a country people mean: states, provinces, counties, prefectures."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from shop.addresses.address import Address
from shop.addresses.countries import needs, rules
from shop.addresses.postcodes import fits

# Letters that Unicode does not take apart, and one that Taiwan writes both ways.
ALIKE = str.maketrans(
    {
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "臺": "台",
        "&": " and ",
    }
)
APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u02bc\u2018\u2019"))
# So much of a name must be left where it is shortened.
LEAST_LETTERS = 3
# What kind of region it is; some say it, some do not.
KINDS = {
    *(
        "city",
        "co",
        "county",
        "department",
        "district",
        "emirate",
        "governorate",
        "oblast",
        "parish",
    ),
    *("prefecture", "province", "region", "state", "of", "the"),
    # China, Japan, Korea
    *("sheng", "shi", "fu", "ken", "to", "do", "si"),
}


@dataclass(frozen=True)
class Region:
    """One of a country's list: Google's key for it, and the spelling that was meant."""

    key: str
    name: str


def region_of(address: Address) -> Region | None:
    """The region that an address names. Where one is needed and none was typed, the town may be one
    itself, if its postcode agrees: Istanbul, Taipei, New York."""
    if address.region or not needs(address.country, "region"):
        return named(address.country, address.region)
    found = named(address.country, address.city, is_town=True)
    return found if found and fits(address.country, found.key, address.postcode) else None


@lru_cache(maxsize=4096)
def named(country: str, typed: str, *, is_town: bool = False) -> Region | None:
    """The one region of the country that can be meant; None if it is none or could be several.

    Towns are not written shortened: Kent is not in Kentucky.
    """
    words = _words(typed)
    steps = (_letter_for_letter, _but_for_its_kind, _beginning, _shortened)
    for same in steps[:-1] if is_town else steps:
        found = {
            region.key: region
            for spelt, region in reversed(_spellings(country))
            if words and same(words, spelt)
        }
        if len(found) == 1:
            return found.popitem()[1]
    return None


@lru_cache(maxsize=64)
def regions(country: str) -> list[tuple[str, str]]:
    """Keys and names of a country's regions; in several languages where it has them."""
    choices = rules(country).country_area_choices
    # India's Hindi names come under other keys: "Jammu & Kashmir" for "Jammu and Kashmir".
    keys = {_words(name): key for key, name in reversed(choices)}
    return [(keys.get(_words(key), key), name) for key, name in choices]


@lru_cache(maxsize=64)
def _spellings(country: str) -> list[tuple[tuple[str, ...], Region]]:
    names_first = [(_words(name), Region(key, name)) for key, name in regions(country)]
    return names_first + [(_words(key), Region(key, name)) for key, name in regions(country)]


def names(country: str, like: str = "") -> list[str]:
    """The names of a country's regions, each once; in the script of `like`, if it is given."""
    found = dict.fromkeys(name for _key, name in regions(country))
    return [name for name in found if not like or is_latin(name) == is_latin(like)]


def similar(country: str, typed: str) -> list[str]:
    """Up to three names of regions that are spelt nearly like it."""
    spelt = {" ".join(_words(name)): name for name in names(country)}
    near = difflib.get_close_matches(" ".join(_words(typed)), spelt, n=3, cutoff=0.6)
    return [spelt[each] for each in near]


def same_place(one: str, other: str) -> bool:
    """Whether two names are of one place: "Taipei" and "Taipei City"."""
    return _but_for_its_kind(_words(one), _words(other))


def is_latin(text: str) -> bool:
    """Whether all its letters are Latin ones."""
    letters = filter(str.isalpha, text)
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """Its words without capitals, accents and signs."""
    apart = unicodedata.normalize("NFKD", text.translate(APOSTROPHES))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    folded = unicodedata.normalize("NFC", bare).casefold().translate(ALIKE)
    return tuple("".join(sign if sign.isalnum() else " " for sign in folded).split())


def _letter_for_letter(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return "".join(words) == "".join(others)


def _but_for_its_kind(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return _without_kind(words) == _without_kind(others)


def _without_kind(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in KINDS) or words


def _beginning(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether one begins the other: whole words; characters where a script has no spaces."""
    if words[0].isascii():
        return others[: len(words)] == words
    one, other = "".join(words), "".join(others)
    return min(len(one), len(other)) > 1 and (one.startswith(other) or other.startswith(one))


def _shortened(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether it is how people shorten a name: "Mass.", "S. Dak.", "PEI"."""
    if sum(map(len, words)) < LEAST_LETTERS or not words[0].isascii():
        return False
    if "".join(words) == "".join(word[0] for word in others):
        return True
    pairs = zip(words, others, strict=False)
    return len(words) == len(others) and all(other.startswith(word) for word, other in pairs)
