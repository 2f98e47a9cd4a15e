"""Lists whose rows are forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.admin import ModelAdmin


class NamedRow(forms.ModelForm):  # type: ignore[type-arg]
    """The fields of one row, each told by what it holds and what the row is about.

    The head of its column is no label for whoever hears the page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"


class EditableList(ModelAdmin):
    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": NamedRow, **kwargs})
