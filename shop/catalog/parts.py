"""What a product document holds inside itself: its photographs and its variants."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.models import EmbeddedModel

TINT = r"^#[0-9a-f]{6}$"


class Photograph(EmbeddedModel):
    """A picture of a product. The first of a product is its cover, the second shows on hover."""

    name = models.CharField(max_length=120, help_text="Its name in Django's default storage.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    tint = models.CharField(
        max_length=7,
        validators=[RegexValidator(TINT)],
        help_text="Its mean colour, shown while it loads.",
    )
    alt = models.CharField(_("alternative text"), max_length=200, blank=True)
    # SHA-256 of the bytes as they came in, so that an import knows what it already has.
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.alt or self.name

    @property
    def stem(self) -> str:
        """Its name without the ending, as the addresses of renditions have it."""
        return self.name.rpartition(".")[0]


class Variant(EmbeddedModel):
    """One size of a product."""

    size = models.CharField(_("size"), max_length=20)
    sku = models.CharField("SKU", max_length=80, blank=True)
    available = models.BooleanField(_("available"), default=True)

    def __str__(self) -> str:
        return self.size


def variant_sku(sku: str, size: str) -> str:
    """The SKU of a size that was given none: "COAT-7" in "One size" is "COAT-7-ONE-SIZE"."""
    return f"{sku}-{slugify(size)}".upper()
