"""Rules of merchants. Products and categories are in the other database: their ids stand here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shop.catalog.alike import WIDE_K
from shop.catalog.browsing import PER_PAGE
from shop.catalog.live.words.analysis import stems

ID_LENGTH = 24
MOST_PHRASES, LONGEST_PHRASE = 20, 80
MOST_DAYS = 365


class Where(models.TextChoices):
    """Where a rule holds."""

    SEARCH = "search", _("in a search by words")
    PRODUCT = "product", _("in “Looks alike” of one product")
    CATEGORY = "category", _("in “Looks alike” of a category's products")
    PANELS = "panels", _("in “Looks alike” of every product")


class Does(models.TextChoices):
    """What a rule does."""

    PIN = "pin", _("pins a product to a place")
    BLOCK = "block", _("blocks a product: it is never shown there")
    BOOST = "boost", _("brings products forward or back")


class Of(models.TextChoices):
    """Which products come forward or back."""

    PRODUCT = "product", _("one product")
    CATEGORY = "category", _("what lies in a category")
    BRAND = "brand", _("a brand")
    NEW = "new", _("what is new")


class Strength(models.IntegerChoices):
    """How far, as a power of two by which odds and scores change."""

    MUCH_FORWARD = 2, _("much further forward (4 times)")
    FORWARD = 1, _("forward (twice)")
    BACK = -1, _("back (half)")
    MUCH_BACK = -2, _("much further back (a quarter)")


class State(models.TextChoices):
    """Where a rule is in its time."""

    DRAFT = "draft", pgettext_lazy("rule", "Draft")
    PLANNED = "planned", pgettext_lazy("rule", "Planned")
    RUNNING = "running", pgettext_lazy("rule", "Running")
    OVER = "over", pgettext_lazy("rule", "Over")


class RuleQuerySet(models.QuerySet["Rule"]):
    def not_over(self) -> RuleQuerySet:
        """Those that hold now or may hold later."""
        return self.filter(Q(ends=None) | Q(ends__gt=timezone.now()), is_on=True)

    def naming(self, id: str) -> RuleQuerySet:
        """Those that are about a product or a category, or hold beside it."""
        named = Q(product=id) | Q(beside=id) | Q(category=id) | Q(shelf=id)
        return self.filter(named)

    def in_state(self, state: str) -> RuleQuerySet:
        """Those that are in that state now."""
        now = timezone.now()
        if state == State.DRAFT:
            return self.filter(is_on=False)
        if state == State.OVER:
            return self.filter(is_on=True, ends__lte=now)
        if state == State.PLANNED:
            return self.not_over().filter(begins__gt=now)
        return self.not_over().exclude(begins__gt=now)


class Rule(models.Model):
    """One thing that a merchant wants shown otherwise, at one place, for a time.

    `beside` and `product` are ids of products, `shelf` and `category` of categories, each with its
    name as it was then. What does not belong to `where`, `does` and `of` is empty (`forms.asked`).
    """

    where = models.CharField(_("where"), max_length=10, choices=Where, default=Where.SEARCH)
    phrases = models.TextField(
        _("searches"),
        blank=True,
        help_text=_(
            "One a line. It holds for whoever looks for exactly these words, in any order and "
            "form: “Summer dress” is also “dresses summer”, and not “red summer dress”."
        ),
    )
    beside = models.CharField(_("product of the panel"), max_length=ID_LENGTH, blank=True)
    beside_name = models.CharField(max_length=160, blank=True, editable=False)
    shelf = models.CharField(_("category of the panels"), max_length=ID_LENGTH, blank=True)
    shelf_name = models.CharField(max_length=400, blank=True, editable=False)
    does = models.CharField(_("does"), max_length=10, choices=Does, default=Does.PIN)
    of = models.CharField(_("which products"), max_length=10, choices=Of, default=Of.PRODUCT)
    product = models.CharField(_("product"), max_length=ID_LENGTH, blank=True)
    product_name = models.CharField(max_length=160, blank=True, editable=False)
    category = models.CharField(_("category"), max_length=ID_LENGTH, blank=True)
    category_name = models.CharField(max_length=400, blank=True, editable=False)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    days = models.PositiveSmallIntegerField(
        _("new for days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("What came into the shop in so many days."),
    )
    place = models.PositiveSmallIntegerField(
        _("place"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(PER_PAGE)],
        help_text=_("1 is the first."),
    )
    even_sold_out = models.BooleanField(
        _("even while it is sold out"),
        default=False,
        help_text=_("In panels; in searches what is sold out always comes last."),
    )
    strength = models.SmallIntegerField(
        _("how far"), choices=Strength, default=Strength.FORWARD, blank=True
    )
    begins = models.DateTimeField(_("from"), null=True, blank=True)
    ends = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty ones set no bound.")
    )
    is_on = models.BooleanField(
        _("switched on"), default=True, help_text=_("Switched off, it is a draft.")
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")) | Q(begins=None) | Q(ends=None),
                name="ends_after_it_begins",
                violation_error_message=_("“Until” lies before “from”."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.place_in_words}"

    @property
    def place_in_words(self) -> str:
        """Where it holds."""
        if self.where == Where.SEARCH:
            return ", ".join(f"“{phrase}”" for phrase in self.listed_phrases)
        if self.where == Where.PANELS:
            return gettext("every product's “Looks alike”")
        name = self.beside_name if self.where == Where.PRODUCT else self.shelf_name
        return gettext("“Looks alike” of %(name)s") % {"name": name}

    @property
    def what(self) -> str:
        """What it does."""
        if self.does == Does.PIN:
            return gettext("%(name)s at place %(place)s") % {
                "name": self.product_name,
                "place": self.place,
            }
        if self.does == Does.BLOCK:
            return gettext("Without %(name)s") % {"name": self.product_name}
        return f"{self._boosted}: {self.get_strength_display()}"

    @property
    def _boosted(self) -> str:
        if self.of == Of.NEW:
            return gettext("New for %(days)s days") % {"days": self.days}
        return {
            Of.PRODUCT.value: self.product_name,
            Of.CATEGORY.value: self.category_name,
            Of.BRAND.value: self.brand,
        }[self.of]

    @property
    def listed_phrases(self) -> list[str]:
        """The searches it is about, as they were typed."""
        return [" ".join(line.split()) for line in self.phrases.splitlines() if line.strip()]

    def searches(self) -> frozenset[Search]:
        """What the searches that it is about are known by."""
        return frozenset(
            known
            for phrase in self.listed_phrases
            for language, _name in settings.LANGUAGES
            if (known := search_of(phrase, language))[1]
        )

    def state(self, at: datetime | None = None) -> State:
        """Where it is in its time, now or at a moment."""
        at = at or timezone.now()
        if not self.is_on:
            return State.DRAFT
        if self.ends is not None and self.ends <= at:
            return State.OVER
        return State.PLANNED if self.begins is not None and self.begins > at else State.RUNNING

    # What merchants may say

    def clean(self) -> None:
        """Raises ValidationError, by field where one is to be mended."""
        faults = {name: fault for name, fault in self._faults() if fault}
        if faults:
            raise ValidationError(faults)
        if self.does == Does.PIN and self.is_on:
            self._check_beside_other_pins()

    def _faults(self) -> Iterator[tuple[str, str]]:
        if self.where == Where.SEARCH:
            yield "phrases", self._fault_of_phrases()
        elif self.does == Does.PIN and (self.place or 0) > WIDE_K:
            yield "place", gettext("A panel has %(most)d places.") % {"most": WIDE_K}
        if self.beside and self.beside == self.product and self.does != Does.BOOST:
            yield "product", gettext("A product never stands beside itself.")

    def _fault_of_phrases(self) -> str:
        phrases = self.listed_phrases
        if phrases and not self.searches():
            return gettext("These are no words to look for.")
        if len(phrases) > MOST_PHRASES or any(len(each) > LONGEST_PHRASE for each in phrases):
            most = {"most": MOST_PHRASES, "longest": LONGEST_PHRASE}
            return gettext("At most %(most)d searches of %(longest)d characters.") % most
        return ""

    def _check_beside_other_pins(self) -> None:
        same_place = Q(place=self.place) | Q(product=self.product)
        others = (
            Rule.objects.not_over()
            .filter(same_place, where=self.where, does=Does.PIN)
            .filter(beside=self.beside, shelf=self.shelf)
            .exclude(pk=self.pk)
        )
        for other in others:
            if self._overlaps(other) and self._is_about_the_same(other):
                raise ValidationError(
                    gettext("At the same time holds: %(rule)s.") % {"rule": other}
                )

    def _overlaps(self, other: Rule) -> bool:
        """Whether there is a moment at which both hold."""
        starts = [one.begins for one in (self, other) if one.begins is not None]
        ends = [one.ends for one in (self, other) if one.ends is not None]
        return not starts or not ends or max(starts) < min(ends)

    def _is_about_the_same(self, other: Rule) -> bool:
        return self.where != Where.SEARCH or not self.searches().isdisjoint(other.searches())


type Search = tuple[str, tuple[str, ...]]
"""A language and the stems of what is looked for, in the order of the alphabet."""


def search_of(words: str, language: str) -> Search:
    """What a search is known by, however its words are ordered, capitalised and bent."""
    return language, tuple(sorted(stems(words, language)))
