"""What is known of shoppers. Products are in the other database and referred to by their id."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.orders.models.addresses import PostalAddress

TOKEN_BYTES = 24
MOST_STARS = 5


def new_token() -> str:
    """What opens a wishlist to whoever knows it: 192 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class ProductsQuerySet(models.QuerySet[Any]):
    """Rows that each join a shopper and a product, the latest first."""

    def of(self, user: User) -> ProductsQuerySet:
        """Those of a shopper."""
        return self.filter(user=user)

    def products(self) -> list[str]:
        """The ids of their products, in their order."""
        return list(self.values_list("product", flat=True))


class Wish(models.Model):
    """A product that a shopper keeps for later."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishes"
    )
    product = models.CharField(max_length=24, help_text="Its id in the catalogue.")
    added = models.DateTimeField(default=timezone.now)

    objects = ProductsQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["user", "product"], name="one_wish_for_a_product"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.product}"


class View(models.Model):
    """A product that a shopper looked at, and when they last did."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views"
    )
    product = models.CharField(max_length=24, help_text="Its id in the catalogue.")
    at = models.DateTimeField(default=timezone.now)

    objects = ProductsQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["user", "product"], name="one_view_for_a_product"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.product}"


class WishlistLink(models.Model):
    """Opens a shopper's wishlist to others for as long as it exists."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishlist_link"
    )
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)

    def __str__(self) -> str:
        return f"Link to the wishlist of {self.user}"

    def get_absolute_url(self) -> str:
        return reverse("shared_wishlist", args=[self.token])


class SavedAddress(PostalAddress):
    """An address that a shopper has parcels sent to. Changed by `addresses` alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses"
    )
    is_default = models.BooleanField(_("Use this one unless I say otherwise"), default=False)

    class Meta:
        ordering = ("-is_default", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default=True),
                name="one_default_address",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.address_lines)


class ReviewState(models.TextChoices):
    """Whether a merchant has read a review, and lets others read it."""

    WAITING = "waiting", _("waiting")
    SHOWN = "shown", _("shown")
    REFUSED = "refused", _("refused")


class Fit(models.TextChoices):
    """How a product fits who bought it, beside what its size says."""

    SMALL = "small", _("smaller than expected")
    EXPECTED = "expected", _("as expected")
    LARGE = "large", _("larger than expected")


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown_of(self, product: str) -> ReviewQuerySet:
        """What everybody may read about a product, by its id, the latest first."""
        return self.filter(product=product, state=ReviewState.SHOWN).select_related("user")


class Review(models.Model):
    """What somebody who bought a product thinks of it. Changed by `reviews` and the admin alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("shopper"),
        on_delete=models.CASCADE,
        related_name="reviews",
    )
    product = models.CharField(_("product"), max_length=24, help_text="Its id in the catalogue.")
    product_name = models.CharField(_("product"), max_length=160)
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("review"), max_length=2000)
    # Empty where nobody said, or there is nothing to fit.
    fit = models.CharField(_("fit"), max_length=10, choices=Fit, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ReviewState, default=ReviewState.WAITING
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("-written_at", "-pk")
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes = [models.Index(fields=["product", "state"], name="reviews_of_product")]
        constraints = [
            models.UniqueConstraint(fields=["user", "product"], name="one_review_for_a_product"),
            models.CheckConstraint(
                condition=models.Q(stars__gte=1, stars__lte=MOST_STARS), name="one_to_five_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_name}: {self.stars}"

    @property
    def author(self) -> str:
        """What others may know of who wrote it."""
        return self.user.first_name or str(_("A buyer"))
