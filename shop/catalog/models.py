"""Products, their variants and photographs, and the categories that hold them.

Variants and photographs are embedded in their product on purpose: the backend has no
transactions, so what must change together lies in one document, and one read makes a page.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_mongodb_backend.fields import EmbeddedModelArrayField
from django_mongodb_backend.managers import MongoManager

from recommender import search
from shop.catalog import pictures
from shop.catalog.money import units
from shop.catalog.parts import Photograph, Variant, variant_sku
from shop.catalog.querysets import CategoryQuerySet, ProductQuerySet

logger = logging.getLogger(__name__)

SLUG_LENGTH = 120


class Category(models.Model):
    """A shelf of the shop, shown in `position` order."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, unique=True)
    position = models.PositiveIntegerField(
        _("order of display"), default=0, help_text=_("Lower numbers come first.")
    )
    description = models.TextField(_("description"), blank=True)

    objects = MongoManager.from_queryset(CategoryQuerySet)()

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])


class Gender(models.TextChoices):
    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    UNISEX = "unisex", _("Unisex")
    GIRLS = "girls", _("Girls")
    BOYS = "boys", _("Boys")


class Product(models.Model):
    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, unique=True, blank=True)
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )
    gender = models.CharField(
        pgettext_lazy("whom", "gender"), max_length=10, choices=Gender, default=Gender.UNISEX
    )
    kind = models.CharField(
        _("kind"), max_length=60, blank=True, help_text=_("Such as Shirt or Sandals.")
    )
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    style = models.CharField(
        _("style"),
        max_length=80,
        blank=True,
        help_text=_("Products that share a style are one design in several colours."),
    )
    season = models.CharField(_("season"), max_length=20, blank=True)
    usage = models.CharField(_("use"), max_length=20, blank=True)
    price_cents = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    position = models.PositiveIntegerField(
        _("order of display"),
        default=0,
        help_text=_("Lower numbers come first in their category."),
    )
    published = models.BooleanField(_("published"), default=True)
    # Of a product without sizes; with sizes each says it for itself.
    available = models.BooleanField(default=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    changed = models.DateTimeField(auto_now=True)
    photographs = EmbeddedModelArrayField(Photograph, default=list, blank=True)
    variants = EmbeddedModelArrayField(Variant, default=list, blank=True)

    objects = MongoManager.from_queryset(ProductQuerySet)()

    class Meta:
        ordering = ("position", "-id")
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [
            # One per order in which a category can be read.
            *(
                models.Index(fields=["category", "published", order], name=f"shelf_{order}")
                for order in ("position", "created", "price_cents", "name")
            ),
            models.Index(fields=["style"], name="style"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Save, and make the recommender's work list match the photographs.

        Raises IntegrityError when another product has the SKU.
        """
        if self.slug:
            super().save(**kwargs)
        else:
            self._save_with_new_slug(**kwargs)
        try:
            self.track()
        except search.SearchUnavailable as away:
            # The product counts more than its place in the index, which is made up for later.
            logger.error("%s is saved but not yet tracked: %s", self.sku, away)

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.slug])

    def track(self) -> None:
        """Tell the recommender which photographs there are. Raises search.SearchUnavailable."""
        search.track(str(self.pk), self.photo_names(), listed=self.published)

    def _save_with_new_slug(self, **kwargs: Any) -> None:
        # Another process may take a slug between the look and the write; the unique index
        # then refuses ours, and the next candidate is tried.
        for slug in slug_candidates(self.name, self.sku):
            if Product.objects.filter(slug=slug).exists():
                continue
            self.slug = slug
            try:
                return super().save(**kwargs)
            except IntegrityError:
                self.slug = ""
                if Product.objects.filter(sku=self.sku).exists():
                    raise
        raise IntegrityError(f"No free address could be found for {self.name!r}.")

    def delete(self, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the product, its place in the index and its files.

        Raises search.SearchUnavailable, with nothing deleted, when MongoDB is away.
        """
        # In this order a failure leaves nothing that nobody would ever clear away: a product
        # that was forgotten but not deleted is tracked again every night.
        search.forget(str(self.pk))
        names = self.photo_names()
        deleted = super().delete(**kwargs)
        pictures.delete_photographs(names)
        return deleted

    @property
    def price(self) -> Decimal:
        """The price in units of the currency, with two decimals."""
        return units(self.price_cents)

    def offers(self) -> list[Variant]:
        """What can be put into a basket: its sizes, each with a SKU, or the product as it is.

        A size without a SKU of its own has the one that `variant_sku` makes.
        """
        if not self.variants:
            return [Variant(size="", sku=self.sku, available=self.available)]
        return [
            Variant(
                size=variant.size,
                sku=variant.sku or variant_sku(self.sku, variant.size),
                available=variant.available,
            )
            for variant in self.variants
        ]

    def offer(self, sku: str) -> Variant | None:
        """What is sold under that SKU."""
        return next((offer for offer in self.offers() if offer.sku == sku), None)

    @cached_property
    def colours(self) -> tuple[str, ...]:
        """Its own colour; `colourways.tell_colours` adds the others of its style."""
        return (self.colour,) if self.colour else ()

    @property
    def is_available(self) -> bool:
        """Whether it can be had in one size at least."""
        return any(offer.available for offer in self.offers())

    @property
    def cover(self) -> Photograph | None:
        return self.photographs[0] if self.photographs else None

    def photo_names(self) -> list[str]:
        """The storage names of its photographs, in order of display."""
        return [photograph.name for photograph in self.photographs]


class ImportJob(models.Model):
    """One upload of many products: what came in, how far it is, and what was wrong with it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    title = models.CharField(_("title"), max_length=200)
    # Each upload is {"name": its name in the default storage, "title": what its owner called it}.
    uploads = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    bad_count = models.PositiveIntegerField(_("left out"), default=0)
    # The first bad rows, each [where it stands, what is wrong with it].
    bad = models.JSONField(_("bad rows"), default=list)
    notes = models.JSONField(default=list)
    error = models.TextField(blank=True)
    author = models.CharField(_("author"), max_length=150, blank=True)
    created = models.DateTimeField(_("started"), default=timezone.now)
    changed = models.DateTimeField(auto_now=True)

    objects = MongoManager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.title

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.FAILED)


def slug_candidates(name: str, sku: str) -> Iterator[str]:
    """Addresses for a product, the shortest first; the last cannot be another SKU's."""
    room = SLUG_LENGTH - 30
    base = slugify(name)[:room].strip("-") or "product"
    yield base
    yield f"{base}-{slugify(sku)[:29]}".strip("-")
    yield f"{base}-{hashlib.sha256(sku.encode()).hexdigest()[:12]}"
