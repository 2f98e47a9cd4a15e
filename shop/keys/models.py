"""What every kind of key has in common."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from django.db import OperationalError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Enough to tell one key from another, and nothing to guess the rest from.
SHOWN = 4


class KeyManager[K: Key](models.Manager[K]):
    """Makes keys, and finds them by their secrets, which must be random: they get no slow hash."""

    def keep(self, secret: str, *, prefix: str = "", **facts: Any) -> K:
        """A new key with this secret, which begins with `prefix` and is stored nowhere."""
        start = secret[: len(prefix) + SHOWN]
        return self.create(digest=_digest_of(secret), start=start, **facts)

    def having(self, secret: str) -> models.QuerySet[K]:
        """The key with this secret; nothing for any other."""
        return self.filter(digest=_digest_of(secret))


class Key(models.Model):
    """Lets a program in. Whoever deletes it revokes it."""

    name = models.CharField(_("name"), max_length=80, help_text=_("Who or what uses it."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(_("begins with"), max_length=20, editable=False)
    created = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    used_on = models.DateField(_("last used"), null=True, editable=False)

    # Of one that the admin has just made: shown once, stored nowhere.
    secret: str

    class Meta:
        abstract = True
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    def note_use(self) -> None:
        """Remember the day, with one write a day at most, where there is room for it."""
        today = timezone.localdate()
        if self.used_on != today:
            with suppress(OperationalError):
                type(self)._default_manager.filter(pk=self.pk).update(used_on=today)


def _digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
