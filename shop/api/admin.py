"""Tokens in the admin: made there, shown once, and revoked by deleting them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.admin import ModelAdmin

from shop.api.models import Token


@admin.register(Token)
class TokenAdmin(ModelAdmin):
    list_display = ("name", "user", "start", "created", "used_on")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    autocomplete_fields = ("user",)
    fields = ("user", "name")

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """A token is made or deleted; whose it is stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made, obj.secret = Token.objects.make(user=obj.user, name=obj.name)
        obj.pk = made.pk

    def response_add(
        self, request: HttpRequest, obj: Token, post_url_continue: str | None = None
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": obj.name,
            "secret": obj.secret,
            "opts": self.opts,
        }
        # Not a message, which a cookie may hold for a while.
        return render(request, "admin/api/token/made.html", context)
