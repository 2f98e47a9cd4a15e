"""Tests of two rankings."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommender.behaviour.interleaving import Team

# What events call a click on what each team gave to the panel of what looks alike.
PANEL = "alike"
PANELS = {Team.A: f"{PANEL}-a", Team.B: f"{PANEL}-b"}

# So many visitors tell a preference of three in five from chance, four times of five.
PLANNED, FEWEST = 194, 20


class Ranking(models.TextChoices):
    """By what the panel of what looks alike is ordered."""

    TASTE = "taste", _("looks, facts and the visitor's taste: as it is now")
    FACTS = "facts", _("looks and facts: without taste")
    LOOKS = "looks", _("looks alone")


class Trial(models.Model):
    """A test of two rankings, of which one at most runs; a visitor sees both as one panel."""

    first = models.CharField(
        _("first ranking"), max_length=10, choices=Ranking, default=Ranking.TASTE
    )
    second = models.CharField(
        _("second ranking"), max_length=10, choices=Ranking, default=Ranking.FACTS
    )
    planned = models.PositiveIntegerField(
        _("visitors with a preference"),
        default=PLANNED,
        validators=[MinValueValidator(FEWEST), MaxValueValidator(1_000_000)],
        help_text=_(
            "The verdict comes once so many have one, and not before: who looks every day and "
            "stops when they like it finds a winner where there is none. 194 tell three of five "
            "from chance."
        ),
    )
    runs = models.BooleanField(_("runs"), default=True, help_text=_("Ended, it stays ended."))
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        ordering = ("-begun_at",)
        verbose_name = _("ranking test")
        verbose_name_plural = _("ranking tests")
        constraints = [
            models.UniqueConstraint(
                fields=["runs"],
                condition=Q(runs=True),
                name="one_trial_runs",
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="two_rankings_differ",
                violation_error_message=_("Choose two different rankings."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_first_display()} / {self.get_second_display()}"

    def clean(self) -> None:
        # A form that does not ask whether it runs does not look at that constraint.
        if self.runs and Trial.objects.filter(runs=True).exclude(pk=self.pk).exists():
            raise ValidationError(_("Another test runs; end it first."))
