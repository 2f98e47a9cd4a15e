"""Tokens in the admin."""

from __future__ import annotations

from django.contrib import admin

from shop.api.models import Token
from shop.keys.admin import KeyAdmin


@admin.register(Token)
class TokenAdmin(KeyAdmin):
    list_display = ("name", "user", "start", "created", "used_on")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    autocomplete_fields = ("user",)
    fields = ("user", "name")
    made_template = "admin/api/token/made.html"

    def make(self, key: Token) -> tuple[Token, str]:
        return Token.objects.make(user=key.user, name=key.name)
