"""Which product has which SKU. Elements of a document's list cannot be unique; these rows are."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from shop.skus.keys import KEY_LENGTH

SKU_LENGTH = 100


class Registration(models.Model):
    """One SKU, as it is spelled, and whose it is; only one may have it, however it is spelled."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    sku = models.CharField("SKU", max_length=SKU_LENGTH)
    # The id of a product; nothing here knows more of products.
    owner = models.CharField(max_length=24, db_index=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.sku


class Clash(models.Model):
    """An owner that was found with a SKU that is registered for another, from before they were."""

    owner = models.CharField(max_length=24, unique=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "clashes"

    def __str__(self) -> str:
        return self.owner
