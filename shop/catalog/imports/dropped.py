"""Loose photographs that a merchant dropped on the upload page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.text import slugify
from django.utils.translation import gettext as _

from shop.catalog.imports import kinds
from shop.catalog.imports.archives import Archive, natural_order
from shop.catalog.imports.rows import BadRow, ImportRow, RowRefused
from shop.catalog.models import Status

# A camera's IMG_4711 is a name: of a longer number nothing is taken off.
_NUMBER = re.compile(r"[\s_-]*\(?(?<!\d)\d{1,3}\)?$")


@dataclass(frozen=True)
class Facts:
    """What the merchant said about all of them.

    `category_id` is the primary key (text) of a category; uploads from before it was kept have a
    name alone.
    """

    category: str
    gender: str
    kind: str
    price_cents: int
    grouped: bool
    published: bool
    category_id: str = ""


def groups(images: Archive, grouped: bool) -> list[list[str]]:
    """Which photographs make one product: each its own, or all whose names differ by a number."""
    if not grouped:
        return [[name] for name in images.names]
    found: dict[str, list[str]] = {}
    for name in sorted(images.names, key=natural_order):
        found.setdefault(_title(name), []).append(name)
    return list(found.values())


def rows(images: Archive, facts: Facts) -> Iterator[ImportRow | BadRow]:
    """One product per group, named after its files."""
    for names in groups(images, facts.grouped):
        try:
            yield _row(images, names, facts)
        except RowRefused as refused:
            yield BadRow(names[0], str(refused))


def _row(images: Archive, names: list[str], facts: Facts) -> ImportRow:
    title = _title(names[0]) if facts.grouped else PurePosixPath(names[0]).stem
    readable = re.sub(r"[\s_-]+", " ", title).strip().capitalize() or _("Product")
    return ImportRow(
        sku=_sku(images, names[0], title),
        name=readable[:160],
        category=facts.category,
        category_id=facts.category_id,
        gender=facts.gender,
        kind=facts.kind,
        colours=None,
        season=None,
        usage=None,
        price_cents=facts.price_cents,
        description=None,
        sizes=kinds.sizes_for(facts.kind, facts.gender),
        photographs=tuple(images.picture(name) for name in names),
        line=names[0],
        status=Status.PUBLISHED if facts.published else Status.DRAFT,
    )


def _sku(images: Archive, name: str, title: str) -> str:
    # Cameras reuse names such as IMG_0001: the content keeps two products apart, and a second
    # upload of the same file finds its product again.
    content = hashlib.sha256(images.picture(name)()).hexdigest()[:10]
    return f"{slugify(title)[:40]}-{content}".strip("-").upper()


def _title(name: str) -> str:
    stem = PurePosixPath(name).stem
    return _NUMBER.sub("", stem) or stem
