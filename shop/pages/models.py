"""What the merchant writes, a text for each page and language."""

from __future__ import annotations

from itertools import product
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Page(models.TextChoices):
    """The pages, in the order of the footer; a value is the last part of an address."""

    IMPRINT = "imprint", _("Imprint")
    TERMS = "terms", _("Terms")
    PRIVACY = "privacy", _("Privacy")
    WITHDRAWAL = "withdrawal-policy", _("Withdrawal policy")
    DELIVERY = "delivery", _("Delivery and returns")
    SIZES = "sizes", _("Size guides")

    @classmethod
    def agreed_on(cls) -> tuple[Page, ...]:
        """Those that an order is placed on; each shopper gets a copy by mail."""
        return (cls.TERMS, cls.WITHDRAWAL)


class WordingQuerySet(models.QuerySet["Wording"]):
    def complete(self) -> None:
        """Make the texts that are missing, empty: the merchant finds each of them to write."""
        there = set(self.values_list("page", "language"))
        languages = [code for code, _name in settings.LANGUAGES]
        missing = [pair for pair in product(Page.values, languages) if pair not in there]
        made = [Wording(page=page, language=language) for page, language in missing]
        self.bulk_create(made, ignore_conflicts=True)

    def of(self, page: str, language: str) -> Wording | None:
        """What that page says, in the language if it says it there; None where it says nothing."""
        found = {wording.language: wording for wording in self.filter(page=page).exclude(text="")}
        order = [language, *(code for code, _name in settings.LANGUAGES)]
        return next((found[code] for code in order if code in found), None)

    def unwritten(self) -> list[tuple[str, str]]:
        """Page and language of what nobody has written yet, or the demo did."""
        written = self.exclude(text="").filter(is_placeholder=False)
        there = set(written.values_list("page", "language"))
        languages = [code for code, _name in settings.LANGUAGES]
        return [pair for pair in product(Page.values, languages) if pair not in there]


class Wording(models.Model):
    """What a page says in one language, in Markdown; nothing where it is empty."""

    page = models.CharField(_("page"), max_length=20, choices=Page, editable=False)
    language = models.CharField(_("language"), max_length=10, editable=False)
    text = models.TextField(
        _("text"),
        blank=True,
        help_text=_(
            "An empty line begins a paragraph. ## begins a heading, - a point of a list; **bold**, "
            "[a link](https://shop.example) and tables are Markdown's."
        ),
    )
    # What the demo says in the merchant's place.
    is_placeholder = models.BooleanField(default=False, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("text of a page")
        verbose_name_plural = _("texts of pages")
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="said_once_in_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.get_page_display()}, {self.language_name}"

    def get_absolute_url(self) -> str:
        with translation.override(self.language):
            return reverse("page", args=[self.page])

    @property
    def language_name(self) -> str:
        """The language's own name."""
        names: dict[str, Any] = dict(settings.LANGUAGES)
        return str(names.get(self.language, self.language))
