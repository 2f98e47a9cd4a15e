"""What products and categories have in common: an address, and a revision by the server's clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.remember import DATABASE_ERRORS

SLUG_LENGTH = 120


class Tombstone(models.Model):
    """What was taken out of the catalogue, for whoever keeps a copy of it."""

    kind = models.CharField(max_length=10, help_text="The name of its model.")
    item = models.CharField(max_length=24, help_text="Its id.")
    removed = models.DateTimeField(help_text="When, by MongoDB's clock.")

    class Meta:
        indexes = [models.Index(fields=["removed"], name="removed")]
        constraints = [models.UniqueConstraint(fields=["kind", "item"], name="one_tombstone")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}"


class FormerAddress(models.Model):
    """A slug that a product or a category had; whoever comes there is led to where it is now."""

    kind = models.CharField(max_length=10, help_text="The name of its model.")
    slug = models.CharField(max_length=SLUG_LENGTH)
    item = models.CharField(max_length=24, db_index=True, help_text="The id of what had it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="leads_one_way")]

    def __str__(self) -> str:
        return self.slug


class RevisionField(models.DateTimeField):  # type: ignore[type-arg]
    """When a document was last written, by MongoDB's clock, which it tells in updates alone.

    So it is None for a moment after a document was made.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"null": True, "editable": False} | options)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return None if add else Now()


class EntryQuerySet[E: models.Model](models.QuerySet[E]):
    def update(self, **values: Any) -> int:
        """As Django does it, and gives a revision: to how many."""
        return super().update(**{"revision": Now()} | values)

    def touch(self) -> int:
        """Revise them as if they had been written, since what belongs to them was: how many."""
        return self.update()

    def written_since(self, moment: datetime) -> Self:
        """Those written at or after that moment, and those whose revision is still to come."""
        return self.filter(Q(revision__gte=moment) | Q(revision=None))


class Entry(models.Model):
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, unique=True, blank=True)
    revision = RevisionField()

    # The slug by which the database knows it.
    _slug_there = ""

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Save with a revision; an address that it leaves leads to it from now on."""
        is_new = self._state.adding
        if self._slug_there and self._slug_there != self.slug:
            # First: an address that leads to something that is still there does no harm.
            FormerAddress.objects.update_or_create(
                kind=self._meta.model_name, slug=self._slug_there, defaults={"item": str(self.pk)}
            )
        super().save(**kwargs)
        self._slug_there = self.slug
        if is_new:
            self._revise()

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[Any], values: Collection[Any]) -> Self:
        entry = super().from_db(db, field_names, values)
        entry._slug_there = entry.__dict__.get("slug", "")
        return entry

    def _revise(self) -> None:
        try:
            type(self)._default_manager.filter(pk=self.pk).update(revision=Now())
        except DATABASE_ERRORS:
            # It is saved. Readers take what has no revision for new, and `changes.tend` gives one.
            return

    @classmethod
    def has_free(cls, slug: str) -> bool:
        """Whether a new one may have the slug, which nothing has or had and is still led from."""
        had = FormerAddress.objects.filter(kind=cls._meta.model_name, slug=slug)
        return not (cls._default_manager.filter(slug=slug).exists() or had.exists())
