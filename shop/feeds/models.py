"""The keys in the addresses of feeds."""

from __future__ import annotations

import secrets

from django.utils.translation import pgettext_lazy

from shop.keys.models import Key, KeyManager

SECRET_BYTES = 24


class FeedKeyManager(KeyManager["FeedKey"]):
    def make(self, *, name: str) -> tuple[FeedKey, str]:
        """A new key and its secret, which is stored nowhere and cannot be shown again."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        return self.keep(secret, name=name), secret

    def opened_by(self, secret: str) -> FeedKey | None:
        """The key with this secret; None for any other."""
        return self.having(secret).first()


class FeedKey(Key):
    """Lets whoever has its secret fetch the feeds, and nothing else."""

    objects = FeedKeyManager()

    class Meta(Key.Meta):
        verbose_name = pgettext_lazy("in an address", "feed key")
        verbose_name_plural = pgettext_lazy("in an address", "feed keys")
