"""Keys of the widget in the admin, each with what to put into a page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
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

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if key := context["original"]:
            context["snippets"] = _snippets(origin_of(request) + reverse("widget_script"), key)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("sites"), ordering="origins")
    def sites(self, key: WidgetKey) -> str:
        return ", ".join(key.origins.splitlines())


def _snippets(script: str, key: WidgetKey) -> list[tuple[str, str]]:
    """Where each tag belongs, and the tag."""
    return [
        (
            gettext("Once, in its head:"),
            f'<script src="{script}" data-key="{key.public}" async></script>',
        ),
        (
            gettext(
                "Where what looks alike is to stand, with the SKU, handle or id of the product:"
            ),
            '<vitrine-similar product="SKU"></vitrine-similar>',
        ),
        (
            gettext("Where people search by a photo:"),
            "<vitrine-photo-search></vitrine-photo-search>",
        ),
    ]
