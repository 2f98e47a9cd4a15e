"""The keys in the addresses of feeds."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress

from django.db import OperationalError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SECRET_BYTES = 24
# Enough to tell one key from another, and nothing to guess the rest from.
SHOWN_LENGTH = 4


class FeedKeyManager(models.Manager["FeedKey"]):
    def make(self, *, name: str) -> tuple[FeedKey, str]:
        """A new key and its secret, which is stored nowhere and cannot be shown again."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        key = self.create(name=name, digest=digest_of(secret), start=secret[:SHOWN_LENGTH])
        return key, secret

    def opened_by(self, secret: str) -> FeedKey | None:
        """The key with this secret; None for any other."""
        return self.filter(digest=digest_of(secret)).first()


class FeedKey(models.Model):
    """Lets whoever has its secret fetch the feeds, and nothing else. Deleting it revokes it."""

    name = models.CharField(_("name"), max_length=80, help_text=_("Who or what uses it."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(_("begins with"), max_length=20, editable=False)
    created = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    used_on = models.DateField(_("last used"), null=True, editable=False)

    # Of one that the admin has just made: shown once, stored nowhere.
    secret: str

    objects = FeedKeyManager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = pgettext_lazy("in an address", "feed key")
        verbose_name_plural = pgettext_lazy("in an address", "feed keys")

    def __str__(self) -> str:
        return self.name

    def note_use(self) -> None:
        """Remember the day, with one write a day at most, where there is room for it."""
        today = timezone.localdate()
        if self.used_on != today:
            with suppress(OperationalError):
                FeedKey.objects.filter(pk=self.pk).update(used_on=today)


def digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal. A secret of 192 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
