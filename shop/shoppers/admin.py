"""Where merchants read what buyers wrote, and let it be shown or not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from shop.shoppers.models import Review, ReviewState
from shop.shoppers.ratings import hear_of


@admin.register(Review)
class ReviewAdmin(ModelAdmin):
    list_display = ("product_name", "stars", "text", "user", "written_at", "state")
    list_filter = ("state", "stars", "fit")
    search_fields = ("product_name", "text", "user__email")
    readonly_fields = ("product_name", "user", "stars", "fit", "text", "written_at")
    fields = (*readonly_fields, "state")
    list_select_related = ("user",)
    actions = ("show", "refuse")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Show the chosen reviews"))
    def show(self, request: HttpRequest, reviews: QuerySet[Any]) -> None:
        _judge(reviews, ReviewState.SHOWN)

    @admin.action(description=_("Refuse the chosen reviews"))
    def refuse(self, request: HttpRequest, reviews: QuerySet[Any]) -> None:
        _judge(reviews, ReviewState.REFUSED)


def _judge(reviews: QuerySet[Any], state: ReviewState) -> None:
    products = list(reviews.values_list("product", flat=True))
    reviews.update(state=state)
    hear_of(products)
