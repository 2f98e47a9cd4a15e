"""The admin's list of products, found in memory and fetched by `_id`."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from shop.catalog.admin.choosing import CategoryFilter
from shop.catalog.listing import DEFAULT_SORT
from shop.catalog.live.keeper import keeper
from shop.catalog.live.table import NAME
from shop.catalog.live.view import EVERYTHING, Narrowing, Selection
from shop.catalog.models import Category, Tree

# Of the list's columns those by which memory has an order.
ORDERS = {"name": NAME + settings.LANGUAGE_CODE, "price": "price", "position": DEFAULT_SORT}
# What the list can be narrowed by, as its address has it.
STATUS, GENDER, CATEGORY = "status__exact", "gender__exact", CategoryFilter.parameter_name


@dataclass(frozen=True)
class Listed:
    """What fits the list's filters and words, in its order."""

    selection: Selection
    order: str
    backwards: bool

    def __len__(self) -> int:
        return len(self.selection)

    def ids(self, start: int, stop: int) -> list[str]:
        """The ids from one place to before another."""
        if not self.backwards:
            return self.selection.run(self.order, start, stop)
        whole = len(self)
        last = self.selection.run(self.order, max(0, whole - stop), whole - start)
        return last[::-1]


def listed(changes: ChangeList, request: HttpRequest) -> Listed | None:
    """What the list shows; None where memory has no such order or filter.

    It has what the person who asks has just saved. Raises NotLoaded.
    """
    # An address may name columns that there are not, which count for nothing.
    columns = {
        str(changes.list_display[int(number)]): way
        for number, way in changes.get_ordering_field_columns().items()
        if int(number) < len(changes.list_display)
    }
    filters = set(changes.get_filters_params())
    if len(columns) > 1 or columns.keys() - ORDERS.keys() or filters - {STATUS, GENDER, CATEGORY}:
        return None
    order = next((ORDERS[name] for name in columns), DEFAULT_SORT)
    view = keeper().fresh_view()
    found = sorted(view.with_text(changes.query)) if changes.query.strip() else None
    selection = view.select(_narrowing(request), EVERYTHING, found)
    return Listed(selection, order, backwards="desc" in columns.values())


def _narrowing(request: HttpRequest) -> Narrowing:
    asked = {"status": request.GET.get(STATUS), "gender": request.GET.get(GENDER)}
    values = {name: {value} for name, value in asked.items() if value}
    if category := request.GET.get(CATEGORY):
        tree = Tree(Category.objects.in_order())
        chosen = next((each for each in tree if str(each.pk) == category), None)
        values |= {"category": set(map(str, tree.keys(chosen.pk)))} if chosen else {}
    return Narrowing.to(values)
