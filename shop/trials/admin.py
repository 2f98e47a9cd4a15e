"""Where a merchant begins a test of two rankings, ends it, and reads what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from shop.trials.models import Trial
from shop.trials.verdict import verdict_of


@admin.register(Trial)
class TrialAdmin(ModelAdmin):
    list_display = ("first", "second", "begun_at", "ended_at", "verdict")
    fields = ("first", "second", "planned", "runs")

    def get_fields(self, request: HttpRequest, obj: Trial | None = None) -> Any:
        told = ("begun_at", "ended_at", "verdict", "counted")
        return (*self.fields, *told) if obj else self.fields[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: Trial | None = None) -> Any:
        told = ("begun_at", "ended_at", "verdict", "counted")
        if obj is None:
            return told
        # Another number, chosen once one has seen how it goes, is no plan.
        return (*told, *self.fields) if not obj.runs else (*told, *self.fields[:-1])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not obj.runs and obj.ended_at is None:
            obj.ended_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("Verdict"))
    def verdict(self, trial: Trial) -> str:
        return verdict_of(trial).words

    @admin.display(description=_("Visitors who prefer the first, the second, neither"))
    def counted(self, trial: Trial) -> str:
        found = verdict_of(trial)
        return f"{found.first} / {found.second} / {found.neither}"
