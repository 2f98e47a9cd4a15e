"""Keys of feeds in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from shop.feeds.feeds import Feed
from shop.feeds.models import FeedKey
from shop.keys.admin import KeyAdmin
from shop.web.identity import origin_of


@admin.register(FeedKey)
class FeedKeyAdmin(KeyAdmin):
    list_display = ("name", "start", "created", "used_on")
    search_fields = ("name",)
    fields = ("name",)
    made_template = "admin/feeds/feedkey/made.html"

    def make(self, key: FeedKey) -> tuple[FeedKey, str]:
        return FeedKey.objects.make(name=key.name)

    def made_context(self, request: HttpRequest, key: FeedKey) -> dict[str, object]:
        """The addresses, which hold the secret."""
        start = origin_of(request)
        addresses = [start + reverse("feed", args=[key.secret, feed.name]) for feed in Feed.every()]
        return {"addresses": addresses}
