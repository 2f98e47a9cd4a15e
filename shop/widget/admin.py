"""Keys of the widget in the admin, each with what to put into a page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.keys.admin import KeyAdmin
from shop.web.identity import origin_of
from shop.widget.models import WidgetKey


@admin.register(WidgetKey)
class WidgetKeyAdmin(KeyAdmin):
    """No secret: its sites may change, and its page shows it as often as somebody looks."""

    list_display = ("name", "sites", "start", "created", "used_on")
    search_fields = ("name", "origins")
    fields = ("name", "origins")

    def make(self, key: WidgetKey) -> tuple[WidgetKey, str]:
        made = WidgetKey.objects.make(name=key.name, origins=key.origins)
        return made, made.public

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save()
        else:
            super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:widget_widgetkey_change", args=[obj.pk]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"script": origin_of(request) + reverse("widget_script")}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.display(description=_("sites"), ordering="origins")
    def sites(self, key: WidgetKey) -> str:
        return ", ".join(key.origins.splitlines())
