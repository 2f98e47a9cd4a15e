"""Choosing a category from the tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Category, Product, Tree


def way_of(tree: Tree, category: Category) -> str:
    """The way to a category in the shop's own language: "Women > Shoes"."""
    way = tree.way(category.pk)
    # One in a circle has none.
    return " > ".join(each.name for each in way) or category.name


class _InTree(ModelChoiceIterator):
    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        tree = Tree(self.queryset)
        for category in tree:
            value, _label = self.choice(category)
            yield value, way_of(tree, category)


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A category, told by the way to it, each followed by what lies in it."""

    iterator = _InTree


class CategoryFilter(admin.SimpleListFilter):
    """Products in a category, or in one that lies in it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        tree = Tree(Category.objects.in_order())
        return [(str(category.pk), way_of(tree, category)) for category in tree]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        tree = Tree(Category.objects.in_order())
        chosen = next((each for each in tree if str(each.pk) == self.value()), None)
        return queryset.filter(category_id__in=tree.keys(chosen.pk)) if chosen else queryset
