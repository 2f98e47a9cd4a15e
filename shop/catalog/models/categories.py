"""The categories that hold the products."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import EmbeddedModelArrayField

from shop.catalog.parts import Text

SLUG_LENGTH = 120


class CategoryQuerySet(models.QuerySet["Category"]):
    def in_order(self) -> CategoryQuerySet:
        """Categories in their order of display."""
        return self.order_by("position", "name")


class Category(models.Model):
    """A shelf of the shop, shown in `position` order."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, unique=True)
    position = models.PositiveIntegerField(
        _("order of display"), default=0, help_text=_("Lower numbers come first.")
    )
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )
    texts: models.Field[list[Text], list[Text]] = EmbeddedModelArrayField(
        Text, default=list, blank=True
    )
    # As `Product.revision`.
    revision = models.DateTimeField(null=True, editable=False)

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
