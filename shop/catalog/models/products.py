"""Products, with their variants and photographs, and how they are read.

Variants and photographs are embedded in their product on purpose: the backend has no
transactions, so what must change together lies in one document, and one read makes a page.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId
from bson.errors import InvalidId
from django.core.validators import MinValueValidator, ProhibitNullCharactersValidator
from django.db import models
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ArrayField

from recommender import search
from shop.catalog import pictures, rendering, skus
from shop.catalog.colours import families_of
from shop.catalog.gtin import check_gtin
from shop.catalog.models.categories import Category
from shop.catalog.models.entries import SLUG_LENGTH, Entry, EntryQuerySet
from shop.catalog.money import units
from shop.catalog.parts import Attribute, FormerPrice, PartsField, Photograph, Variant
from shop.catalog.pricing import Price, Sale, Span, price_at
from shop.catalog.remember import DATABASE_ERRORS
from shop.catalog.signals import products_saved, products_saving, skus_changed
from shop.skus import registry
from shop.skus.models import Registration

logger = logging.getLogger(__name__)

MOST_WORDS = 8


class Gender(models.TextChoices):
    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    UNISEX = "unisex", _("Unisex")
    GIRLS = "girls", _("Girls")
    BOYS = "boys", _("Boys")


class Status(models.TextChoices):
    """Who sees a product."""

    DRAFT = "draft", pgettext_lazy("product", "Draft")
    PUBLISHED = "published", pgettext_lazy("product", "Published")
    LINK = "link", pgettext_lazy("product", "By its link alone")
    ARCHIVED = "archived", pgettext_lazy("product", "Archived")


# Whoever knows the address of such a product can look at it and buy it.
SOLD = (Status.PUBLISHED, Status.LINK)


class ProductQuerySet(EntryQuerySet["Product"]):
    def published(self) -> ProductQuerySet:
        """Products that shoppers find."""
        return self.filter(status=Status.PUBLISHED)

    def sold(self) -> ProductQuerySet:
        """Products that shoppers may look at and buy: the published, and those by link alone."""
        return self.filter(status__in=SOLD)

    def with_ids(self, ids: Iterable[str]) -> ProductQuerySet:
        """Products with these ids (text), in no order; a malformed id matches nothing."""
        keys = {key for key in map(_object_id, ids) if key is not None}
        return self.filter(pk__in=keys).order_by()

    def by_ids(self, ids: Sequence[str]) -> list[Product]:
        """The published products with these ids (text), in the order of the ids.

        An id that is malformed, unknown or unpublished is left out.
        """
        found = {str(product.pk): product for product in self.published().with_ids(ids)}
        return [found[key] for key in ids if key in found]

    def ids(self) -> list[str]:
        """The ids (text) of these products, in no order."""
        return [str(key) for key in self.order_by().values_list("pk", flat=True)]


class Product(Entry):
    sku = models.CharField(
        _("SKU"), max_length=60, unique=True, validators=[ProhibitNullCharactersValidator()]
    )
    name = models.CharField(_("name"), max_length=160)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )
    gender = models.CharField(
        pgettext_lazy("whom", "gender"), max_length=10, choices=Gender, default=Gender.UNISEX
    )
    kind = models.CharField(
        _("kind"), max_length=60, blank=True, help_text=_("Such as Shirt or Sandals.")
    )
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    colours = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("colours"),
        default=list,
        blank=True,
        help_text=_("The main one first, several apart by |."),
    )
    # What `colours` are kinds of, such as blue for navy; follows them when the product is saved.
    families = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    material = models.CharField(_("material"), max_length=160, blank=True)
    style = models.CharField(
        _("style"),
        max_length=80,
        blank=True,
        help_text=_("Products that share a style are one design in several colours."),
    )
    season = models.CharField(_("season"), max_length=20, blank=True)
    usage = models.CharField(_("use"), max_length=20, blank=True)
    gtin = models.CharField("GTIN", max_length=14, blank=True, validators=[check_gtin])
    mpn = models.CharField(_("manufacturer's number"), max_length=70, blank=True)
    price_cents = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    # None where there is no sale; it is on from one moment until before the other, if they are set.
    sale_price_cents = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    sale_from = models.DateTimeField(_("sale from"), null=True, blank=True)
    sale_until = models.DateTimeField(_("sale until"), null=True, blank=True)
    # The lowest prices of the 30 days before the sale, of the pieces of which that may be said. Who
    # knows the history of prices writes them when the product is saved.
    former: models.Field[list[FormerPrice], list[FormerPrice]] = PartsField(
        FormerPrice, default=list, blank=True, editable=False
    )
    # By which import it was saved last, and what it thereby became: see imports.importing.
    imported = models.CharField(max_length=40, blank=True, default="", editable=False)
    # Of which source's file it is (see imports.in_step), and what it was before it was archived
    # because that lacked it.
    source = models.CharField(max_length=24, blank=True, default="", editable=False)
    gone_from = models.CharField(
        max_length=10, choices=Status, blank=True, default="", editable=False
    )
    position = models.PositiveIntegerField(
        _("order of display"),
        default=0,
        help_text=_("Lower numbers come first in their category."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PUBLISHED)
    # Of a product without sizes; with sizes each says it for itself.
    available = models.BooleanField(default=True, editable=False)
    # How many stars its buyers give it on average, from 1 to 5; None where nobody did.
    rating = models.FloatField(null=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    changed = models.DateTimeField(auto_now=True)
    photographs: models.Field[list[Photograph], list[Photograph]] = PartsField(
        Photograph, default=list, blank=True
    )
    variants: models.Field[list[Variant], list[Variant]] = PartsField(
        Variant, default=list, blank=True
    )
    # What `texts` call it, to be searched; follows them when the product is saved.
    other_names = ArrayField(
        models.CharField(max_length=160), default=list, blank=True, editable=False
    )
    attributes: models.Field[list[Attribute], list[Attribute]] = PartsField(
        Attribute, default=list, blank=True
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ("position", "-id")
        verbose_name = _("product")
        verbose_name_plural = _("products")
        # Listings are found in memory: see `live`.
        indexes = [
            models.Index(fields=["revision"], name="revision"),
            models.Index(fields=["source"], name="source"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Save, and make the recommender's work list match the photographs.

        Gives each size without a SKU one. Raises skus.SkuTaken, with nothing written, when another
        product has one of its SKUs.
        """
        self.derive()
        given_up = self.take_skus()
        before = self._offers_before()
        is_new = self._state.adding
        if is_new:
            # Else Django would look for a document with the id that it has already.
            kwargs["force_insert"] = True
        products_saving.send(Product, products=[self])
        try:
            super().save(**kwargs)
        except IntegrityError:
            if self._state.adding and not Product.objects.filter(pk=self.pk).exists():
                registry.let_go(str(self.pk))
            raise
        products_saved.send(Product, products=[self], are_new=is_new)
        registry.release(given_up)
        self._tell_of_skus(before)
        try:
            self.track()
        except search.SearchUnavailable as away:
            # The product counts more than its place in the index, which is made up for later.
            logger.error("%s is saved but not yet tracked: %s", self.sku, away)

    def derive(self) -> None:
        """Set the fields that follow from others, as saving does."""
        self.colours = self.colours_with(self.colours)
        self.families = families_of(self.colours)
        self.other_names = [text.name for text in self.texts if text.name]
        if self.status != Status.ARCHIVED:
            self.gone_from = ""

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.slug])

    def take_skus(self) -> list[Registration]:
        """Take the product's SKUs before it is saved, giving each size without one one.

        Saving does so too, and gives up those that are returned. Raises skus.SkuTaken, with nothing
        taken.
        """
        # Its id is known before its document is written.
        self.pk = self.pk or ObjectId()
        try:
            return skus.take(self, Product.objects.with_ids)
        except skus.SkuBeingTaken as taken:
            if not self._state.adding or taken.sku != self.sku:
                raise
            # Somebody died who was making this very product, or is still at it: under one id
            # MongoDB takes one of the two, and nobody waits.
            self.pk = ObjectId(taken.owner)
        return skus.take(self, Product.objects.with_ids)

    def _offers_before(self) -> list[Variant]:
        """What is sold by the document that is stored."""
        if self._state.adding:
            return []
        stored = Product.objects.filter(pk=self.pk).only("sku", "available", "variants").first()
        return stored.offers() if stored else []

    def _tell_of_skus(self, before: Sequence[Variant]) -> None:
        change = skus.change_of_skus(before, self.offers()) if before else None
        if change and (change.moved or change.went):
            skus_changed.send(Product, product=self, **change._asdict())

    def save_with_photographs(self, photographs: Sequence[Photograph]) -> None:
        """Save with these photographs in this order: the document first, the files after it.

        Files of photographs that the product no longer has are deleted; when saving fails, the
        files that it would have gained are.
        """
        before = self._files()
        self.photographs = list(photographs)
        now, shown = self._files(), set(self.photo_names())
        for variant in self.variants:
            variant.photographs = [name for name in variant.photographs if name in shown]
        try:
            self.save()
        except BaseException:
            pictures.delete_photographs(now - before)
            raise
        pictures.delete_photographs(before - now)
        rendering.prepare(sorted(shown - before))

    def track(self) -> None:
        """Tell the recommender which photographs there are.

        Whoever saves at the same moment may be told of first. So what was told is compared with
        what is there, until it is the same. Raises search.SearchUnavailable.
        """
        told: Product | None = self
        while told:
            search.track(str(self.pk), told.photo_names(), listed=told.is_published)
            now = self._as_it_is()
            if now is None:
                return search.forget(str(self.pk))
            told = None if now._is_tracked_as(told) else now
        return None

    def _as_it_is(self) -> Product | None:
        found = Product.objects.filter(pk=self.pk).only("photographs", "status").order_by()
        try:
            return next(iter(found), None)
        except DATABASE_ERRORS as away:
            raise search.SearchUnavailable(str(away)) from away

    def _is_tracked_as(self, other: Product) -> bool:
        return (self.photo_names(), self.is_published) == (
            other.photo_names(),
            other.is_published,
        )

    def new_slugs(self) -> Iterator[str]:
        return slug_candidates(self.name, self.sku)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the product, its place in the index and its files.

        Raises search.SearchUnavailable, with nothing deleted, when MongoDB is away.
        """
        # In this order a failure leaves nothing that nobody would ever clear away: a product
        # that was forgotten but not deleted is tracked again every night.
        search.forget(str(self.pk))
        names = self._files()
        key = str(self.pk)
        deleted = super().delete(using, keep_parents)
        registry.let_go(key)
        pictures.delete_photographs(names)
        return deleted

    @property
    def price(self) -> Decimal:
        """The price without a sale in units of the currency, with two decimals."""
        return units(self.price_cents)

    @property
    def sale(self) -> Sale | None:
        """What lowers its price for a time: one that is on, to come or over."""
        if self.sale_price_cents is None:
            return None
        return Sale(self.sale_price_cents, self.sale_from, self.sale_until)

    @property
    def is_on_sale(self) -> bool:
        """Whether its sale is on now: all by which its prices change while nobody writes to it."""
        return self.sale is not None and self.sale.is_on(timezone.now())

    def sale_faults(self) -> dict[str, str]:
        """What is wrong with its sale, a sentence for each field; nothing where all is well."""
        faults = {}
        if self.sale_price_cents is None:
            if self.sale_from or self.sale_until:
                faults["sale_price_cents"] = gettext("Name what it costs between these dates.")
        elif self.price_cents and self.sale_price_cents >= self.price_cents:
            faults["sale_price_cents"] = gettext("A sale price must be less than the price.")
        if self.sale_from and self.sale_until and self.sale_until <= self.sale_from:
            faults["sale_until"] = gettext("A sale must end after it has begun.")
        return faults

    def price_of(self, variant: Variant, at: datetime | None = None) -> Price:
        """What a piece of the variant costs at that moment, or now: the one place that says so."""
        usual = self.price_cents if variant.price_cents is None else variant.price_cents
        return price_at(usual, self.sale, at or timezone.now(), self.former_cents(variant.sku))

    def former_cents(self, sku: str) -> int | None:
        """What the piece cost before the sale; None where nothing may be said of that."""
        return next((former.cents for former in self.former if former.sku == sku), None)

    def span(self, variants: Sequence[Variant] = ()) -> Span:
        """What these variants, or all of them, cost now.

        What is sold out counts only where everything is: nobody is led on by a price that cannot
        be had.
        """
        offers = variants or self.offers()
        available = [offer for offer in offers if offer.available]
        now = timezone.now()
        return Span.of(self.price_of(offer, now) for offer in available or offers)

    def offers(self) -> list[Variant]:
        """What can be put into a basket: its sizes, each with its SKU, or the product as it is."""
        if not self.variants:
            return [Variant(size="", sku=self.sku, available=self.available)]
        return list(self.variants)

    def skus(self) -> list[str]:
        """What no other product may be known or sold by: its own SKU, and those of its sizes."""
        return [self.sku, *(variant.sku for variant in self.variants)]

    def offer(self, sku: str) -> Variant | None:
        """What is sold under that SKU."""
        return next((offer for offer in self.offers() if offer.sku == sku), None)

    @property
    def is_published(self) -> bool:
        """Whether shoppers find it."""
        return self.status == Status.PUBLISHED

    @property
    def is_draft(self) -> bool:
        """Whether staff alone see it, as shoppers will."""
        return self.status == Status.DRAFT

    @property
    def is_sold(self) -> bool:
        """Whether shoppers who know its address may look at it and buy it."""
        return self.status in SOLD

    @property
    def colour(self) -> str:
        """Its main colour, if it has any."""
        return self.colours[0] if self.colours else ""

    def colours_with(self, named: Iterable[str]) -> list[str]:
        """What it comes in if these colours are named: behind them those of its variants."""
        colours = {colour.casefold(): colour for colour in named}
        for variant in self.variants:
            if variant.colour:
                colours.setdefault(variant.colour.casefold(), variant.colour)
        return list(colours.values())

    @cached_property
    def shown_colours(self) -> tuple[str, ...]:
        """Its own colours; `colourways.tell_colours` adds the others of its style."""
        return tuple(self.colours)

    @property
    def is_available(self) -> bool:
        """Whether it can be had in one size at least."""
        return any(offer.available for offer in self.offers())

    @property
    def cover(self) -> Photograph | None:
        return self.photographs[0] if self.photographs else None

    def photographs_of(self, variant: Variant) -> list[Photograph]:
        """All its photographs: those that show this variant first, those of others last.

        A size without any of its own has those of its colour.
        """
        own = set(variant.photographs) or self._shown_by(variant.colour)
        others = {name for other in self.variants for name in other.photographs} - own
        return sorted(self.photographs, key=lambda p: (p.name not in own, p.name in others))

    def _shown_by(self, colour: str) -> set[str]:
        same = [other for other in self.variants if other.colour == colour]
        return {name for other in same for name in other.photographs}

    def cover_of(self, variant: Variant) -> Photograph | None:
        """The picture that shows the variant best."""
        return next(iter(self.photographs_of(variant)), None)

    def _files(self) -> set[str]:
        """The storage names of its photographs, and of what those were cut from."""
        return {name for each in self.photographs for name in (each.name, each.source)}

    def photo_names(self) -> list[str]:
        """The storage names of its photographs, in order of display."""
        return [photograph.name for photograph in self.photographs]


def slug_candidates(name: str, sku: str) -> Iterator[str]:
    """Addresses for a product, the shortest first; the last cannot be another SKU's."""
    room = SLUG_LENGTH - 30
    base = slugify(name)[:room].strip("-") or "product"
    yield base
    yield f"{base}-{slugify(sku)[:29]}".strip("-")
    yield f"{base}-{hashlib.sha256(sku.encode()).hexdigest()[:12]}"


def _object_id(text: str) -> ObjectId | None:
    try:
        return ObjectId(text)
    except (InvalidId, TypeError):
        return None
