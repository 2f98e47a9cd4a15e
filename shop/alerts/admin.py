"""What people wait for, to see what to bring back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from shop.alerts.models import Alert


@admin.register(Alert)
class AlertAdmin(ModelAdmin):
    list_display = ("product_name", "sku", "kind", "email", "asked_at", "confirmed_at", "told_at")
    list_filter = ("kind",)
    search_fields = ("product_name", "sku", "email")
    fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
