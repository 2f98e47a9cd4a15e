"""The categories that hold the products."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])
