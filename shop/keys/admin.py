"""Keys in the admin: made there, shown once, and revoked by deleting them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.admin import ModelAdmin

from shop.keys.models import Key


class KeyAdmin(ModelAdmin):
    """Of one kind of key; `made_template` shows a new one with its `secret`."""

    made_template: str

    def make(self, key: Any) -> tuple[Key, str]:
        """The key that the form describes, and its secret."""
        raise NotImplementedError

    def made_context(self, request: HttpRequest, key: Any) -> dict[str, object]:
        """What the page of a new key shows."""
        return {"secret": key.secret}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is made or deleted; whose it is stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made, obj.secret = self.make(obj)
        obj.pk = made.pk

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | self.made_context(request, obj)
        context |= {"title": obj.name, "opts": self.opts}
        # Not a message, which a cookie may hold for a while.
        response = render(request, self.made_template, context)
        response["Cache-Control"] = "no-store"
        return response
