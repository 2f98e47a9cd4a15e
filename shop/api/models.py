"""The tokens that programs send instead of a password."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.keys.models import Key, KeyManager

# So that people, and the programs that look for leaked secrets, know what it is.
PREFIX = "vitrine_"
SECRET_BYTES = 32


class TokenManager(KeyManager["Token"]):
    def make(self, *, user: User, name: str) -> tuple[Token, str]:
        """A new token and its secret, which is stored nowhere and cannot be shown again."""
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        return self.keep(secret, prefix=PREFIX, user=user, name=name), secret

    def opened_by(self, secret: str) -> Token | None:
        """The token with this secret, and its user, who may still log in; None for any other."""
        return self.having(secret).select_related("user").filter(user__is_active=True).first()


class Token(Key):
    """Lets a program act for a user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="api_tokens",
    )

    objects = TokenManager()

    class Meta(Key.Meta):
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
