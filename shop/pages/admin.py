"""Where merchants write the pages that a shop must have."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from shop.pages.models import Wording


@admin.register(Wording)
class WordingAdmin(ModelAdmin):
    """A text for each page and language, none more and none less."""

    list_display = ("page", "language_name", "state", "changed_at")
    list_filter = ("page",)
    readonly_fields = ("page", "language_name", "state")
    fields = (*readonly_fields, "text")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Wording | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        Wording.objects.complete()
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "text" in form.changed_data:
            obj.is_placeholder = False
        super().save_model(request, obj, form, change)

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, wording: Wording) -> str:
        return wording.language_name

    @admin.display(description=_("state"))
    def state(self, wording: Wording) -> SafeString:
        return render_to_string("admin/pages/_state.html", {"wording": wording})
