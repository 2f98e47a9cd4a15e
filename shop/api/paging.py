"""Long lists, page by page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import PaginationBase

from shop.catalog.browsing import PER_PAGE

MOST_PER_PAGE = 100
LAST_PAGE = 10_000


class Pages(PaginationBase):
    """Numbered pages from 1; one past the last is empty."""

    class Input(Schema):
        page: int = Field(1, ge=1, le=LAST_PAGE)
        page_size: int = Field(PER_PAGE, ge=1, le=MOST_PER_PAGE)

    class Output(Schema):
        items: list[Any]
        count: int = Field(description="How many there are on all pages.")
        page: int
        pages: int

    def paginate_queryset(
        self, queryset: Any, pagination: Input, request: HttpRequest, **params: Any
    ) -> dict[str, Any]:
        found = Paginator(queryset, pagination.page_size)
        is_there = pagination.page <= found.num_pages
        return {
            "items": found.page(pagination.page).object_list if is_there else [],
            "count": found.count,
            "page": pagination.page,
            "pages": found.num_pages,
        }
