"""Keys of feeds in the admin: made there, shown once with the addresses, revoked by deleting."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from unfold.admin import ModelAdmin

from shop.feeds.feeds import Feed
from shop.feeds.models import FeedKey
from shop.web.identity import origin_of


@admin.register(FeedKey)
class FeedKeyAdmin(ModelAdmin):
    list_display = ("name", "start", "created", "used_on")
    search_fields = ("name",)
    fields = ("name",)

    def has_change_permission(self, request: HttpRequest, obj: FeedKey | None = None) -> bool:
        """A key is made or deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made, obj.secret = FeedKey.objects.make(name=obj.name)
        obj.pk = made.pk

    def response_add(
        self, request: HttpRequest, obj: FeedKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        origin = origin_of(request)
        context = self.admin_site.each_context(request) | {
            "title": obj.name,
            "addresses": [
                origin + reverse("feed", args=[obj.secret, feed.name]) for feed in Feed.every()
            ],
            "opts": self.opts,
        }
        # Not a message, which a cookie may hold for a while.
        response = render(request, "admin/feeds/feedkey/made.html", context)
        response["Cache-Control"] = "no-store"
        return response
