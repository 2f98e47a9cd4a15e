"""Sizes that were sold under a SKU that another one had too."""

from __future__ import annotations

from django.db import models

from shop.catalog.parts import SKU_LENGTH


class Separated(models.Model):
    """A size that got a SKU of its own, since the first that had it kept the one they shared.

    It stands here until whoever counts pieces has taken note of it.
    """

    sku = models.CharField("SKU", max_length=SKU_LENGTH, unique=True)
    # Longer than those that are made now.
    shared = models.CharField(max_length=100, help_text="The SKU that the other one kept.")
    product = models.CharField(max_length=24, help_text="The id of its product.")
    keeper = models.CharField(max_length=24, help_text="The id of the product that kept it.")

    def __str__(self) -> str:
        return f"{self.sku}, which was {self.shared}"
