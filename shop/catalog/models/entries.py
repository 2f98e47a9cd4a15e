"""What products and categories have in common: an address, texts, a revision by MongoDB's clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Self

from bson import ObjectId
from django.db import IntegrityError, models
from django.db.models import Q
from django.db.models.functions import Now
from django.db.models.sql import InsertQuery
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.query import wrap_database_errors

from shop.catalog.parts import PartsField, Text, in_this_language

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
    """When a document was last written, by MongoDB's clock.

    MongoDB tells that in updates alone, so one that is made by itself is inserted by an update. Of
    many that are made at once (`bulk_create`) it is what MongoDB's clock was just asked for (see
    `making`), or None until `changes.tend` has seen to them.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"null": True, "editable": False} | options)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return getattr(model_instance, self.attname) if add else Now()


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
    """A subclass has a `name`; `name` and `description` are in the shop's own language."""

    name: models.Field[str, str]
    slug = models.SlugField(_("address"), max_length=SLUG_LENGTH, unique=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    texts: models.Field[list[Text], list[Text]] = PartsField(Text, default=list, blank=True)
    revision = RevisionField()

    # The slug by which the database knows it.
    _slug_there = ""

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Save with a revision; an address that it leaves leads to it from now on.

        One that has no address yet gets the first of its `new_slugs` that is free. Raises
        IntegrityError where none is, or where something else of it must be unique and is not.
        """
        if self.slug:
            self._save_at_its_slug(**kwargs)
        else:
            self._save_at_new_slug(**kwargs)

    def _save_at_new_slug(self, **kwargs: Any) -> None:
        # The unique index tells whether one is free: whoever looked first could be overtaken.
        for slug in self.new_slugs():
            if self.leads_elsewhere(slug):
                continue
            self.slug = slug
            try:
                return self._save_at_its_slug(**kwargs)
            except IntegrityError:
                self.slug = ""
                if not type(self)._default_manager.filter(slug=slug).exists():
                    raise
        raise IntegrityError(f"No free address could be found for {self.name!r}.")

    def _save_at_its_slug(self, **kwargs: Any) -> None:
        if self._slug_there and self._slug_there != self.slug:
            # First: an address that leads to something that is still there does no harm.
            FormerAddress.objects.update_or_create(
                kind=self._meta.model_name, slug=self._slug_there, defaults={"item": str(self.pk)}
            )
        super().save(**kwargs)
        self.mark_as_stored()

    def mark_as_stored(self) -> None:
        """Know that the database has it, at its address."""
        self._state.adding = False
        self._slug_there = self.slug

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[Any], values: Collection[Any]) -> Self:
        entry = super().from_db(db, field_names, values)
        entry._slug_there = entry.__dict__.get("slug", "")
        return entry

    def _do_insert(
        self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool
    ) -> list[Any]:
        query = InsertQuery(type(self))
        query.insert_values(fields, [self], raw=raw)
        compiler = query.get_compiler(using=using)
        compiler.insert = partial(_insert_revised, compiler)
        made: list[Any] = compiler.execute_sql(returning_fields)
        return made

    @property
    def title(self) -> str:
        """Its name as shoppers read it, in the language of the page."""
        return in_this_language("name", self.name, self.texts)

    @property
    def about(self) -> str:
        """Its description in the language of the page."""
        return in_this_language("description", self.description, self.texts)

    def new_slugs(self) -> Iterator[str]:
        """Addresses that it may have, the shortest first; a subclass says which."""
        raise NotImplementedError

    @classmethod
    def leads_elsewhere(cls, slug: str) -> bool:
        """Whether the slug was another's, to which it still leads."""
        return FormerAddress.objects.filter(kind=cls._meta.model_name, slug=slug).exists()


@wrap_database_errors  # type: ignore[untyped-decorator]
def _insert_revised(
    compiler: Any, documents: Sequence[dict[str, Any]], returning_fields: Any = None
) -> list[Any]:
    """Insert the one document with a revision, in place of the compiler's own `insert`."""
    (document,) = documents
    key = document.pop("_id", None) or ObjectId()
    del document["revision"]
    inserted = compiler.collection.update_one(
        {"_id": key}, {"$setOnInsert": document, "$currentDate": {"revision": True}}, upsert=True
    )
    if inserted.upserted_id is None:
        raise IntegrityError(f"There is a document {key} already.")
    return [(key,)] if returning_fields else []
