"""SKUs for sizes that were given none: made of the product's, the size and the colour."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

from shop.catalog.parts import SKU_LENGTH, Variant
from shop.skus.keys import key_of

# Of what comes in no others.
ONE_SIZE = "One size"
# Hexadecimal digits of what tells apart what reads the same, or cannot be read.
DIGITS = 6


def name_variants(sku: str, variants: Sequence[Variant], *, but: Container[str] = ()) -> None:
    """Give each of a product's variants that has no SKU one of its own, and none with a key in
    `but`.

    `sku` is the product's. The same variants in the same order get the same SKUs.
    """
    several = len({key_of(variant.colour) for variant in variants}) > 1
    used = {key_of(variant.sku) for variant in variants if variant.sku}
    for variant in variants:
        if not variant.sku:
            colour = variant.colour if several or not variant.size else ""
            candidates = sku_candidates(sku, variant.size, colour)
            variant.sku = next(
                made for made in candidates if key_of(made) not in used and key_of(made) not in but
            )
            used.add(key_of(variant.sku))


def sku_candidates(sku: str, size: str, colour: str = "") -> Iterator[str]:
    """SKUs for a size of a product, the most readable first, without an end.

    "coat-7" in "One size" is "COAT-7-ONE-SIZE", in "3/6" "COAT-7-3-6". A size in another script
    has a digest behind what can be read of it, and so has whatever comes after the first.
    """
    # Unless they take up more room, as those of ß do.
    start = sku.upper() if len(sku.upper()) == len(sku) else sku
    parts = [part for part in (colour, size) if part]
    tag = "-".join(filter(None, map(_readable, parts)))
    room = SKU_LENGTH - len(sku) - 1
    if tag and len(tag) <= room and all(map(_is_readable, parts)):
        yield f"{start}-{tag}"
    tag = tag[: room - DIGITS - 1].strip("-")
    for attempt in itertools.count():
        told_apart = "\0".join((*map(key_of, parts), str(attempt)))
        digest = hashlib.sha256(told_apart.encode()).hexdigest()[:DIGITS].upper()
        yield "-".join(filter(None, (start, tag, digest)))


def _readable(text: str) -> str:
    """Its Latin letters without their accents and its digits, in capitals, a hyphen between."""
    plain = _plain(text).replace("+", " plus")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").upper()


def _is_readable(text: str) -> bool:
    """Whether no letter or digit of it is lost to `_readable`, and it has one."""
    signs = [sign for sign in _plain(text) if sign.isalnum()]
    return bool(signs) and all(sign.isascii() for sign in signs)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", key_of(text))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
