"""What the live catalogue keeps of one product, read from its document: pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from shop.catalog.pricing import Sale, Span, price_at

# What a document must be asked for.
FIELDS = (
    *("sku", "name", "other_names", "texts", "category_id", "gender", "kind", "brand", "colours"),
    *("style", "season", "usage", "price_cents", "sale_price_cents", "sale_from", "sale_until"),
    *("position", "status", "available", "created", "revision", "variants", "rating", "former"),
)

NEVER = 2**63 - 1
"""As a moment in milliseconds: no moment at all."""

KEY_BYTES = 12

IN_STOCK, SOLD_OUT, ON_SALE = "in", "out", "on"

STARS = ("4", "3", "2", "1")
"""So many stars and up: what is found by its rating."""

type Values = tuple[str, ...]


class Facts(NamedTuple):
    """One product. Moments are milliseconds since 1970, `price` is what it costs now, in cents.

    `values` has for each attribute what it is found by; `until` is when its price changes by
    itself. `names` holds for each language what it is ordered by, `text` what the admin looks in.
    """

    key: bytes
    revision: int
    until: int
    price: int
    position: int
    created: int
    style: int
    values: Mapping[str, Values]
    names: Mapping[str, bytes]
    text: bytes


def facts_of(document: Mapping[str, Any], at: datetime, languages: Sequence[str]) -> Facts:
    """The facts of a product at a moment, `at`, from the FIELDS of its document.

    The first of the languages is the shop's own.
    """
    sale = _sale(document)
    variants = document.get("variants") or [document]
    available = [variant for variant in variants if variant.get("available", True)]
    former = {one["sku"]: one["cents"] for one in document.get("former") or ()}
    span = Span.of(
        price_at(_usual(document, variant), sale, at, former.get(variant.get("sku")))
        for variant in available or variants
    )
    return Facts(
        key=document["_id"].binary,
        revision=milliseconds(document.get("revision")),
        until=_next_change(sale, at),
        price=span.lowest.cents,
        position=document.get("position") or 0,
        created=milliseconds(document.get("created")),
        style=style_number(document.get("style") or ""),
        values={
            "category": _one(document.get("category_id")),
            "kind": _one(document.get("kind")),
            "brand": _one(document.get("brand")),
            "gender": _one(document.get("gender")),
            "season": _one(document.get("season")),
            "usage": _one(document.get("usage")),
            "status": _one(document.get("status")),
            "sale": (ON_SALE,) if span.lowest.former_cents is not None else (),
            "stock": (IN_STOCK,) if available else (SOLD_OUT,),
            "rating": _stars(document.get("rating")),
            "colour": tuple(dict.fromkeys(document.get("colours") or ())),
            "size": tuple(dict.fromkeys(one["size"] for one in available if one.get("size"))),
        },
        names=_names(document, languages),
        text=_text(document),
    )


def milliseconds(moment: datetime | None) -> int:
    """A moment as a column holds it; 0 for none. MongoDB's have no zone and are UTC."""
    if moment is None:
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def style_number(style: str) -> int:
    """A number that stands for a style, signed, of 64 bits; 0 for none."""
    if not style:
        return 0
    digest = hashlib.blake2b(style.encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) or 1


def order_key(name: str) -> bytes:
    """What a name is ordered by: letters without accents and case, as dictionaries have it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).encode()


def searchable(text: str) -> bytes:
    """What is looked for, and in: without case, and with no end of a text within it."""
    return unicodedata.normalize("NFC", text).casefold().replace("\0", " ").encode()


def _sale(document: Mapping[str, Any]) -> Sale | None:
    cents = document.get("sale_price_cents")
    if cents is None:
        return None
    return Sale(cents, _aware(document.get("sale_from")), _aware(document.get("sale_until")))


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _next_change(sale: Sale | None, at: datetime) -> int:
    if sale is None:
        return NEVER
    coming = [moment for moment in (sale.begins, sale.ends) if moment and moment > at]
    return min(map(milliseconds, coming), default=NEVER)


def _usual(document: Mapping[str, Any], variant: Mapping[str, Any]) -> int:
    own = variant.get("price_cents")
    return int(document["price_cents"] if own is None else own)


def _one(value: Any) -> Values:
    return (str(value),) if value else ()


def _stars(rating: float | None) -> Values:
    return tuple(stars for stars in STARS if rating and rating >= int(stars))


def _names(document: Mapping[str, Any], languages: Sequence[str]) -> dict[str, bytes]:
    own = document.get("name") or ""
    told = {text["language"]: text.get("name") for text in document.get("texts") or ()}
    return {language: order_key(told.get(language) or own) for language in languages}


def _text(document: Mapping[str, Any]) -> bytes:
    skus = (variant.get("sku") for variant in document.get("variants") or ())
    fields: Iterable[str | None] = (
        *(document.get("name"), *(document.get("other_names") or ())),
        *(document.get("sku"), document.get("style"), *skus),
    )
    return b"\0".join(searchable(field) for field in fields if field) + b"\0"
