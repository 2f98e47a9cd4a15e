"""The categories that hold the products."""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from shop.catalog.models.entries import SLUG_LENGTH, Entry, EntryQuerySet
from shop.catalog.parts import PartsField
from shop.config.routers import CATALOG_DATABASE

# How deep categories may lie in one another.
MOST_LEVELS = 6


class CategoryQuerySet(EntryQuerySet["Category"]):
    def in_order(self) -> CategoryQuerySet:
        """Categories in their order of display."""
        return self.order_by("position", "name")

    def get_or_make(self, name: str, parent: Category | None, *, mark: str = "") -> Category:
        """The category of that name within the other, made at the end of the order if need be.

        One that is made bears the mark of the import that needs it.
        Whoever makes the same one at the same moment tries the same addresses, so one is made.
        """
        within = parent.pk if parent else None
        for slug in Category(name=name, parent=parent).new_slugs():
            there = self.filter(slug=slug).first()
            if there is None and Category.leads_elsewhere(slug):
                continue
            if there is None:
                last = self.order_by("-position").first()
                position = last.position + 1 if last else 0
                there = self._made(
                    name=name, slug=slug, parent=parent, position=position, imported=mark
                )
            if there.parent_id == within and there.is_called(name):
                return there
        raise IntegrityError(f"No free address could be found for {name!r}.")

    def _made(self, **facts: Any) -> Category:
        try:
            return self.create(**facts)
        except IntegrityError:
            return self.get(slug=facts["slug"])


class Category(Entry):
    """A shelf of the shop, shown in `position` order."""

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(
        _("order of display"), default=0, help_text=_("Lower numbers come first.")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )

    # The mark of the import that made it.
    imported = models.CharField(max_length=40, blank=True, default="", editable=False)

    # Its name and the key of what it lies in, as the database knows them.
    _place_there: tuple[Any, Any] | None = None

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        indexes = [models.Index(fields=["revision"], name="category_revision")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])

    def clean(self) -> None:
        """Raise ValidationError where it would lie in itself, too deep, or beside its like."""
        super().clean()
        if self._place_there == self._place():
            # A page that orders hundreds of them asks each, and most stay where they are.
            return
        above = list(self._above())
        if self in above:
            raise ValidationError({"parent": _("A category cannot lie in itself.")})
        if len(above) + self._levels() > MOST_LEVELS:
            raise ValidationError(
                {
                    "parent": _("At most %(most)d categories lie in one another.")
                    % {"most": MOST_LEVELS}
                }
            )
        beside = Category.objects.filter(parent=self.parent).exclude(pk=self.pk)
        if any(other.is_called(self.name) for other in beside):
            raise ValidationError({"name": _("There is a category of this name beside it.")})

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[Any], values: Collection[Any]) -> Self:
        category = super().from_db(db, field_names, values)
        category._place_there = category._place()
        return category

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The category of a document as MongoDB's driver reads it."""
        fields = cls._meta.concrete_fields
        values = [document.get(field.column, field.get_default()) for field in fields]
        read = (
            field.parts_of(value or ()) if isinstance(field, PartsField) else value
            for field, value in zip(fields, values, strict=True)
        )
        return cls.from_db(CATALOG_DATABASE, [field.attname for field in fields], list(read))

    def _place(self) -> tuple[Any, Any]:
        # Not by attributes, which would fetch what was left out.
        return self.__dict__.get("name"), self.__dict__.get("parent_id")

    @property
    def names(self) -> list[str]:
        """What it is called in each of its languages, the shop's own first."""
        return [self.name, *(text.name for text in self.texts if text.name)]

    def is_called(self, name: str) -> bool:
        """Whether that is one of its names, but for upper and lower case."""
        return tidied(name).lower() in {tidied(own).lower() for own in self.names}

    def _above(self) -> Iterator[Category]:
        """What it lies in, from there up; no further than a circle goes."""
        seen: list[Category] = []
        above = self.parent
        while above is not None and above not in seen:
            yield above
            seen.append(above)
            above = above.parent

    def _way(self) -> list[str]:
        """The names from the top down to it."""
        return [category.name for category in (*reversed([*self._above()]), self)]

    def _levels(self) -> int:
        """How many levels there are from it down, itself included, counted to one too many."""
        levels, below = 1, [self.pk]
        while levels <= MOST_LEVELS and (
            below := list(Category.objects.filter(parent__in=below).values_list("pk", flat=True))
        ):
            levels += 1
        return levels

    def new_slugs(self) -> Iterator[str]:
        return _addresses(self._way())


def tidied(name: str) -> str:
    """A name as it is compared and kept: in Unicode's NFC, no white space around it or doubled."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _addresses(way: Sequence[str]) -> Iterator[str]:
    """Addresses for the category at the end of a way, the shortest first, without an end.

    One that was renamed keeps those that it had, so that they lead to it.

    A name of no Latin letters would be a row of per cent signs wherever its address is sent, so it
    has a short number instead.
    """
    room = SLUG_LENGTH - 13
    number = hashlib.sha256("\n".join(way).encode()).hexdigest()[:12]
    parts = [part for part in map(slugify, way) if part]
    base = slugify(way[-1])[:room].strip("-")
    if base:
        yield base
        yield "-".join(parts)[-room:].strip("-")
    yield f"{base or 'c'}-{number[:6]}"
    yield f"{base or 'c'}-{number}"
    yield from (f"{base or 'c'}-{number[:6]}-{again}" for again in itertools.count(2))
