"""The keys by which pages of other shops name themselves."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.keys.models import Key, KeyManager
from shop.widget.origins import origins_in

PREFIX = "vitrine_widget_"
SECRET_BYTES = 18


class WidgetKeyManager(KeyManager["WidgetKey"]):
    def make(self, *, name: str, origins: str) -> WidgetKey:
        """A new key for pages of these origins, one a line."""
        public = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        return self.keep(public, prefix=PREFIX, name=name, origins=origins, public=public)

    def opened_by(self, public: str) -> WidgetKey | None:
        """The key that reads so; None for any other."""
        return self.having(public).first()


class WidgetKey(Key):
    """Lets the pages of some origins show what looks alike, and nothing else."""

    origins = models.TextField(
        _("sites"),
        max_length=2000,
        help_text=_(
            "Where the widget may be shown, an address a line, such as https://www.shop.example. "
            "With and without www are two."
        ),
    )
    # As it stands in those pages for everybody to read.
    public = models.CharField(_("key"), max_length=80, editable=False)

    objects = WidgetKeyManager()

    class Meta(Key.Meta):
        verbose_name = _("widget key")
        verbose_name_plural = _("widget keys")

    def clean(self) -> None:
        self.origins = "\n".join(origins_in(self.origins))

    def is_for(self, origin: str) -> bool:
        """Whether pages of that origin may use it."""
        return origin in self.origins.splitlines()
