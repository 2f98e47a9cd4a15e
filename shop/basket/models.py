"""A basket and its lines. Products are in the other database and referred to by their id."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Sum
from django.utils import timezone

from shop.catalog.vocabulary import translated
from shop.stock.models import SKU_LENGTH


class BasketQuerySet(models.QuerySet["Basket"]):
    def abandoned(self, *, before: datetime) -> BasketQuerySet:
        """Guests' baskets that nobody has touched since that moment."""
        return self.filter(user=None, changed__lt=before)


class Basket(models.Model):
    """What a shopper means to buy; a guest's has no user and is known to their session."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="basket",
        null=True,
        blank=True,
    )
    changed = models.DateTimeField(default=timezone.now)

    objects = BasketQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Basket of {self.user or 'a guest'}"


class LineQuerySet(models.QuerySet["Line"]):
    def pieces(self) -> int:
        """How many pieces these lines hold in all."""
        total: int | None = self.aggregate(total=Sum("quantity"))["total"]
        return total or 0


class Line(models.Model):
    """So many pieces of one SKU, with what its shopper was told of it."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    product = models.CharField(max_length=24, help_text="Its id in the catalogue.")
    sku = models.CharField("SKU", max_length=SKU_LENGTH)
    quantity = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    # Of a product that comes in several.
    colour = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=20, blank=True)
    price_cents = models.PositiveIntegerField()

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["basket", "sku"], name="one_line_for_a_sku"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="no_empty_line"),
        ]

    def __str__(self) -> str:
        return titled(self.name, self.colour, self.size)


def titled(name: str, colour: str, size: str) -> str:
    """What a shopper calls it: "Rust shirt (M)", or "Shirt (Rust, M)" where there are others."""
    chosen = ", ".join(filter(None, map(translated, (colour, size))))
    return f"{name} ({chosen})" if chosen else name
