"""What came of a test: who is preferred, by how many, and how sure that is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommender.behaviour.interleaving import Team, chance_of_it, needed
from shop.events.models import Event, Kind
from shop.trials.models import PANELS, Trial

# What chance alone brings about less often is no chance.
MISTAKEN = 0.05


@dataclass(frozen=True)
class Verdict:
    """How many visitors opened more of what the first ranking gave than of the second's, or fewer,
    or as many of both."""

    trial: Trial
    first: int
    second: int
    neither: int

    @property
    def number(self) -> int:
        """Of those with a preference."""
        return self.first + self.second

    @property
    def is_due(self) -> bool:
        return self.number >= self.trial.planned

    @property
    def chance(self) -> float:
        """How likely chance alone is as clear."""
        return chance_of_it(self.first, self.second)

    @property
    def words(self) -> str:
        """As the merchant reads it."""
        if not self.is_due:
            return _("Not yet: %(number)d of %(planned)d visitors have a preference.") % {
                "number": self.number,
                "planned": self.trial.planned,
            }
        winner, wins = self._leading
        facts = {
            "name": winner,
            "wins": wins,
            "number": self.number,
            "percent": number_format(100 * self.chance, 1),
        }
        if self.chance < MISTAKEN:
            return (
                _(
                    "Preferred is “%(name)s”, by %(wins)d of %(number)d visitors. Where both are "
                    "as good, chance is as clear in %(percent)s %% of all tests."
                )
                % facts
            )
        return (
            _(
                "Undecided: “%(name)s” is ahead with %(wins)d of %(number)d visitors, as chance "
                "alone is in %(percent)s %% of all tests."
            )
            % facts
        ) + self._more

    @property
    def _more(self) -> str:
        share = self._leading[1] / self.number
        if share == 0.5:
            return ""
        more = _("Should it stay so, it takes %(needed)d visitors with a preference to tell.")
        return " " + more % {"needed": needed(share)}

    @property
    def _leading(self) -> tuple[str, int]:
        if self.first >= self.second:
            return self.trial.get_first_display(), self.first
        return self.trial.get_second_display(), self.second


def verdict_of(trial: Trial) -> Verdict:
    """What came of a test so far. A visitor's point is a product opened, once for each ranking."""
    until = trial.ended_at or timezone.now()
    events = Event.objects.between(trial.begun_at, until).filter(kind=Kind.VIEW)
    opened = events.filter(panel__in=PANELS.values()).order_by()
    points: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for visit, panel, _product in opened.values_list("visit", "panel", "product").distinct():
        points[visit][panel] += 1
    ahead = [one[PANELS[Team.A]] - one[PANELS[Team.B]] for one in points.values()]
    first, second = sum(lead > 0 for lead in ahead), sum(lead < 0 for lead in ahead)
    return Verdict(trial, first, second, len(ahead) - first - second)
