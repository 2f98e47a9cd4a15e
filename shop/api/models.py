"""The tokens that programs send instead of a password."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.models import User
from django.db import OperationalError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# So that people, and the programs that look for leaked secrets, know what it is.
PREFIX = "vitrine_"
SECRET_BYTES = 32
# Enough to tell one token from another, and nothing to guess the rest from.
SHOWN_LENGTH = len(PREFIX) + 4


class TokenManager(models.Manager["Token"]):
    def make(self, *, user: User, name: str) -> tuple[Token, str]:
        """A new token and its secret, which is stored nowhere and cannot be shown again."""
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        token = self.create(
            user=user, name=name, digest=digest_of(secret), start=secret[:SHOWN_LENGTH]
        )
        return token, secret

    def opened_by(self, secret: str) -> Token | None:
        """The token with this secret, and its user, who may still log in; None for any other."""
        tokens = self.select_related("user").filter(user__is_active=True)
        return tokens.filter(digest=digest_of(secret)).first()


class Token(models.Model):
    """Lets a program act for a user. Whoever deletes it revokes it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="api_tokens",
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Who or what uses it."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(_("begins with"), max_length=20, editable=False)
    created = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    used_on = models.DateField(_("last used"), null=True, editable=False)

    # Of one that the admin has just made: shown once, stored nowhere.
    secret: str

    objects = TokenManager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    def note_use(self) -> None:
        """Remember the day, with one write a day at most, where there is room for it."""
        today = timezone.localdate()
        if self.used_on != today:
            with suppress(OperationalError):
                Token.objects.filter(pk=self.pk).update(used_on=today)


def digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal. A secret of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
